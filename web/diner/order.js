// @ts-check
/** One round: its dishes, how far each is and when it is likely to come, one more of the same, and taking back what was not sent yet. */
import { useState } from "preact/hooks";
import { now, timeOfDay } from "@comanda/ui/clock.js";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { missing } from "@comanda/ui/menu/offer.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { listed } from "@comanda/ui/menu/words.js";
import { quoted } from "@comanda/ui/words.js";
import { tellDone } from "@comanda/ui/toast.js";
import { add, isShared } from "./basket.js";
import { checkedLines, stations, takenOff, unanswered } from "./meal.js";
import { named, say } from "./meal_text.js";
import { offer } from "./offer.js";
import { myId, put, whoIs } from "./party.js";
import { say as sayHere } from "./text.js";
import { ALL_STEPS, outlookOf, staged, stepsDone } from "./waits.js";

/**
 * @typedef {import("./meal.js").Order} Order
 * @typedef {import("./waits.js").Line} Line
 * @typedef {import("./waits.js").Stage} Stage
 */

/** @param {{order: Order}} props */
export function Round({ order }) {
  const [asked, ask] = useState(/** @type {{lineIds: string[] | null, what: string} | null} */ (null));
  const lines = staged(order, checkedLines.value);
  const isMine = order.status === "WAITING" && order.placedBy.id === myId.value;
  const going = leavingLines(order);
  const canAll = isMine && lines.filter(({ line, stage }) => stage === "WAITING" && !going.has(line.id)).length > 0;
  const takeBack = () => {
    void put("order:cancel", { orderId: order.id, lineIds: asked?.lineIds ?? null });
    ask(null);
  };
  return html`<article class="round" data-order=${order.id} data-status=${order.status} data-flip=${order.id} aria-labelledby=${`round-${order.id}`}>
    <header>
      <h2 id=${`round-${order.id}`}>${say("round.heading", { round: order.round })}</h2>
      <p class="soft">${say("round.facts", { number: order.number, time: timeOfDay(order.placedAt), who: whoIs(order.placedBy) })}</p>
    </header>
    <${Standing} order=${order} stages=${lines.map(({ stage }) => stage)} />
    <ul>${lines.map(
      ({ line, stage }) => html`<${Row} key=${line.id} order=${order} line=${line} stage=${stage} isGoing=${going.has(line.id)}
        onTakeBack=${isMine && stage === "WAITING" ? () => ask({ lineIds: [line.id], what: named(line.name) }) : null} />`,
    )}</ul>
    ${canAll && lines.length > 1 && html`<button type="button" class="take-back-all" onClick=${() => ask({ lineIds: null, what: "" })}>${say("take.back.all")}</button>`}
    ${
      asked &&
      html`<${Dialog} heading=${say("take.back.sure")} isSheet onClose=${() => ask(null)}>
        <p>${asked.what && html`<b>${asked.what}</b>. `}${say("take.back.text")}</p>
        <footer class="sheet-foot">
          <button type="button" onClick=${() => ask(null)}>${say("take.back.keep")}</button>
          <button type="button" class="accent" onClick=${takeBack}>${say("take.back")}</button>
        </footer>
      <//>`
    }
  </article>`;
}

/** Lines that somebody here takes back at this moment. @param {Order} order @returns {ReadonlySet<string>} */
function leavingLines(order) {
  const named = unanswered("order:cancel").filter(({ orderId }) => orderId === order.id);
  return new Set(named.flatMap(({ lineIds }) => /** @type {string[]} */ (lineIds ?? order.lines.map(({ id }) => id))));
}

/** What is to be said of the whole round. @param {{order: Order, stages: Stage[]}} props */
function Standing({ order, stages }) {
  if (order.status === "WAITING") return html`<p class="standing waiting"><${Icon} name="clock" />${say("round.waiting")}</p>`;
  if (order.status === "PLACED") {
    const isServed = stages.includes("SERVED") && stages.every((one) => ["SERVED", "STRUCK", "CANCELLED"].includes(one));
    return isServed ? html`<p class="standing served"><${Icon} name="check" />${say("round.served")}</p>` : null;
  }
  return html`<div class="standing over"><${Icon} name="warning" /><div>
    <p>${say(order.status === "REJECTED" ? "round.rejected" : "round.cancelled")}</p>
    ${order.reason && html`<p><b>${say("round.reason", { reason: order.reason })}</b></p>`}</div></div>`;
}

/** @param {{order: Order, line: Line, stage: Stage, isGoing: boolean, onTakeBack: (() => void) | null}} props */
function Row({ order, line, stage, isGoing, onTakeBack }) {
  const dish = named(line.name);
  const off = stage === "STRUCK" ? 0 : (takenOff.value.get(line.id) ?? 0);
  const options = line.modifiers.map(({ name }) => named(name)).join(", ");
  return html`<li class="meal-line" data-line=${line.id} data-stage=${stage} data-flip=${line.id}>
    <div class="meal-what">
      <p><b>${line.quantity}×</b> <span class="line-name" lang=${menuLanguage.value}>${dish}</span></p>
      ${options && html`<p class="line-options">${options}</p>`}
      ${line.note && html`<p class="line-note">${quoted(line.note)}</p>`}
      ${line.avoid.length > 0 && html`<p class="line-avoid"><${Icon} name="warning" />${sayHere("avoid", { what: listed("allergen", line.avoid) })}</p>`}
      ${off > 0 && html`<p class="line-avoid">${say("some.off", { count: off })}</p>`}
      <p class="stage" data-stage=${stage}><span class="stage-name">${isGoing ? say("being.taken.back") : say(`stage.${stage}`)}</span><${Outlook} order=${order} line=${line} stage=${stage} />
        ${isShared.value && html`<span class="soft">${whoIs(line.addedBy)}</span>`}</p>
    </div>
    <div class="meal-acts">
      ${onTakeBack && !isGoing && html`<button type="button" class="bare" aria-label=${say("take.back.of", { dish })} onClick=${onTakeBack}><${Icon} name="bin" /></button>`}
      <${Again} line=${line} dish=${dish} />
    </div>
    <span class="track" aria-hidden="true" data-done=${stepsDone(stage)}>${Array.from({ length: ALL_STEPS }, (_, step) => html`<i key=${step} data-on=${String(step < stepsDone(stage))}></i>`)}</span>
  </li>`;
}

/** When it is likely to be ready. @param {{order: Order, line: Line, stage: Stage}} props */
function Outlook({ order, line, stage }) {
  const outlook = outlookOf(order, line, stage, stations.value, now.value);
  if (!outlook) return null;
  const text = outlook.kind === "AT" ? say("outlook.at", { time: timeOfDay(outlook.at) }) : say(outlook.kind === "SOON" ? "outlook.soon" : "outlook.late");
  return html`<span class="outlook">${text}</span>`;
}

/** The same once more, with its options, into the cart. @param {{line: Line, dish: string}} props */
function Again({ line, dish }) {
  const menu = offer.value;
  const isGone = !menu || !menu.menu.dishes.some(({ id }) => id === line.itemId) || missing(menu, line.itemId) !== null;
  const again = () => {
    add(line.itemId, { quantity: 1, modifiers: line.modifiers.map(({ id }) => id), note: line.note, avoid: line.avoid });
    tellDone(say("one.more.done", { dish }), null);
  };
  return html`<button type="button" class="again" disabled=${isGone} aria-label=${say("one.more.of", { dish })} onClick=${again}><${Icon} name="plus" /></button>`;
}
