// @ts-check
/**
 * Who pays what of a check, as a guest sees it before paying. Pure. What a share comes to says the server; here only fractions are compared,
 * as whole numbers.
 *
 * @typedef {import("../client/protocol.js").CheckView} Check
 * @typedef {import("../client/protocol.js").CheckLine} Line
 * @typedef {import("../client/protocol.js").Actor} Actor
 * @typedef {import("../client/protocol.js").Claim} Claim
 * @typedef {import("../client/protocol.js").Share} Share
 * @typedef {{parts: number, of: number}} Fraction
 */
/** `isPending`: asked for on this phone, and not answered yet. @typedef {Claim & {isPending: boolean}} ShownClaim */
/**
 * What a guest may pay: `amount` in minor units at this moment. `MINE` and `OTHER` are shares, `REST` what nobody takes; `ALL` is all that
 * can be paid.
 * @typedef {{kind: "MINE" | "OTHER" | "REST" | "ALL", id: string, shareId: string | null, name: string, number: number, amount: number}} Choice
 */

/** The id of the share that is nobody's yet. */
const REST = "rest";

/**
 * Return the claims as they will be when what was asked here has arrived.
 * @param {Check} check
 * @param {readonly {name: string, payload: Record<string, any>}[]} commands in their order
 * @param {Actor} me
 * @returns {ShownClaim[]}
 */
export function claimsWith(check, commands, me) {
  /** @type {ShownClaim[]} */
  let claims = check.claims.map((one) => ({ ...one, isPending: false }));
  for (const { name, payload } of commands) {
    if (name !== "check:claim" && name !== "check:unclaim") continue;
    claims = claims.filter((one) => one.lineId !== payload["lineId"] || one.by.id !== me.id);
    const { parts = 1, of = 1 } = payload["share"] ?? {};
    if (name === "check:claim") claims = [...claims, { lineId: payload["lineId"], by: me, parts, of, isPending: true }];
  }
  return claims;
}

/**
 * Return how much of a line is left for somebody: what others have not claimed.
 * @param {readonly Claim[]} claims
 * @param {string} lineId
 * @param {string} myId
 * @returns {Fraction}
 */
export function leftFor(claims, lineId, myId) {
  let left = { parts: 1, of: 1 };
  for (const one of claims) {
    if (one.lineId !== lineId || one.by.id === myId) continue;
    const parts = left.parts * one.of - one.parts * left.of;
    const of = left.of * one.of;
    const shared = divisor(Math.abs(parts), of);
    left = { parts: parts / shared, of: of / shared };
  }
  return left;
}

/** Whether a share is no more than what is left. @param {Fraction} share @param {Fraction} left */
export const fits = (share, left) => share.parts * left.of <= left.parts * share.of;

/** @param {number} a @param {number} b @returns {number} the greatest common divisor */
const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/**
 * Return the lines of a check by who added them, in the order in which they first did; one's own first.
 * @param {Check} check
 * @param {string} myId
 * @returns {{by: Actor, lines: Line[]}[]}
 */
export function byPerson(check, myId) {
  /** @type {Map<string, {by: Actor, lines: Line[]}>} */
  const people = new Map();
  for (const line of check.rounds.flatMap(({ lines }) => lines)) {
    const known = people.get(line.by.id) ?? { by: line.by, lines: [] };
    known.lines.push(line);
    people.set(line.by.id, known);
  }
  return [...people.values()].sort((a, b) => Number(b.by.id === myId) - Number(a.by.id === myId));
}

/**
 * Return how many portions of a line were taken off, and how many are free.
 * @param {Check} check
 * @param {string} lineId
 */
export function correctedPortions(check, lineId) {
  const of = (/** @type {string} */ kind) =>
    check.corrections.reduce((sum, one) => (one.kind === kind && one.lineId === lineId ? sum + (one.quantity ?? 0) : sum), 0);
  return { off: of("VOID"), free: of("COMP") };
}

/** Whether guests divide it by what they claim. @param {Check} check */
export const isByClaims = ({ splitMethod }) => splitMethod === null || splitMethod === "CLAIMS";

/** Whether a line is being paid now, so that nobody can claim it or give it up. @param {Check} check @param {string} lineId */
export const isBeingPaid = ({ pending }, lineId) => pending.some(({ lineIds }) => lineIds.includes(lineId));

/**
 * Return what can be paid, one's own part first.
 * @param {Check} check
 * @param {string} myId
 * @returns {Choice[]}
 */
export function choicesOf(check, myId) {
  const isDivided = check.shares.some(({ id }) => id !== REST);
  const shares = isDivided ? check.shares.map((share, at) => choice(share, at, myId)).filter(({ amount }) => amount > 0) : [];
  const mine = shares.filter(({ kind }) => kind === "MINE");
  const others = shares.filter(({ kind }) => kind !== "MINE");
  const all = { kind: /** @type {const} */ ("ALL"), id: "all", shareId: null, name: "", number: 0, amount: check.payable.amount };
  return [...mine, ...others, ...(all.amount > 0 ? [all] : [])];
}

/** @param {Share} share @param {number} at @param {string} myId @returns {Choice} */
function choice(share, at, myId) {
  const kind = share.participantId === myId ? "MINE" : share.id === REST ? "REST" : "OTHER";
  return { kind, id: share.id, shareId: share.id, name: share.name, number: at + 1, amount: share.payable.amount };
}
