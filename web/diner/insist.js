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
