// @ts-check
/** Markup in plain JavaScript: what JSX would be, without a build step. */
import htm from "htm";
import { h } from "preact";

/**
 * htm would keep what never changes of a template for good, and by it the whole page in which it was first drawn: a page that somebody
 * has left could never be forgotten. Three says that everything may change.
 * @this {number[]}
 * @param {any[]} parts type, props, and children
 */
function drawn(...parts) {
  this[0] = 3;
  return h(.../** @type {Parameters<typeof h>} */ (parts));
}

/** @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(drawn);

// Preact moves keyed elements by `moveBefore`, and Chromium (156) then forgets which styles below them were about to change: a card
// would keep the colours of the state that it had. So they are settled first, which costs nothing where none has changed.
const place = typeof Element === "undefined" ? null : /** @type {any} */ (Element.prototype);
const moveBefore = place?.moveBefore;
if (moveBefore) {
  place.moveBefore = function (/** @type {Element} */ moved, /** @type {Node | null} */ before) {
    void getComputedStyle(moved).opacity;
    return moveBefore.call(this, moved, before);
  };
}

/**
 * @typedef {import('preact').ComponentChildren} Children
 * @typedef {import('preact').VNode | import('preact').VNode[] | null} Markup
 */
