// @ts-check
/**
 * What this device remembers: who it is, which station it shows, and how it looks and sounds. Each is a signal; what is
 * set is stored at once. Nothing of an order is kept here.
 */
import { effect, signal } from "@preact/signals";

/**
 * @template T
 * @param {string} name
 * @param {T} usual
 * @returns {import('@preact/signals').Signal<T>}
 */
function remembered(name, usual) {
  const key = `comanda.kitchen.${name}`;
  const kept = signal(usual);
  try {
    const text = localStorage.getItem(key);
    if (text !== null) kept.value = JSON.parse(text);
  } catch {
    // What cannot be read is as if it had never been set.
  }
  effect(() => {
    const value = kept.value;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A browser without storage forgets; the page works all the same.
    }
  });
  return kept;
}

/** The proof of this device; null until it is paired. */
export const deviceToken = remembered("deviceToken", /** @type {string | null} */ (null));

/** Its id: whose taps are kept here until they can be sent. */
export const deviceId = remembered("deviceId", "");

/** Whether the house has sent this screen away. */
export const wasRevoked = remembered("wasRevoked", false);

/** Code of the station that is shown, `*` for all of them; null until somebody has chosen. */
export const station = remembered("station", /** @type {string | null} */ (null));

export const isMuted = remembered("isMuted", false);

/** `auto` follows the device. */
export const theme = remembered("theme", /** @type {'auto' | 'dark' | 'light'} */ ("auto"));

export const language = remembered("language", navigator.language.startsWith("ro") ? "ro" : "en");

export const isAllDayShown = remembered("isAllDayShown", false);

/** Names of dishes and options that were on tickets, by id: what is sold out is known by its id alone. */
export const names = remembered("names", /** @type {{[id: string]: import('./shape.js').Text}} */ ({}));

/**
 * Remember what dishes and options are called.
 * @param {readonly import('./shape.js').Ticket[]} tickets
 */
export function learn(tickets) {
  /** @type {{[id: string]: import('./shape.js').Text}} */
  const fresh = {};
  for (const line of tickets.flatMap((ticket) => ticket.lines)) {
    if (line.itemId && !names.peek()[line.itemId]) fresh[line.itemId] = line.name;
    line.optionIds.forEach((id, at) => {
      const name = line.modifiers[at];
      if (name && !names.peek()[id]) fresh[id] = name;
    });
  }
  if (Object.keys(fresh).length > 0) names.value = { ...names.peek(), ...fresh };
}

const prefersLight = matchMedia("(prefers-color-scheme: light)");
const isLight = signal(prefersLight.matches);
prefersLight.addEventListener("change", (event) => (isLight.value = event.matches));

/** Keep the page in the chosen theme and language. */
export function dress() {
  effect(() => {
    const chosen = theme.value === "auto" ? (isLight.value ? "light" : "dark") : theme.value;
    document.documentElement.dataset["theme"] = chosen;
    document.documentElement.lang = language.value;
  });
}
