// @ts-check
/**
 * The four sections of the page, and which one is shown. A section is a component without properties that takes what it needs from
 * `party.js`; those that are not on the first screen are loaded when they are first opened, or when nothing else is to do.
 */
import { signal } from "@preact/signals";
import { CartView } from "./cart.js";
import { dressed, fetchAhead } from "./loading.js";
import { Menu } from "./menu.js";

/** @typedef {() => import("@comanda/ui/html.js").Markup} View */
/** @typedef {{icon: string, view: View | null, load: (() => Promise<View>) | null}} Section */

/** With the style sheets of the meal. @template T @param {() => Promise<T>} load */
async function ofMeal(load) {
  fetchAhead("meal");
  return (await Promise.all([load(), dressed("meal")]))[0];
}

/** @type {Record<string, Section>} */
export const SECTIONS = {
  menu: { icon: "menu", view: Menu, load: null },
  cart: { icon: "cart", view: CartView, load: null },
  orders: { icon: "orders", view: null, load: async () => (await ofMeal(() => import("./orders.js"))).Orders },
  check: { icon: "bill", view: null, load: async () => (await ofMeal(() => import("./check.js"))).CheckView },
};

export const section = signal("menu");

/** Where each section was scrolled to when it was left. @type {Map<string, number>} */
const places = new Map();

/** Show a section, where it was left. @param {string} name */
export function show(name) {
  if (name === section.peek()) return scrollTo({ top: 0 });
  places.set(section.peek(), scrollY);
  section.value = name;
  requestAnimationFrame(() => {
    scrollTo({ top: places.get(name) ?? 0, behavior: "instant" });
    // What was tapped may have gone with the section in which it was, or with a sheet.
    if (document.activeElement === document.body) /** @type {HTMLElement | null} */ (document.querySelector(`.tabs [data-section=${name}]`))?.focus({ preventScroll: true });
  });
}
