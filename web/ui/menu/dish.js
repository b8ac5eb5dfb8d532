// @ts-check
/** One dish: what it is, what it costs as chosen, and how many. For a new line, or for one that is changed (`line`). */
import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { Dialog } from "../dialog.js";
import { html } from "../html.js";
import { Icon } from "../icon.js";
import { language } from "../language.js";
import { written } from "../money.js";
import { Stepper } from "../stepper.js";
import { Choices } from "./filters.js";
import { goneText } from "./menu.js";
import { ALLERGENS, chosenOf, contentOf, defaultsOf, groupsOf, leftOf, missing, priceWith, textIn, toggled, unmet } from "./offer.js";
import { menuLanguage } from "./spoken.js";
import { called, listed, say } from "./words.js";

/**
 * @typedef {import("./offer.js").Offer} Offer
 * @typedef {import("./offer.js").Dish} Dish
 * @typedef {import("./offer.js").Group} Group
 * @typedef {import("./offer.js").Allergen} Allergen
 * @typedef {{quantity: number, modifiers: string[], note: string, avoid: Allergen[]}} Chosen
 */

/**
 * `line` is how it was chosen before. `submit` is what the button says, beside the price. `limits` come with the greeting.
 * @param {{
 *   offer: import("@preact/signals").ReadonlySignal<Offer | null>,
 *   dish: Dish,
 *   limits?: {quantity: number, noteLength: number},
 *   line?: Chosen | null,
 *   submit?: string,
 *   onSubmit: (chosen: Chosen) => void,
 *   onClose: () => void,
 * }} props
 */
export function DishSheet({ offer, dish, limits = { quantity: 99, noteLength: 200 }, line = null, submit, onSubmit, onClose }) {
  const shown = useMemo(() => begun(offer.peek(), dish, line), [dish.id]);
  const now = offer.value;
  if (!now) return null;
  // As it is on the menu by now: it may have changed while it is looked at.
  const current = now.menu.dishes.find((one) => one.id === dish.id) ?? dish;
  const { chosen, note, avoid } = shown;
  const set = (/** @type {Group} */ group, /** @type {string} */ id) => (chosen.value = toggled(now, current, chosen.peek(), group, id));
  const content = contentOf(now.menu, current, chosen.value);
  const about = textIn(current.description, menuLanguage.value, now.menu);
  return html`<${Dialog} heading=${textIn(current.name, menuLanguage.value, now.menu)} isSheet onClose=${onClose}>
    <div class="dish-sheet">
      ${current.picture && html`<img class="sheet-picture" src=${current.picture} alt="" width="640" height="360" decoding="async" referrerpolicy="no-referrer" />`}
      ${about && html`<p class="dish-about" lang=${menuLanguage.value}>${about}</p>`}
      <p class="dish-content">
        ${content.diets.map((one) => html`<span class="diet" key=${one}>${called("diet", one)}</span>`)}
        <span>${content.allergens.length > 0 ? say("contains", { what: listed("allergen", content.allergens) }) : say("contains.none")}</span>
      </p>
      ${groupsOf(now.menu, current, chosen.value).map(
        ({ group, within }) => html`<${GroupField} key=${`${within?.id ?? ""} ${group.id}`} offer=${now} group=${group} within=${within} chosen=${chosen.value} onToggle=${(/** @type {string} */ id) => set(group, id)} />`,
      )}
      <label class="note"><span>${say("note")}</span>
        <textarea rows="1" maxlength=${limits.noteLength} placeholder=${say("note.hint")} value=${note.value} onInput=${(/** @type {any} */ event) => (note.value = event.target.value)} />
      </label>
      <details class="avoid" open=${avoid.value.size > 0}>
        <summary><${Icon} name="warning" />${avoid.value.size > 0 ? say("avoid.chosen", { what: listed("allergen", [...avoid.value]) }) : say("avoid")}</summary>
        <${Choices} kind="allergen" legend=${say("avoid.hint")} codes=${ALLERGENS} chosen=${avoid.value} onChange=${(/** @type {any} */ all) => (avoid.value = all)} />
        <${Conflict} contained=${content.allergens.filter((one) => avoid.value.has(one))} />
      </details>
    </div>
    <${Foot} offer=${now} dish=${current} shown=${shown} most=${limits.quantity} submit=${submit ?? say(line ? "change" : "add")} onSubmit=${onSubmit} />
  <//>`;
}

/**
 * What is shown as chosen at first.
 * @param {Offer | null} offer
 * @param {Dish} dish
 * @param {Chosen | null} line
 */
function begun(offer, dish, line) {
  const preset = offer ? defaultsOf(offer, dish) : new Set();
  return {
    chosen: signal(/** @type {ReadonlySet<string>} */ (line ? new Set(line.modifiers) : preset)),
    quantity: signal(line?.quantity ?? 1),
    note: signal(line?.note ?? ""),
    avoid: signal(/** @type {ReadonlySet<Allergen>} */ (new Set(line?.avoid ?? []))),
  };
}

/** @param {{contained: Allergen[]}} props */
const Conflict = ({ contained }) =>
  html`<p class="conflict" role="status">${contained.length > 0 && say("avoid.conflict", { what: listed("allergen", contained) })}</p>`;

/**
 * The options of a group: one of them, or some.
 * @param {{offer: Offer, group: Group, within: import("./offer.js").Option | null, chosen: ReadonlySet<string>, onToggle: (id: string) => void}} props
 */
function GroupField({ offer, group, within, chosen, onToggle }) {
  const { menu } = offer;
  const isRadio = group.maxSelect === 1 && group.minSelect === 1;
  const count = group.options.filter((one) => chosen.has(one.id)).length;
  const name = textIn(group.name, menuLanguage.value, menu);
  const legend = within ? say("within", { group: name, option: textIn(within.name, menuLanguage.value, menu) }) : name;
  return html`<fieldset class="group" data-group=${group.id} data-nested=${String(within !== null)} data-unmet=${String(count < group.minSelect)}>
    <legend>${legend} <small>${ruleOf(group)}</small></legend>
    ${group.options.map((option) => {
      const gone = missing(offer, option.id) !== null;
      const isOn = chosen.has(option.id);
      const isFull = !isOn && group.maxSelect > 1 && count >= group.maxSelect;
      return html`<label key=${option.id} class="option" data-gone=${String(gone)}>
        <input type=${isRadio ? "radio" : "checkbox"} name=${`${within?.id ?? ""} ${group.id}`} checked=${isOn} disabled=${(gone && !isOn) || isFull} onChange=${() => onToggle(option.id)} />
        <span class="option-name">${textIn(option.name, menuLanguage.value, menu)}${gone && html` <em>${say("sold-out")}</em>`}</span>
        ${option.price !== 0 && html`<span class="option-price">${option.price > 0 && "+"}${written({ amount: option.price, currency: menu.currency }, language.value)}</span>`}
      </label>`;
    })}
  </fieldset>`;
}

/** @param {Group} group */
function ruleOf({ minSelect, maxSelect }) {
  if (minSelect === 0) return maxSelect === 1 ? say("optional.one") : say("optional", { count: maxSelect });
  return minSelect === maxSelect ? say("required", { count: minSelect }) : say("required.between", { least: minSelect, most: maxSelect });
}

/**
 * How many, and the button. The price is that of all portions as chosen.
 * @param {{offer: Offer, dish: Dish, shown: ReturnType<typeof begun>, most: number, submit: string, onSubmit: (chosen: Chosen) => void}} props
 */
function Foot({ offer, dish, shown: { chosen, quantity, note, avoid }, most, submit, onSubmit }) {
  const gone = missing(offer, dish.id);
  const lacking = unmet(offer.menu, dish, chosen.value)[0];
  const top = Math.min(most, leftOf(offer, dish.id) ?? most);
  const price = { amount: priceWith(offer, dish, chosen.value) * quantity.value, currency: offer.menu.currency };
  const send = () =>
    onSubmit({
      quantity: quantity.value, note: note.value.trim(), avoid: ALLERGENS.filter((one) => avoid.value.has(one)),
      modifiers: chosenOf(offer.menu, dish, chosen.value).map((one) => one.id),
    });
  return html`<footer class="sheet-foot">
    <${Stepper} label=${say("quantity")} value=${quantity.value} most=${Math.max(1, top)} onChange=${(/** @type {number} */ count) => (quantity.value = count)} />
    ${
      gone
        ? html`<p class="gone" role="status">${goneText(offer, dish, gone)}</p>`
        : html`<button type="button" class="accent" disabled=${lacking !== undefined} onClick=${send}>
          ${lacking ? say("choose.first", { what: textIn(lacking.name, menuLanguage.value, offer.menu) }) : html`<span>${submit}</span> <b class="sheet-price">${written(price, language.value)}</b>`}
        </button>`
    }
  </footer>`;
}
