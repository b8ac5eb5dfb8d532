// @ts-check
/** A dialog that asks for a reason: one of the usual ones, or in one's own words. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { say } from "./text.js";

/** Most characters of a reason, as the server takes it. */
const LONGEST = 200;

/**
 * @param {{
 *   heading: string, text: string, usual: string[], go: string,
 *   onGo: (reason: string) => void, onClose: () => void, children?: import("preact").ComponentChildren,
 * }} props
 */
export function Reason({ heading, text, usual, go, onGo, onClose, children }) {
  const reason = useSignal("");
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onGo(reason.peek().trim());
  };
  return html`<${Dialog} heading=${heading} onClose=${onClose} isSheet>
    <p>${text}</p>
    ${children}
    <div class="choices">${usual.map((one) => html`<button key=${one} type="button" aria-pressed=${String(reason.value === one)} onClick=${() => (reason.value = one)}>${one}</button>`)}</div>
    <form class="reason" onSubmit=${submit}>
      <label>${say("reason")}<input name="reason" maxlength=${LONGEST} autocomplete="off" value=${reason.value} onInput=${(/** @type {InputEvent} */ event) => (reason.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>
      <div class="actions">
        <button type="button" onClick=${onClose}>${say("cancel")}</button>
        <button type="submit" class="danger" disabled=${!reason.value.trim()}>${go}</button>
      </div>
    </form>
  <//>`;
}
