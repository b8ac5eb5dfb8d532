// @ts-check
/**
 * What a phone has still to send: for which guest of which party it was meant, and whether it is still wanted. Pure.
 *
 * @typedef {import("../client/outbox.js").Entry} Entry
 * @typedef {{table: string, guest: string, party: string}} Whose the token of the table's code, and the ids of participant and session
 */

/** After so long nobody means it any more: that a waiter comes, or that a payment begins. */
const FLEETING_MS = 15 * 60_000;

const FLEETING = new Set(["service:request", "payment:start"]);

/**
 * Whether a command is from this guest, wherever their party sits by now; or from another one of the same party, as who types the PIN
 * again without a name is somebody new.
 * @param {Entry} entry
 * @param {Whose} me
 */
export const isFrom = ({ whose }, { guest, party }) => whose?.guest === guest || whose?.party === party;

/**
 * Whether it has waited too long to be done without being asked for again. A round that was sent while its sender held the cart is
 * none of it: the house refuses it when the hold has ended, and answers what has arrived.
 * @param {Entry} entry
 * @param {number} now
 */
export const isLate = ({ name, payload, at }, now) =>
  now - at > FLEETING_MS && (FLEETING.has(name) || (name === "order:place" && payload["fence"] === undefined));
