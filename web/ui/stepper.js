// @ts-check
/** A number with a button on either side. */
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { say } from "./words.js";

/**
 * `least` is 1 unless it is given. Its name is heard; with `isNamed` it is seen, too.
 * @param {{label: string, value: number, most: number, least?: number, isNamed?: boolean, onChange: (value: number) => void}} props
 */
export function Stepper({ label, value, most, least = 1, isNamed = false, onChange }) {
  return html`<div class="stepper" data-named=${String(isNamed)} role="group" aria-label=${label}>
    ${isNamed && html`<span>${label}</span>`}
    <button type="button" aria-label=${say("fewer")} disabled=${value <= least} onClick=${() => onChange(value - 1)}><${Icon} name="minus" /></button>
    <output aria-live="polite">${value}</output>
    <button type="button" aria-label=${say("more")} disabled=${value >= most} onClick=${() => onChange(value + 1)}><${Icon} name="plus" /></button>
  </div>`;
}
