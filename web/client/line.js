/**
 * One socket, from its opening to its one end, and whether anybody is at its other end.
 *
 * The server pings most sockets every 15 s, which is too seldom for somebody who is looking at a screen. So after two
 * seconds of silence the line sends a probe, and after four it counts as dead, whatever the operating system believes.
 */

import { io } from "socket.io-client";
import { Refused, Unsent } from "./error.js";

const LOOK_EVERY = 250;
const PROBE_AFTER = 2_000;
const DEAD_AFTER = 4_000;

/** Between the socket and the greeting the server reads who this is, for which it takes 5 s at the most. */
const GREETED_WITHIN = 10_000;

/** A timer that comes later than this was held back: the tab slept, and what arrived meanwhile was not heard yet. */
const LATE = 2_000;

/**
 * A clock that is so far from where it was when the line was opened was set, or the machine has slept: what the greeting told of the
 * time is wrong by that much, so another one is asked for.
 */
const STEP = 5_000;

/** How far the clock of this machine is from the time since the page was opened. */
const offset = () => Date.now() - performance.now();

/** Longer than the server's own deadline of 5 s for a command: after this the answer is not coming. */
const ANSWER_WITHIN = 7_000;

/**
 * What becomes of a line: `greeted` at most once, then `heard` for each message, and `lost` once, when it has ended;
 * with the refusal, if the server said one.
 * @typedef {{
 *   greeted: (hello: any) => void,
 *   heard: (name: string, payload: any) => void,
 *   lost: (refusal: Refused | null) => void,
 * }} Listener
 */

export class Line {
  #listener;
  #socket;
  #timer;
  #heardAt = performance.now();
  #lookedAt = performance.now();
  #offset = offset();
  #isProbing = false;
  #isLost = false;
  /** What ends when the line does. @type {Set<() => void>} */
  #unanswered = new Set();

  /**
   * @param {string} url of the server and the namespace
   * @param {Record<string, any>} auth
   * @param {Listener} listener
   */
  constructor(url, auth, listener) {
    this.#listener = listener;
    this.#socket = io(url, { auth, transports: ["websocket"], forceNew: true, reconnection: false });
    this.#socket.io.on("open", () => {
      this.#heard();
      this.#socket.io.engine.on("packet", () => this.#heard());
    });
    this.#socket.on("hello", (hello) => listener.greeted(hello));
    this.#socket.onAny((name, payload) => name !== "hello" && listener.heard(name, payload));
    this.#socket.on("disconnect", () => this.end());
    this.#socket.on("connect_error", (/** @type {any} */ error) => {
      this.end(error.data?.code ? new Refused({ message: error.message, ...error.data }) : null);
    });
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
  }

  /**
   * Send a command once and return its ack. Raises `Refused`, or `Unsent` when no answer came.
   * @param {string} name
   * @param {any} payload
   * @returns {Promise<any>}
   */
  send(name, payload) {
    return new Promise((resolve, reject) => {
      const settle = (/** @type {() => void} */ how) => {
        clearTimeout(timer);
        this.#unanswered.delete(giveUp);
        how();
      };
      const giveUp = () => settle(() => reject(new Unsent(name)));
      const timer = setTimeout(giveUp, ANSWER_WITHIN);
      if (this.#isLost || !this.#socket.connected) return giveUp();
      this.#unanswered.add(giveUp);
      this.#socket.emit(name, payload, (/** @type {any} */ ack) => {
        settle(() => (ack?.success ? resolve(ack) : reject(new Refused(ack?.error ?? {}))));
      });
    });
  }

  /**
   * End it, and all that waits for an answer on it.
   * @param {Refused | null} [refusal]
   */
  end(refusal = null) {
    if (this.#isLost) return;
    this.#isLost = true;
    clearInterval(this.#timer);
    this.#socket.offAny();
    this.#socket.off();
    this.#socket.disconnect();
    for (const giveUp of [...this.#unanswered]) giveUp();
    this.#listener.lost(refusal);
  }

  #heard() {
    this.#heardAt = performance.now();
    this.#isProbing = false;
  }

  #look() {
    if (Math.abs(offset() - this.#offset) > STEP) return this.end();
    const now = performance.now();
    // Who slept asks first, and waits as long as after any other probe.
    if (now - this.#lookedAt > LATE) this.#heardAt = Math.max(this.#heardAt, now - PROBE_AFTER);
    this.#lookedAt = now;
    const silence = now - this.#heardAt;
    const isBetween = this.#socket.io.engine?.readyState === "open" && !this.#socket.connected;
    if (silence >= (isBetween ? GREETED_WITHIN : DEAD_AFTER)) this.end();
    else if (silence >= PROBE_AFTER && this.#socket.connected) this.#probe();
  }

  /** Ask for any answer: whatever comes shows that somebody is there, a refusal, too. */
  #probe() {
    if (this.#isProbing) return;
    this.#isProbing = true;
    this.#socket.emit("sync:probe", {}, () => {});
  }
}
