// @ts-check
/**
 * Drag a ticket, or one line of it, to another column: with a mouse, a pen or a finger. On touch only a sideways movement begins
 * it (`touch-action: pan-y`), so that scrolling stays the browser's. What is dragged is a copy: the board itself does not move.
 *
 * @import {Column, Ticket} from './shape.js'
 */
import { moveTicket, step } from "./actions.js";
import { stepsOf } from "./board.js";
import { shownTicket } from "./feed.js";
import { chosenColumn } from "./narrow.js";
import { isPass } from "./showing.js";

const FAR_ENOUGH = 10;

/** @typedef {{source: HTMLElement, card: HTMLElement, x: number, y: number, ghost: HTMLElement | null, over: Element | null}} Drag */

/** @type {Drag | null} */
let drag = null;

/** Begin to listen. */
export function listenToDrags() {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
}

/** @param {PointerEvent} event */
function begin(event) {
  if (!event.isPrimary || event.button !== 0 || isPass.peek() || !(event.target instanceof Element)) return;
  const card = event.target.closest(".ticket");
  const source = event.target.closest(".step")?.closest(".line") ?? event.target.closest(".ticket-head");
  if (!(card instanceof HTMLElement) || !(source instanceof HTMLElement) || event.target.closest(".more")) return;
  drag = {
    source: source.matches(".line") ? source : card,
    card,
    x: event.clientX,
    y: event.clientY,
    ghost: null,
    over: null,
  };
}

/** @param {PointerEvent} event */
function move(event) {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.ghost) {
    if (Math.hypot(dx, dy) < FAR_ENOUGH) return;
    drag.ghost = copied(drag.source);
    // The tap that ends a drag is not a tap on what lies below.
    document.addEventListener("click", swallow, { capture: true, once: true });
  }
  drag.ghost.style.transform = `translate(${dx}px, ${dy}px) rotate(1deg)`;
  hover(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column]") ?? null);
}

function drop() {
  if (!drag) return;
  const { source, card, ghost, over } = drag;
  cancel();
  const ticket = shownTicket(card.dataset["ticket"] ?? "");
  if (!ghost || !over || !ticket || card.closest("[data-column]") === over) return;
  const column = /** @type {Column} */ (over.getAttribute("data-column"));
  if (source === card) moveTicket(ticket, column);
  else moveLine(ticket, source.dataset["line"] ?? "", column);
  if (over.closest(".filter")) chosenColumn.value = column;
}

function cancel() {
  if (!drag) return;
  hover(null);
  drag.ghost?.remove();
  drag.source.classList.remove("dragged");
  if (drag.ghost) setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  drag = null;
}

/**
 * @param {Ticket} ticket
 * @param {string} lineId
 * @param {Column} column
 */
function moveLine(ticket, lineId, column) {
  const line = ticket.lines.find((one) => one.id === lineId);
  if (line && stepsOf(line).includes(column)) step(ticket, line, column);
}

/** @param {HTMLElement} source */
function copied(source) {
  const place = source.getBoundingClientRect();
  const ghost = /** @type {HTMLElement} */ (source.cloneNode(true));
  ghost.classList.add("ghost");
  ghost.removeAttribute("data-ticket");
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  Object.assign(ghost.style, {
    left: `${place.left}px`,
    top: `${place.top}px`,
    width: `${place.width}px`,
    height: `${place.height}px`,
  });
  source.classList.add("dragged");
  document.body.append(ghost);
  return ghost;
}

/** @param {Element | null} column */
function hover(column) {
  if (!drag || drag.over === column) return;
  drag.over?.classList.remove("over");
  column?.classList.add("over");
  drag.over = column;
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
