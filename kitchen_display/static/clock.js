// @ts-check
/** The server's time, as one signal that moves every second: all ages on the board follow it, by the server's clock. */
import { signal } from "@preact/signals";

const SECOND = 1000;

let ahead = 0;

/** Milliseconds since 1970 by the server's clock. */
export const now = signal(Date.now());

/**
 * Set the clock by a moment that the server has just told.
 * @param {string} serverTime RFC 3339
 */
export function setClock(serverTime) {
  const told = Date.parse(serverTime);
  if (Number.isNaN(told)) return;
  ahead = told - Date.now();
  tick();
}

/** Start it. */
export function startClock() {
  setInterval(tick, SECOND);
}

function tick() {
  now.value = Date.now() + ahead;
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
