// @ts-check
/** Proving a phone number: a code is asked for, and shown again. What was asked for outlives a reload, as who looks at a message leaves the page. */
import { Refused, Unsent } from "@comanda/client";
import { now } from "@comanda/ui/clock.js";
import { computed, effect, signal } from "@preact/signals";
import { door, proved } from "./proof.js";

const KEY = "comanda.order.asked";
const SECOND = 1000;

/**
 * What a code was asked for. `phone` is as it is sent, `shown` as it is written; times in milliseconds.
 * @typedef {{phone: string, shown: string, name: string, expiresAt: number, resendAt: number}} Asked
 */
/** What went wrong: a refusal, or a word for what is said. @typedef {Refused | "unanswered" | "lost" | "used-up" | null} Problem */

export const asked = signal(read());

/** How many codes can still be tried; null where nobody has said. */
export const triesLeft = signal(/** @type {number | null} */ (null));

/** The number for which nothing more is taken, as it is sent, and until when, in milliseconds. */
const blocked = signal({ phone: "", until: 0 });

/** For how many seconds nothing more is taken for a number. @param {string} phone as it is sent */
export const blockedFor = (phone) => (blocked.value.phone === phone ? secondsTo(blocked.value.until) : 0);

export const problem = signal(/** @type {Problem} */ (null));
export const isBusy = signal(false);

/** Whether an answer to a code was lost: it may be used up. */
let isLost = false;

/** In how many seconds a code can be asked for again. */
export const resendIn = computed(() => (asked.value ? Math.max(secondsTo(asked.value.resendAt), blockedFor(asked.value.phone)) : 0));
export const expiresIn = computed(() => secondsTo(asked.value?.expiresAt ?? 0));

/** All by the clock of the phone, which may be wrong, but is the same after a reload; `now` only says when to look again. */
const here = () => (now.value > 0 ? Date.now() : 0);

const secondsTo = (/** @type {number} */ moment) => Math.max(0, Math.ceil((moment - here()) / SECOND));

/**
 * Ask for a code, for the first time or again.
 * @param {Pick<Asked, "phone" | "shown" | "name">} whom
 */
export async function sendCode({ phone, shown, name }) {
  const found = await attempt(phone, () => door.send("code:send", { phone, name }));
  if (!found) return;
  const at = Date.now();
  asked.value = {
    phone, shown, name,
    expiresAt: at + found.expiresIn * SECOND,
    resendAt: at + found.resendAfter * SECOND,
  };
  triesLeft.value = null;
  isLost = false;
}

/** @param {string} code */
export async function verifyCode(code) {
  const phone = asked.peek()?.phone;
  if (!phone) return;
  const found = await attempt(phone, () => door.send("code:verify", { phone, code }), "lost");
  if (!found) return void (isLost ||= problem.peek() === "lost");
  asked.value = null;
  await proved();
}

/** Go back to the number: it was mistyped. */
export function forgetCode() {
  asked.value = null;
  problem.value = null;
  triesLeft.value = null;
}

/**
 * @template T
 * @param {string} phone which it is about
 * @param {() => Promise<T>} ask
 * @param {"unanswered" | "lost"} [silence] what it is when nobody answers
 * @returns {Promise<T | null>}
 */
async function attempt(phone, ask, silence = "unanswered") {
  if (isBusy.peek()) return null;
  isBusy.value = true;
  problem.value = null;
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Unsent) problem.value = silence;
    else if (error instanceof Refused) take(phone, error);
    else throw error;
    return null;
  } finally {
    isBusy.value = false;
  }
}

/** @param {string} phone @param {Refused} refused */
function take(phone, refused) {
  const { attemptsLeft = null, retryAfter = null } = refused.details;
  const until = retryAfter === null ? 0 : Date.now() + retryAfter * SECOND;
  if (refused.code === "INVALID_VERIFICATION_CODE") {
    triesLeft.value = attemptsLeft;
    // It was good, and its answer did not get here.
    if (isLost && attemptsLeft === null) return void (problem.value = "used-up");
  }
  if (refused.code === "PHONE_BLOCKED" || attemptsLeft === 0) blocked.value = { phone, until };
  const before = asked.peek();
  if (refused.code === "RATE_LIMITED" && before) asked.value = { ...before, resendAt: Math.max(before.resendAt, until) };
  problem.value = refused;
}

/**
 * Return a code out of a message that the browser may read by itself (WebOTP: its last line names our page), null where it may not. `signal` ends the waiting.
 * @param {AbortSignal} signal
 * @returns {Promise<string | null>}
 */
export async function codeOfMessage(signal) {
  if (!("OTPCredential" in globalThis)) return null;
  const options = /** @type {any} */ ({ otp: { transport: ["sms"] }, signal });
  const found = await navigator.credentials.get(options).catch(() => null);
  return /** @type {any} */ (found)?.code ?? null;
}

function read() {
  try {
    return /** @type {Asked | null} */ (JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
  } catch {
    return null;
  }
}

effect(() => {
  const kept = asked.value;
  try {
    if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser without storage asks for another code after a reload.
  }
});
