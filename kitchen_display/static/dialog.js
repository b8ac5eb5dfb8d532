// @ts-check
/** Which dialog is open, and the frame of them all: the browser's own, so focus stays inside and Escape closes it. */
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { say } from "./text.js";

/**
 * @typedef {{kind: 'line', ticketId: string, lineId: string} | {kind: 'ticket', ticketId: string}
 *   | {kind: 'recall' | 'out' | 'settings' | 'help'}} Asked
 */

/** @type {import('@preact/signals').Signal<Asked | null>} */
export const opened = signal(null);

/** @param {Asked} asked */
export const open = (asked) => (opened.value = asked);

/** Close it; the browser gives the focus back to where it was. */
export function close() {
  const dialog = document.querySelector("dialog[open]");
  if (dialog instanceof HTMLDialogElement) dialog.close();
  opened.value = null;
}

/**
 * @param {{heading: string, children: import('preact').ComponentChildren}} props
 */
export function Dialog({ heading, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return html`<dialog ref=${element} aria-label=${heading} onClose=${close}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === element.current && close()}>
    <div class="dialog-body">
      <header><h2>${heading}</h2>
        <button type="button" class="close" aria-label=${say("close")} onClick=${close}><${Icon} name="close" /></button>
      </header>
      ${children}
    </div>
  </dialog>`;
}
