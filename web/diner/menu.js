// @ts-check
/** The menu, and the sheet from which a dish goes into the cart. */
import { signal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { MenuList } from "@comanda/ui/menu/menu.js";
import { NO_WISH } from "@comanda/ui/menu/offer.js";
import { add, counts } from "./basket.js";
import { offer } from "./offer.js";
import { limits } from "./party.js";

/** @type {import("@preact/signals").Signal<import("@comanda/ui/menu/offer.js").Dish | null>} */
const opened = signal(null);

/** What is searched and filtered, also while another section is shown. */
const wish = signal(NO_WISH);

export function Menu() {
  return html`<${MenuList} offer=${offer} inCart=${counts} wish=${wish} onOpen=${(/** @type {any} */ dish) => (opened.value = dish)} /><${Opened} />`;
}

function Opened() {
  const dish = opened.value;
  if (!dish) return null;
  const close = () => (opened.value = null);
  const submit = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
    add(dish.id, chosen);
    close();
  };
  return html`<${DishSheet} key=${dish.id} offer=${offer} dish=${dish} limits=${limits.value} onSubmit=${submit} onClose=${close} />`;
}
