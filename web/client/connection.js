/**
 * A connection to one namespace that survives the loss of its socket, and knows what there is to know.
 *
 * After every connect it catches up by `sync:get`; messages that come meanwhile are merged beside the answer. Who has
 * the page open sees by `status` whether what it shows is true now.
 */

import { computed, effect, signal } from "@preact/signals-core";
import { Refused, Unsent } from "./error.js";
import { Line } from "./line.js";
import { State } from "./state.js";

/** @typedef {import("./protocol.js").Namespaces} Namespaces */
/**
 * `catching-up`: the server answers, and what was missed is on its way.
 * @typedef {"live" | "catching-up" | "offline"} Status
 */
/**
 * `url` is the server, this page's own if left out; `longestPause` in milliseconds between two tries to connect.
 * @template {keyof Namespaces} N
 * @typedef {{
 *   namespace: N,
 *   auth?: Namespaces[N]["auth"] | (() => Namespaces[N]["auth"]),
 *   url?: string,
 *   longestPause?: number,
 * }} Options
 */

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 30_000;

/** How long a command waits for a connection that is just coming back, before it is not sent. */
const BLIP = 1_500;

/** Roles of somebody who is not in yet: there is nothing to catch up with. */
const OUTSIDE = ["VISITOR", "STRANGER"];

/**
 * Connect, and stay connected until `close`.
 * @template {keyof Namespaces} N
 * @param {Options<N>} options
 * @returns {Connection<N>}
 */
export function connect(options) {
  return new Connection(options);
}

/** @template {keyof Namespaces} N */
export class Connection {
  /** What is known. @type {State<Namespaces[N]["snapshots"]>} */
  state = new State();

  #options;
  #status = signal(/** @type {Status} */ ("offline"));
  #hello = signal(/** @type {Namespaces[N]["messages"]["hello"] | null} */ (null));
  #refusal = signal(/** @type {Refused | null} */ (null));
  /** @type {Line | null} */
  #line = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;
  #pause = FIRST_PAUSE;
  #ahead = 0;
  #isBehind = false;
  /** The line that is being caught up on. @type {Line | null} */
  #catchingUp = null;
  #isClosed = false;
  #isReturning = false;
  /** @type {Map<string, Set<(payload: any) => void>>} */
  #listeners = new Map();

  /** Whether what is shown is true now. */
  status = computed(() => this.#status.value);
  /** The server's last greeting: who it takes this connection for. */
  hello = computed(() => this.#hello.value);
  /** Why the connection has ended for good: it is not let in any more. */
  refusal = computed(() => this.#refusal.value);

  /** @param {Options<N>} options */
  constructor(options) {
    this.#options = options;
    if (typeof addEventListener === "function") {
      addEventListener("online", this.#onOnline);
      addEventListener("offline", this.#onOffline);
    }
    this.#connect();
  }

  /**
   * Send a command once and return its ack, whose snapshot is merged. Raises `Refused`, or `Unsent` if no answer came.
   * @template {keyof Namespaces[N]["commands"] & string} C
   * @param {C} name
   * @param {Namespaces[N]["commands"][C] extends {request: infer R} ? R : never} payload
   * @returns {Promise<Namespaces[N]["commands"][C] extends {reply: infer R} ? R : never>}
   */
  async send(name, payload) {
    if (this.#status.value === "offline") await this.live(BLIP);
    const line = this.#line;
    if (!line) throw new Unsent(name);
    const ack = await line.send(name, payload);
    if ("snapshot" in ack) this.#takeSnapshot(line, ack.snapshot);
    else this.state.merge(ack);
    return ack;
  }

  /**
   * Have a function called for each message of a name, after what it says is in `state`.
   * @template {keyof Namespaces[N]["messages"] & string} M
   * @param {M} name
   * @param {(payload: Namespaces[N]["messages"][M]) => void} listener
   * @returns {() => void} call it to be told no more
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Wait until it is live; rejects when it is not let in, and when that has taken too long.
   * @param {number} [within] milliseconds
   * @returns {Promise<void>}
   */
  live(within = 10_000) {
    return new Promise((resolve, reject) => {
      const settle = (/** @type {() => void} */ how) => {
        clearTimeout(timer);
        leave();
        how();
      };
      const timer = setTimeout(() => settle(() => reject(new Unsent("connect"))), within);
      const leave = effect(() => {
        const refusal = this.#refusal.value;
        if (refusal) queueMicrotask(() => settle(() => reject(refusal)));
        else if (this.#status.value === "live") queueMicrotask(() => settle(resolve));
      });
    });
  }

  /** The server's time in milliseconds, as far as the greeting told it: a tablet's own clock may be wrong. */
  now() {
    return Date.now() + this.#ahead;
  }

  /** Go and come back at once: what is shown to the server when connecting has changed. */
  reconnect() {
    this.#isReturning = true;
    this.#line?.end();
    this.#isReturning = false;
    this.#connect();
  }

  /** Leave for good. */
  close() {
    this.#isClosed = true;
    clearTimeout(this.#next);
    if (typeof removeEventListener === "function") {
      removeEventListener("online", this.#onOnline);
      removeEventListener("offline", this.#onOffline);
    }
    this.#line?.end();
  }

  // ── keeping it ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #connect() {
    clearTimeout(this.#next);
    if (this.#isClosed || this.#line) return;
    const { url = globalThis.location?.origin ?? "", namespace, auth = {} } = this.#options;
    const line = new Line(url + namespace, typeof auth === "function" ? auth() : auth, {
      greeted: (hello) => this.#greeted(line, hello),
      heard: (name, payload) => this.#heard(line, name, payload),
      lost: (refusal) => this.#lost(refusal),
    });
    this.#line = line;
  }

  /** @param {Refused | null} refusal */
  #lost(refusal) {
    this.#line = null;
    this.#status.value = this.#isReturning ? "catching-up" : "offline";
    // A fault of the server is no verdict on who this is.
    if (refusal && !refusal.isTemporary && refusal.code !== "INTERNAL") this.#refusal.value = refusal;
    if (this.#isClosed || this.#refusal.value) return;
    // Everybody has lost the same server at the same moment: they come back spread.
    this.#next = setTimeout(() => this.#connect(), this.#pause * (0.5 + Math.random()));
    this.#pause = Math.min(this.#options.longestPause ?? LONGEST_PAUSE, this.#pause * 2);
  }

  #onOnline = () => {
    if (!this.#refusal.value) this.#connect();
  };

  #onOffline = () => this.#line?.end();

  // ── what is heard ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {Line} line @param {any} hello */
  #greeted(line, hello) {
    this.#ahead = Date.parse(hello.serverTime) - Date.now();
    this.#hello.value = hello;
    this.#tell("hello", hello);
    if (hello.principal.roles.some((/** @type {string} */ role) => OUTSIDE.includes(role))) this.#isIn();
    else this.#fallBehind(line);
  }

  #isIn() {
    this.#status.value = "live";
    this.#pause = FIRST_PAUSE;
  }

  /** @param {Line} line @param {string} name @param {any} payload */
  #heard(line, name, payload) {
    this.state.merge(payload);
    if (name === "sync:required") this.#fallBehind(line);
    this.#tell(name, payload);
  }

  /** @param {string} name @param {any} payload */
  #tell(name, payload) {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload);
  }

  /**
   * Take what came with a join or a log-in; where the server could not read it in time, ask for it.
   * @param {Line} line
   * @param {{messages: {payload: any}[]} | null} snapshot
   */
  #takeSnapshot(line, snapshot) {
    if (snapshot) this.state.merge(...snapshot.messages.map(({ payload }) => payload));
    else this.#fallBehind(line);
  }

  // ── catching up ────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Catch up: once more after the question that is under way, however often we are told meanwhile.
   * @param {Line} line
   */
  #fallBehind(line) {
    this.#isBehind = true;
    if (this.#catchingUp !== line) this.#catchUp(line);
  }

  /** @param {Line} line */
  async #catchUp(line) {
    this.#catchingUp = line;
    this.#status.value = "catching-up";
    try {
      while (this.#isBehind) {
        this.#isBehind = false;
        await this.#sync(line);
      }
      if (line === this.#line) this.#isIn();
    } catch {
      // Whoever is connected and has not caught up would stay wrong unnoticed: it comes back, later each time.
      line.end();
    } finally {
      if (this.#catchingUp === line) this.#catchingUp = null;
    }
  }

  /** @param {Line} line */
  async #sync(line) {
    const question = this.state.ask();
    const { have } = question;
    const told = { messages: /** @type {any[]} */ ([]), gone: /** @type {string[]} */ ([]) };
    try {
      // What is much comes in pages: each is shown at once, and nothing is forgotten before the last one is here.
      for (let after = null, isMore = true; isMore; isMore = after !== null) {
        const page = await line.send("sync:get", after === null ? { have } : { have, after });
        this.state.merge(...page.messages.map((/** @type {any} */ one) => one.payload));
        told.messages.push(...page.messages);
        told.gone.push(...page.gone);
        after = page.next;
      }
      this.state.settle(question, told);
    } catch (error) {
      if (!(error instanceof Refused && error.isTemporary)) throw error;
      this.#isBehind = true;
      await new Promise((resolve) => setTimeout(resolve, error.pause));
    }
  }
}
