// @ts-check
/**
 * The rules of the board, pure: which tickets stand where and in what order, what a line is waiting for, how old it is.
 * No DOM and no clock: every moment is an argument (milliseconds since 1970).
 *
 * @import {Column, Item, Line, LineStatus, Station, Text, Ticket} from './shape.js'
 * @typedef {'held' | 'waiting' | 'green' | 'amber' | 'red' | 'done'} Tone
 * @typedef {{tone: Tone, minutes: number}} Age `minutes`: since it could be begun; until then, if it is waiting
 */

/** @type {readonly Column[]} */
export const COLUMNS = ["NEW", "IN_PROGRESS", "READY"];

export const COURSES = ["DRINKS", "STARTERS", "MAINS", "DESSERTS"];

const MINUTE = 60_000;

/** What is to be begun within this time is to be begun: the page's clock steps in seconds, and lags behind the server's. */
const SOON = 15_000;
const USUAL_AGES = { amber: 10, red: 20 };

/** @type {Record<Tone, number>} */
const URGENCY = { held: 0, done: 1, waiting: 2, green: 3, amber: 4, red: 5 };

/**
 * Portions that were taken off and that nobody at the station has taken note of.
 * @param {Line} line
 */
export const struck = (line) => line.voided - line.acknowledged;

/**
 * Portions that are to be cooked.
 * @param {Line} line
 */
export const portions = (line) => line.quantity - line.voided;

/** @param {Line} line */
export const isUnfinished = (line) => (line.status === "NEW" || line.status === "IN_PROGRESS") && !line.isHeld;

/**
 * Whether a line is on the board: what was served or taken off has left it, unless it is struck.
 * @param {Line} line
 */
export const isShown = (line) => struck(line) > 0 || (line.status !== "SERVED" && line.status !== "CANCELLED");

/**
 * Return a ticket's lines by course, in the order of a dinner.
 * @param {readonly Line[]} lines
 * @returns {{course: string, isHeld: boolean, lines: Line[]}[]} without courses of which nothing is shown
 */
export function byCourse(lines) {
  const shown = lines.filter(isShown);
  const courses = [...COURSES, ...new Set(shown.map((line) => line.course).filter((one) => !COURSES.includes(one)))];
  return courses
    .map((course) => ({ course, lines: shown.filter((line) => line.course === course) }))
    .filter((group) => group.lines.length > 0)
    .map((group) => ({ ...group, isHeld: group.lines.some((line) => line.isHeld) }));
}

/**
 * Return where a ticket stands: in the column of its slowest unfinished line. One with nothing to cook and nothing
 * ready is there for what is held or struck; it stays where it came in.
 * @param {Ticket} ticket
 * @returns {Column}
 */
export function columnOf(ticket) {
  const states = ticket.lines.filter((line) => !line.isHeld).map((line) => line.status);
  return COLUMNS.find((column) => states.includes(column)) ?? "NEW";
}

/**
 * Whether a ticket is on a board of some stations (of all, if none is named): it is theirs, or came to them as backup.
 * @param {Ticket} ticket
 * @param {ReadonlySet<string>} stations
 */
export function isOnBoard(ticket, stations) {
  return ticket.status === "OPEN" && isOf(ticket, stations);
}

/**
 * @param {{station: string, backup: string | null}} ticket
 * @param {ReadonlySet<string>} stations
 */
export function isOf(ticket, stations) {
  return stations.size === 0 || stations.has(ticket.station) || (ticket.backup !== null && stations.has(ticket.backup));
}

/**
 * Sort as the server does: what has priority, then what waits longest. So a new ticket comes last, and nothing that is
 * on the board moves for it.
 * @typedef {{isPriority: boolean, placedAt: string, number: number, station: string, id: string}} Placed
 * @param {Placed} one
 * @param {Placed} other
 */
export function inOrder(one, other) {
  return (
    Number(other.isPriority) - Number(one.isPriority) ||
    Date.parse(one.placedAt) - Date.parse(other.placedAt) ||
    one.number - other.number ||
    compared(one.station, other.station) ||
    compared(one.id, other.id)
  );
}

/**
 * @param {string} one
 * @param {string} other
 */
const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * Whole minutes from one moment to another, never negative.
 * @param {string | null} since RFC 3339
 * @param {number} now
 */
export const minutesSince = (since, now) => (since ? Math.max(0, Math.floor((now - Date.parse(since)) / MINUTE)) : 0);

/**
 * Return how old a line is, by the bounds of its station for its course. It ages from the moment at which it was to be
 * begun until it is ready; what is held does not age.
 * @param {Line} line
 * @param {Pick<Station, 'ages'> | undefined} station
 * @param {number} now
 * @returns {Age}
 */
export function ageOf(line, station, now) {
  if (line.isHeld) return { tone: "held", minutes: 0 };
  if (!isUnfinished(line)) return { tone: "done", minutes: 0 };
  const from = line.startsAt ?? line.firedAt;
  if (line.status === "NEW" && from && Date.parse(from) - now > SOON) {
    return { tone: "waiting", minutes: Math.ceil((Date.parse(from) - now) / MINUTE) };
  }
  const minutes = minutesSince(from, now);
  const { amber, red } = station?.ages?.[line.course] ?? USUAL_AGES;
  return { tone: minutes >= red ? "red" : minutes >= amber ? "amber" : "green", minutes };
}

/**
 * Return the most urgent of a ticket's ages.
 * @param {readonly Line[]} lines
 * @param {Pick<Station, 'ages'> | undefined} station
 * @param {number} now
 * @returns {Tone}
 */
export function toneOf(lines, station, now) {
  /** @type {Tone} */
  let worst = "held";
  for (const line of lines.filter(isShown)) {
    const { tone } = ageOf(line, station, now);
    if (URGENCY[tone] > URGENCY[worst]) worst = tone;
  }
  return worst;
}

/**
 * The allergens that somebody who eats from this ticket must not get.
 * @param {readonly Line[]} lines
 * @returns {string[]}
 */
export const avoided = (lines) => [...new Set(lines.filter(isShown).flatMap((line) => line.avoid))];

/**
 * Count what is still to be cooked of each dish, the most first. What is held is not counted: nobody may begin it. A dish
 * that several stations cook is one.
 * @param {Iterable<Ticket>} tickets that are on the board
 * @returns {{itemId: string, name: Text, count: number}[]}
 */
export function allDay(tickets) {
  /** @type {Map<string, {itemId: string, name: Text, count: number}>} */
  const counts = new Map();
  /** @type {Map<string, string>} */
  const countedAt = new Map();
  for (const ticket of tickets) {
    for (const line of ticket.lines.filter(isUnfinished)) {
      const part = `${ticket.orderId} ${line.id}`;
      if ((countedAt.get(part) ?? ticket.station) !== ticket.station) continue;
      countedAt.set(part, ticket.station);
      const key = line.itemId || first(line.name);
      const known = counts.get(key) ?? { itemId: line.itemId, name: line.name, count: 0 };
      counts.set(key, { ...known, count: known.count + portions(line) });
    }
  }
  return [...counts.values()].sort(
    (one, other) => other.count - one.count || compared(first(one.name), first(other.name)),
  );
}

/** @param {Text} name */
const first = (name) => Object.values(name)[0] ?? "";

/**
 * Whether there is anything to clear of a ticket: one of which all is ready but for what is held stays for that.
 * @param {Ticket} ticket
 */
export const canBump = ({ lines }) =>
  !lines.some((line) => line.isHeld) || lines.some((line) => isUnfinished(line) || struck(line) > 0);

/** @type {Record<LineStatus, readonly LineStatus[]>} */
const TRANSITIONS = {
  NEW: ["IN_PROGRESS", "READY"],
  IN_PROGRESS: ["NEW", "READY"],
  READY: ["NEW", "IN_PROGRESS"],
  SERVED: [],
  CANCELLED: [],
};

/**
 * Where a cook may move a line.
 * @param {Line} line
 */
export const stepsOf = (line) => (line.isHeld ? [] : TRANSITIONS[line.status]);

/**
 * Where one tap moves a line; null when it has no further step at a station.
 * @param {Line} line
 * @returns {LineStatus | null}
 */
export function nextOf(line) {
  if (line.isHeld) return null;
  return line.status === "NEW" ? "IN_PROGRESS" : line.status === "IN_PROGRESS" ? "READY" : null;
}

/**
 * Which lines a ticket takes along when it is moved to a column.
 * @param {Ticket} ticket
 * @param {Column} column
 */
export function movedBy(ticket, column) {
  return ticket.lines.filter((line) => isShown(line) && stepsOf(line).includes(column));
}

/**
 * Whether a dish or option is sold out at a moment.
 * @param {Item} item
 * @param {number} now
 */
export const isOut = (item, now) => !item.isAvailable && (item.until === null || Date.parse(item.until) > now);
