// @ts-check
/**
 * What this phone keeps of an order before it is one: a record for each house in the browser's database, changed whole, so that two
 * tabs lose nothing of each other's.
 */

const DATABASE = "comanda.order";
const STORE = "carts";

/** @type {Promise<IDBDatabase | null> | undefined} */
let opening;

function opened() {
  opening ??= new Promise((resolve) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(null);
  }).catch(() => null);
  return opening;
}

/**
 * Replace a record by what `act` makes of it, in one transaction. A browser that keeps nothing, as in a private window, works with
 * what `fallback` has, until the page is left.
 * @template T
 * @param {string} key
 * @param {T} fallback
 * @param {(before: T) => T} act
 * @returns {Promise<T>} when it is where a reload finds it
 */
export async function replace(key, fallback, act) {
  // A phone may take the database away from a page that slept: it is opened once more.
  for (let tries = 2; tries > 0; tries -= 1) {
    const database = await opened();
    if (!database) break;
    try {
      return await replaced(database, key, fallback, act);
    } catch (error) {
      console.warn("the cart is not kept over a reload", error);
      opening = tries > 1 ? undefined : Promise.resolve(null);
    }
  }
  return act(fallback);
}

/**
 * @template T
 * @param {IDBDatabase} database
 * @param {string} key
 * @param {T} fallback
 * @param {(before: T) => T} act
 * @returns {Promise<T>}
 */
function replaced(database, key, fallback, act) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const reading = store.get(key);
    let after = fallback;
    reading.onsuccess = () => {
      after = act(reading.result ?? fallback);
      store.put(after, key);
    };
    transaction.oncomplete = () => resolve(after);
    transaction.onabort = () => reject(transaction.error);
  });
}
