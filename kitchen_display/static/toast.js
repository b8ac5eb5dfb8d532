// @ts-check
/** One short message at a time at the foot of the page: what was just done, with its undo, or what was refused. */
import { signal } from "@preact/signals";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { say } from "./text.js";

const DONE_MS = 10_000;

/** @typedef {{text: string, isRefusal: boolean, undo: (() => void) | null}} Toast */

/** @type {import('@preact/signals').Signal<Toast | null>} */
const shown = signal(null);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Say what was done; it can be taken back for ten seconds.
 * @param {string} text
 * @param {() => void} undo
 */
export const tellDone = (text, undo) => show({ text, isRefusal: false, undo });

/**
 * Say that something was not possible.
 * @param {string} text
 */
export const tellRefused = (text) => show({ text, isRefusal: true, undo: null });

/** Take the message away. */
export function hush() {
  clearTimeout(timer);
  shown.value = null;
}

/** @param {Toast} toast */
function show(toast) {
  clearTimeout(timer);
  shown.value = toast;
  timer = setTimeout(hush, DONE_MS);
}

/** The message, where it is also read aloud. */
export function ToastBar() {
  const toast = shown.value;
  return html`<div class="toast-place" role="status" aria-live="polite">
    ${
      toast &&
      html`<div class=${toast.isRefusal ? "toast refused" : "toast"}>
      ${toast.isRefusal && html`<${Icon} name="warning" />`}
      <span>${toast.text}</span>
      ${toast.undo && html`<button type="button" class="undo" onClick=${toast.undo}><${Icon} name="undo" />${say("undo")}<kbd>U</kbd></button>`}
    </div>`
    }
  </div>`;
}
