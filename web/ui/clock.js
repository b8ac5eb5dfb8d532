// @ts-check
/** The server's time, as one signal that moves every second, and one for what is told in minutes. */
import { signal } from "@preact/signals";

const SECOND = 1000;

/** A full board has a thousand ages: they are not worked out anew every second. */
const BEAT = 10 * SECOND;

let ahead = 0;

/** Milliseconds since 1970 by the server's clock. */
export const now = signal(Date.now());

/** The same, every ten seconds: all ages on the board follow it. */
export const beat = signal(now.peek());

/**
 * Set the clock by a moment that the server has just told.
 * @param {string} serverTime RFC 3339
 */
export function setClock(serverTime) {
  const told = Date.parse(serverTime);
  if (Number.isNaN(told)) return;
  ahead = told - Date.now();
  tick();
  beat.value = now.peek();
}

/** Start it. */
export function startClock() {
  setInterval(tick, SECOND);
}

function tick() {
  now.value = Date.now() + ahead;
  if (Math.abs(now.peek() - beat.peek()) >= BEAT) beat.value = now.peek();
}

/**
 * A moment as people here read it: `19:05`.
 * @param {string | number | null} moment
 */
export function timeOfDay(moment) {
  if (moment === null) return "";
  const date = new Date(moment);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}
