// @ts-check
/**
 * What a command will have done when the server has it: so that a tap shows at once. Pure. The server's own answer takes
 * the place of this; a refusal takes it back.
 *
 * @import {Command, Item, Line, Ticket} from './shape.js'
 */
import { isUnfinished } from "./board.js";

/**
 * @callback Effect
 * @param {Ticket} ticket
 * @param {{[field: string]: any}} payload
 * @returns {Ticket}
 */

/** @type {{[name: string]: Effect}} */
const EFFECTS = {
  "line:set-status": (ticket, { lineId, status, expected }) =>
    withLines(ticket, (line) => (line.id === lineId && line.status === expected ? { ...line, status } : line)),
  "line:acknowledge": (ticket, { lineId, voided }) =>
    withLines(ticket, (line) =>
      line.id === lineId ? { ...line, acknowledged: Math.max(line.acknowledged, voided ?? line.voided) } : line,
    ),
  "ticket:bump": (ticket, { revision }) =>
    revision !== undefined && revision !== ticket.revision ? ticket : cleared(withLines(ticket, finished)),
  "ticket:recall": (ticket) => ({ ...ticket, status: "OPEN" }),
  "order:bump": (ticket, { level, revisions }) => {
    if (revisions && revisions[ticket.id] !== undefined && revisions[ticket.id] !== ticket.revision) return ticket;
    if (level === "RUN") return cleared(withLines(ticket, (line) => served(finished(line))));
    return { ...cleared(withLines(ticket, finished)), assembledAt: ticket.assembledAt ?? ticket.placedAt };
  },
  "order:recall": (ticket) => ({ ...ticket, status: "OPEN", assembledAt: null }),
  "order:prioritize": (ticket, { isPriority }) => ({ ...ticket, isPriority }),
  "course:hold": (ticket, { course }) =>
    withLines(ticket, (line) => (line.course === course && line.status === "NEW" ? { ...line, isHeld: true } : line)),
  "course:fire": (ticket, { course }) =>
    withLines(ticket, (line) => (line.course === course && line.isHeld ? { ...line, isHeld: false } : line)),
};

/**
 * Whether a command is about a ticket.
 * @param {Ticket} ticket
 * @param {Command} command
 */
export function isAbout(ticket, { name, payload }) {
  if (!(name in EFFECTS)) return false;
  return (
    payload["ticketId"] === ticket.id ||
    (payload["orderId"] !== undefined && payload["orderId"] === ticket.orderId) ||
    (name.startsWith("course:") && payload["sessionId"] === ticket.sessionId)
  );
}

/**
 * Return a ticket as it will be when the commands that wait are done.
 * @param {Ticket} ticket
 * @param {readonly Command[]} waiting in the order in which they will be sent
 */
export function foreseen(ticket, waiting) {
  return waiting.reduce((one, command) => (isAbout(one, command) ? effect(one, command) : one), ticket);
}

/**
 * Return what is sold out when the commands that wait are done.
 * @param {readonly Item[]} items
 * @param {readonly Command[]} waiting
 */
export function foreseenItems(items, waiting) {
  const known = new Map(items.map((item) => [item.itemId, item]));
  for (const { name, payload } of waiting) {
    if (name !== "item:set-availability") continue;
    const itemId = payload["itemId"];
    const before = known.get(itemId) ?? { id: itemId, version: 0, itemId, name: {}, left: null };
    known.set(itemId, { ...before, isAvailable: payload["state"] === "AVAILABLE", until: payload["until"] ?? null });
  }
  return [...known.values()];
}

/**
 * @param {Ticket} ticket
 * @param {Command} command
 */
function effect(ticket, command) {
  const change = EFFECTS[command.name];
  return change ? change(ticket, command.payload) : ticket;
}

/**
 * @param {Ticket} ticket
 * @param {(line: Line) => Line} change
 * @returns {Ticket}
 */
function withLines(ticket, change) {
  return { ...ticket, lines: ticket.lines.map(change) };
}

/**
 * A ticket with a held line stays on the screen for it.
 * @param {Ticket} ticket
 * @returns {Ticket}
 */
const cleared = (ticket) => (ticket.lines.some((line) => line.isHeld) ? ticket : { ...ticket, status: "BUMPED" });

/**
 * @param {Line} line
 * @returns {Line}
 */
function finished(line) {
  const known = { ...line, acknowledged: line.voided };
  return isUnfinished(line) ? { ...known, status: "READY" } : known;
}

/**
 * @param {Line} line
 * @returns {Line}
 */
const served = (line) => (line.status === "READY" ? { ...line, status: "SERVED" } : line);
