// @ts-check
/** The house that is ordered from, as the server tells it before anybody has said who they are. */
import { signal } from "@preact/signals";

/**
 * Whose phones may order, and how addresses are written; `postalCode` is a regular expression of all of it.
 * @typedef {{
 *   id: string, name: string, phone: string, languages: string[], countries: import("./phone.js").PhoneCountry[],
 *   counties: string[], postalCode: string, longestNotes: number, addresses: number,
 * }} House
 */

/** Which house, where one installation serves several. */
export const restaurantId = new URLSearchParams(location.search).get("house");

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

export const house = signal(/** @type {House | null} */ (null));

/** Why there is none: `unknown` for good, `offline` for now. */
export const missing = signal(/** @type {"unknown" | "offline" | null} */ (null));

/** Ask until the server answers. */
export async function findHouse() {
  for (let pause = FIRST_PAUSE; house.peek() === null; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const query = restaurantId ? `?restaurantId=${encodeURIComponent(restaurantId)}` : "";
    const answer = await fetch(`/order/house.json${query}`, { signal: AbortSignal.timeout(7000) }).catch(() => null);
    if (answer?.ok) house.value = await answer.json();
    missing.value = house.peek() ? null : answer && answer.status < 429 ? "unknown" : "offline";
    if (missing.peek() === "unknown") return;
    if (missing.peek()) await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + 0.5 * Math.random())));
  }
}
