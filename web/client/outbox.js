/**
 * Commands that are sent for certain: kept in the browser until they are answered, also over a reload, and sent in
 * their order as soon as the connection is live and somebody is in, one at a time.
 *
 * Each has an `opId` or an `idempotencyKey` from the moment it is put here. Sending it again, from wherever, changes
 * nothing more.
 */

import { signal } from "@preact/signals-core";
import { Refused, Unsent } from "./error.js";
import { namedChange } from "./naming.js";
import { Shelf } from "./shelf.js";
import { inTurn } from "./turn.js";

/** @typedef {import("./protocol.js").Namespaces} Namespaces */
/**
 * One command that waits. `at` is when it was put here, in milliseconds; `opId` is its name here, which is its
 * `idempotencyKey` where it has one. `whose` is what the page said of whom it is from, where several share an outbox.
 * @typedef {{opId: string, name: string, payload: Record<string, any>, at: number, whose?: any}} Entry
 */
/** @typedef {(entry: Entry, refused: Refused) => void} OnRefused */
/**
 * What an outbox needs of a connection.
 * @typedef {Pick<import("./connection.js").Connection<any>, "send" | "status">
 *   & Partial<Pick<import("./connection.js").Connection<any>, "isIn">>} Sender
 */
/**
 * A request without the id that the outbox gives it.
 * @template {keyof Namespaces} N
 * @template {keyof Namespaces[N]["commands"] & string} C
 * @typedef {Omit<import("./typed.js").Request<N, C>, "opId" | "idempotencyKey">
 *   & {opId?: string | null, idempotencyKey?: string}} Unnamed
 */

/**
 * `onRefused` hears of every refusal, also of what was left. Where people share an outbox, `whose` says of whom a command is, when it
 * is put there, and `isDue` whether an entry may be sent now: asked at the last moment before.
 * @typedef {{name: string, onRefused?: OnRefused, whose?: () => any, isDue?: (entry: Entry) => boolean}} Options
 */

/** Before a command is sent again that nobody answered. */
const AGAIN = 100;

/**
 * Open the outbox of a name with what a former page left in it; the name says whose it is, a device's or a person's.
 * @template {keyof Namespaces} [N=any]
 * @param {import("./connection.js").Connection<N> | Sender} connection
 * @param {Options} options
 * @returns {Promise<Outbox<N>>}
 */
export async function openOutbox(connection, options) {
  const shelf = await Shelf.open(options.name);
  return new Outbox(/** @type {Sender} */ (connection), shelf, options, await shelf.read());
}

/** @template {keyof Namespaces} [N=any] */
export class Outbox {
  #connection;
  #shelf;
  #name;
  #onRefused;
  #whose;
  #isDue;
  #waiting;
  #isSending = false;
  #isOpen = true;
  /** What to do at the end. @type {(() => void)[]} */
  #leave;
  /** Tells other tabs of the answers, as they may wait for them, too. @type {BroadcastChannel | null} */
  #others;
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
   * @param {Options} options
   * @param {Entry[]} left by a former page
   */
  constructor(connection, shelf, { name, onRefused = () => {}, whose = () => undefined, isDue = () => true }, left) {
    this.#connection = connection;
    this.#shelf = shelf;
    this.#name = `comanda outbox ${name}`;
    this.#onRefused = onRefused;
    this.#whose = whose;
    this.#isDue = isDue;
    this.#waiting = signal(/** @type {readonly Entry[]} */ (left));
    this.#others = typeof BroadcastChannel === "function" ? new BroadcastChannel(this.#name) : null;
    if (this.#others) this.#others.onmessage = ({ data }) => this.#heard(data);
    // Under Node it must not keep the process.
    /** @type {any} */ (this.#others)?.unref?.();
    const follow = () => queueMicrotask(() => this.#send());
    this.#leave = [connection.status.subscribe(follow), connection.isIn?.subscribe(follow) ?? (() => {})];
  }

  /**
   * What is not answered yet, in order, as a signal: a page shows it as if it were done.
   * @returns {import("@preact/signals-core").ReadonlySignal<readonly Entry[]>}
   */
  get waiting() {
    return this.#waiting;
  }

  /**
   * Put a command here; it is given its `opId` or `idempotencyKey` if it has none. Returns its ack, however late; raises
   * `Refused`.
   * @template {keyof Namespaces[N]["commands"] & string} C
   * @param {C} name
   * @param {Unnamed<N, C>} asked
   * @returns {Promise<import("./typed.js").Reply<N, C>>}
   */
  put(name, asked) {
    const entry = { name, at: Date.now(), whose: this.#whose(), ...namedChange(name, asked) };
    this.#kept.set(entry.opId, this.#shelf.keep(entry));
    this.#waiting.value = [...this.#waiting.value, entry];
    const answer = new Promise((resolve, reject) => this.#callers.set(entry.opId, { resolve, reject }));
    // Who does not look at the answer is told of a refusal by `onRefused`.
    answer.catch(() => {});
    this.#send();
    return answer;
  }

  /**
   * Send some of what waits nevermore, and keep nothing of it. What is on its way at this moment may be done all the same.
   * @param {(entry: Entry) => boolean} which
   * @returns {readonly Entry[]} what was forgotten
   */
  forget(which) {
    const gone = this.#waiting.value.filter(which);
    for (const entry of gone) {
      this.#callers.get(entry.opId)?.reject(new Unsent(entry.name));
      void Promise.resolve(this.#kept.get(entry.opId)).then(() => this.#shelf.forget(entry));
      this.#drop(entry);
    }
    return gone;
  }

  /** Send nothing more; what waits stays where the next page finds it. */
  close() {
    this.#isOpen = false;
    this.#others?.close();
    for (const leave of this.#leave) leave();
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
    return this.#waiting.value.find((entry) => this.#mayGo(entry));
  }

  /** @param {Entry} entry */
  #mayGo(entry) {
    const { status, isIn } = this.#connection;
    // Who has to show a PIN again is not refused for what waits: it is sent when they are in.
    return this.#isOpen && status.value === "live" && isIn?.value !== false && this.#isDue(entry);
  }

  /** @param {Entry} entry */
  async #sendOne(entry) {
    // It is sent only when it is kept: what a reload forgets must not have happened.
    await this.#kept.get(entry.opId);
    const pause = await inTurn(this.#name, () => this.#try(entry));
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }

  /**
   * Send an entry once. Returns how many milliseconds to wait before the next try.
   * @param {Entry} entry
   */
  async #try(entry) {
    const { opId } = entry;
    try {
      // Another tab has sent what a former page left, and nobody here waits for the answer.
      if (!this.#callers.has(opId) && !(await this.#shelf.has(entry))) return this.#drop(entry);
      // Since it was chosen somebody else may have come in, or it was forgotten.
      if (!this.#mayGo(entry) || !this.#waiting.value.includes(entry)) return 0;
      // Its owner may have left while it waited for its turn: it is not sent in the name of whoever is in now.
      if (!this.#isOpen) return 0;
      const ack = await this.#connection.send(entry.name, entry.payload);
      await this.#shelf.forget(entry);
      this.#tell({ opId, ack });
    } catch (error) {
      if (error instanceof Unsent) return AGAIN;
      if (!(error instanceof Refused)) throw error;
      if (error.isTemporary) return error.pause;
      await this.#shelf.forget(entry);
      const { code, message, details } = error;
      this.#tell({ opId, error: { code, message, details } });
    }
    return 0;
  }

  /** @param {{opId: string, ack?: any, error?: any}} answer */
  #tell(answer) {
    if (this.#isOpen) this.#others?.postMessage(answer);
    this.#answered(answer);
  }

  /** Another tab was answered: what was put here under the same name has to go, too. @param {{opId: string, ack?: any, error?: any}} answer */
  #heard(answer) {
    const entry = this.#waiting.value.find((one) => one.opId === answer.opId);
    if (entry) void this.#kept.get(entry.opId)?.then(() => this.#shelf.forget(entry));
    this.#answered(answer);
  }

  /** @param {{opId: string, ack?: any, error?: any}} answer from here or from another tab */
  #answered({ opId, ack, error }) {
    const entry = this.#waiting.value.find((one) => one.opId === opId);
    if (!entry) return;
    const caller = this.#callers.get(opId);
    this.#drop(entry);
    if (!error) return caller?.resolve(ack);
    const refused = new Refused(error);
    this.#onRefused(entry, refused);
    caller?.reject(refused);
  }

  /** @param {Entry} entry */
  #drop(entry) {
    this.#callers.delete(entry.opId);
    this.#kept.delete(entry.opId);
    // Last: who hears of it may put the same command here again, and waits for an answer of their own.
    this.#waiting.value = this.#waiting.value.filter((one) => one !== entry);
    return 0;
  }
}
