// @ts-check
/**
 * What this tab was told once of parties: the PIN and the secret of the table's link. The server keeps hashes and tells neither
 * again; a reload of the tab keeps them for whoever is logged in, a new PIN takes the old one's place, and they go when the party or
 * the person has left.
 */
import { computed, effect, signal } from "@preact/signals";
import { sessions } from "./feed.js";
import { whenLeft } from "./leaving.js";
import { isIn, staffId, status } from "./who.js";

const KEY = "comanda.floor.secrets";

/** @typedef {{pin: string | null, token: string | null}} Secret */
/** @typedef {{[sessionId: string]: Secret}} Secrets */
/** Who was told them. @typedef {{owner: string, told: Secrets}} Kept */

/** @type {Kept} */
const NOTHING = { owner: "", told: {} };

const kept = signal(read());

/** By session. @type {import("@preact/signals").ReadonlySignal<Secrets>} */
export const secrets = computed(() => (kept.value.owner === staffId.value ? kept.value.told : NOTHING.told));

/** @param {string} sessionId @param {Partial<Secret>} told */
export function keepSecret(sessionId, told) {
  const before = secrets.peek()[sessionId] ?? { pin: null, token: null };
  keep({ ...secrets.peek(), [sessionId]: { pin: told.pin ?? before.pin, token: told.token ?? before.token } });
}

/** @param {Secrets} told */
const keep = (told) => (kept.value = { owner: staffId.peek(), told });

/** Store them, and forget those of parties that have left. */
export function startKeeping() {
  whenLeft(() => (kept.value = NOTHING));
  effect(() => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept.value));
    } catch {
      // A browser without storage forgets them with the page.
    }
  });
  effect(() => {
    if (status.value !== "live") return;
    if (!isIn.value || kept.peek().owner !== staffId.value) return void (kept.value = NOTHING);
    const here = Object.entries(secrets.peek()).filter(([id]) => sessions.value.has(id));
    if (here.length < Object.keys(secrets.peek()).length) keep(Object.fromEntries(here));
  });
}

/** @returns {Kept} */
function read() {
  try {
    return { ...NOTHING, .../** @type {Partial<Kept>} */ (JSON.parse(sessionStorage.getItem(KEY) ?? "{}")) };
  } catch {
    return NOTHING;
  }
}
