// @ts-check
/** How long ago something was, and how long something still takes, in few words. Pure but for the clock. */
import { beat } from "@comanda/ui/clock.js";
import { say } from "./text.js";

/** Minutes since a moment by the server's clock. @param {string} since RFC 3339 */
export const minutesSince = (since) => Math.max(0, Math.floor((beat.value - Date.parse(since)) / 60_000));

/** `4 min`, `1 h 20`. @param {string} since RFC 3339 */
export function age(since) {
  const minutes = minutesSince(since);
  if (minutes < 60) return say("minutes", { minutes });
  return say("hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}

/** `0:45`, `14:05`. @param {number} seconds */
export const countdown = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
