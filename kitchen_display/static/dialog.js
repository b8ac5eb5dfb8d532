// @ts-check
/** Which dialog is open. */
import { signal } from "@preact/signals";
import { Dialog as Frame } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";

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

/**
 * @param {{heading: string, children: import('preact').ComponentChildren}} props
 */
export const Dialog = ({ heading, children }) => html`<${Frame} heading=${heading} onClose=${close}>${children}<//>`;
