// @ts-check
/** Things that move to their new place instead of jumping there: measured before, moved back, let go. */
import { useLayoutEffect, useRef } from "preact/hooks";

const EASE = "cubic-bezier(0.2, 0.8, 0.2, 1)";
const MOVE_MS = 450;

const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Return a ref for a list whose elements with `data-flip` move to where they are drawn next. Who wants less motion sees them there at once.
 * @returns {{current: any}}
 */
export function useFlip() {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const places = useRef(/** @type {Map<string, {top: number, left: number}>} */ (new Map()));
  useLayoutEffect(() => {
    const before = places.current;
    const now = new Map();
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (list.current?.querySelectorAll("[data-flip]") ?? [])) {
      const key = element.dataset["flip"] ?? "";
      // Against its own list: scrolling is no movement.
      const place = { top: element.offsetTop, left: element.offsetLeft };
      now.set(key, place);
      const was = before.get(key);
      if (was && !isStill.matches) move(element, was.left - place.left, was.top - place.top);
    }
    places.current = now;
  });
  return list;
}

/** @param {HTMLElement} element @param {number} x @param {number} y pixels from where it was */
function move(element, x, y) {
  if (x === 0 && y === 0) return;
  element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: EASE });
}
