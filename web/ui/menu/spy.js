// @ts-check
/** Which heading of the menu is being read, and how to go to another one. */

/** @typedef {import("@preact/signals").Signal<string>} Current */

/** How far below the sticky bar a heading may be to count as read, in pixels. */
const SLACK = 24;

/** Nobody scrolls this long after a tap on a heading: from then on the scroll decides again. */
const TRAVEL_MS = 900;

let travelsUntil = 0;

/** Where the sections begin to be seen: below the bar. */
const top = () => document.querySelector(".menu-bar")?.getBoundingClientRect().bottom ?? 0;

/**
 * Keep a signal at the id of the heading that is read, as long as somebody looks. Returns how to end it.
 * @param {Current} current
 * @returns {() => void}
 */
export function followScroll(current) {
  let isDue = false;
  const look = () => {
    isDue = false;
    if (performance.now() < travelsUntil) return;
    const edge = top() + SLACK;
    const sections = [...document.querySelectorAll(".menu-section")];
    const read = sections.findLast((one) => one.getBoundingClientRect().top <= edge) ?? sections[0];
    current.value = /** @type {HTMLElement | undefined} */ (read)?.dataset["category"] ?? "";
  };
  const onScroll = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(look);
  };
  addEventListener("scroll", onScroll, { passive: true });
  return () => removeEventListener("scroll", onScroll);
}

/** How what scrolls by itself gets there. @returns {ScrollBehavior} */
export const pace = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

/**
 * Go to a heading, with the focus, and without a new address in the history.
 * @param {Event} event
 * @param {string} id
 * @param {Current} current
 */
export function goTo(event, id, current) {
  event.preventDefault();
  const section = document.getElementById(`menu-${id}`);
  if (!section) return;
  travelsUntil = performance.now() + TRAVEL_MS;
  current.value = id;
  section.scrollIntoView({ behavior: pace(), block: "start" });
  section.querySelector("h2")?.focus({ preventScroll: true });
}
