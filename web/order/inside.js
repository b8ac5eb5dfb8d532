// @ts-check
/** What whoever has proved a phone number sees: all but the way in, which is loaded before it. */
import { followAddresses } from "./addresses.js";
import { cart, openCart } from "./cart.js";
import { CartPage } from "./cart_page.js";
import { MenuPage } from "./menu_page.js";
import { followOffer } from "./offer.js";
import { OrderPage, OrdersPage } from "./order_page.js";
import { followOrders, underWay } from "./orders.js";
import { show } from "./place.js";
import { followPlacing, isForeign } from "./placing.js";
import { followQuote } from "./quote.js";

export const VIEWS = { menu: MenuPage, cart: CartPage, orders: OrdersPage, order: OrderPage };

export { cart, isForeign, underWay };

/** What a bank's own page adds to the address, the secret of the payment among it. */
const ADDED = ["payment_intent", "payment_intent_client_secret", "redirect_status"];

/** Come back from a bank's page: to one's orders, with a clean address. */
function comeBack() {
  const asked = new URLSearchParams(location.search);
  if (!ADDED.some((name) => asked.has(name))) return;
  for (const name of ADDED) asked.delete(name);
  history.replaceState(null, "", `${location.pathname}${asked.size > 0 ? `?${asked}` : ""}`);
  show("orders");
}

/** Begin to know what there is, and go on with what a former page had begun. */
export async function start() {
  comeBack();
  followAddresses();
  followOffer();
  followQuote();
  followOrders();
  await openCart();
  followPlacing();
}
