// @ts-check
/**
 * The menu as people like to read it: headings that stay in sight, search, filters by allergen and diet, what is sold out at once.
 *
 * How to use it (no socket in here: signals in, callbacks out):
 *
 *   <link rel="stylesheet" href="/ui/menu/menu.css">                // and /ui/menu/dish.css for the sheet of a dish
 *   import { followMenu } from "@comanda/ui/menu/feed.js";      // or make an `Offer` of your own (offer.js says its shape)
 *   import { MenuList } from "@comanda/ui/menu/menu.js";
 *   import { DishSheet } from "@comanda/ui/menu/dish.js";
 *   const offer = followMenu(connection);                        // signal of Offer | null; { diningOption: "DELIVERY" } for /checkout
 *   html`<${MenuList} offer=${offer} inCart=${counts} onOpen=${(dish) => (opened.value = dish)} />`
 *   html`<${DishSheet} offer=${offer} dish=${opened.value} limits=${hello.limits}
 *          onSubmit=${({ quantity, modifiers, note, avoid }) => …} onClose=${() => (opened.value = null)} />`
 *
 * `inCart` (optional) is a signal of a map from dish id to portions. The list scrolls with the page; `--menu-top` (a length on a parent)
 * is how much of the top a head of the page covers. `wish` (optional) keeps what was searched and filtered while the list is
 * not drawn: `signal(NO_WISH)` of offer.js. Texts are in `menuLanguage`: the page's, or one that only the menu has.
 */
import { computed, signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { html } from "../html.js";
import { Icon, addIcons } from "../icon.js";
import { language } from "../language.js";
import { timeOfDay } from "../clock.js";
import { written } from "../money.js";
import { Filters } from "./filters.js";
import { menuLanguage } from "./spoken.js";
import { NO_WISH, hoursOf, leftOf, missing, priceOf, sectionsOf, textIn } from "./offer.js";
import { followScroll, goTo, pace } from "./spy.js";
import { hoursText } from "./hours.js";
import { called, listed, say } from "./words.js";

/**
 * @typedef {import("./offer.js").Offer} Offer
 * @typedef {import("./offer.js").Dish} Dish
 * @typedef {import("./offer.js").Wish} Wish
 * @typedef {import("@preact/signals").ReadonlySignal<ReadonlyMap<string, number>>} Counts
 */

addIcons({ filter: "M4 6h16M7 12h10m-7 6h4" });

/** @type {Counts} */
const NOTHING = signal(new Map());

/**
 * @param {{
 *   offer: import("@preact/signals").ReadonlySignal<Offer | null>,
 *   onOpen: (dish: Dish) => void,
 *   inCart?: Counts,
 *   wish?: import("@preact/signals").Signal<Wish>,
 * }} props
 */
export function MenuList({ offer, onOpen, inCart = NOTHING, wish: kept }) {
  const wish = useMemo(() => kept ?? signal(NO_WISH), [kept]);
  const isFiltering = useMemo(() => signal(false), []);
  const sections = useMemo(
    () => computed(() => (offer.value ? sectionsOf(offer.value, wish.value, menuLanguage.value) : [])),
    [offer, wish],
  );
  const current = useMemo(() => signal(""), []);
  useEffect(() => followScroll(current), []);
  if (!offer.value) return html`<p class="menu-empty" role="status">${say("loading")}</p>`;
  return html`<div class="menu">
    <div class="menu-bar">
      <${Search} wish=${wish} onFilter=${() => (isFiltering.value = true)} />
      <${Headings} sections=${sections} offer=${offer} current=${current} />
    </div>
    ${sections.value.map(
      ({ category, dishes }) => html`<${Section} key=${category.id} offer=${offer.value} category=${category} dishes=${dishes} inCart=${inCart} onOpen=${onOpen} />`,
    )}
    ${sections.value.length === 0 && html`<p class="menu-empty" role="status">${say("nothing")}</p>`}
    ${isFiltering.value && html`<${Filters} offer=${offer.value} wish=${wish} onClose=${() => (isFiltering.value = false)} />`}
  </div>`;
}

/** @param {{wish: import("@preact/signals").Signal<Wish>, onFilter: () => void}} props */
function Search({ wish, onFilter }) {
  const count = wish.value.without.size + wish.value.diets.size;
  const set = (/** @type {string} */ text) => (wish.value = { ...wish.peek(), text });
  return html`<form class="menu-search" role="search" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <label><${Icon} name="search" /><span class="unseen">${say("search")}</span>
      <input type="search" enterkeyhint="search" autocomplete="off" placeholder=${say("search")} value=${wish.value.text}
        onInput=${(/** @type {any} */ event) => set(event.target.value)} />
    </label>
    <button type="button" class="filter" aria-pressed=${String(count > 0)} aria-haspopup="dialog" onClick=${onFilter}>
      <${Icon} name="filter" /><span>${count > 0 ? say("filter.on", { count }) : say("filter")}</span>
    </button>
  </form>`;
}

/**
 * @param {{sections: import("@preact/signals").ReadonlySignal<ReturnType<typeof sectionsOf>>, current: import("@preact/signals").Signal<string>,
 *   offer: import("@preact/signals").ReadonlySignal<Offer | null>}} props
 */
function Headings({ sections, current, offer }) {
  const row = useRef(/** @type {HTMLElement | null} */ (null));
  const shown = current.value || sections.value[0]?.category.id;
  useEffect(() => {
    const chip = /** @type {HTMLElement | null} */ (row.current?.querySelector("[aria-current]") ?? null);
    if (chip && row.current) row.current.scrollTo({ left: chip.offsetLeft - (row.current.clientWidth - chip.offsetWidth) / 2, behavior: pace() });
  }, [shown]);
  return html`<nav class="menu-headings" aria-label=${say("categories")} ref=${row}>
    ${sections.value.map(
      ({ category }) => html`<a key=${category.id} href=${`#menu-${category.id}`} aria-current=${shown === category.id ? "true" : undefined}
        onClick=${(/** @type {Event} */ event) => goTo(event, category.id, current)}>${textIn(category.name, menuLanguage.value, offer.value?.menu)}</a>`,
    )}
  </nav>`;
}

/** @param {{offer: Offer, category: import("./offer.js").Category, dishes: Dish[], inCart: Counts, onOpen: (dish: Dish) => void}} props */
function Section({ offer, category, dishes, inCart, onOpen }) {
  const hours = hoursText(category.hours, language.value);
  return html`<section class="menu-section" id=${`menu-${category.id}`} data-category=${category.id} aria-labelledby=${`heading-${category.id}`}>
    <h2 id=${`heading-${category.id}`} tabindex="-1">${textIn(category.name, menuLanguage.value, offer.menu)}${hours && html` <small>${hours}</small>`}</h2>
    <ul>${dishes.map((dish) => html`<${DishRow} key=${dish.id} offer=${offer} dish=${dish} inCart=${inCart} onOpen=${onOpen} />`)}</ul>
  </section>`;
}

/** @param {{offer: Offer, dish: Dish, inCart: Counts, onOpen: (dish: Dish) => void}} props */
function DishRow({ offer, dish, inCart, onOpen }) {
  const { menu } = offer;
  const gone = missing(offer, dish.id);
  const left = leftOf(offer, dish.id);
  const count = inCart.value.get(dish.id) ?? 0;
  const description = textIn(dish.description, menuLanguage.value, menu);
  return html`<li>
    <button type="button" class="dish" data-dish=${dish.id} data-gone=${gone ? gone.why : undefined} aria-haspopup="dialog" onClick=${() => onOpen(dish)}>
      <span class="dish-text" lang=${menuLanguage.value}>
        <span class="dish-name">${textIn(dish.name, menuLanguage.value, menu)}</span>
        ${description && html`<span class="dish-about">${description}</span>`}
        <span class="dish-facts">
          <b class="dish-price">${written({ amount: priceOf(offer, dish), currency: menu.currency }, language.value)}</b>
          ${dish.diets.filter((one) => one !== "VEGETARIAN" || !dish.diets.includes("VEGAN")).map((one) => html`<span class="diet" key=${one}>${called("diet", one)}</span>`)}
          ${dish.allergens.length > 0 && html`<span class="dish-allergens">${say("contains", { what: listed("allergen", dish.allergens) })}</span>`}
        </span>
        <span class="dish-state">
          ${gone && html`<strong class="gone">${goneText(offer, dish, gone)}</strong>`}
          ${!gone && left !== null && html`<strong class="few">${say("left", { count: left })}</strong>`}
          ${count > 0 && html`<strong class="in-cart">${say("in-cart", { count })}</strong>`}
        </span>
      </span>
      ${dish.picture && html`<img class="dish-picture" src=${dish.picture} alt="" width="96" height="96" loading="lazy" decoding="async" referrerpolicy="no-referrer" />`}
    </button>
  </li>`;
}

/**
 * Why a dish cannot be had, and when it can again.
 * @param {Offer} offer
 * @param {Dish} dish
 * @param {NonNullable<ReturnType<typeof missing>>} gone
 */
export function goneText(offer, dish, { why, until }) {
  if (why === "SOLD_OUT") return until ? say("sold-out.until", { time: timeOfDay(Date.parse(until)) }) : say("sold-out");
  const hours = hoursText(hoursOf(offer, dish), language.value);
  return hours ? `${say("not-served")} (${hours})` : say("not-served");
}
