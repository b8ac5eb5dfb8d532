// @ts-check
/** Why something is done: one of the usual reasons, or in one's own words. As a form for a dialog, and as a whole dialog. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { close } from "./sheet.js";
import { say } from "./text.js";

/** Most characters of a reason, as the server takes it. */
const LONGEST = 200;

/**
 * A form with the two ways out of a dialog; `isReady` is false as long as something else of it is missing.
 * @param {{usual: string[], go: string, isReady?: boolean, onGo: (reason: string) => void}} props
 */
export function ReasonFields({ usual, go, isReady = true, onGo }) {
  const reason = useSignal("");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onGo(reason.peek().trim());
  };
  const type = (/** @type {InputEvent} */ event) => (reason.value = /** @type {HTMLInputElement} */ (event.target).value);
  return html`<form class="stacked" onSubmit=${submit}>
    <div class="quick-picks" role="group" aria-label=${say("reason")}>
      ${usual.map((one) => html`<button key=${one} type="button" aria-pressed=${String(reason.value === one)}
        onClick=${() => (reason.value = one)}>${one}</button>`)}
    </div>
    <label>${say("reason")}<input name="reason" maxlength=${LONGEST} autocomplete="off" value=${reason.value} onInput=${type} /></label>
    <div class="actions">
      <button type="button" onClick=${close}>${say("back")}</button>
      <button type="submit" class="danger" disabled=${!isReady || !reason.value.trim()}>${go}</button>
    </div>
  </form>`;
}

/** @param {{heading: string, text: string, usual: string[], go: string, onGo: (reason: string) => void}} props */
export const Reason = ({ heading, text, ...asked }) => html`<${Dialog} heading=${heading} onClose=${close} isSheet>
    <p>${text}</p>
    <${ReasonFields} ...${asked} />
  <//>`;
