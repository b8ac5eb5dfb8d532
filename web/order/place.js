// @ts-check
/** Which view is shown: it stands in the address, so that "back" goes back and a reload stays. */
import { signal } from "@preact/signals";

/** @typedef {"menu" | "cart" | "orders" | "order"} View */
/** @typedef {{view: View, id: string}} Place */

const VIEWS = ["menu", "cart", "orders", "order"];

/** @returns {Place} */
function read() {
  const [view = "", id = ""] = location.hash.slice(1).split("/").map(decoded);
  return VIEWS.includes(view) ? { view: /** @type {View} */ (view), id } : { view: "menu", id: "" };
}

/** An address that somebody mistyped must not keep the page from being drawn. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

export const place = signal(read());

addEventListener("hashchange", () => {
  // Headings of the menu are in the address, too: they are no other view.
  if (place.peek().view === "menu" && location.hash.startsWith("#menu-")) return;
  place.value = read();
});

/** @param {View} view @param {string} [id] */
export const hrefOf = (view, id = "") => `#${view}${id ? `/${encodeURIComponent(id)}` : ""}`;

/** @param {View} view @param {string} [id] */
export const show = (view, id = "") => {
  location.hash = hrefOf(view, id);
};
