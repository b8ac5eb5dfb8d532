// @ts-check
/** One of a few: buttons of which one is pressed. */
import { html } from "./html.js";
import { LANGUAGES, language } from "./language.js";
import { say } from "./words.js";

/**
 * @param {{options: {[value: string]: string}, chosen: string, choose: (value: string) => void, label?: string}} props
 */
export function Switch({ options, chosen, choose, label }) {
  return html`<div class="choices" role="group" aria-label=${label}>
    ${Object.entries(options).map(([value, name]) => html`<button key=${value} type="button" lang=${options === LANGUAGES ? value : undefined} aria-pressed=${String(chosen === value)} onClick=${() => choose(value)}>${name}</button>`)}
  </div>`;
}

/** The languages of the page. */
export function Languages() {
  return html`<${Switch} options=${LANGUAGES} chosen=${language.value} choose=${(/** @type {string} */ one) => (language.value = one)} label=${say("language")} />`;
}
