// @ts-check
/** The page of those who order from home: prove a phone number, choose, order, follow. */
import { Banner, outageOf } from "@comanda/ui/banner.js";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { followLanguage } from "@comanda/ui/language.js";
import { ToastBar } from "@comanda/ui/toast.js";
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { followAddresses } from "./addresses.js";
import { cart, openCart } from "./cart.js";
import { CartPage } from "./cart_page.js";
import { Entrance } from "./entrance.js";
import { Head } from "./head.js";
import { findHouse, house, missing } from "./house.js";
import { MenuPage } from "./menu_page.js";
import { followOffer } from "./offer.js";
import { OrderPage, OrdersPage } from "./order_page.js";
import { followOrders } from "./orders.js";
import { place } from "./place.js";
import { followPlacing } from "./placing.js";
import { connection, startProof, who } from "./proof.js";
import { followQuote } from "./quote.js";
import { say } from "./text.js";

const VIEWS = { menu: MenuPage, cart: CartPage, orders: OrdersPage, order: OrderPage };

const outage = signal(/** @type {import("@comanda/ui/banner.js").Outage | null} */ (null));
effect(() => {
  const socket = connection.value;
  untracked(() => (outage.value = socket && outageOf(socket)));
});

function App() {
  if (!house.value) return html`<main class="entrance"><p role="status">${missing.value ? say(missing.value === "unknown" ? "house.unknown" : "unanswered") : say("loading")}</p></main>`;
  return html`<${Head} />
    ${outage.value && html`<${Banner} outage=${outage.value} detail=${cart.value.placing ? say("kept") : ""} />`}
    ${who.value === undefined ? html`<main class="entrance"><p role="status">${say("loading")}</p></main>` : who.value === null ? html`<${Entrance} />` : html`<${VIEWS[place.value.view]} />`}
    <${ToastBar} />`;
}

/** Another view begins at its top, and is read from its beginning. */
function followPlace() {
  let before = place.peek();
  effect(() => {
    const now = place.value;
    if (now === before) return;
    before = now;
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      document.querySelector("main")?.focus({ preventScroll: true });
    });
  });
}

followLanguage();
startClock();
followPlace();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
const proving = startProof();
await findHouse();
if (house.peek()) {
  document.title = house.peek()?.name ?? document.title;
  followAddresses();
  followOffer();
  followQuote();
  followOrders();
  await openCart();
  followPlacing();
}
await proving;
