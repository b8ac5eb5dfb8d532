// @ts-check
/** The menu, brought or fetched, and at the foot what was chosen so far. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { Switch } from "@comanda/ui/switch.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { MenuList } from "@comanda/ui/menu/menu.js";
import { signal } from "@preact/signals";
import { timeOfDay } from "@comanda/ui/clock.js";
import { add, choose, counts, portions } from "./cart.js";
import { offer, option, plan } from "./offer.js";
import { hrefOf } from "./place.js";
import { connection } from "./proof.js";
import { isFresh, quote } from "./quote.js";
import { say } from "./text.js";

/** The dish that is looked at. */
const opened = signal(/** @type {import("@comanda/ui/menu/offer.js").Dish | null} */ (null));

/** For whom the limits of a cart are. */
export const limits = () => connection.value?.hello.value?.limits;

export function MenuPage() {
  const dish = opened.value;
  const put = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
    opened.value = null;
    if (dish) void add({ itemId: dish.id, ...chosen });
  };
  return html`<main class="menu-page" tabindex="-1">
    <h1 class="unseen">${say("menu")}</h1>
    <${Notice} />
    <${Way} />
    <${MenuList} offer=${offer} inCart=${counts} onOpen=${(/** @type {any} */ one) => (opened.value = one)} />
    ${dish && html`<${DishSheet} key=${dish.id} offer=${offer} dish=${dish} limits=${limits()} onSubmit=${put} onClose=${() => (opened.value = null)} />`}
    <${Foot} />
  </main>`;
}

/** Brought or fetched, where the house does both. */
export function Way() {
  if (!plan.value?.takeOut) return null;
  const options = { DELIVERY: say("way.DELIVERY"), TAKE_OUT: say("way.TAKE_OUT") };
  return html`<div class="way"><${Switch} options=${options} chosen=${option.value} choose=${(/** @type {any} */ one) => choose({ diningOption: one, slot: null })} label=${say("way")} /></div>`;
}

/** That the house takes no orders, for now or at all. */
export function Notice() {
  const known = plan.value;
  const isOff = connection.value?.status.value === "live" && offer.value && (!known || !known.isOffered);
  const pause = known?.pause;
  const text = isOff ? say("off") : pause ? (pause.until ? say("paused.until", { time: timeOfDay(pause.until) }) : say("paused")) : "";
  return html`<p class="notice-place" role="status">${text && html`<span class="notice"><${Icon} name="clock" />${text}</span>`}</p>`;
}

function Foot() {
  const count = portions.value;
  if (count === 0) return null;
  const total = quote.value && isFresh.value ? written(quote.value.total, language.value) : "";
  return html`<div class="foot"><a class="button accent wide" href=${hrefOf("cart")}>
    <${Icon} name="bag" /><span>${say("to-cart", { count })}</span><b>${total}</b>
  </a></div>`;
}
