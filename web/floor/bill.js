// @ts-check
/** What of a check can be said without a browser: what is left of a line, who pays for it, how a part of the bill is called. Pure. */

/**
 * @typedef {import("../client/protocol.js").FloorCheckView} Check
 * @typedef {import("../client/protocol.js").CheckLine} Line
 * @typedef {import("../client/protocol.js").BillPart} Part
 * @typedef {import("../client/protocol.js").Share} Share
 */

/** The share of a check that is nobody's yet, by its id. */
export const REST = "rest";

/**
 * How many portions of a line were voided and made free, and how many are left to be.
 * @param {Check} check
 * @param {string} orderId
 * @param {Line} line
 */
export function takenOff(check, orderId, line) {
  const count = (/** @type {string} */ kind) =>
    check.corrections
      .filter((one) => one.kind === kind && one.orderId === orderId && one.lineId === line.id)
      .reduce((sum, one) => sum + (one.quantity ?? 0), 0);
  const voided = count("VOID");
  const free = count("COMP");
  return { voided, free, left: line.quantity - voided - free };
}

/**
 * How much of a line nobody pays for yet, as a fraction: what `check:claim` can still take.
 * @param {Check} check
 * @param {string} lineId
 */
export function unclaimed(check, lineId) {
  const [parts, of] = check.claims
    .filter((one) => one.lineId === lineId)
    .reduce(([parts, of], claim) => [parts * claim.of - claim.parts * of, of * claim.of], /** @type {[number, number]} */ ([1, 1]));
  const shared = greatestDivisor(Math.max(parts, 0), of);
  return { parts: Math.max(parts, 0) / shared, of: of / shared };
}

/** @param {number} one @param {number} other @returns {number} */
const greatestDivisor = (one, other) => (other === 0 ? one || 1 : greatestDivisor(other, one % other));

/** Per cent as somebody typed them, in basis points; null if it is no share of a whole. @param {string} text */
export function basisPoints(text) {
  const found = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  const rate = found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : 0;
  return rate > 0 && rate <= 10_000 ? rate : null;
}

/**
 * Amounts of cash that people are likely to hand over for one, in minor units: it, and the next round ones.
 * @param {number} amount
 */
export function likelyCash(amount) {
  const notes = [1_000, 5_000, 10_000, 20_000, 50_000];
  const rounded = notes.map((note) => amount + ((note - (amount % note)) % note));
  return [...new Set([amount, ...rounded])].filter((one) => one > 0).sort((one, other) => one - other).slice(0, 5);
}
