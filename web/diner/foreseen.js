// @ts-check
/**
 * The cart as it will be when what was tapped here has arrived: so that a tap shows at once, also offline. Pure. The server's own
 * answer takes the place of this; a refusal takes it back.
 *
 * @typedef {import("../client/protocol.js").CartLine} CartLine
 * @typedef {import("../client/protocol.js").CartView} CartView
 * @typedef {import("@comanda/ui/menu/offer.js").Offer} Offer
 * @typedef {{opId: string, name: string, payload: Record<string, any>}} Command
 * @typedef {CartLine & {isPending: boolean, isProvisional: boolean}} ShownLine
 */
import { missing, priceWith } from "@comanda/ui/menu/offer.js";

/**
 * Return the lines to show. `isPending`: the server does not know it yet, and it cannot be changed. `isProvisional`: its price was
 * computed here, because the server has not seen the line as it is shown.
 * @param {CartView | undefined} cart
 * @param {readonly Command[]} commands in their order
 * @param {Offer | null} offer for the names and prices of what was added
 * @param {{id: string, name: string}} me
 * @returns {ShownLine[]}
 */
export function foreseenLines(cart, commands, offer, me) {
  /** @type {ShownLine[]} */
  let lines = (cart?.lines ?? []).map((line) => ({ ...line, isPending: false, isProvisional: false }));
  for (const { opId, name, payload } of commands) {
    if (name === "cart:add") lines = [...lines, ...added(opId, payload, offer, me)];
    else if (name === "cart:update") lines = lines.map((line) => (line.id === payload["lineId"] ? changed(line, payload, offer) : line));
    else if (name === "cart:remove") lines = lines.filter((line) => line.id !== payload["lineId"]);
    else if (name === "cart:clear") lines = lines.filter((line) => line.isPending);
  }
  return lines;
}

/**
 * @param {string} opId
 * @param {Record<string, any>} payload
 * @param {Offer | null} offer
 * @param {{id: string, name: string}} me
 * @returns {ShownLine[]}
 */
function added(opId, payload, offer, me) {
  const { itemId, quantity = 1, modifiers = [], note = "", avoid = [] } = payload;
  const dish = offer?.menu.dishes.find((one) => one.id === itemId);
  if (!offer || !dish) return [];
  const unitPrice = { amount: priceWith(offer, dish, new Set(modifiers)), currency: offer.menu.currency };
  const addedBy = { kind: "GUEST", ...me };
  const isAvailable = missing(offer, itemId) === null;
  const line = { id: opId, itemId, name: dish.name, quantity, modifiers, note, avoid, unitPrice, addedBy, addedAt: "", isAvailable, left: null, price: unitPrice };
  return [priced({ ...line, isPending: true, isProvisional: true })];
}

/**
 * @param {ShownLine} line
 * @param {Record<string, any>} payload
 * @param {Offer | null} offer
 * @returns {ShownLine}
 */
function changed(line, payload, offer) {
  const after = { ...line };
  for (const field of /** @type {const} */ (["quantity", "modifiers", "note", "avoid"])) {
    if (payload[field] !== undefined && payload[field] !== null) after[field] = /** @type {never} */ (payload[field]);
  }
  const dish = offer?.menu.dishes.find((one) => one.id === line.itemId);
  const isOther = Boolean(offer && dish && payload["modifiers"]);
  if (!isOther && after.quantity === line.quantity) return after;
  const amount = offer && dish && isOther ? priceWith(offer, dish, new Set(after.modifiers)) : line.unitPrice.amount;
  return priced({ ...after, unitPrice: { ...line.unitPrice, amount }, isProvisional: true });
}

/** A line that the server has not seen, with what its portions will come to. @param {ShownLine} line @returns {ShownLine} */
const priced = (line) => ({ ...line, price: { ...line.unitPrice, amount: line.unitPrice.amount * line.quantity } });

/**
 * Return what the cart comes to: the server's own figure, or that of the lines as they are foreseen.
 * @param {CartView | undefined} cart
 * @param {readonly ShownLine[]} lines
 * @param {string} currency
 */
export function totalOf(cart, lines, currency) {
  const isProvisional = lines.some((one) => one.isProvisional) || lines.length !== (cart?.lines.length ?? 0);
  if (cart && !isProvisional) return { ...cart.total, isProvisional };
  return { amount: lines.reduce((sum, { price }) => sum + price.amount, 0), currency, isProvisional };
}

/** Portions of each dish. @param {readonly CartLine[]} lines @returns {ReadonlyMap<string, number>} */
export function countsOf(lines) {
  const counts = new Map();
  for (const { itemId, quantity } of lines) counts.set(itemId, (counts.get(itemId) ?? 0) + quantity);
  return counts;
}

/** Why a line cannot be sent. @param {CartLine} line @returns {"SOLD_OUT" | "TOO_MANY" | null} */
export const troubleOf = ({ isAvailable, left }) => (isAvailable ? (left === null ? null : "TOO_MANY") : "SOLD_OUT");
