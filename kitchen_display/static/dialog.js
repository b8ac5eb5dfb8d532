// @ts-check
/** Which dialog is open, and the frame of them all: the browser's own, so focus stays inside and Escape closes it. */
import { signal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
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

/** Close it. */
export const close = () => (opened.value = null);

/** Whether one is on the screen: after Escape it is gone before `opened` knows. */
export const isOpen = () => document.querySelector("dialog[open]") !== null;

/**
 * @param {{heading: string, children: import('preact').ComponentChildren}} props
 */
export function Dialog({ heading, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const asked = useMemo(() => opened.peek(), []);
  // Before the next key: that is the dialog's. When it is closed the browser gives the focus back to where it was.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  // The browser tells of it some time after it has closed it: by then another one may be open.
  const closed = () => opened.peek() === asked && close();
  return html`<dialog ref=${element} aria-label=${heading} onClose=${closed}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === element.current && close()}>
    <div class="dialog-body">
      <header><h2>${heading}</h2>
        <button type="button" class="close" aria-label=${say("close")} onClick=${close}><${Icon} name="close" /></button>
      </header>
      ${children}
    </div>
  </dialog>`;
}
