// @ts-check
/** What was ordered: the orders that are under way, live, and the last ones before them. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { add } from "./cart.js";
import { offer } from "./offer.js";
import { missing } from "@comanda/ui/menu/offer.js";
import { connection } from "./proof.js";
import { isOver } from "./steps.js";

/** @typedef {import("../client/protocol.js").OrderView} Order */
/** @typedef {import("../client/protocol.js").CheckView} Check */

const AGAIN = 2_000;

/** As they were listed. */
const listed = signal(/** @type {readonly Order[]} */ ([]));

export const isListed = signal(false);

/** Those under way, as they are told of. */
const live = computed(() => [...(connection.value?.state.of("order").value.values() ?? [])]);

/** All that are known, the newest first. */
export const orders = computed(() => {
  const known = new Map(listed.value.map((one) => [one.id, one]));
  for (const one of live.value) if (one.version >= (known.get(one.id)?.version ?? 0)) known.set(one.id, one);
  return [...known.values()].sort((a, b) => Date.parse(b.placedAt) - Date.parse(a.placedAt));
});

export const underWay = computed(() => orders.value.filter((one) => !isOver(one)));

/** @param {Order} order @returns {Check | undefined} what is to be paid, as long as that is told */
export const checkOf = (order) => [...(connection.value?.state.of("check").value.values() ?? [])].find((one) => one.sessionId === order.sessionId);

/** List the last orders, and again whenever one of those under way is told of no more. */
export function followOrders() {
  const isReady = computed(() => connection.value?.status.value === "live" && connection.value.isIn.value);
  const ids = computed(() => live.value.map((one) => one.id).sort().join(" "));
  effect(() => {
    void ids.value;
    if (!connection.value) [listed.value, isListed.value] = [[], false];
    else if (isReady.value) untracked(() => void list());
  });
}

let isAsking = false;

async function list() {
  const socket = connection.peek();
  if (isAsking || !socket) return;
  isAsking = true;
  const { reply } = await socket.attempt("order:list", {});
  isAsking = false;
  if (!reply) return void setTimeout(list, AGAIN);
  if (socket !== connection.peek()) return;
  listed.value = reply.orders;
  isListed.value = true;
}

/**
 * Put the dishes of an order into the cart again, as far as they are still there. Returns how many were left out.
 * @param {Order} order
 */
export async function orderAgain(order) {
  const now = offer.peek();
  const dishes = new Map(now?.menu.dishes.map((one) => [one.id, one]));
  const lines = order.lines.filter((one) => one.status !== "CANCELLED");
  const there = lines.filter((one) => now && dishes.has(one.itemId) && missing(now, one.itemId) === null);
  for (const { itemId, quantity, modifiers, note, avoid } of there) {
    await add({ itemId, quantity, modifiers: modifiers.map((one) => one.id), note, avoid: [...avoid] });
  }
  return lines.length - there.length;
}
