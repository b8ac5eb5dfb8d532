/**
 * A connection to one namespace that survives the loss of its socket, and knows what there is to know.
 *
 * After every connect it catches up by `sync:get`; messages that come meanwhile are merged beside the answer. Who has
 * the page open sees by `status` whether what it shows is true now.
 */

import { computed, effect, signal } from "@preact/signals-core";
import { Refused, Unsent } from "./error.js";
import { Line } from "./line.js";
import { LEAVING, became, identityOf, isIn } from "./me.js";
import { State } from "./state.js";
import { sync } from "./sync.js";

/** @typedef {import("./typed.js").Namespaces} Namespaces */
/** @typedef {import("./typed.js").Status} Status */

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 30_000;

/** How long a command waits for a connection that is just coming back, before it is not sent. */
const BLIP = 1_500;

/**
 * Connect, and stay connected until `close`.
 * @template {keyof Namespaces} N
 * @param {import("./typed.js").Options<N>} options
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
  #me = signal(/** @type {import("./protocol.js").Me | null} */ (null));
  /** Who was last in. */
  #identity = "";
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
  /** Why it is not let in any more: it stays away until `reconnect`. */
  refusal = computed(() => this.#refusal.value);
  /** Whom the server takes this connection for now: as the greeting said, or whoever has come in on it since. */
  me = computed(() => this.#me.value);
  /** Whether that is somebody of the house or of a party: a visitor has to show a PIN, a stranger to log in. */
  isIn = computed(() => isIn(this.#me.value));

  /** @param {import("./typed.js").Options<N>} options */
  constructor(options) {
    this.#options = options;
    if (typeof addEventListener === "function") {
      addEventListener("online", this.#onOnline);
      addEventListener("offline", this.#onOffline);
    }
    globalThis.document?.addEventListener("visibilitychange", this.#onSeen);
    this.#connect();
  }

  /**
   * Send a command once and return its ack, whose snapshot is merged. Raises `Refused`, or `Unsent` if no answer came.
   * @template {keyof Namespaces[N]["commands"] & string} C
   * @param {C} name
   * @param {import("./typed.js").Request<N, C>} payload
   * @returns {Promise<import("./typed.js").Reply<N, C>>}
   */
  async send(name, payload) {
    if (this.#status.value === "offline") await this.live(BLIP);
    const line = this.#line;
    if (!line) throw new Unsent(name);
    const ack = await line.send(name, payload);
    this.#become(became(this.#me.value, name, ack));
    if ("snapshot" in ack) this.#takeSnapshot(line, ack.snapshot);
    else this.state.merge(ack);
    // After the page has thrown away what it would show.
    if (LEAVING.has(name)) setTimeout(() => line === this.#line && this.reconnect());
    return ack;
  }

  /**
   * The same, for a page that shows what went wrong instead of catching it.
   * @template {keyof Namespaces[N]["commands"] & string} C
   * @param {C} name
   * @param {import("./typed.js").Request<N, C>} payload
   * @returns {Promise<{reply: import("./typed.js").Reply<N, C>, error: null} | {reply: null, error: Refused | Unsent}>}
   */
  async attempt(name, payload) {
    try {
      return { reply: await this.send(name, payload), error: null };
    } catch (error) {
      if (error instanceof Refused || error instanceof Unsent) return { reply: null, error };
      throw error;
    }
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
    this.#refusal.value = null;
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
    globalThis.document?.removeEventListener("visibilitychange", this.#onSeen);
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
    // Everybody has lost the same server at the same moment: they come back spread, and not before it wants them.
    const wanted = Number(refusal?.details.retryAfter ?? 0) * 1000;
    this.#next = setTimeout(() => this.#connect(), wanted + this.#pause * (0.5 + 0.5 * Math.random()));
    this.#pause = Math.min(this.#options.longestPause ?? LONGEST_PAUSE, this.#pause * 2);
  }

  #onOnline = () => {
    if (!this.#refusal.value) this.#connect();
  };

  #onOffline = () => this.#line?.end();

  /** Whoever takes the phone out again does not wait for the next try. */
  #onSeen = () => document.visibilityState === "visible" && this.#onOnline();

  // ── what is heard ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** @param {Line} line @param {any} hello */
  #greeted(line, hello) {
    this.#ahead = Date.parse(hello.serverTime) - Date.now();
    this.#hello.value = hello;
    this.#become(hello.principal);
    this.#tell("hello", hello);
    if (this.isIn.value) this.#fallBehind(line);
    else this.#isLive();
  }

  /**
   * Be somebody; what somebody else could see is forgotten.
   * @param {import("./protocol.js").Me | null} me
   */
  #become(me) {
    if (me && isIn(me)) {
      const identity = identityOf(me);
      if (this.#identity && this.#identity !== identity) this.state.clear();
      this.#identity = identity;
    }
    this.#me.value = me;
  }

  #isLive() {
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
        if (!(await sync(line, this.state))) this.#isBehind = true;
      }
      if (line === this.#line) this.#isLive();
    } catch {
      // Whoever is connected and has not caught up would stay wrong unnoticed: it comes back, later each time.
      line.end();
    } finally {
      if (this.#catchingUp === line) this.#catchingUp = null;
    }
  }
}
