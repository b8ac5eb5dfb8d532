// @ts-check
/**
 * What this tab was told once of parties: the PIN and the secret of the table's link. The server keeps hashes and tells neither
 * again; a reload of the tab keeps them, a new PIN takes the old one's place, and they go when the party has left.
 */
import { effect, signal } from "@preact/signals";
import { sessions } from "./feed.js";
import { isIn, status } from "./who.js";

const KEY = "comanda.floor.secrets";

/** @typedef {{pin: string | null, token: string | null}} Secret */

/** By session. @type {import("@preact/signals").Signal<{[sessionId: string]: Secret}>} */
export const secrets = signal(read());

/** @param {string} sessionId @param {Partial<Secret>} told */
export function keepSecret(sessionId, told) {
  const before = secrets.peek()[sessionId] ?? { pin: null, token: null };
  secrets.value = { ...secrets.peek(), [sessionId]: { pin: told.pin ?? before.pin, token: told.token ?? before.token } };
}

/** Store them, and forget those of parties that have left. */
export function startKeeping() {
  effect(() => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(secrets.value));
    } catch {
      // A browser without storage forgets them with the page.
    }
  });
  effect(() => {
    if (status.value !== "live") return;
    // Somebody else may take the tablet now.
    if (!isIn.value) return void (secrets.value = {});
    const here = Object.entries(secrets.peek()).filter(([id]) => sessions.value.has(id));
    if (here.length < Object.keys(secrets.peek()).length) secrets.value = Object.fromEntries(here);
  });
}

/** @returns {{[sessionId: string]: Secret}} */
function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
