// @ts-check
/**
 * What this screen shows of what it is told: the tickets of its stations in their columns, or the orders at the pass. Keeps the
 * columns up to date, one entry at a time, and tells of each ticket once that the screen has it.
 *
 * @import {Ticket} from './shape.js'
 * @import {Order} from './order.js'
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { COLUMNS, columnOf, inOrder, isOf, isOnBoard, struck } from "./board.js";
import { onTicket, tellSeen, tickets } from "./feed.js";
import { Lanes } from "./lanes.js";
import { chosenColumn, isNarrow } from "./narrow.js";
import { STAGES, orderOf, stageOf } from "./order.js";
import { station } from "./settings.js";
import { play } from "./sound.js";
import { hello, outlines, shownStations, status } from "./who.js";

/** @type {Lanes<Ticket>} */
export const board = new Lanes(COLUMNS, (one, other) => inOrder(one, other));

/** @type {Lanes<Order>} */
export const pass = new Lanes(STAGES, (one, other) => inOrder(one, other));

/** Whether the pass is shown: the chosen station is one that assembles. */
export const isPass = computed(() => outlines.value.get(station.value ?? "")?.kind === "EXPO");

/** Grows with every change of a ticket: for what counts over all of them. */
export const changes = signal(0);

/** Begin to follow the tickets. */
export function startShowing() {
  effect(() => {
    const key = `${isPass.value} ${[...shownStations.value].join()}`;
    if (key) redraw();
  });
  onTicket((before, after, id) => {
    show(id, after, before);
    changes.value += 1;
    if (wasLive) sound(before, after);
  });
  effect(() => {
    if (status.value !== "live" || !hello.value) return;
    wasLive = true;
    reportSeen();
  });
  effect(() => {
    const column = isNarrow.value && chosenColumn.value;
    if (column) reportSeen();
  });
  document.addEventListener("visibilitychange", reportSeen);
}

/** The tickets that are on the board, or at the pass. */
export function shownTickets() {
  const isAtPass = isPass.peek();
  return isAtPass
    ? [...pass.entries()].flatMap((entry) => entry.shown.peek().tickets)
    : [...board.entries()].map((entry) => entry.shown.peek());
}

function redraw() {
  batch(() => {
    board.clear();
    pass.clear();
    unseen.clear();
    for (const [id, ticket] of tickets) show(id, ticket.peek(), undefined);
    changes.value = changes.peek() + 1;
  });
}

/**
 * @param {string} id
 * @param {Ticket | undefined} ticket
 * @param {Ticket | undefined} before
 */
function show(id, ticket, before) {
  if (isPass.peek()) {
    for (const orderId of new Set([before?.orderId, ticket?.orderId])) if (orderId) showOrder(orderId);
    return;
  }
  const isHere = ticket !== undefined && isOnBoard(ticket, shownStations.peek());
  board.put(id, ticket, isHere ? columnOf(ticket) : null);
  if (isHere && ticket.seenAt === null) unseen.add(id);
  else unseen.delete(id);
  if (unseen.size > 0) reportSeen();
}

/** @param {string} orderId */
function showOrder(orderId) {
  const order = orderOf(
    orderId,
    [...tickets.values()].map((one) => one.peek()),
  );
  pass.put(orderId, order ?? undefined, order ? stageOf(order.tickets) : null);
}

/**
 * @param {Ticket | undefined} before
 * @param {Ticket | undefined} after
 */
function sound(before, after) {
  if (!after || after.status !== "OPEN" || !isOf(after, shownStations.peek())) return;
  const isNew = before?.status !== "OPEN" || !isOf(before, shownStations.peek());
  const strikes = (/** @type {Ticket | undefined} */ ticket) =>
    ticket?.lines.reduce((sum, line) => sum + struck(line), 0) ?? 0;
  const isUrgent = after.isPriority && !before?.isPriority;
  if (isUrgent || (!isNew && strikes(after) > strikes(before))) play("urgent");
  else if (isNew || after.lines.some((line, at) => !line.isHeld && before?.lines[at]?.isHeld)) play("ticket");
}

/** Whether all that was open at first is known: what comes later is new, also what came while nobody answered. */
let wasLive = false;

/** After a receipt that the server could not take. */
const AGAIN_MS = 1000;

let isReporting = false;

/** Tickets on the board that no screen has reported yet. @type {Set<string>} */
const unseen = new Set();

/** @param {string} column */
const isColumnShown = (column) => !isNarrow.peek() || chosenColumn.peek() === column;

/**
 * Report what is on the board and nobody has reported yet: after the frame that draws it, and only while the page is seen. A
 * screen speaks for the stations that it was enrolled for, not for others that it looks at.
 */
function reportSeen() {
  if (isReporting || document.visibilityState !== "visible") return;
  isReporting = true;
  requestAnimationFrame(() => {
    isReporting = false;
    const own = hello.peek()?.principal.stations ?? [];
    if (isPass.peek() || status.peek() !== "live" || !hello.peek()) return;
    const shown = [...unseen].filter((id) => {
      const entry = board.get(id);
      return entry && isColumnShown(entry.column) && isOf(entry.shown.peek(), new Set(own));
    });
    void tellSeen(shown).then((isTold) => isTold || setTimeout(reportSeen, AGAIN_MS));
  });
}
