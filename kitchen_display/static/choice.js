// @ts-check
/** Which station this screen shows: asked once, remembered, and changed in the settings. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "./icons.js";
import { station } from "./settings.js";
import { named, say } from "./text.js";
import { ALL, choices, status } from "./who.js";

/** The first choice, over the whole page. */
export function Choice() {
  return html`<main class="choice-page">
    <h1>${say("choose.heading")}</h1>
    <${StationChoice} />
    ${choices.value.length === 0 && html`<p>${say(status.value === "live" ? "choose.none" : "connecting")}</p>`}
  </main>`;
}

/** The stations as big buttons; the chosen one is marked. */
export function StationChoice() {
  const cooking = choices.value.filter((one) => one.kind === "PREP");
  const assembling = choices.value.filter((one) => one.kind === "EXPO");
  return html`<div class="stations" role="group" aria-label=${say("choose.heading")}>
    ${[...cooking, ...assembling].map(
      (one) => html`<${One} key=${one.code} code=${one.code} name=${named(one.name)}
      about=${one.kind === "EXPO" ? say("choose.expo") : ""} />`,
    )}
    ${cooking.length > 1 && html`<${One} code=${ALL} name=${say("choose.all")} about="" />`}
  </div>`;
}

/**
 * @param {{code: string, name: string, about: string}} props
 */
function One({ code, name, about }) {
  return html`<button type="button" aria-pressed=${String(station.value === code)} onClick=${() => (station.value = code)}>
    <${Icon} name="station" /><b>${name}</b>${about && html`<small>${about}</small>`}
  </button>`;
}
