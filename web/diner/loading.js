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

/** @param {string} selector @returns {HTMLLinkElement[]} */
const linked = (selector) => [.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll(selector))];

/**
 * Ask for all modules of a part of the page at once, before the first of them says which others it imports: the server has written a link
 * for each into the page, which does nothing without a `rel`.
 * @param {"house" | "inside" | "meal"} part
 */
export function fetchAhead(part) {
  for (const link of linked(`link[data-with=${part}]:not([rel])`)) link.rel = "modulepreload";
}

/**
 * Load the style sheets that a part of the page has use for: those of `index.html` with that `data-with`. A sheet that is disabled is not
 * fetched.
 * @param {"inside" | "meal"} part
 */
export function dressed(part) {
  const known = dresses.get(part);
  if (known) return known;
  const links = linked(`link[rel=stylesheet][data-with=${part}]`);
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
