// @ts-check
/**
 * A ticket as a card. It is drawn anew when its own signal changes, and by nothing else; its age moves by itself.
 *
 * @import {Ticket} from './shape.js'
 * @import {Entry} from './lanes.js'
 */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { beat, timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { allergens } from "@comanda/ui/menu/allergens.js";
import { bump, canFire, fire, moveTicket } from "./actions.js";
import { avoided, byCourse, canBump, columnOf, minutesSince, movedBy, toneOf } from "./board.js";
import { open } from "./dialog.js";
import { Icon } from "./icons.js";
import { LineRow } from "./line.js";
import { called, say, titleOf } from "./text.js";
import { outlines, shownStations, stationName } from "./who.js";

/** A table's name of so many letters has room in the largest type. */
const SHORT = 4;

/** @type {import('./card.js').Face<Ticket>} */
export const TICKET = {
  name: "ticket",
  label: (ticket) => say("ticket.label", { table: titleOf(ticket), number: ticket.number }),
  lines: (ticket) => ticket.lines.length,
  tone: (ticket) => toneOf(ticket.lines, outlines.value.get(ticket.station), beat.value),
  contents: Contents,
};

/**
 * @param {{entry: Entry<Ticket>}} props
 */
function Contents({ entry }) {
  const ticket = entry.shown.value;
  const column = columnOf(ticket);
  const { tableName, tableWas, waiter } = ticket;
  // The only parts of a head that change: with them the same it is the same node, and is not compared.
  const head = useMemo(
    () => html`<${TicketHead} ticket=${ticket} place=${entry.place} />`,
    [entry, tableName, tableWas, waiter?.name],
  );
  return html`${head}
    <${Bands} ticket=${ticket} />
    ${byCourse(ticket.lines).map((group) => html`<${CourseGroup} key=${group.course} ticket=${ticket} group=${group} />`)}
    <footer class="ticket-foot">
      ${
        column === "NEW" &&
        movedBy(ticket, "IN_PROGRESS").length > 0 &&
        html`<button type="button" class="start" onClick=${() => moveTicket(ticket, "IN_PROGRESS")}>
        <${Icon} name="start" />${say("start")}
      </button>`
      }
      <button type="button" class=${column === "READY" ? "bump primary" : "bump"} disabled=${!canBump(ticket)} onClick=${() => bump(ticket)}>
        <${Icon} name="bump" />${say("bump")}
      </button>
    </footer>`;
}

/**
 * Where it goes, what it is, and since when.
 * @param {{ticket: Ticket, place?: import('@preact/signals').Signal<number>}} props
 */
export function TicketHead({ ticket, place }) {
  const facts = [`#${ticket.number}`, say("round", { round: ticket.round }), ticket.waiter?.name];
  return html`<header class="ticket-head">
    <div class="where">
      <h3 class="table" data-long=${String(titleOf(ticket).length > SHORT)}>${place && html`<${Place} place=${place} />`}${titleOf(ticket)}</h3>
      ${ticket.tableWas && html`<p class="was">${say("was", { table: ticket.tableWas })}</p>`}
    </div>
    <div class="when">
      <${Waited} since=${ticket.placedAt} />
      <time class="placed" datetime=${ticket.placedAt}>${timeOfDay(ticket.placedAt)}</time>
    </div>
    <p class="facts">
      ${ticket.tableName && html`<span class="option" data-option=${ticket.diningOption}>${called("diningOption", ticket.diningOption)}</span>`}
      ${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}
      ${shownStations.value.size !== 1 && html`<span>${stationName(ticket.station)}</span>`}
    </p>
    <button type="button" class="more" aria-label=${say("ticket.more", { table: titleOf(ticket) })} onClick=${() => open({ kind: "ticket", ticketId: ticket.id })}>⋯</button>
  </header>`;
}

/**
 * Its key, for those who have keys.
 * @param {{place: import('@preact/signals').Signal<number>}} props
 */
function Place({ place }) {
  return place.value > 0 && html`<kbd class="place" aria-hidden="true">${place.value % 10}</kbd>`;
}

/**
 * Minutes since a moment; the text alone moves.
 * @param {{since: string}} props
 */
export function Waited({ since }) {
  const text = useMemo(() => computed(() => say("age", { minutes: minutesSince(since, beat.value) })), [since]);
  return html`<span class="waited">${text}</span>`;
}

/**
 * What must not be overlooked, as solid bands.
 * @param {{ticket: Ticket}} props
 */
export function Bands({ ticket }) {
  const avoid = avoided(ticket.lines);
  const isElsewhere =
    ticket.backup !== null && shownStations.value.size > 0 && !shownStations.value.has(ticket.station);
  return html`
    ${ticket.isPriority && html`<p class="band rush"><${Icon} name="rush" />${say("priority")}</p>`}
    ${avoid.length > 0 && html`<p class="band allergy"><${Icon} name="allergy" />${say("avoid", { what: allergens(avoid) })}</p>`}
    ${isElsewhere && html`<p class="band backup"><${Icon} name="warning" />${say("backup", { station: stationName(ticket.station) })}</p>`}
  `;
}

/**
 * The lines of one course, and how to fire it if it is held.
 * @param {{ticket: Ticket, group: ReturnType<typeof byCourse>[number]}} props
 */
export function CourseGroup({ ticket, group }) {
  return html`<section class="course" data-held=${String(group.isHeld)}>
    <div class="course-head">
      <h4>${called("course", group.course)}</h4>
      ${group.isHeld && html`<span class="held"><${Icon} name="held" />${say("held")}</span>`}
      ${
        group.isHeld &&
        canFire.value &&
        html`<button type="button" class="fire" onClick=${() => fire(ticket, group.course)}>
        <${Icon} name="fire" />${say("fire")}
      </button>`
      }
    </div>
    <ul class="lines">
      ${group.lines.map((line) => html`<${LineRow} key=${line.id} ticketId=${ticket.id} station=${ticket.station} line=${line} />`)}
    </ul>
  </section>`;
}
