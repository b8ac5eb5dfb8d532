// @ts-check
/** The frame of a dialog: the browser's own, so focus stays inside, Escape closes it, and the focus goes back where it was. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { ToastOver } from "./toast.js";
import { say } from "./words.js";

/** Whether one is on the screen: after Escape it is gone before the page is told. */
export const isOpen = () => document.querySelector("dialog[open]") !== null;

/**
 * A dialog that is open as long as it is drawn. `onClose` is called when somebody closes it: draw it no more then. `isSheet`
 * on a phone: it stands at the foot of the screen, where the thumb is.
 * @param {{heading: string, onClose: () => void, isSheet?: boolean, children: import('preact').ComponentChildren}} props
 */
export function Dialog({ heading, onClose, isSheet = false, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const isGone = useRef(false);
  const [isShut, setShut] = useState(false);
  // Before the next key: that is the dialog's.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => {
      isGone.current = true;
      dialog?.close();
    };
  }, []);
  // The browser tells of it some time after it has closed it: by then another one may be open.
  const closed = () => {
    if (isGone.current) return;
    // It may be drawn on, unseen: then messages are shown on the page again.
    setShut(true);
    onClose();
  };
  return html`<dialog ref=${element} class=${isSheet ? "sheet" : ""} aria-label=${heading} onClose=${closed}
    onClick=${(/** @type {MouseEvent} */ event) => event.target === element.current && onClose()}>
    <div class="dialog-body">
      <header><h2>${heading}</h2>
        <button type="button" class="close" aria-label=${say("close")} onClick=${onClose}><${Icon} name="close" /></button>
      </header>
      ${children}
    </div>
    ${!isShut && html`<${ToastOver} />`}
  </dialog>`;
}
