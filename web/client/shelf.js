/** Where commands are kept until they are answered: the browser's database, which a reload and a crash of the tab leave as it is. */

/** @typedef {import("./outbox.js").Entry} Entry */

const DATABASE = "comanda";
const STORE = "outbox";

/** What nobody came back for: a party's phone that was put away, a person who works elsewhere now. */
const FORGOTTEN_AFTER = 7 * 24 * 3600 * 1000;

/** A browser that keeps nothing, as in a private window, costs the reload, not the command. */
export class Shelf {
  #database;
  #name;

  /** @param {IDBDatabase | null} database @param {string} name */
  constructor(database, name) {
    this.#database = database;
    this.#name = name;
  }

  /** @param {string} name */
  static async open(name) {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => {
        const store = opening.result.createObjectStore(STORE, { autoIncrement: true });
        store.createIndex("box", "box");
        store.createIndex("opId", "opId");
      };
      const shelf = new Shelf(await done(opening), name);
      await shelf.#tidy();
      return shelf;
    } catch (error) {
      return complain(error, new Shelf(null, name));
    }
  }

  /** @returns {Promise<Entry[]>} in the order in which they were kept */
  async read() {
    const ask = (/** @type {IDBObjectStore} */ store) => store.index("box").getAll(this.#name);
    const kept = await this.#ask("readonly", ask, /** @type {Entry[]} */ ([]));
    return kept.map(({ opId, name, payload, at, whose }) => ({ opId, name, payload, at, whose }));
  }

  /** @param {Entry} entry @returns {Promise<void>} when it is where a reload finds it */
  async keep(entry) {
    await this.#ask("readwrite", (store) => store.add({ ...entry, box: this.#name }), undefined);
  }

  /** Whether an entry is still here: another tab may have sent it. @param {Entry} entry */
  async has(entry) {
    return (await this.#ask("readonly", (store) => store.index("opId").getKey(entry.opId), 0)) !== undefined;
  }

  /** Also what other tabs have put here under the same name. @param {Entry} entry */
  async forget(entry) {
    const keys = await this.#ask("readonly", (store) => store.index("opId").getAllKeys(entry.opId), /** @type {IDBValidKey[]} */ ([]));
    for (const key of keys) await this.#ask("readwrite", (store) => store.delete(key), undefined);
  }

  async #tidy() {
    const all = await this.#ask("readonly", (store) => store.getAll(), /** @type {Entry[]} */ ([]));
    for (const entry of all) if (entry.at < Date.now() - FORGOTTEN_AFTER) await this.forget(entry);
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<any>} ask
   * @param {T} otherwise
   * @returns {Promise<T>}
   */
  async #ask(mode, ask, otherwise) {
    if (!this.#database) return otherwise;
    try {
      const transaction = this.#database.transaction(STORE, mode);
      const answer = done(ask(transaction.objectStore(STORE)));
      // It is there when the whole transaction is, not when its one request is answered.
      await Promise.all([answer, finished(transaction)]);
      return await answer;
    } catch (error) {
      return complain(error, otherwise);
    }
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @template T @param {unknown} error @param {T} otherwise */
function complain(error, otherwise) {
  console.warn("commands are not kept over a reload", error);
  return otherwise;
}
