// @ts-check
/** Which dishes are shown: those of a diet, those without an allergen. */
import { Dialog } from "../dialog.js";
import { html } from "../html.js";
import { ALLERGENS, DIETS, NO_WISH, sectionsOf } from "./offer.js";
import { called, say } from "./words.js";

/**
 * @typedef {import("./offer.js").Wish} Wish
 * @typedef {import("./offer.js").Offer} Offer
 */

/**
 * @param {{offer: Offer, wish: import("@preact/signals").Signal<Wish>, onClose: () => void}} props
 */
export function Filters({ offer, wish, onClose }) {
  const { diets, without } = wish.value;
  const count = sectionsOf(offer, wish.value).reduce((sum, { dishes }) => sum + dishes.length, 0);
  return html`<${Dialog} heading=${say("filter.heading")} isSheet onClose=${onClose}>
    <${Choices} kind="diet" legend=${say("filter.diets")} codes=${DIETS} chosen=${diets} onChange=${(/** @type {any} */ set) => (wish.value = { ...wish.peek(), diets: set })} />
    <${Choices} kind="allergen" legend=${say("filter.without")} codes=${ALLERGENS} chosen=${without} onChange=${(/** @type {any} */ set) => (wish.value = { ...wish.peek(), without: set })} />
    <p class="caution">${say("filter.caution")}</p>
    <footer class="sheet-foot">
      <button type="button" disabled=${diets.size + without.size === 0} onClick=${() => (wish.value = { ...NO_WISH, text: wish.peek().text })}>${say("filter.none")}</button>
      <button type="button" class="accent" onClick=${onClose} aria-live="polite">${say("filter.show", { count })}</button>
    </footer>
  <//>`;
}

/**
 * Some of a few, each a box to tick.
 * @param {{kind: "allergen" | "diet", legend: string, codes: readonly string[], chosen: ReadonlySet<string>, onChange: (chosen: Set<string>) => void}} props
 */
export function Choices({ kind, legend, codes, chosen, onChange }) {
  const toggle = (/** @type {string} */ one) => {
    const after = new Set(chosen);
    if (!after.delete(one)) after.add(one);
    onChange(after);
  };
  return html`<fieldset class="boxes"><legend>${legend}</legend>
    ${codes.map((one) => html`<label key=${one} class="box"><input type="checkbox" checked=${chosen.has(one)} onChange=${() => toggle(one)} /><span>${called(kind, one)}</span></label>`)}
  </fieldset>`;
}
