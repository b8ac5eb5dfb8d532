// @ts-check
/**
 * What people do to tickets, orders and dishes. Each goes through the outbox, shows at once, falls back if it is refused,
 * and can be taken back.
 *
 * @import {Column, Line, LineStatus, Ticket} from './shape.js'
 * @import {Order, Stage} from './order.js'
 */
import { computed } from "@preact/signals";
import { hush, tellDone } from "@comanda/ui/toast.js";
import { movedBy, struck } from "./board.js";
import { items, post, shownTicket, tickets } from "./feed.js";
import { revisionsOf } from "./order.js";
import { called, named, say, titleOf } from "./text.js";
import { hello } from "./who.js";

const REMEMBERED = 20;

/** For so long what was done here is taken back by one touch: later nobody knows any more what it was. */
const UNDO_MS = 120_000;

/** How to take back what was done here, and when that was; the last one on top. @type {{takeBack: () => void, at: number}[]} */
let undos = [];

/** Whether this screen may hold and fire courses: one that shows the whole house, or a chef. */
export const canFire = computed(() => {
  const principal = hello.value?.principal;
  return Boolean(
    principal && (principal.showsAll || principal.roles.some((role) => role === "CHEF" || role === "MANAGER")),
  );
});

/**
 * Move a line to a state.
 * @param {Ticket} ticket
 * @param {Line} line
 * @param {LineStatus} status
 */
export function step(ticket, line, status) {
  const answer = postStep(ticket.id, line.id, status, line.status);
  done([answer], say("done.step", { dish: named(line.name), status: called("status", status) }), () =>
    postStep(ticket.id, line.id, line.status, status),
  );
}

/**
 * Take note of what was struck of a line: of as much as the screen shows.
 * @param {Ticket} ticket
 * @param {Line} line
 */
export function acknowledge(ticket, line) {
  if (struck(line) > 0) post("line:acknowledge", { ticketId: ticket.id, lineId: line.id, voided: line.voided });
}

/**
 * Move all lines of a ticket that can be moved to a column.
 * @param {Ticket} ticket
 * @param {Column} column
 */
export function moveTicket(ticket, column) {
  const lines = movedBy(ticket, column);
  if (lines.length === 0) return;
  const answers = lines.map((line) => postStep(ticket.id, line.id, column, line.status));
  done(answers, say("done.move", { table: titleOf(ticket), status: called("status", column) }), () => {
    for (const line of lines) postStep(ticket.id, line.id, line.status, column);
  });
}

/**
 * Clear a ticket from the screen.
 * @param {Ticket} ticket
 */
export function bump(ticket) {
  const answer = post("ticket:bump", { ticketId: ticket.id, revision: ticket.revision });
  done([answer], say("done.bump", { table: titleOf(ticket), number: ticket.number }), () => recall(ticket));
}

/**
 * Bring a ticket back to the screens, unless somebody else has done so since.
 * @param {Ticket} ticket
 */
export const recall = ({ id, revision }) => post("ticket:recall", { ticketId: id, revision });

/**
 * Say that an order is assembled, or that it is on its way to the table.
 * @param {Order} order
 * @param {Stage} stage the one that it is in
 */
export function bumpOrder(order, stage) {
  const level = stage === "RUN" ? "RUN" : "READY";
  const answer = post("order:bump", { orderId: order.id, level, revisions: revisionsOf(order) });
  const table = titleOf(/** @type {Ticket} */ (order.tickets[0]));
  done([answer], say(level === "RUN" ? "done.run" : "done.assembled", { table, number: order.number }), () =>
    recallOrder(order.tickets),
  );
}

/**
 * Bring all tickets of an order back, to the stations and the pass, unless somebody else has done so since.
 * @param {readonly Ticket[]} tickets
 */
export const recallOrder = (tickets) =>
  post("order:recall", {
    orderId: tickets[0]?.orderId,
    revisions: Object.fromEntries(tickets.map(({ id, revision }) => [id, revision])),
  });

/**
 * Put an order before all others, or back in its place.
 * @param {{orderId: string, isPriority: boolean}} ticket
 */
export function prioritize({ orderId, isPriority }) {
  const answer = post("order:prioritize", { orderId, isPriority: !isPriority });
  done([answer], say(isPriority ? "done.unrush" : "done.rush"), () => post("order:prioritize", { orderId, isPriority }));
}

/**
 * Let a course of a party be cooked.
 * @param {{sessionId: string}} ticket
 * @param {string} course
 */
export function fire({ sessionId }, course) {
  // What waits for the course before it would wait for a person, if it were held again by one.
  const isByHand = held(sessionId, course).every((line) => line.heldBy !== null);
  const answer = post("course:fire", { sessionId, course });
  const takeBack = isByHand ? () => post("course:hold", { sessionId, course }) : null;
  done([answer], say("done.fire", { course: called("course", course) }), takeBack);
}

/**
 * Keep a course of a party back.
 * @param {{sessionId: string}} ticket
 * @param {string} course
 */
export function hold({ sessionId }, course) {
  // What was held before would be fired with it.
  const isAll = held(sessionId, course).length === 0;
  const answer = post("course:hold", { sessionId, course });
  const takeBack = isAll ? () => post("course:fire", { sessionId, course }) : null;
  done([answer], say("done.hold", { course: called("course", course) }), takeBack);
}

/**
 * Say that a dish or option is sold out.
 * @param {string} itemId
 * @param {string} name
 * @param {number | null} until milliseconds since 1970; null: until somebody says otherwise
 */
export function takeOut(itemId, name, until) {
  const left = itemOf(itemId)?.left ?? null;
  const end = until === null ? {} : { until: new Date(until).toISOString() };
  const answer = post("item:set-availability", { itemId, state: "OUT", ...end });
  const counted = left === null ? {} : { left };
  done([answer], say("done.out", { dish: name }), () =>
    post("item:set-availability", { itemId, state: "AVAILABLE", ...counted }),
  );
}

/**
 * Say that a dish or option can be had again.
 * @param {string} itemId
 * @param {string} name
 */
export function bringBack(itemId, name) {
  const until = itemOf(itemId)?.until ?? null;
  const answer = post("item:set-availability", { itemId, state: "AVAILABLE" });
  const end = until === null ? {} : { until };
  done([answer], say("done.back", { dish: name }), () => post("item:set-availability", { itemId, state: "OUT", ...end }));
}

/**
 * What is held of a course of a party.
 * @param {string} sessionId
 * @param {string} course
 */
const held = (sessionId, course) =>
  [...tickets.values()]
    .map((one) => one.peek())
    .filter((ticket) => ticket.sessionId === sessionId)
    .flatMap((ticket) => ticket.lines.filter((line) => line.isHeld && line.course === course));

/** @param {string} itemId */
const itemOf = (itemId) => items.peek().find((one) => one.itemId === itemId);

/** Take back what was done last on this screen, unless that is too long ago. */
export function undo() {
  const last = undos.pop();
  hush();
  if (last && performance.now() - last.at < UNDO_MS) last.takeBack();
}

/**
 * @param {string} ticketId
 * @param {string} lineId
 * @param {LineStatus} status
 * @param {LineStatus} expected
 */
async function postStep(ticketId, lineId, status, expected) {
  const line = shownTicket(ticketId)?.lines.find((one) => one.id === lineId);
  return line?.status !== status && post("line:set-status", { ticketId, lineId, status, expected });
}

/**
 * Say what was done, and remember how to take it back; what was refused whole is forgotten.
 * @param {Promise<boolean>[]} answers whether each part of it was done
 * @param {string} text
 * @param {(() => void) | null} takeBack null for what cannot be taken back by one touch
 */
function done(answers, text, takeBack) {
  if (takeBack) {
    const own = { takeBack, at: performance.now() };
    undos = [...undos, own].slice(-REMEMBERED);
    void Promise.all(answers).then((all) => {
      if (!all.includes(true)) undos = undos.filter((one) => one !== own);
    });
  }
  tellDone(text, takeBack && undo);
}
