// @ts-check
/**
 * Where somebody is on the page: kept in the address, so that a reload stays there and the back button leads back.
 * `#/tables`, `#/tables/<session>/<tab>`, `#/ready`, `#/staff` …
 */
import { computed, signal } from "@preact/signals";

const parsed = () => location.hash.replace(/^#\/?/, "").split("/").map(decoded);

/** An address that somebody mistyped must not keep the page from being drawn. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

const parts = signal(parsed());
addEventListener("hashchange", () => (parts.value = parsed()));

/** The section that is shown. */
export const section = computed(() => parts.value[0] || "tables");

/** The session whose panel is open; empty for none. */
export const partyId = computed(() => (section.value === "tables" ? (parts.value[1] ?? "") : ""));

/** The tab of the panel. */
export const tab = computed(() => parts.value[2] || "order");

/** Whether dishes are chosen for the party. */
export const isOrdering = computed(() => tab.value === "order" && parts.value[3] === "menu");

/**
 * Go somewhere: `go("staff")`, `go("tables", sessionId, "check")`.
 * @param {...string} where
 */
export function go(...where) {
  location.hash = `/${where.map(encodeURIComponent).join("/")}`;
  // The browser tells of it later; what is shown follows at once.
  parts.value = parsed();
}
