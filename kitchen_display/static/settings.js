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

/** Its id. */
export const deviceId = remembered("deviceId", "");

/** Whose taps are kept here until they can be sent: the one whom the server last took this screen for. */
export const owner = remembered("owner", deviceId.peek());

/** Whether the house has sent this screen away. */
export const wasRevoked = remembered("wasRevoked", false);

/** Code of the station that is shown, `*` for all of them; null until somebody has chosen. */
export const station = remembered("station", /** @type {string | null} */ (null));

export const isMuted = remembered("isMuted", false);

/** `auto` follows the device. */
export const theme = remembered("theme", /** @type {'auto' | 'dark' | 'light'} */ ("auto"));

export const language = remembered("language", navigator.language.startsWith("ro") ? "ro" : "en");

export const isAllDayShown = remembered("isAllDayShown", false);

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
