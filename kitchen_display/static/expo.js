// @ts-check
/**
 * The pass: each order with the lines of all its stations, in three columns: cooking, ready, to run. Bumped twice: assembled,
 * then on its way.
 *
 * @import {Ticket} from './shape.js'
 * @import {Entry} from './lanes.js'
 * @import {Order, Stage} from './order.js'
 */
import { beat } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { bumpOrder, canFire, hold } from "./actions.js";
import { byCourse, toneOf } from "./board.js";
import { Columns } from "./columns.js";
import { Icon } from "./icons.js";
import { STAGES, coursesOf, stageOf } from "./order.js";
import { pass } from "./showing.js";
import { called, named, say, titleOf } from "./text.js";
import { Bands, CourseGroup, TicketHead } from "./ticket.js";
import { outlines, stationName, stations } from "./who.js";

/** @type {Record<Stage, import('./text.js').Word>} */
const HEADINGS = { COOKING: "stage.COOKING", READY: "stage.READY", RUN: "stage.RUN" };

/** @type {Record<Stage, import('./text.js').Word>} */
const BUMPS = { COOKING: "assemble", READY: "assemble", RUN: "run" };

/** The pass, with the load of each station above. */
export function Expo() {
  return html`<div class="expo">
    <${Loads} />
    <${Columns} lanes=${pass} columns=${STAGES} heading=${(/** @type {Stage} */ stage) => say(HEADINGS[stage])} face=${ORDER} empty=${say("board.empty")} />
  </div>`;
}

/** @type {import('./card.js').Face<Order>} */
const ORDER = {
  name: "order",
  label: (order) => say("ticket.label", { table: titleOf(whole(order)), number: order.number }),
  lines: (order) => order.tickets.reduce((sum, ticket) => sum + ticket.lines.length, 0),
  tone: (order) => toneOfOrder(order.tickets),
  contents: Contents,
};

/**
 * @param {{entry: Entry<Order>}} props
 */
function Contents({ entry }) {
  const order = entry.shown.value;
  const all = whole(order);
  const stage = stageOf(order.tickets);
  const { open } = coursesOf(order.tickets);
  return html`<${TicketHead} ticket=${all} place=${entry.place} />
    <${Bands} ticket=${all} />
    ${order.tickets.map((ticket) => html`<${Part} key=${ticket.id} ticket=${ticket} />`)}
    ${
      canFire.value &&
      stage === "COOKING" &&
      open.length > 0 &&
      html`<div class="holds">
      ${open.map(
        (course) => html`<button key=${course} type="button" onClick=${() => hold(all, course)}>
        <${Icon} name="held" />${say("hold.course", { course: called("course", course) })}
      </button>`,
      )}
    </div>`
    }
    <footer class="ticket-foot">
      <button type="button" class=${stage === "COOKING" ? "bump" : "bump primary"} onClick=${() => bumpOrder(order, stage)}>
        <${Icon} name=${stage === "RUN" ? "start" : "bump"} />${say(BUMPS[stage])}
      </button>
    </footer>`;
}

/**
 * What one station has of an order.
 * @param {{ticket: Ticket}} props
 */
function Part({ ticket }) {
  const groups = byCourse(ticket.lines);
  if (groups.length === 0) return null;
  return html`<section class="part" data-ticket=${ticket.id} data-bumped=${String(ticket.status === "BUMPED")}>
    <h4 class="station">${stationName(ticket.station)}</h4>
    ${groups.map((group) => html`<${CourseGroup} key=${group.course} ticket=${ticket} group=${group} />`)}
  </section>`;
}

/** How long each station takes now, and how much it has open; in words when it is dark or busy. */
function Loads() {
  const cooking = [...stations.value.values()].filter((station) => station.kind === "PREP");
  return html`<ul class="loads" aria-label=${say("loads")}>
    ${cooking.map(
      (station) => html`<li key=${station.id} data-dark=${String(!station.isLive)} data-busy=${String(station.isBusy)}>
      <b>${named(station.name)}</b>
      <span>${waitText(station.wait)}</span>
      <span>${station.busyPortions === null ? say("load", { count: station.openPortions }) : say("load.of", { count: station.openPortions, most: station.busyPortions })}</span>
      ${!station.isLive && html`<strong><${Icon} name="warning" />${say("dark")}</strong>`}
      ${station.isBusy && html`<strong><${Icon} name="clock" />${say("busy")}</strong>`}
    </li>`,
    )}
  </ul>`;
}

/**
 * How long a dish takes at a station now: half of them, to nine of ten.
 * @param {import("./shape.js").Station["wait"]} wait
 */
function waitText(wait) {
  if (wait === null) return say("wait.none");
  const { minutes, longMinutes: long } = wait;
  return minutes === long ? say("age", { minutes }) : say("wait", { minutes, long });
}

/**
 * An order as if one station had all of it, for what is said of the whole.
 * @param {Order} order
 * @returns {Ticket}
 */
function whole(order) {
  const first = /** @type {Ticket} */ (order.tickets[0]);
  return {
    ...first,
    backup: null,
    isPriority: order.isPriority,
    lines: order.tickets.flatMap((ticket) => ticket.lines),
  };
}

/** @param {Ticket[]} tickets */
function toneOfOrder(tickets) {
  const tones = tickets.map((ticket) => toneOf(ticket.lines, outlines.value.get(ticket.station), beat.value));
  return ["red", "amber", "green", "waiting", "done"].find((tone) => tones.some((one) => one === tone)) ?? "held";
}
