/**
 * Commands that are sent for certain: kept in the browser until they are answered, also over a reload, and sent in
 * their order as soon as the connection is live, one at a time.
 *
 * Each has an `opId` from the moment it is put here. Sending it again, from wherever, changes nothing more.
 */

import { signal } from "@preact/signals-core";
import { Refused, Unsent } from "./error.js";

/**
 * One command that waits. `at` is when it was put here, in milliseconds.
 * @typedef {{opId: string, name: string, payload: Record<string, any>, at: number}} Entry
 */
/** @typedef {(entry: Entry, refused: Refused) => void} OnRefused */
/**
 * What an outbox needs of a connection.
 * @typedef {Pick<import("./connection.js").Connection<any>, "send" | "status">} Sender
 */

const DATABASE = "comanda";
const STORE = "outbox";

/**
 * Open the outbox of a name with what a former page left in it; the name says whose it is, a device's or a person's.
 * @param {Sender} connection
 * @param {{name: string, onRefused?: OnRefused}} options `onRefused` hears of every refusal, also of what was left
 * @returns {Promise<Outbox>}
 */
export async function openOutbox(connection, { name, onRefused = () => {} }) {
  const shelf = await Shelf.open(name);
  return new Outbox(connection, shelf, onRefused, await shelf.read());
}

export class Outbox {
  #connection;
  #shelf;
  #onRefused;
  #waiting;
  #isSending = false;
  #isOpen = true;
  #leave;
  /**
   * Who put an entry here and waits for its answer.
   * @type {Map<string, {resolve: (ack: any) => void, reject: (why: Error) => void}>}
   */
  #callers = new Map();
  /** When an entry is where a reload finds it. @type {Map<string, Promise<void>>} */
  #kept = new Map();

  /**
   * @param {Sender} connection
   * @param {Shelf} shelf
   * @param {OnRefused} onRefused
   * @param {Entry[]} left
   */
  constructor(connection, shelf, onRefused, left) {
    this.#connection = connection;
    this.#shelf = shelf;
    this.#onRefused = onRefused;
    this.#waiting = signal(/** @type {readonly Entry[]} */ (left));
    this.#leave = connection.status.subscribe(() => queueMicrotask(() => this.#send()));
  }

  /**
   * What is not answered yet, in order, as a signal: a page shows it as if it were done.
   * @returns {import("@preact/signals-core").ReadonlySignal<readonly Entry[]>}
   */
  get waiting() {
    return this.#waiting;
  }

  /**
   * Put a command here, with an `opId` unless it has an id of its own. Returns its ack, however late; raises `Refused`.
   * @param {string} name
   * @param {Record<string, any>} payload
   * @returns {Promise<any>}
   */
  put(name, payload) {
    const opId = payload.opId ?? payload.idempotencyKey ?? newId();
    const entry = { opId, name, payload: payload.idempotencyKey ? payload : { ...payload, opId }, at: Date.now() };
    this.#kept.set(opId, this.#shelf.keep(entry));
    this.#waiting.value = [...this.#waiting.value, entry];
    const answer = new Promise((resolve, reject) => this.#callers.set(opId, { resolve, reject }));
    // Who does not look at the answer is told of a refusal by `onRefused`.
    answer.catch(() => {});
    this.#send();
    return answer;
  }

  /** Send nothing more; what waits stays where the next page finds it. */
  close() {
    this.#isOpen = false;
    this.#leave();
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let entry = this.#next(); entry; entry = this.#next()) await this.#sendOne(entry);
    } finally {
      this.#isSending = false;
    }
  }

  #next() {
    return this.#isOpen && this.#connection.status.value === "live" ? this.#waiting.value[0] : undefined;
  }

  /** @param {Entry} entry */
  async #sendOne(entry) {
    // It is sent only when it is kept: what a reload forgets must not have happened.
    await this.#kept.get(entry.opId);
    const caller = this.#callers.get(entry.opId);
    try {
      const ack = await this.#connection.send(entry.name, entry.payload);
      await this.#finish(entry);
      caller?.resolve(ack);
    } catch (error) {
      if (error instanceof Unsent) return wait(100);
      if (!(error instanceof Refused)) throw error;
      if (error.isTemporary) return wait(error.pause);
      await this.#finish(entry);
      this.#onRefused(entry, error);
      caller?.reject(error);
    }
  }

  /** @param {Entry} entry */
  async #finish(entry) {
    await this.#shelf.forget(entry);
    this.#waiting.value = this.#waiting.value.filter((one) => one !== entry);
    this.#callers.delete(entry.opId);
    this.#kept.delete(entry.opId);
  }
}

/** Where entries are kept. A browser that keeps nothing, as in a private window, costs the reload, not the command. */
class Shelf {
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
      return new Shelf(await done(opening), name);
    } catch (error) {
      return complain(error, new Shelf(null, name));
    }
  }

  /** @returns {Promise<Entry[]>} in the order in which they were kept */
  async read() {
    const ask = (/** @type {IDBObjectStore} */ store) => store.index("box").getAll(this.#name);
    const kept = await this.#ask("readonly", ask, /** @type {Entry[]} */ ([]));
    return kept.map(({ opId, name, payload, at }) => ({ opId, name, payload, at }));
  }

  /** @param {Entry} entry @returns {Promise<void>} */
  async keep(entry) {
    await this.#ask("readwrite", (store) => store.add({ ...entry, box: this.#name }), undefined);
  }

  /** @param {Entry} entry */
  async forget(entry) {
    const key = await this.#ask("readonly", (store) => store.index("opId").getKey(entry.opId), undefined);
    if (key !== undefined) await this.#ask("readwrite", (store) => store.delete(key), undefined);
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
      return await done(ask(this.#database.transaction(STORE, mode).objectStore(STORE)));
    } catch (error) {
      return complain(error, otherwise);
    }
  }
}

/** A UUID; `crypto.randomUUID` is not there on a page without TLS. */
export function newId() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-a$4-$5");
}

/** @param {number} milliseconds @returns {Promise<void>} */
function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @template T @param {unknown} error @param {T} otherwise */
function complain(error, otherwise) {
  console.warn("commands are not kept over a reload", error);
  return otherwise;
}
