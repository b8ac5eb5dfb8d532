// @ts-check
/**
 * The frame of a card, and what is drawn of it when. A card that nobody can see yet is a shell: it has its place, its name and
 * its height, and what is on it is drawn when it comes near; once drawn it stays so. So a full board costs what is looked at.
 *
 * @import {Entry} from './lanes.js'
 */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { html } from "@comanda/ui/html.js";

/**
 * What a kind of cards shows. `name` is the attribute that has the id; `lines` says how high a shell is.
 * @template T
 * @typedef {object} Face
 * @property {'ticket' | 'order'} name
 * @property {(shown: T) => string} label
 * @property {(shown: T) => number} lines
 * @property {(shown: T) => string} tone read again when what it reads changes
 * @property {import('preact').FunctionComponent<{entry: Entry<T>}>} contents
 */

/**
 * @template {{isPriority: boolean}} T
 * @param {{entry: Entry<T>, face: Face<T>}} props
 */
export function Card({ entry, face }) {
  const tone = useMemo(() => computed(() => face.tone(entry.shown.value)), [entry]);
  const shown = entry.shown.value;
  // `data-near` is the observer's.
  return html`<article class=${entry.isLeaving.value ? "ticket leaving" : "ticket"} ...${{ [`data-${face.name}`]: entry.id }}
    data-drawn=${String(entry.isDrawn.value)} data-tone=${entry.isDrawn.value ? tone : "held"} data-priority=${String(shown.isPriority)}
    style=${`--lines: ${face.lines(shown)}`} tabindex="0" aria-label=${face.label(shown)}>
    ${entry.isDrawn.value && html`<${face.contents} entry=${entry} />`}
  </article>`;
}

/** @param {Element} card */
export const idOf = (card) => card.getAttribute("data-order") ?? card.getAttribute("data-ticket") ?? "";

/** What has come near and is to be drawn, in that order. @type {Entry<any>[]} */
const near = [];

/**
 * Have cards of a column drawn when they are about to be seen: a screen before they are.
 * @param {Element} column what scrolls
 * @param {(id: string) => Entry<any> | undefined} find
 */
export function drawWhatComesNear(column, find) {
  const observer = new IntersectionObserver(
    (moved) => {
      for (const { isIntersecting, target } of moved) {
        target.setAttribute("data-near", String(isIntersecting));
        const entry = isIntersecting && find(idOf(target));
        if (entry && !entry.isDrawn.peek() && near.push(entry) === 1) requestAnimationFrame(drawNext);
      }
    },
    { root: column, rootMargin: "100%" },
  );
  return observer;
}

/** Draw one: a slow tablet has no time for two in a frame. */
function drawNext() {
  const next = near.shift();
  if (next) next.isDrawn.value = true;
  if (near.length > 0) requestAnimationFrame(drawNext);
}
