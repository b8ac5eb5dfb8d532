// @ts-check
/**
 * The board by keyboard or bump bar. What is chosen is what has the focus: so everything that can be tapped can be reached, and
 * a reader of the screen says where one is.
 */
import { effect, signal } from "@preact/signals";
import { isOpen } from "@comanda/ui/dialog.js";
import { bump, bumpOrder, step, undo } from "./actions.js";
import { canBump, nextOf } from "./board.js";
import { idOf } from "./card.js";
import { open } from "./dialog.js";
import { shownTicket } from "./feed.js";
import { stageOf } from "./order.js";
import { isAllDayShown, isMuted } from "./settings.js";
import { board, changes, isPass, pass } from "./showing.js";

/** Whether somebody has used a key: then the first tickets show theirs. */
export const hasKeys = signal(false);

/** @type {[string[], import('./text.js').Word][]} */
export const KEYS = [
  [["1", "…", "9", "0"], "key.digit"],
  [["←", "→", "↑", "↓"], "key.arrows"],
  [["Enter"], "key.enter"],
  [["Space"], "key.space"],
  [["R"], "key.recall"],
  [["U"], "key.undo"],
  [["A"], "key.allday"],
  [["E"], "key.out"],
  [["M"], "key.mute"],
  [["?"], "key.help"],
  [["Esc"], "key.close"],
];

/** @type {{[key: string]: () => void}} */
const COMMANDS = {
  r: () => open({ kind: "recall" }),
  u: undo,
  a: () => (isAllDayShown.value = !isAllDayShown.value),
  e: () => open({ kind: "out" }),
  m: () => (isMuted.value = !isMuted.value),
  "?": () => open({ kind: "help" }),
};

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** What had the focus last, to be found again where it has moved. @type {{card: string, line: string | undefined} | null} */
let chosen = null;

/** Begin to listen. */
export function listenToKeys() {
  document.addEventListener("focusin", ({ target }) => {
    const card = cardOf(target);
    const line = target instanceof Element ? target.closest(".line") : null;
    chosen = card && { card: idOf(card), line: line?.getAttribute("data-line") ?? undefined };
  });
  effect(() => {
    if (changes.value > 0 && hasKeys.peek()) requestAnimationFrame(keepFocus);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isOpen() || isTyping(event.target)) return;
    if (pressed(event)) {
      event.preventDefault();
      hasKeys.value = true;
    }
  });
}

/**
 * Do what a key means; returns whether it means anything here.
 * @param {KeyboardEvent} event
 */
function pressed({ key, target, repeat }) {
  if (key in MOVES) return move(/** @type {keyof typeof MOVES} */ (key));
  if (repeat) return key === "Enter" || key === " ";
  if (key === "Enter") return enter(target);
  if (key === " ") return space(target);
  if (/^[0-9]$/.test(key)) return digit(Number(key) || 10);
  const command = COMMANDS[key.toLowerCase()];
  command?.();
  return command !== undefined;
}

/** A ticket that has moved to another column is a new element there: the focus follows it. */
function keepFocus() {
  if (document.activeElement !== document.body || !chosen) return;
  const { card: id, line } = chosen;
  const card = cards().find((one) => idOf(one) === id);
  const step =
    line &&
    [...(card?.querySelectorAll(".line") ?? [])]
      .find((one) => one.getAttribute("data-line") === line)
      ?.querySelector(".step");
  (step instanceof HTMLElement ? step : card)?.focus();
}

/** @param {number} place */
function digit(place) {
  const lanes = isPass.peek() ? pass : board;
  const entry = [...lanes.entries()].find((one) => one.place.peek() === place);
  const card = entry && cards().find((one) => idOf(one) === entry.id);
  if (card) bumpCard(card);
  return true;
}

/** @param {EventTarget | null} target */
function enter(target) {
  const card = cardOf(target);
  // On a button Enter is that button's: on a line it does what a tap does.
  if (!card || target !== card) return false;
  bumpCard(card);
  return true;
}

/** @param {EventTarget | null} target */
function space(target) {
  const card = cardOf(target);
  if (!card || target !== card) return false;
  const line = [...card.querySelectorAll(".line")].find((one) => {
    const status = one.getAttribute("data-status");
    return one.getAttribute("data-held") === "false" && (status === "NEW" || status === "IN_PROGRESS");
  });
  if (line instanceof HTMLElement) stepLine(line);
  return true;
}

/** @param {HTMLElement} element */
function stepLine(element) {
  const ticketId = element.closest("[data-ticket]")?.getAttribute("data-ticket") ?? "";
  const ticket = shownTicket(ticketId);
  const line = ticket?.lines.find((one) => one.id === element.dataset["line"]);
  const next = line && nextOf(line);
  if (ticket && line && next) step(ticket, line, next);
}

/**
 * Bump what a card shows, and choose the one that comes after it.
 * @param {HTMLElement} card
 */
function bumpCard(card) {
  const all = cards();
  const at = all.indexOf(card);
  const next = all[at + 1] ?? all[at - 1];
  const id = idOf(card);
  if (isPass.peek()) {
    const order = pass.get(id)?.shown.peek();
    if (order) bumpOrder(order, stageOf(order.tickets));
  } else {
    const ticket = board.get(id)?.shown.peek();
    if (!ticket || !canBump(ticket)) return;
    bump(ticket);
  }
  next?.focus({ preventScroll: false });
}

/**
 * Left and right go from ticket to ticket; up and down from line to line, and on to the next ticket of the column.
 * @param {keyof typeof MOVES} key
 */
function move(key) {
  const all = cards();
  const card = cardOf(document.activeElement);
  if (!card) {
    all[0]?.focus();
    return all.length > 0;
  }
  const [across = 0, down = 0] = MOVES[key];
  if (down === 0) beside(card, across)?.focus();
  else below(card, down)?.focus();
  return true;
}

/**
 * @param {HTMLElement} card
 * @param {number} across
 */
function beside(card, across) {
  const here = card.getBoundingClientRect();
  const others = cards().filter((one) => {
    const there = one.getBoundingClientRect();
    return across > 0 ? there.left >= here.right : there.right <= here.left;
  });
  return nearest(others, (there) => Math.abs(there.left - here.left) * 2 + Math.abs(there.top - here.top));
}

/**
 * @param {HTMLElement} card
 * @param {number} down
 */
function below(card, down) {
  const steps = /** @type {HTMLElement[]} */ ([card, ...card.querySelectorAll(".step")]);
  const at = steps.findIndex((one) => one === document.activeElement);
  const line = steps[Math.max(at, 0) + down];
  if (line && at + down >= 0) return line;
  const here = card.getBoundingClientRect();
  const others = cards().filter((one) => {
    const there = one.getBoundingClientRect();
    return (
      Math.abs(there.left - here.left) < here.width / 2 && (down > 0 ? there.top > here.top : there.top < here.top)
    );
  });
  return nearest(others, (there) => Math.abs(there.top - here.top));
}

/**
 * @param {HTMLElement[]} elements
 * @param {(place: DOMRect) => number} distance
 */
function nearest(elements, distance) {
  const far = elements.map((one) => ({ one, distance: distance(one.getBoundingClientRect()) }));
  far.sort((one, other) => one.distance - other.distance);
  return far[0]?.one;
}

/** Cards that are seen, in the order of the board. */
function cards() {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".column .ticket:not(.leaving)")]).filter(
    (one) => one.offsetParent !== null,
  );
}

/** @param {EventTarget | null} target */
const cardOf = (target) =>
  target instanceof Element ? /** @type {HTMLElement | null} */ (target.closest(".ticket:not(.leaving)")) : null;

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
