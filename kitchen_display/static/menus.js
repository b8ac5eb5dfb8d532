// @ts-check
/**
 * The menus of a line and of a ticket: the steps that a tap does not do, and what is sold out of it.
 *
 * @import {Line} from './shape.js'
 */
import { useSignal } from "@preact/signals";
import { now } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { acknowledge, bringBack, canFire, fire, hold, moveTicket, prioritize, step, takeOut } from "./actions.js";
import { COLUMNS, isOut, movedBy, stepsOf, struck } from "./board.js";
import { Dialog, close } from "./dialog.js";
import { items, shownTicket } from "./feed.js";
import { Icon } from "./icons.js";
import { coursesOf } from "./order.js";
import { called, named, say, titleOf } from "./text.js";

const HOUR = 3_600_000;

/**
 * @param {{ticketId: string, lineId: string}} props
 */
export function LineMenu({ ticketId, lineId }) {
  const ticket = shownTicket(ticketId);
  const line = ticket?.lines.find((one) => one.id === lineId);
  if (!ticket || !line) return html`<${Dialog} heading=${say("gone")}><p>${say("gone.text")}</p><//>`;
  const steps = stepsOf(line);
  return html`<${Dialog} heading=${`${line.quantity}× ${named(line.name)}`}>
    ${struck(line) > 0 && html`<${Choice} icon="bump" label=${say("acknowledge")} act=${() => acknowledge(ticket, line)} />`}
    ${
      steps.length > 0 &&
      html`<div class="choices" role="group" aria-label=${say("move")}>
      ${COLUMNS.filter((status) => steps.includes(status)).map(
        (status) => html`
        <${Choice} key=${status} icon=${status === "READY" ? "bump" : status === "NEW" ? "back" : "start"} label=${called("status", status)} act=${() => step(ticket, line, status)} />`,
      )}
    </div>`
    }
    <h3>${say("out.heading")}</h3>
    ${soldBy(line).map((one) => html`<${Availability} key=${one.itemId} itemId=${one.itemId} name=${one.name} />`)}
  <//>`;
}

/**
 * @param {{ticketId: string}} props
 */
export function TicketMenu({ ticketId }) {
  const ticket = shownTicket(ticketId);
  if (!ticket) return html`<${Dialog} heading=${say("gone")}><p>${say("gone.text")}</p><//>`;
  const { held, open } = coursesOf([ticket]);
  return html`<${Dialog} heading=${`${titleOf(ticket)} · #${ticket.number}`}>
    <div class="choices">
      <${Choice} icon="rush" label=${say(ticket.isPriority ? "unrush" : "rush")} act=${() => prioritize(ticket)} />
      ${COLUMNS.filter((column) => movedBy(ticket, column).length > 0).map(
        (column) => html`
        <${Choice} key=${column} icon=${column === "READY" ? "bump" : column === "NEW" ? "back" : "start"} label=${say("move.all", { status: called("status", column) })} act=${() => moveTicket(ticket, column)} />`,
      )}
      ${canFire.value && held.map((course) => html`<${Choice} key=${`fire ${course}`} icon="fire" label=${say("fire.course", { course: called("course", course) })} act=${() => fire(ticket, course)} />`)}
      ${canFire.value && open.map((course) => html`<${Choice} key=${`hold ${course}`} icon="held" label=${say("hold.course", { course: called("course", course) })} act=${() => hold(ticket, course)} />`)}
    </div>
  <//>`;
}

/**
 * @param {{icon: string, label: string, act: () => void}} props
 */
function Choice({ icon, label, act }) {
  const chosen = () => {
    close();
    act();
  };
  return html`<button type="button" class="choice" onClick=${chosen}><${Icon} name=${icon} />${label}</button>`;
}

/**
 * Whether one dish or option can be had, and for how long not.
 * @param {{itemId: string, name: string}} props
 */
export function Availability({ itemId, name }) {
  const time = useSignal("");
  const item = items.value.find((one) => one.itemId === itemId);
  const choose = (/** @type {number | null} */ until) => {
    close();
    takeOut(itemId, name, until);
  };
  if (item && isOut(item, now.value)) {
    const back = () => {
      close();
      bringBack(itemId, name);
    };
    return html`<div class="availability"><p class="what">${name} <strong class="out-mark">${say("out")}</strong></p>
      <button type="button" class="primary" onClick=${back}>${say("back")}</button></div>`;
  }
  return html`<fieldset class="availability"><legend class="what">${name}</legend>
    <button type="button" onClick=${() => choose(null)}><${Icon} name="out" />${say("out.open")}</button>
    <button type="button" onClick=${() => choose(now.peek() + HOUR)}>${say("out.hours", { hours: 1 })}</button>
    <button type="button" onClick=${() => choose(now.peek() + 2 * HOUR)}>${say("out.hours", { hours: 2 })}</button>
    <span class="until">
      <input type="time" aria-label=${say("out.time")} value=${time} onInput=${(/** @type {InputEvent} */ event) => (time.value = /** @type {HTMLInputElement} */ (event.target).value)} />
      <button type="button" disabled=${!time.value} onClick=${() => choose(momentAt(time.value, now.peek()))}>${say("out.until")}</button>
    </span>
  </fieldset>`;
}

/**
 * Return the next moment at which it is some time of the day.
 * @param {string} time `19:30`
 * @param {number} after milliseconds since 1970
 */
export function momentAt(time, after) {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const moment = new Date(after);
  moment.setHours(hours, minutes, 0, 0);
  if (moment.getTime() <= after) moment.setDate(moment.getDate() + 1);
  return moment.getTime();
}

/**
 * The dish of a line and its options: what can be sold out of it.
 * @param {Line} line
 */
function soldBy(line) {
  const options = line.optionIds.map((itemId, at) => ({ itemId, name: named(line.modifiers[at] ?? {}) }));
  return [{ itemId: line.itemId, name: named(line.name) }, ...options].filter((one) => one.itemId && one.name);
}
