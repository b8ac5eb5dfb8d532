// @ts-check
/** The menu of a connection, read again when hours change or somebody else comes in; what is sold out follows by itself. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { now } from "../clock.js";
import { remembered } from "../memory.js";
import { chosenLanguage } from "./spoken.js";

/**
 * @typedef {import("./offer.js").Offer} Offer
 * @typedef {import("./offer.js").DiningOption} DiningOption
 * @typedef {import("../../client/protocol.js").MenuReply} MenuReply
 */

/** What was last answered, and where. @type {import("@preact/signals").Signal<{place: string, answer: MenuReply} | null>} */
const kept = remembered("party.menu", /** @type {{place: string, answer: MenuReply} | null} */ (null));

/** Before it is asked for again when nobody answered, in milliseconds. */
const AGAIN = 2_000;

/**
 * Return a signal of what is offered, null before it is known. Asks when the connection is live and somebody is in; `while` says
 * who else may: visitors of a table can read the menu, too. With the name of a `place` the browser keeps the last answer for who comes back.
 * @param {import("@comanda/client").Connection<any>} connection to `/table`, `/floor` or `/checkout`
 * @param {{diningOption?: DiningOption, isWanted?: import("@preact/signals").ReadonlySignal<boolean>, place?: string}} [options]
 * @returns {import("@preact/signals").ReadonlySignal<Offer | null>}
 */
export function followMenu(connection, { diningOption = "DINE_IN", isWanted = connection.isIn, place = "" } = {}) {
  const notServed = signal(/** @type {ReadonlySet<string>} */ (new Set()));
  const changesAt = signal(/** @type {number | null} */ (null));
  const isReady = computed(() => connection.status.value === "live" && isWanted.value);
  const version = computed(() => [...connection.state.of("menu").value.values()][0]?.version);
  const isDue = computed(() => changesAt.value !== null && now.value >= changesAt.value);
  let isAsking = false;
  /** Of the menu whose hours are known. */
  let known = 0;
  const take = (/** @type {MenuReply} */ answer) => {
    connection.state.merge({ menu: answer.menu }, ...answer.items.map((item) => ({ item })));
    notServed.value = new Set(answer.notServed);
  };
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const { reply } = await connection.attempt("menu:get", { diningOption });
    isAsking = false;
    if (!reply) return void setTimeout(() => isReady.peek() && ask(), AGAIN);
    const answer = /** @type {MenuReply} */ (reply);
    known = answer.menu.version;
    take(answer);
    if (place) kept.value = { place, answer };
    // Chosen in another house.
    if (!answer.menu.languages.includes(chosenLanguage.peek() ?? "")) chosenLanguage.value = null;
    // A clock that runs ahead asks again, but not at once.
    changesAt.value = answer.changesAt === null ? null : Math.max(Date.parse(answer.changesAt), now.peek() + AGAIN);
  };
  // What was known when this browser was last there is shown until the answer comes, which is a matter of a second.
  effect(() => {
    const last = kept.peek();
    if (last && last.place === place && isWanted.value && version.value === undefined) untracked(() => take(last.answer));
  });
  effect(() => {
    if (isReady.value && (isDue.value || version.value !== known)) untracked(() => void ask());
  });
  return computed(() => {
    const menu = [...connection.state.of("menu").value.values()][0];
    if (!menu) return null;
    const items = /** @type {any[]} */ ([...connection.state.of("item").value.values()]);
    return { menu, stock: new Map(items.map((item) => [item.itemId, item])), notServed: notServed.value, diningOption };
  });
}
