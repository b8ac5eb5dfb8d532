// @ts-check
/** What can be had now, brought or fetched: the menu of each way by itself, as each has its own dishes and prices. */
import { effect, signal, untracked, computed } from "@preact/signals";
import { now } from "@comanda/ui/clock.js";
import { cart } from "./cart.js";
import { connection } from "./proof.js";

/** @typedef {import("@comanda/ui/menu/offer.js").Offer} Offer */
/** @typedef {import("../client/protocol.js").MenuReply} MenuReply */
/** @typedef {import("./cart.js").Option} Option */

/** Before it is asked for again when nobody answered, in milliseconds. */
const AGAIN = 2_000;

const answers = signal(/** @type {ReadonlyMap<Option, MenuReply>} */ (new Map()));

/** What is sold out or counted. */
const stock = computed(() => {
  const items = connection.value?.state.of("item").value.values() ?? [];
  return new Map([...items].map((item) => [item.itemId, item]));
});

/** The plan of deliveries; null before it is known. */
export const plan = computed(() => [...(connection.value?.state.of("plan").value.values() ?? [])][0] ?? null);

/** The way that is shown: what the house does not do is not offered. @type {import("@preact/signals").ReadonlySignal<Option>} */
export const option = computed(() => (plan.value && !plan.value.takeOut ? "DELIVERY" : cart.value.diningOption));

/** What is offered that way, null before it is known. */
export const offer = computed(() => {
  const answer = answers.value.get(option.value);
  if (!answer) return null;
  return { menu: answer.menu, stock: stock.value, notServed: new Set(answer.notServed), diningOption: option.value };
});

/** The newest menu that was told of. */
const version = computed(() => [...(connection.value?.state.of("menu").value.values() ?? [])][0]?.version ?? 0);

const isDue = computed(() => {
  const answer = answers.value.get(option.value);
  if (!answer || answer.menu.version < version.value) return true;
  return answer.changesAt !== null && now.value >= Date.parse(answer.changesAt);
});

/** Read the menu whenever it, or its hours, have changed. */
export function followOffer() {
  let isAsking = false;
  const ask = async () => {
    const socket = connection.peek();
    if (isAsking || !socket) return;
    isAsking = true;
    const diningOption = option.peek();
    const { reply } = await socket.attempt("menu:get", { diningOption });
    if (reply) {
      // Known by its version from now on, so that we are told of the next one.
      socket.state.merge({ menu: reply.menu }, ...reply.items.map((item) => ({ item })));
      const changesAt = reply.changesAt && new Date(Math.max(Date.parse(reply.changesAt), now.peek() + AGAIN)).toISOString();
      answers.value = new Map(answers.peek()).set(diningOption, { ...reply, changesAt });
    }
    setTimeout(() => {
      isAsking = false;
      if (isReady.peek() && isDue.peek()) void ask();
    }, reply ? 0 : AGAIN);
  };
  const isReady = computed(() => connection.value?.status.value === "live" && connection.value.isIn.value);
  effect(() => {
    if (isReady.value && isDue.value) untracked(() => void ask());
  });
}
