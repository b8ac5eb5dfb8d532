// @ts-check
/** The cart as this phone shows it, and what can be done to it. A tap is in it at once, and on the server for certain. */
import { computed, effect } from "@preact/signals";
import { now } from "@comanda/ui/clock.js";
import { remembered } from "@comanda/ui/memory.js";
import { hush, tellDone, tellRefused } from "@comanda/ui/toast.js";
import { countsOf, foreseenLines, totalOf } from "./foreseen.js";
import { offer } from "./offer.js";
import { cart, connection, myId, onRefusal, put, session, waiting, whoIs } from "./party.js";
import { say } from "./text.js";
import { named } from "./written.js";

/**
 * @typedef {import("./foreseen.js").ShownLine} ShownLine
 * @typedef {import("@comanda/ui/menu/dish.js").Chosen} Chosen
 */

/** @typedef {{opId: string, name: "cart:add", payload: any}} Postponed */

/** What was added while somebody else was sending, and by which guest: a reload must not lose it. Null for nothing. */
const kept = remembered("party.postponed", /** @type {{guest: string, adds: readonly Postponed[]} | null} */ (null));

/** The same, of whoever is here now: put in when the others have sent. */
const postponed = computed(() => (kept.value?.guest === myId.value ? kept.value.adds : []));

/** The lines of the cart, those that the server does not know yet last. */
export const lines = computed(() =>
  foreseenLines(cart.value, [...waiting.value, ...postponed.value], offer.value, { id: myId.value, name: connection.me.value?.name ?? "" }),
);

/** What they come to; `isProvisional` while the server has not seen all of it. */
export const total = computed(() => totalOf(cart.value, lines.value, offer.value?.menu.currency ?? cart.value?.total.currency ?? "RON"));

export const counts = computed(() => countsOf(lines.value));

export const portions = computed(() => lines.value.reduce((sum, { quantity }) => sum + quantity, 0));

/** Whether all share one cart. */
export const isShared = computed(() => session.value?.mode !== "INDIVIDUAL");

/** The hold that runs now. */
const hold = computed(() => {
  const held = cart.value?.hold;
  return held && Date.parse(held.until) > now.value ? held : null;
});

/** Who else is sending the cart now; null if nobody is. */
export const sender = computed(() => (hold.value && hold.value.by.id !== myId.value ? hold.value.by : null));

/** @param {string} itemId @param {Chosen} chosen */
export const add = (itemId, chosen) => void put("cart:add", { itemId, ...chosen });

/** @param {string} lineId @param {Partial<Chosen>} chosen */
export const change = (lineId, chosen) => void put("cart:update", { lineId, ...chosen });

/** Take a line out; it can be taken back. @param {ShownLine} line */
export function remove({ id, itemId, name, quantity, modifiers, note, avoid }) {
  void put("cart:remove", { lineId: id });
  const undo = () => {
    hush();
    add(itemId, { quantity, modifiers, note, avoid });
  };
  tellDone(say("removed", { dish: named(name) }), undo);
}

/** Put in what had to wait for somebody else's sending. */
export function startBasket() {
  onRefusal("cart:add", (refusal, { payload }) => {
    if (refusal.code !== "CART_HELD") return tellRefused(refusal.message);
    // Under the same name, as every tab of this phone hears of it that waited for it: the house puts it in once.
    const others = postponed.peek().filter(({ opId }) => opId !== payload["opId"]);
    kept.value = { guest: myId.peek(), adds: [...others, { opId: payload["opId"], name: "cart:add", payload }] };
    tellDone(say("added.later", { who: sender.peek() ? whoIs(/** @type {any} */ (sender.peek())) : say("somebody") }), null);
  });
  effect(() => {
    // Of somebody who was here before nothing stays on the phone.
    if (kept.value && myId.value && kept.value.guest !== myId.value) queueMicrotask(() => (kept.value = null));
  });
  effect(() => {
    if (!cart.value || sender.value !== null || postponed.value.length === 0) return;
    queueMicrotask(() => {
      const due = postponed.peek();
      kept.value = null;
      for (const { opId, payload } of due) void put("cart:add", { ...payload, opId });
    });
  });
}
