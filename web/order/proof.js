// @ts-check
/**
 * Who orders: a phone number that was proved, known by a cookie that no script reads. The proof lasts half an hour and is renewed
 * before that, as long as the page is open.
 */
import { Door, Refused, Unsent, connect } from "@comanda/client";
import { now, setClock } from "@comanda/ui/clock.js";
import { language } from "@comanda/ui/language.js";
import { effect, signal } from "@preact/signals";
import { restaurantId } from "./house.js";

/** @typedef {import("@comanda/client").Connection<"/checkout">} Connection */
/** @typedef {Awaited<ReturnType<typeof asked>>} Who */

/** A token is replaced when it has less than this to go, in milliseconds. */
const RENEW_BEFORE = 10 * 60_000;
const LOOK_EVERY = 20_000;

/** Whoever looks away and back again has no older token for that. */
const YOUNG = 60_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

export const door = new Door({ language: () => language.peek(), restaurantId });

const asked = () => door.send("session:get");

/** Whoever was here has a cookie that pages may read; without it there is nothing to ask. */
const WAS_HERE = /(?:^|; )(?:__Host-)?comanda_csrf=/;

/** Who it is; null for nobody, undefined as long as that is not known. */
export const who = signal(/** @type {Who | null | undefined} */ (undefined));

/** The socket of whoever it is. */
export const connection = signal(/** @type {Connection | null} */ (null));

/** Whether somebody was in and is not any more, without having gone. */
export const hasEnded = signal(false);

/** All tabs of a browser have one cookie: who proves a number or leaves in one of them does so in all. */
const tabs = typeof BroadcastChannel === "function" ? new BroadcastChannel("comanda.order.who") : null;

/** Who was last in on this page. */
let lastId = "";

let endsAt = 0;
let renewedAt = 0;

/** Find out who it is, and keep being that. */
export async function startProof() {
  if (tabs) tabs.onmessage = () => void enter();
  setInterval(() => endsAt - now.peek() < RENEW_BEFORE && renew(), LOOK_EVERY);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && Date.now() - renewedAt > YOUNG && renew());
  // Another language is shown to the server with the next greeting.
  effect(() => void (language.value && connection.peek()?.reconnect()));
  if (WAS_HERE.test(document.cookie)) await enter();
  else out();
}

/** Somebody has proved a number here. */
export async function proved() {
  await enter();
  tabs?.postMessage(null);
}

/** Ask who it is until the server says so, and open the socket. */
export async function enter() {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    try {
      return became(await asked());
    } catch (error) {
      if (error instanceof Refused && !error.isTemporary) return out();
      if (!(error instanceof Refused || error instanceof Unsent)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + 0.5 * Math.random())));
    }
  }
}

/** @param {Who} found */
function became(found) {
  endsAt = Date.parse(found.expires_at);
  hasEnded.value = false;
  if (who.peek()?.customer_id === found.customer_id) return;
  // Of somebody else nothing is left on the screen, and what they had sent is not sent by whoever is here now.
  if (lastId && lastId !== found.customer_id) return location.reload();
  lastId = found.customer_id;
  connection.value = open();
  who.value = found;
}

function open() {
  const opened = connect({ namespace: "/checkout", auth: () => ({ language: language.peek() }) });
  opened.on("hello", ({ serverTime, principal }) => {
    setClock(serverTime);
    // Another tab has become somebody else, and this one came back with that cookie.
    if (connection.peek() === opened && principal.customerId !== who.peek()?.customer_id) void enter();
  });
  // The proof has ended while nobody looked, or somewhere else.
  opened.refusal.subscribe((refusal) => refusal && queueMicrotask(() => connection.peek() === opened && renew()));
  return opened;
}

/** Get a new proof, of whomever the cookie is by now; whoever is known no more has to show a code again. */
async function renew() {
  if (!who.peek()) return;
  try {
    await door.send("session:refresh");
    renewedAt = Date.now();
    became(await asked());
    if (connection.peek()?.refusal.peek()) connection.peek()?.reconnect();
  } catch (error) {
    if (error instanceof Refused && !error.isTemporary) out(true);
    else if (!(error instanceof Refused || error instanceof Unsent)) throw error;
  }
}

/** @param {boolean} [isSudden] */
function out(isSudden = false) {
  connection.peek()?.close();
  connection.value = null;
  hasEnded.value = isSudden && Boolean(who.peek());
  who.value = null;
}

/** Log out on this phone. Raises `Unsent` when nobody answered: then nothing has ended. */
export async function logOut() {
  try {
    await door.send("session:end");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  out();
  tabs?.postMessage(null);
}
