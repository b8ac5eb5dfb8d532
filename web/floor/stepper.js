// @ts-check
/** A number with one less and one more. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { say } from "./text.js";

/**
 * @param {{label: string, value: number, least: number, most: number, change: (value: number) => void}} props
 */
export function Stepper({ label, value, least, most, change }) {
  return html`<div class="counter" role="group" aria-label=${label}>
    <span>${label}</span>
    <button type="button" aria-label=${say("less")} disabled=${value <= least} onClick=${() => change(value - 1)}><${Icon} name="minus" /></button>
    <output aria-live="polite">${value}</output>
    <button type="button" aria-label=${say("more.one")} disabled=${value >= most} onClick=${() => change(value + 1)}><${Icon} name="plus" /></button>
  </div>`;
}
