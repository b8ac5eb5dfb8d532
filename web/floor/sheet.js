// @ts-check
/**
 * What is open over the page: one dialog at a time, a function that draws it. `open(() => html`<${Asking} … />`)` opens it,
 * `close()` takes it away.
 */
import { signal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";

/** @typedef {() => import("preact").ComponentChild} Draw */

/** @type {import("@preact/signals").Signal<{draw: Draw} | null>} */
const opened = signal(null);

let count = 0;

/** @param {Draw} draw */
export function open(draw) {
  count += 1;
  opened.value = { draw };
}

export const close = () => (opened.value = null);

/** The dialog that is open: a new one each time, also of the same kind. */
export function Opened() {
  const one = opened.value;
  return one && html`<${One} key=${count} draw=${one.draw} />`;
}

/** @param {{draw: Draw}} props */
const One = ({ draw }) => draw();
