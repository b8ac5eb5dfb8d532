// @ts-check
/**
 * How far a dish is, and when it is likely to come. Pure.
 *
 * @typedef {import("../client/protocol.js").OrderView} Order
 * @typedef {import("../client/protocol.js").OrderLine} Line
 * @typedef {import("../client/protocol.js").GuestStationView} Station
 */
/**
 * How far a line is, as guests understand it. `SENT`: no screen of the kitchen shows it yet. `HELD`: its course comes later. `STRUCK`:
 * staff have taken it off; `CANCELLED`: it never went to the kitchen.
 * @typedef {"WAITING" | "REJECTED" | "CANCELLED" | "STRUCK" | "HELD" | "SENT" | "SEEN" | "IN_PROGRESS" | "READY" | "SERVED"} Stage
 */
/**
 * When it is likely to be ready: `AT` a time (milliseconds), `SOON` within a minute, or `LATE` for what takes longer than was said.
 * @typedef {{kind: "AT", at: number} | {kind: "SOON"} | {kind: "LATE"}} Outlook
 */

const MINUTE = 60_000;

/** For so long an estimate that has passed is called soon; after that it was wrong, and we say so. */
const GRACE = 3 * MINUTE;

/** What has gone furthest and is not eaten yet stands first; what is over stands last. @type {readonly Stage[]} */
const RANKS = ["READY", "IN_PROGRESS", "SEEN", "SENT", "HELD", "WAITING", "SERVED", "STRUCK", "CANCELLED", "REJECTED"];

/** The four steps that are drawn; SENT is before the first. @type {readonly Stage[]} */
const STEPS = ["SEEN", "IN_PROGRESS", "READY", "SERVED"];

/**
 * Return how far a line is.
 * @param {Order} order
 * @param {Line} line
 * @param {ReadonlySet<string>} checked ids of the lines that are on a check: what was taken off there was sent before
 * @returns {Stage}
 */
export function stageOf(order, line, checked) {
  if (order.status === "REJECTED") return "REJECTED";
  if (line.status === "CANCELLED") return checked.has(line.id) ? "STRUCK" : "CANCELLED";
  if (order.status === "WAITING") return "WAITING";
  if (line.status !== "NEW") return line.status;
  if (line.isHeld) return "HELD";
  return line.seenAt ? "SEEN" : "SENT";
}

/** How many of the four steps are done. @param {Stage} stage */
export const stepsDone = (stage) => STEPS.indexOf(stage) + 1;

/** How many steps there are. */
export const ALL_STEPS = STEPS.length;

/** Whether the kitchen or the waiter has still to do with it. @param {Stage} stage */
export const isOpen = (stage) => RANKS.indexOf(stage) < RANKS.indexOf("SERVED");

/**
 * Return the lines of a round, what comes next first; otherwise in the order in which they were sent.
 * @param {Order} order
 * @param {ReadonlySet<string>} checked
 * @returns {{line: Line, stage: Stage}[]}
 */
export function staged(order, checked) {
  const all = order.lines.map((line) => ({ line, stage: stageOf(order, line, checked) }));
  return all.sort((a, b) => RANKS.indexOf(a.stage) - RANKS.indexOf(b.stage));
}

/**
 * Return when a line is likely to be ready; null where nothing can honestly be said.
 * @param {Order} order
 * @param {Line} line
 * @param {Stage} stage
 * @param {readonly Station[]} stations
 * @param {number} now
 * @returns {Outlook | null}
 */
export function outlookOf(order, line, stage, stations, now) {
  if (!["SENT", "SEEN", "IN_PROGRESS"].includes(stage)) return null;
  const at = line.expectedAt ? Date.parse(line.expectedAt) : likelyAt(order, line, stations);
  if (at === null) return null;
  if (at - now > MINUTE) return { kind: "AT", at: Math.ceil(at / MINUTE) * MINUTE };
  return { kind: now - at > GRACE ? "LATE" : "SOON" };
}

/** By what its slowest station takes now. @param {Order} order @param {Line} line @param {readonly Station[]} stations */
function likelyAt(order, line, stations) {
  const minutes = stations.filter(({ code, wait }) => wait && line.stations.includes(code)).map(({ wait }) => wait?.minutes ?? 0);
  return minutes.length > 0 ? Date.parse(order.placedAt) + Math.max(...minutes) * MINUTE : null;
}
