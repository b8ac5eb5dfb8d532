// @ts-check
/** The cart of a party as everybody at the table sees it: what is in it, who added it; the waiter adds, changes and sends. */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { allergens } from "@comanda/ui/menu/allergens.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { written } from "@comanda/ui/money.js";
import { quoted } from "@comanda/ui/words.js";
import { of, post, waiting } from "./feed.js";
import { offer } from "./offered.js";
import { go, isOrdering } from "./place.js";
import { Ordering } from "./ordering.js";
import { Send, isSending } from "./sending.js";
import { close, open } from "./sheet.js";
import { named, say } from "./text.js";
import { connection, staffId, status } from "./who.js";

/**
 * @typedef {import("../client/protocol.js").CartView} Cart
 * @typedef {import("../client/protocol.js").CartLine} Line
 * @typedef {import("./feed.js").Session} Session
 */

/** Carts of a party: the one that staff change first, then those of single guests. @param {string} sessionId */
export const cartsOf = (sessionId) =>
  [...of("cart").value.values()]
    .filter((one) => one.sessionId === sessionId)
    .sort((one, other) => Number(one.owner !== null) - Number(other.owner !== null));

/** @param {{session: Session}} props */
export function CartTab({ session }) {
  const [mine, ...others] = cartsOf(session.id);
  if (isOrdering.value) return html`<${Ordering} session=${session} cart=${mine} />`;
  return html`<div class="cart-tab">
    <button type="button" class="primary wide" onClick=${() => go("tables", session.id, "order", "menu")}><${Icon} name="plus" />${say("order.add")}</button>
    ${mine && html`<${CartCard} session=${session} cart=${mine} />`}
    ${others.filter((one) => one.lines.length > 0).map((cart) => html`<${Foreign} key=${cart.id} session=${session} cart=${cart} />`)}
  </div>`;
}

/** The cart that is changed here, and sent. @param {{session: Session, cart: Cart}} props */
export function CartCard({ session, cart }) {
  const coming = useMemo(() => computed(() => waiting.value.filter((one) => one.name === "cart:add" && one.payload.sessionId === session.id)), [session.id]);
  const isEmpty = cart.lines.length === 0 && coming.value.length === 0;
  const holder = cart.hold && cart.hold.by.id !== staffId.value ? cart.hold.by.name || say("guest") : "";
  return html`<section class="cart" aria-label=${say("cart")}>
    <h3>${say("cart")}</h3>
    ${holder && html`<p class="held" role="status">${say("cart.held", { name: holder })}</p>`}
    ${isEmpty && html`<p class="empty">${say("cart.empty")}</p>`}
    <ul class="lines" aria-live="polite">
      ${cart.lines.map((line) => html`<${CartLine} key=${line.id} sessionId=${session.id} line=${line} />`)}
      ${coming.value.map((one) => html`<li key=${one.opId} class="coming"><span class="count">${one.payload.quantity ?? 1}×</span>
        <span class="what">${nameOf(one.payload.itemId)}<small>${say("coming")}</small></span></li>`)}
    </ul>
    <${Send} session=${session} cart=${cart} />
  </section>`;
}

/** @param {{sessionId: string, line: Line}} props */
function CartLine({ sessionId, line }) {
  // What was tapped is seen at once, and the next tap counts from there.
  const asked = waiting.value.filter((one) => one.payload.lineId === line.id && (one.name === "cart:remove" || one.payload.quantity)).at(-1);
  const quantity = asked?.name === "cart:remove" ? 0 : (asked?.payload.quantity ?? line.quantity);
  const change = (/** @type {number} */ quantity) =>
    quantity > 0 ? post("cart:update", { sessionId, lineId: line.id, quantity }) : post("cart:remove", { sessionId, lineId: line.id });
  const isMine = line.addedBy.id === staffId.value;
  const isFixed = quantity === 0 || isSending(sessionId);
  return html`<li data-available=${String(line.isAvailable)}>
    <button type="button" class="what quiet" disabled=${isFixed} onClick=${() => edit(sessionId, line)}>
      <span>${named(line.name)}
        ${line.modifiers.length > 0 && html`<small>${line.modifiers.map(nameOf).join(", ")}</small>`}
        ${line.note && html`<small class="note">${quoted(line.note)}</small>`}
        ${line.avoid.length > 0 && html`<small class="avoid"><${Icon} name="warning" />${say("avoid", { allergens: allergens(line.avoid) })}</small>`}
        ${!isMine && html`<small class="by">${line.addedBy.name || say("guest")}</small>`}
        ${!line.isAvailable && html`<small class="out">${say("soldOut")}</small>`}
        ${line.left !== null && html`<small class="out">${say("left", { count: line.left })}</small>`}
      </span>
    </button>
    <span class="few">
      <button type="button" aria-label=${quantity > 1 ? say("less") : say("remove")} disabled=${isFixed} onClick=${() => change(quantity - 1)}>
        <${Icon} name=${quantity > 1 ? "minus" : "close"} /></button>
      <output>${quantity}</output>
      <button type="button" aria-label=${say("more.one")} disabled=${isFixed} onClick=${() => change(quantity + 1)}><${Icon} name="plus" /></button>
    </span>
    <span class="sum">${(!asked || status.value === "live") && written(line.price, language.value)}</span>
  </li>`;
}

/** The cart of one guest: seen, not changed. @param {{session: Session, cart: Cart}} props */
function Foreign({ session, cart }) {
  const owner = session.participants.find((one) => one.id === cart.owner)?.name || say("guest");
  return html`<section class="cart foreign" aria-label=${say("cart.of", { name: owner })}>
    <h3>${say("cart.of", { name: owner })}</h3>
    <ul class="lines">${cart.lines.map((line) => html`<li key=${line.id}><span class="count">${line.quantity}×</span>
      <span class="what">${named(line.name)}</span><span class="sum">${written(line.price, language.value)}</span></li>`)}</ul>
  </section>`;
}

/**
 * Change a line as it was chosen.
 * @param {string} sessionId
 * @param {Line} line
 */
function edit(sessionId, line) {
  const dish = offer.peek()?.menu.dishes.find((one) => one.id === line.itemId);
  if (!dish) return;
  const change = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
    close();
    post("cart:update", { sessionId, lineId: line.id, ...chosen });
  };
  open(() => html`<${DishSheet} offer=${offer} dish=${dish} line=${line} limits=${connection.hello.value?.limits} onSubmit=${change} onClose=${close} />`);
}

/** What a dish or an option is called. @param {string} id */
function nameOf(id) {
  const menu = offer.value?.menu;
  const found = menu?.dishes.find((one) => one.id === id) ?? menu?.modifierGroups.flatMap((one) => one.options).find((one) => one.id === id);
  return found ? named(found.name) : id;
}
