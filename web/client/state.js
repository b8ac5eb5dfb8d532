/**
 * What a client knows: of each aggregate the highest version that it has seen, whole.
 *
 * Merging is idempotent and order does not matter, so nothing can be applied wrongly. Pages read it as signals, one for
 * each kind, whose maps are replaced and never changed; what did not change in them is the same object as before.
 */

import { batch, signal } from "@preact/signals-core";

/**
 * One aggregate at one version; `body` is what the server sent of it.
 * @typedef {{kind: string, id: string, version: number, body: any}} Snapshot
 */
/**
 * What was news: the snapshot, what happened to it if that was told, and what was known of it before.
 * @typedef {{snapshot: Snapshot, change: any, before: any}} News
 */
/**
 * What a `sync:get` asks: `have` goes to the server; `unnamed` was held, too, when it was asked.
 * @typedef {{have: Record<string, number>, unnamed: Snapshot[]}} Question
 */

/** How many ids one `sync:get` names: a request has at most 200 keys. */
export const NAMED_AT_MOST = 150;

/** States in which an aggregate is not shown any more. */
const FINISHED = new Set(["CLOSED", "BUMPED", "RESOLVED", "CANCELLED", "REVOKED"]);

/** Of presence no other process knows the versions. */
const UNSTORED = "presence";

/** @template {Record<string, any>} [Kinds=Record<string, any>] */
export class State {
  /** All snapshots by id; what changed last stands last. @type {Map<string, Snapshot>} */
  #held = new Map();
  /** @type {Map<string, import("@preact/signals-core").Signal<ReadonlyMap<string, any>>>} */
  #kinds = new Map();
  /** @type {Set<string>} */
  #touched = new Set();
  /** @type {Set<(news: News) => void>} */
  #listeners = new Set();

  /**
   * The bodies of a kind by id, as a signal.
   * @template {keyof Kinds & string} K
   * @param {K} kind
   * @returns {import("@preact/signals-core").ReadonlySignal<ReadonlyMap<string, Kinds[K]>>}
   */
  of(kind) {
    let known = this.#kinds.get(kind);
    if (!known) {
      known = signal(this.#bodies(kind));
      this.#kinds.set(kind, known);
    }
    return known;
  }

  /**
   * The snapshot that is held of an id.
   * @param {string} id
   */
  get(id) {
    return this.#held.get(id);
  }

  /**
   * Have a function called for everything that is news, after the signals have it.
   * @param {(news: News) => void} listener
   * @returns {() => void} call it to be told no more
   */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Take messages; what was news of them is returned. Signals change once for all of them.
   * @param {...any} payloads
   */
  merge(...payloads) {
    const news = payloads.map((payload) => this.#take(payload)).filter((one) => one !== null);
    this.#publish();
    for (const one of news) for (const listener of this.#listeners) listener(one);
    return news;
  }

  /** Forget everything: somebody else is here now. */
  clear() {
    for (const id of [...this.#held.keys()]) this.#forget(id);
    this.#publish();
  }

  /**
   * Choose what a `sync:get` names: what is still shown first, and of that what changed last.
   * @returns {Question}
   */
  ask() {
    const held = [...this.#held.values()].reverse().filter((one) => one.kind !== UNSTORED);
    const ranked = held.map((one) => ({ one, rank: this.#rank(one) })).sort((a, b) => a.rank - b.rank);
    const [named, unnamed] = [ranked.slice(0, NAMED_AT_MOST), ranked.slice(NAMED_AT_MOST)];
    return {
      have: Object.fromEntries(named.map(({ one }) => [one.id, one.version])),
      unnamed: unnamed.map(({ one }) => one),
    };
  }

  /**
   * Take the answer to a question, and forget what is not shown any more: what was neither named nor told again, and
   * what the answer calls gone. What became news beside the answer stays.
   * @param {Question} question
   * @param {{messages: readonly {payload: any}[], gone: readonly string[]}} answer
   */
  settle(question, { messages, gone }) {
    const payloads = messages.map(({ payload }) => payload);
    batch(() => {
      this.merge(...payloads);
      for (const id of gone) if (this.#held.get(id)?.version === question.have[id]) this.#forget(id);
      const told = new Set(payloads.map((payload) => snapshotIn(payload)?.id));
      for (const before of question.unnamed) {
        if (!told.has(before.id) && this.#held.get(before.id) === before) this.#forget(before.id);
      }
      this.#publish();
    });
  }

  /** @param {any} payload @returns {News | null} */
  #take(payload) {
    const snapshot = snapshotIn(payload);
    if (!snapshot) return null;
    const known = this.#held.get(snapshot.id);
    if (known && known.version >= snapshot.version) return null;
    this.#held.delete(snapshot.id);
    this.#held.set(snapshot.id, snapshot);
    this.#touched.add(snapshot.kind);
    return { snapshot, change: payload.change ?? null, before: known?.body ?? null };
  }

  /** @param {string} id */
  #forget(id) {
    const known = this.#held.get(id);
    if (known && this.#held.delete(id)) this.#touched.add(known.kind);
  }

  #publish() {
    batch(() => {
      for (const kind of this.#touched) {
        const known = this.#kinds.get(kind);
        if (known) known.value = this.#bodies(kind);
      }
    });
    this.#touched.clear();
  }

  /** @param {string} kind @returns {ReadonlyMap<string, any>} */
  #bodies(kind) {
    const bodies = new Map();
    for (const one of this.#held.values()) if (one.kind === kind) bodies.set(one.id, one.body);
    return bodies;
  }

  /**
   * Sort the menu first, which only those who name it are told of, and what is finished last.
   * @param {Snapshot} one
   */
  #rank({ kind, body }) {
    if (kind === "menu") return 0;
    const session = this.#held.get(body.sessionId);
    return FINISHED.has(body.status) || FINISHED.has(session?.body.status) ? 2 : 1;
  }
}

/**
 * The one snapshot in a message or an ack, if it has one.
 * @param {any} payload
 * @returns {Snapshot | null}
 */
function snapshotIn(payload) {
  for (const [kind, body] of Object.entries(payload ?? {})) {
    if (typeof body?.id === "string" && typeof body.version === "number") {
      return { kind, id: body.id, version: body.version, body };
    }
  }
  return null;
}
