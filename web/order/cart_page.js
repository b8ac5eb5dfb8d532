// @ts-check
/** What was chosen, where it goes and when, what it comes to, and the button that orders it. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { hush, tellDone } from "@comanda/ui/toast.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { chosenOf, leftOf, missing, textIn } from "@comanda/ui/menu/offer.js";
import { goneText } from "@comanda/ui/menu/menu.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { signal } from "@preact/signals";
import { alter, cart, putBack } from "./cart.js";
import { Checkout } from "./checkout.js";
import { Notice, limits } from "./menu_page.js";
import { offer } from "./offer.js";
import { hrefOf } from "./place.js";
import { isFresh, quote, refusal } from "./quote.js";
import { say } from "./text.js";

/** @typedef {import("./cart.js").Line} Line */

/** The line that is changed. */
const opened = signal(/** @type {Line | null} */ (null));

export function CartPage() {
  const { lines } = cart.value;
  const dish = opened.value && offer.value?.menu.dishes.find((one) => one.id === opened.value?.itemId);
  const save = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
    const line = opened.peek();
    opened.value = null;
    if (line) void alter(line.id, chosen);
  };
  return html`<main class="cart-page" tabindex="-1">
    <h1>${say("cart")}</h1>
    <${Notice} />
    ${
      lines.length === 0
        ? html`<p>${say("cart.empty")}</p><a class="button accent" href=${hrefOf("menu")}>${say("to-menu")}</a>`
        : html`<ul class="lines">${lines.map((line, at) => html`<${LineRow} key=${line.id} line=${line} at=${at} />`)}</ul>
            <p><a class="button" href=${hrefOf("menu")}><${Icon} name="plus" />${say("more-dishes")}</a></p>
            <${Checkout} />`
    }
    ${dish && html`<${DishSheet} key=${opened.value?.id} offer=${offer} dish=${dish} line=${opened.value} limits=${limits()} onSubmit=${save} onClose=${() => (opened.value = null)} />`}
  </main>`;
}

/** @param {{line: Line, at: number}} props */
function LineRow({ line, at }) {
  const now = offer.value;
  const dish = now?.menu.dishes.find((one) => one.id === line.itemId);
  const name = dish ? textIn(dish.name, menuLanguage.value, now?.menu) : say("dish.gone");
  const options = now && dish ? chosenOf(now.menu, dish, new Set(line.modifiers)).map((one) => textIn(one.name, menuLanguage.value, now.menu)) : [];
  const priced = isFresh.value ? quote.value?.lines[at] : undefined;
  const isLocked = cart.value.placing !== null;
  const set = (/** @type {number} */ quantity) => void alter(line.id, { quantity });
  const leave = () => {
    set(0);
    tellDone(say("removed", { dish: name }), () => {
      hush();
      void putBack(line, at);
    });
  };
  return html`<li class="line" data-gone=${String(problemOf(line) !== "")}>
    <div class="line-what">
      ${dish && !isLocked
        ? html`<button type="button" class="line-name" aria-haspopup="dialog" onClick=${() => (opened.value = line)}>${name}<${Icon} name="edit" /></button>`
        : html`<span class="line-name">${name}</span>`}
      ${options.length > 0 && html`<small>${options.join(", ")}</small>`}
      ${line.note && html`<small>${say("line.note", { note: line.note })}</small>`}
      <strong class="line-problem" role="status">${problemOf(line)}</strong>
    </div>
    <b class="line-price">${priced?.itemId === line.itemId ? written(priced.price, language.value) : ""}</b>
    <div class="line-count">
      ${line.quantity === 1
        ? html`<button type="button" class="bare" disabled=${isLocked} aria-label=${say("remove", { dish: name })} onClick=${leave}><${Icon} name="close" /></button>`
        : null}
      ${isLocked ? html`<span>${line.quantity} ×</span>` : html`<${Stepper} label=${say("count-of", { dish: name })} value=${line.quantity} least=${1} most=${limits()?.quantity ?? 99} onChange=${set} />`}
    </div>
  </li>`;
}

/** Why a line cannot be ordered as it is. @param {Line} line */
function problemOf(line) {
  const now = offer.value;
  if (!now) return "";
  const dish = now.menu.dishes.find((one) => one.id === line.itemId);
  if (!dish) return say("line.gone");
  // For a slot the hours of the dish are asked then, by the server.
  const gone = missing(now, dish.id);
  if (gone && !(cart.value.slot && gone.why === "NOT_SERVED")) return goneText(now, dish, gone);
  const left = leftOf(now, dish.id);
  if (left !== null && left < line.quantity) return say("line.left", { count: left });
  return refusal.value?.details["itemId"] === line.itemId ? refusal.value.message : "";
}
