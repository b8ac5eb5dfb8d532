// @ts-check
/**
 * The rules of the expediter's view, pure: all tickets of one order as one card, and how far it is.
 *
 * @import {Line, Ticket} from './shape.js'
 * @typedef {'COOKING' | 'READY' | 'RUN'} Stage
 * @typedef {{id: string, isPriority: boolean, placedAt: string, number: number, station: string, tickets: Ticket[]}} Order
 *   the tickets of it that are shown
 */
import { isShown, isUnfinished, struck } from "./board.js";

/** @type {readonly Stage[]} */
export const STAGES = ["COOKING", "READY", "RUN"];

/**
 * Whether a line stands on the pass: cooked and not run, or struck before it was run.
 * @param {Line} line
 */
const isOnPass = (line) => line.status === "READY" || (struck(line) > 0 && line.servedAt === null);

/**
 * Whether the pass shows a ticket: it is on a station's screen, or was cleared there and something of it is on the pass.
 * @param {Ticket} ticket
 */
export const isAtPass = (ticket) => ticket.status === "OPEN" || (ticket.hasExpo && ticket.lines.some(isOnPass));

/**
 * Return how far an order is: cooking until every dish that was fired is ready, then ready, then assembled and to run.
 * @param {readonly Ticket[]} tickets
 * @returns {Stage}
 */
export function stageOf(tickets) {
  if (tickets.some((ticket) => ticket.lines.some(isUnfinished))) return "COOKING";
  const ready = tickets.filter((ticket) => ticket.lines.some((line) => line.status === "READY" && !line.isHeld));
  if (ready.length === 0) return "COOKING";
  return ready.every((ticket) => ticket.assembledAt !== null) ? "RUN" : "READY";
}

/**
 * Put tickets together by order.
 * @param {string} id of the order
 * @param {Iterable<Ticket>} tickets of any order
 * @returns {Order | null} null when none of them is at the pass
 */
export function orderOf(id, tickets) {
  const own = [...tickets].filter((ticket) => ticket.orderId === id && isAtPass(ticket));
  const [first] = own;
  if (!first) return null;
  own.sort((one, other) => (one.station < other.station ? -1 : 1));
  const isPriority = own.some((ticket) => ticket.isPriority);
  return { id, isPriority, placedAt: first.placedAt, number: first.number, station: "", tickets: own };
}

/**
 * Return what is seen of an order's courses: which are held, and which have something fired that nobody has begun.
 * @param {readonly Ticket[]} tickets
 */
export function coursesOf(tickets) {
  const lines = tickets.flatMap((ticket) => ticket.lines).filter(isShown);
  const held = new Set(lines.filter((line) => line.isHeld).map((line) => line.course));
  const open = new Set(lines.filter((line) => !line.isHeld && line.status === "NEW").map((line) => line.course));
  return { held: [...held], open: [...open].filter((course) => !held.has(course)) };
}

/**
 * What the screen showed of an order: a bump of something else is refused.
 * @param {Order} order
 * @returns {{[ticketId: string]: number}}
 */
export const revisionsOf = (order) => Object.fromEntries(order.tickets.map((ticket) => [ticket.id, ticket.revision]));

/**
 * Put tickets together by order, in the order in which each first comes.
 * @param {readonly Ticket[]} tickets
 * @returns {Ticket[][]}
 */
export function byOrder(tickets) {
  /** @type {Map<string, Ticket[]>} */
  const orders = new Map();
  for (const ticket of tickets) orders.set(ticket.orderId, [...(orders.get(ticket.orderId) ?? []), ticket]);
  return [...orders.values()];
}
