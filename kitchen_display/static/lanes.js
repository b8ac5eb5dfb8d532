// @ts-check
/**
 * What stands in which column, as signals: one for the order of ids in each column, and some for each entry. So a change of one
 * entry draws that entry and nothing else, and a column is drawn anew only when something comes to it or leaves it.
 */
import { batch, signal } from "@preact/signals";

/** How long an entry that leaves is still there, fading. The style sheet has the same time. */
export const LEAVING_MS = 220;

/**
 * @template T
 * @typedef {object} Entry
 * @property {string} id
 * @property {import('@preact/signals').Signal<T>} shown
 * @property {import('@preact/signals').Signal<boolean>} isLeaving
 * @property {import('@preact/signals').Signal<boolean>} isDrawn whether more of it is there than its frame
 * @property {import('@preact/signals').Signal<number>} place its place on the board from 1 on; 0: too far behind for a key
 * @property {string} column
 * @property {ReturnType<typeof setTimeout> | undefined} timer
 */

/** How many entries have a key of their own. */
export const KEYS = 10;

/** The first of a column are drawn at once: a wall screen shows six. */
const FIRST = 6;

/**
 * @template T
 */
export class Lanes {
  /** @type {Map<string, Entry<T>>} */
  #entries = new Map();
  #isNumbering = false;
  /** Those that have a key. @type {Set<Entry<T>>} */
  #numbered = new Set();

  /**
   * @param {readonly string[]} columns
   * @param {(one: T, other: T) => number} compare
   */
  constructor(columns, compare) {
    this.compare = compare;
    /** @type {Map<string, import('@preact/signals').Signal<string[]>>} */
    this.ids = new Map(columns.map((column) => [column, signal([])]));
  }

  /**
   * @param {string} id
   */
  get(id) {
    return this.#entries.get(id);
  }

  /**
   * All entries that stay, column by column, as they are seen.
   * @returns {Generator<Entry<T>>}
   */
  *entries() {
    for (const ids of this.ids.values()) {
      for (const id of ids.peek()) {
        const entry = this.#entry(id);
        if (!entry.isLeaving.peek()) yield entry;
      }
    }
  }

  /**
   * Put an entry where it belongs: into a column, or (null) off the board.
   * @param {string} id
   * @param {T | undefined} shown
   * @param {string | null} column
   */
  put(id, shown, column) {
    const known = this.#entries.get(id);
    if (column === null || shown === undefined) {
      if (known) this.#leave(known);
      return;
    }
    batch(() => {
      if (known) this.#change(known, shown, column);
      else this.#add(id, shown, column);
    });
  }

  /** Take everything off, at once. */
  clear() {
    batch(() => {
      for (const entry of this.#entries.values()) clearTimeout(entry.timer);
      this.#entries.clear();
      for (const ids of this.ids.values()) if (ids.peek().length) ids.value = [];
    });
  }

  /**
   * @param {string} id
   * @param {T} shown
   * @param {string} column
   */
  #add(id, shown, column) {
    const [isLeaving, isDrawn, place] = [signal(false), signal(false), signal(0)];
    const entry = { id, shown: signal(shown), isLeaving, isDrawn, place, column, timer: undefined };
    this.#entries.set(id, entry);
    this.#insert(entry);
  }

  /**
   * @param {Entry<T>} entry
   * @param {T} shown
   * @param {string} column
   */
  #change(entry, shown, column) {
    clearTimeout(entry.timer);
    entry.isLeaving.value = false;
    const isInPlace = entry.column === column && this.compare(entry.shown.peek(), shown) === 0;
    entry.shown.value = shown;
    if (isInPlace) return;
    this.#remove(entry);
    entry.column = column;
    this.#insert(entry);
  }

  /**
   * Let an entry fade, as it was.
   * @param {Entry<T>} entry
   */
  #leave(entry) {
    if (entry.isLeaving.peek()) return;
    entry.isLeaving.value = true;
    this.#number();
    entry.timer = setTimeout(() => {
      this.#remove(entry);
      this.#entries.delete(entry.id);
    }, LEAVING_MS);
  }

  /**
   * @param {Entry<T>} entry
   */
  #insert(entry) {
    const ids = this.#lane(entry.column);
    const before = ids.peek();
    let at = before.length;
    while (at > 0 && this.compare(this.#entry(before[at - 1] ?? "").shown.peek(), entry.shown.peek()) > 0) at -= 1;
    ids.value = before.toSpliced(at, 0, entry.id);
    if (at < FIRST) entry.isDrawn.value = true;
    this.#number();
  }

  /**
   * @param {Entry<T>} entry
   */
  #remove(entry) {
    const ids = this.#lane(entry.column);
    ids.value = ids.peek().filter((id) => id !== entry.id);
  }

  /** Number the first entries for the keys: once, after all that happens in the same moment. */
  #number() {
    if (this.#isNumbering) return;
    this.#isNumbering = true;
    queueMicrotask(() => {
      this.#isNumbering = false;
      batch(() => {
        const first = new Set(firstOf(this.entries(), KEYS));
        for (const entry of this.#numbered) if (!first.has(entry)) entry.place.value = 0;
        [...first].forEach((entry, at) => (entry.place.value = at + 1));
        this.#numbered = first;
      });
    });
  }

  /** @param {string} column */
  #lane(column) {
    const ids = this.ids.get(column);
    if (!ids) throw new Error(`no column ${column}`);
    return ids;
  }

  /** @param {string} id */
  #entry(id) {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`no entry ${id}`);
    return entry;
  }
}

/**
 * @template E
 * @param {Iterable<E>} all
 * @param {number} count
 */
function firstOf(all, count) {
  const first = [];
  for (const one of all) {
    if (first.length === count) break;
    first.push(one);
  }
  return first;
}
