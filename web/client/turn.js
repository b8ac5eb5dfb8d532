/** One tab at a time: two tabs of one phone have one outbox, and of each command one answer. */

/** Longer than any answer takes. A tab that holds its turn longer is asleep, and what it sends has an id: it does no harm. */
const PATIENCE = 10_000;

/**
 * Do something while no other tab of this browser does what has the same name. A browser without Web Locks, as on a page without
 * TLS, does it at once: ids make up for it.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} act
 * @returns {Promise<T>}
 */
export async function inTurn(name, act) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return act();
  /** @type {Promise<T> | undefined} */
  let acting;
  const begin = () => (acting = act());
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    return await locks.request(name, { signal: waiting.signal }, () => {
      clearTimeout(timer);
      return begin();
    });
  } catch (error) {
    // Somebody who took us to be asleep has our turn: what was begun is finished all the same.
    if (acting) return acting;
    // A browser that keeps nothing may refuse locks, too.
    if (!waiting.signal.aborted) return begin();
    return locks.request(name, { steal: true }, begin);
  }
}
