// @ts-check
/** What is to be ordered, kept on this phone: nobody else sees it before it is sent. All tabs of the phone show the same one. */
import { newId } from "@comanda/client";
import { computed, signal } from "@preact/signals";
import { house } from "./house.js";
import { replace } from "./shelf.js";

/** @typedef {import("../client/protocol.js").WantedItem} WantedItem */
/** @typedef {import("../client/protocol.js").OrderFromHome} OrderFromHome */
/** @typedef {import("../client/protocol.js").Allergen} Allergen */
/** @typedef {"DELIVERY" | "TAKE_OUT"} Option */
/** @typedef {{id: string, itemId: string, quantity: number, modifiers: string[], note: string, avoid: Allergen[]}} Line */
/**
 * `slot` is the beginning of the one that was chosen, null for as soon as possible; `placing` is what `customerId` has sent at
 * `placingAt` (ms) and is not answered; `unsentAt` is when they ordered what is not sent any more.
 * @typedef {{
 *   lines: readonly Line[], diningOption: Option, addressId: string | null, slot: string | null, method: "CASH" | "CARD_TERMINAL" | "ONLINE",
 *   customerId: string | null, placing: OrderFromHome | null, placingAt: number, unsentAt: number | null,
 * }} Cart
 */

/** @type {Cart} */
const EMPTY = { lines: [], diningOption: "DELIVERY", addressId: null, slot: null, method: "CASH", customerId: null, placing: null, placingAt: 0, unsentAt: null };

export const cart = signal(EMPTY);

/** Whether what a former page left is known. */
export const isRead = signal(false);

export const portions = computed(() => cart.value.lines.reduce((sum, one) => sum + one.quantity, 0));

/** Portions by dish, for the menu. */
export const counts = computed(() => {
  const found = new Map();
  for (const { itemId, quantity } of cart.value.lines) found.set(itemId, (found.get(itemId) ?? 0) + quantity);
  return found;
});

const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel("comanda.order.cart") : null;

/** Changes are made one after another, in the order of the taps. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Change what is kept; it is shown when it is where a reload finds it.
 * @param {(before: Cart) => Cart} act
 * @returns {Promise<Cart>}
 */
export function change(act) {
  const made = last.then(async () => {
    const key = house.peek()?.id ?? "";
    cart.value = await replace(key, cart.peek(), act);
    tabs?.postMessage(key);
    return cart.peek();
  });
  last = made.catch(() => undefined);
  return made;
}

/** Read it, and again whenever another tab has changed it. */
export async function openCart() {
  const key = house.peek()?.id ?? "";
  const read = async () => {
    cart.value = { ...EMPTY, ...(await replace(key, cart.peek(), (before) => before)) };
  };
  if (tabs) tabs.onmessage = ({ data }) => void (data === key && read());
  await read();
  isRead.value = true;
}

/** Leave nothing on this phone. */
export const clear = () => change(() => EMPTY);

/**
 * The cart of whoever is known now: of what somebody else wanted, wrote and has sent from here nothing is left.
 * @param {Cart} before
 * @param {string} customerId
 * @returns {Cart}
 */
export const ownedBy = (before, customerId) => ({ ...(before.customerId === null || before.customerId === customerId ? before : EMPTY), customerId });

/**
 * What is left of the lines when others of the same kind were ordered: they were put in while the order was on its way.
 * @param {readonly Line[]} lines
 * @param {readonly WantedItem[]} ordered
 * @returns {Line[]}
 */
export function without(lines, ordered) {
  const left = ordered.map((one) => ({ ...one, quantity: one.quantity ?? 1 }));
  return lines.flatMap((line) => {
    const same = left.find((one) => one.quantity > 0 && isSame(/** @type {Line} */ (one), line));
    if (!same) return [line];
    const quantity = line.quantity - same.quantity;
    same.quantity = Math.max(0, -quantity);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

/** @param {Omit<Line, "id">} chosen */
export const add = (chosen) =>
  change((before) => {
    const same = before.lines.find((one) => isSame(one, chosen));
    if (!same) return { ...before, lines: [...before.lines, { id: newId(), ...chosen }] };
    return { ...before, lines: before.lines.map((one) => (one === same ? { ...one, quantity: one.quantity + chosen.quantity } : one)) };
  });

/** @param {string} id @param {Partial<Line>} fields; no portions take the line out */
export const alter = (id, fields) =>
  change((before) => ({
    ...before,
    lines: before.lines.map((one) => (one.id === id ? { ...one, ...fields } : one)).filter((one) => one.quantity > 0),
  }));

/** Put a line back where it was. @param {Line} line @param {number} at */
export const putBack = (line, at) =>
  change((before) => ({ ...before, lines: [...before.lines.slice(0, at), line, ...before.lines.slice(at)] }));

/** @param {Partial<Cart>} fields */
export const choose = (fields) => change((before) => ({ ...before, ...fields }));

/** @param {Line} line @returns {WantedItem} as it is asked for */
export const wanted = ({ itemId, quantity, modifiers, note, avoid }) => ({ itemId, quantity, modifiers, note, avoid });

/** @param {Omit<Line, "id">} a @param {Omit<Line, "id">} b */
const isSame = (a, b) =>
  a.itemId === b.itemId && a.note === b.note && String(a.modifiers) === String(b.modifiers) && String(a.avoid) === String(b.avoid);
