// @ts-check
/** A short message at the foot of the page, or over what is open: what was just done, with its undo, or all that was refused together. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { say } from "./words.js";

const DONE_MS = 10_000;

/** Refusals that are shown together: after an outage there may be one for each tap. */
const MOST_REFUSALS = 4;

/** @typedef {{texts: string[], isRefusal: boolean, undo: (() => void) | null}} Toast */

/** @type {import('@preact/signals').Signal<Toast | null>} */
const shown = signal(null);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Say what was done; with `undo`, it can be taken back for ten seconds.
 * @param {string} text
 * @param {(() => void) | null} undo
 */
export const tellDone = (text, undo) => show({ texts: [text], isRefusal: false, undo });

/**
 * Say that something was not possible, besides what was refused a moment ago.
 * @param {string} text
 */
export function tellRefused(text) {
  const before = shown.peek();
  const others = before?.isRefusal ? before.texts.filter((one) => one !== text) : [];
  show({ texts: [...others, text].slice(-MOST_REFUSALS), isRefusal: true, undo: null });
}

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

/** The dialogs that are open, the one above all others last. @type {import('@preact/signals').Signal<readonly symbol[]>} */
const dialogs = signal([]);

/**
 * The message, where it is also read aloud: at the foot of the page while no dialog is open. `undoKey` is the key that takes back, where
 * there is a keyboard.
 * @param {{undoKey?: string}} props
 */
export const ToastBar = ({ undoKey = "" }) => html`<${Place} toast=${dialogs.value.length === 0 ? shown.value : null} undoKey=${undoKey} />`;

/** The same within a dialog: what is outside of one that is open is behind it, and no finger, key or screen reader reaches it. */
export function ToastOver() {
  const [me] = useState(() => Symbol("dialog"));
  useLayoutEffect(() => {
    dialogs.value = [...dialogs.peek(), me];
    return () => void (dialogs.value = dialogs.peek().filter((one) => one !== me));
  }, []);
  return html`<${Place} toast=${dialogs.value.at(-1) === me ? shown.value : null} undoKey="" />`;
}

/** @param {{toast: Toast | null, undoKey: string}} props */
function Place({ toast, undoKey }) {
  return html`<div class="toast-place" role="status" aria-live="polite">
    ${
      toast &&
      html`<div class=${toast.isRefusal ? "toast refused" : "toast"}>
      ${toast.isRefusal && html`<${Icon} name="warning" />`}
      <div>${toast.texts.map((text) => html`<p key=${text}>${text}</p>`)}</div>
      ${toast.undo && html`<button type="button" class="undo" onClick=${toast.undo}><${Icon} name="undo" />${say("undo")}${undoKey && html`<kbd>${undoKey}</kbd>`}</button>`}
    </div>`
    }
  </div>`;
}
