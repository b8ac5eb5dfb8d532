// @ts-check
/** Loading what is not there at first, over a network that may be bad, from servers that may just be replaced by newer ones. */

/** Before it is tried again, in milliseconds. */
const AGAIN = 1_000;

/**
 * Do something until it has been done. What fails twice may be a file that no server has any more: then the page itself is loaded anew.
 * @param {() => Promise<void>} act
 */
export const insist = (act, failures = 0) =>
  void act().catch(() => {
    if (failures > 0) dispatchEvent(new Event("missing"));
    setTimeout(() => insist(act, failures + 1), AGAIN);
  });

/** Style sheets that are loaded or on their way, by what they are for. @type {Map<string, Promise<void[]>>} */
const dresses = new Map();

/**
 * Load the style sheets that a part of the page has use for: those of `index.html` with that `data-with`. A sheet that is disabled is not
 * fetched.
 * @param {"inside" | "meal"} part
 */
export function dressed(part) {
  const known = dresses.get(part);
  if (known) return known;
  const links = [.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll(`link[data-with=${part}]`))];
  const all = Promise.all(
    links.map(
      (link) =>
        new Promise((/** @type {(nothing: void) => void} */ resolve) => {
          // A page without its dress is better than none.
          link.onload = link.onerror = () => resolve();
          link.disabled = false;
        }),
    ),
  );
  dresses.set(part, all);
  return all;
}
