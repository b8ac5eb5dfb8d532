// @ts-check
/**
 * Drag a party to a free table, and it moves there; onto another party, and it is asked whether they are to be merged; one that was
 * merged, to a free table, and it is on its own again there. With a mouse or a pen; with a finger after it has rested, so that
 * scrolling stays the browser's. What is dragged is a copy.
 */
import { html } from "@comanda/ui/html.js";
import { Dialog } from "@comanda/ui/dialog.js";
import { sessions, tables } from "./feed.js";
import { apart, merge, move } from "./moving.js";
import { close, open } from "./sheet.js";
import { say } from "./text.js";

const FAR_ENOUGH = 10;

/** So long a finger rests before it drags. */
const REST_MS = 300;

/**
 * @typedef {{
 *   source: HTMLElement, id: number, x: number, y: number, isTouch: boolean, isRested: boolean,
 *   timer: ReturnType<typeof setTimeout>, ghost: HTMLElement | null, over: HTMLElement | null,
 * }} Drag
 */

/** @type {Drag | null} */
let drag = null;

/** Begin to listen. */
export function listenToDrags() {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", follow);
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", cancel);
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
  // While a finger drags, the page must not scroll; a browser asks only listeners that are not passive.
  document.addEventListener("touchmove", (event) => drag?.ghost && event.preventDefault(), { passive: false });
}

/** @param {PointerEvent} event */
function begin(event) {
  const source = event.target instanceof Element ? event.target.closest(".table[data-session]") : null;
  if (!event.isPrimary || event.button !== 0 || !(source instanceof HTMLElement)) return;
  const isTouch = event.pointerType === "touch";
  const timer = setTimeout(() => {
    if (!drag) return;
    drag.isRested = true;
    lift();
  }, isTouch ? REST_MS : 2 ** 30);
  drag = { source, id: event.pointerId, x: event.clientX, y: event.clientY, isTouch, isRested: !isTouch, timer, ghost: null, over: null };
}

/** @param {PointerEvent} event */
function follow(event) {
  if (!drag || event.pointerId !== drag.id) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  const isFar = Math.hypot(dx, dy) >= FAR_ENOUGH;
  // A finger that moves before it has rested scrolls.
  if (!drag.isRested) return isFar ? cancel() : undefined;
  if (!drag.ghost && isFar) lift();
  if (!drag.ghost) return;
  drag.ghost.style.transform = `translate(${dx}px, ${dy}px) rotate(1deg)`;
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest(".table") ?? null;
  hover(under instanceof HTMLElement && under !== drag.source ? under : null);
}

function lift() {
  if (!drag || drag.ghost) return;
  const place = drag.source.getBoundingClientRect();
  const ghost = /** @type {HTMLElement} */ (drag.source.cloneNode(true));
  for (const name of ["table", "session"]) delete ghost.dataset[name];
  ghost.classList.add("ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.inert = true;
  Object.assign(ghost.style, { left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px`, height: `${place.height}px` });
  drag.ghost = ghost;
  drag.source.classList.add("lifted");
  document.body.append(ghost);
  // The tap that ends a drag is not a tap on what lies below.
  document.addEventListener("click", swallow, { capture: true, once: true });
}

function drop() {
  if (!drag) return;
  const { source, ghost, over } = drag;
  cancel();
  if (ghost && over) dropped(source.dataset["session"] ?? "", over);
}

function cancel() {
  if (!drag) return;
  clearTimeout(drag.timer);
  hover(null);
  drag.source.classList.remove("lifted");
  drag.ghost?.remove();
  if (drag.ghost) setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  drag = null;
}

/** @param {HTMLElement | null} target */
function hover(target) {
  if (!drag || drag.over === target) return;
  drag.over?.classList.remove("target");
  target?.classList.add("target");
  drag.over = target;
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {string} sessionId of the party that was dragged
 * @param {HTMLElement} target the table that it was dropped on
 */
function dropped(sessionId, target) {
  const session = sessions.peek().get(sessionId);
  const table = tables.peek().find((one) => one.id === target.dataset["table"]);
  const other = sessions.peek().get(target.dataset["session"] ?? "");
  const into = other?.mergedInto ? sessions.peek().get(other.mergedInto) : other;
  if (!session || !table || into === session) return;
  if (session.mergedInto) return into ? undefined : void apart(session, table);
  if (into) open(() => html`<${Together} from=${session} into=${into} />`);
  else move(session, table);
}

/** A merge moves a check: somebody says so. @param {{from: import("./feed.js").Session, into: import("./feed.js").Session}} props */
function Together({ from, into }) {
  const bring = () => {
    close();
    merge(from, into);
  };
  const values = { table: from.tableName, from: from.tableName, into: into.tableName };
  return html`<${Dialog} heading=${say("drop.heading", values)} onClose=${close} isSheet>
    <p>${say("merge.text", values)}</p>
    <div class="actions"><button type="button" onClick=${close}>${say("cancel")}</button>
      <button type="button" class="primary" onClick=${bring}>${say("merge.go")}</button></div>
  <//>`;
}
