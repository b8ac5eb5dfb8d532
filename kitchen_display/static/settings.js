// @ts-check
/**
 * What this device remembers: who it is, which station it shows, and how it looks and sounds. Each is a signal; what is
 * set is stored at once. Nothing of an order is kept here.
 */
import { followLanguage } from "@comanda/ui/language.js";
import { remembered } from "@comanda/ui/memory.js";
import { followTheme } from "@comanda/ui/theme.js";

export { language } from "@comanda/ui/language.js";
export { theme } from "@comanda/ui/theme.js";

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

export const isAllDayShown = remembered("isAllDayShown", false);

/** Keep the page in the chosen theme and language. */
export function dress() {
  followTheme();
  followLanguage();
}
