// @ts-check
/** Ordering for a party: the menu that the guests have, and the cart beside it. */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { MenuList } from "@comanda/ui/menu/menu.js";
import { CartCard } from "./cart.js";
import { of, post } from "./feed.js";
import { offer } from "./offered.js";
import { go } from "./place.js";
import { close, open } from "./sheet.js";
import { say } from "./text.js";
import { connection } from "./who.js";

/** @typedef {import("@comanda/ui/menu/offer.js").Dish} Dish */

/**
 * @param {{session: import("./feed.js").Session, cart: import("./cart.js").Cart | undefined}} props
 */
export function Ordering({ session, cart }) {
  const inCart = useMemo(() => computed(() => portions(session.id)), [session.id]);
  const choose = (/** @type {Dish} */ dish) => {
    const add = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
      close();
      post("cart:add", { sessionId: session.id, itemId: dish.id, ...chosen });
    };
    open(() => html`<${DishSheet} offer=${offer} dish=${dish} limits=${connection.hello.value?.limits} onSubmit=${add} onClose=${close} />`);
  };
  return html`<div class="ordering">
    <div class="ordering-menu"><${MenuList} offer=${offer} inCart=${inCart} onOpen=${choose} /></div>
    <aside class="ordering-cart">
      ${cart && html`<${CartCard} session=${session} cart=${cart} />`}
      <button type="button" onClick=${() => go("tables", session.id, "order")}><${Icon} name="back" />${say("back")}</button>
    </aside>
  </div>`;
}

/** How many portions of each dish are in the carts of a party. @param {string} sessionId */
function portions(sessionId) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const cart of of("cart").value.values()) {
    if (cart.sessionId !== sessionId) continue;
    for (const line of cart.lines) found.set(line.itemId, (found.get(line.itemId) ?? 0) + line.quantity);
  }
  return found;
}
