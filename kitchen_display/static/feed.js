// @ts-check
/**
 * What came over the wire: tickets and what is sold out, each as it will be when what was tapped here has arrived; and how a tap
 * is sent. With `who.js` all that knows `@comanda/client`.
 *
 * @import {Command, Item, Ticket} from './shape.js'
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Refused, Unsent, openOutbox } from "@comanda/client";
import { tellRefused } from "@comanda/ui/toast.js";
import { foreseen, foreseenItems, isAbout } from "./foreseen.js";
import { owner } from "./settings.js";
import { shared } from "./sharing.js";
import { play } from "./sound.js";
import { connection, hello } from "./who.js";

const SEEN_AT_ONCE = 50;

/** All tickets that are known, each a signal. @type {Map<string, import('@preact/signals').Signal<Ticket>>} */
export const tickets = new Map();

/** What the server has not got yet, in order. @type {import('@preact/signals').Signal<readonly Command[]>} */
export const waiting = signal([]);

/** What is sold out or counted. */
export const items = computed(() =>
  foreseenItems(/** @type {Item[]} */ ([...connection.state.of("item").value.values()]), waiting.value),
);

/** @typedef {(before: Ticket | undefined, after: Ticket | undefined, id: string) => void} OnTicket */

/** @type {Set<OnTicket>} */
const listeners = new Set();

/** @typedef {import('@comanda/client').Outbox} Outbox */

/** Where taps wait: a box for each owner. @type {Promise<Outbox> | undefined} */
let opening;

/** The same when it is open. @type {import('@preact/signals').Signal<Outbox | null>} */
const outbox = signal(null);

/** Tickets that this screen has told of; on a new connection, as the answer may have been lost, of those unseen again. */
const reported = new Set();

/** Open what a former page left, and follow what is told. */
export async function startFeed() {
  // Changed as soon as the server says who this is, and before anything is sent: what another one left stays theirs.
  effect(() => openBox(`kitchen ${owner.value}`));
  await opening;
  effect(() => {
    const commands = outbox.value?.waiting.value ?? [];
    const bodies = /** @type {ReadonlyMap<string, Ticket>} */ (connection.state.of("ticket").value);
    untracked(() => batch(() => follow(bodies, commands)));
  });
  effect(() => {
    if (hello.value) reported.clear();
  });
}

/** @param {string} name */
function openBox(name) {
  outbox.peek()?.close();
  outbox.value = null;
  const box = openOutbox({ status: connection.status, send }, { name, onRefused: refused });
  opening = box;
  void box.then((opened) => {
    if (opening === box) outbox.value = opened;
    else opened.close();
  });
}

/**
 * Have a function called for each ticket that has changed, or is not known any more.
 * @param {OnTicket} listener
 */
export const onTicket = (listener) => listeners.add(listener);

/**
 * A ticket as it is shown, if it is known.
 * @param {string} id
 */
export const shownTicket = (id) => tickets.get(id)?.value;

/**
 * Send a command for certain: now, or when somebody answers. Returns whether it was done, when that is known.
 * @param {string} name
 * @param {{[field: string]: any}} payload
 * @returns {Promise<boolean>}
 */
export async function post(name, payload) {
  try {
    await (await opening)?.put(name, payload);
    return true;
  } catch {
    return false;
  }
}

/**
 * Send a command and keep all tickets of its answer: the messages about them may come later, and what was foreseen of them ends
 * with the answer.
 * @param {any} name
 * @param {any} payload
 * @returns {Promise<any>}
 */
async function send(name, payload) {
  const ack = /** @type {any} */ (await connection.send(name, payload));
  connection.state.merge(...(ack.tickets ?? []).map((/** @type {Ticket} */ ticket) => ({ ticket })));
  return ack;
}

/**
 * Tell that this screen shows some tickets; each once. Returns whether all of that was told, or never will be.
 * @param {readonly string[]} ids
 */
export async function tellSeen(ids) {
  let isTold = true;
  const fresh = ids.filter((id) => !reported.has(id));
  for (const id of fresh) reported.add(id);
  for (let at = 0; at < fresh.length; at += SEEN_AT_ONCE) {
    const lot = fresh.slice(at, at + SEEN_AT_ONCE);
    try {
      await connection.send("ticket:seen", { ticketIds: lot });
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unsent)) throw error;
      for (const id of lot) reported.delete(id);
      isTold &&= error instanceof Refused && !error.isTemporary;
    }
  }
  return isTold;
}

/**
 * The name that a dish or an option has on a ticket; empty if it is on none.
 * @param {string} itemId
 * @returns {import("./shape.js").Text}
 */
export function nameOnTickets(itemId) {
  for (const line of [...tickets.values()].flatMap((ticket) => ticket.peek().lines)) {
    if (line.itemId === itemId) return line.name;
    const option = line.modifiers[line.optionIds.indexOf(itemId)];
    if (option) return option;
  }
  return {};
}

/**
 * Bring the tickets up to date, each that has changed.
 * @param {ReadonlyMap<string, Ticket>} bodies
 * @param {readonly Command[]} commands
 */
function follow(bodies, commands) {
  const touched = [...new Set([...waiting.peek(), ...commands])];
  waiting.value = commands;
  for (const [id, body] of bodies) {
    const isTouched = touched.some((command) => isAbout(body, command));
    if (known.get(id) === body && !isTouched) continue;
    known.set(id, body);
    set(id, isTouched ? foreseen(body, commands) : body);
  }
  for (const id of [...known.keys()]) {
    if (bodies.has(id)) continue;
    known.delete(id);
    const before = tickets.get(id)?.peek();
    tickets.delete(id);
    for (const listener of listeners) listener(before, undefined, id);
  }
}

/** What the server said of each ticket at the last look. @type {Map<string, Ticket>} */
const known = new Map();

/**
 * @param {string} id
 * @param {Ticket} after
 */
function set(id, after) {
  const shown = tickets.get(id);
  const before = shown?.peek();
  const ticket = shared(after, before);
  if (shown) shown.value = ticket;
  else tickets.set(id, signal(ticket));
  for (const listener of listeners) listener(before, ticket, id);
}

/**
 * Say why something was not done; the ticket as it is now comes along.
 * @param {Command} command
 * @param {Refused} refusal
 */
function refused({ payload }, refusal) {
  const ticket = refusal.details["ticket"];
  if (ticket) connection.state.merge({ ticket });
  play("refused");
  const ofOrder = [...tickets.values()].map((one) => one.peek()).find((one) => one.orderId === payload["orderId"]);
  const about = ticket ?? shownTicket(payload["ticketId"]) ?? ofOrder;
  tellRefused(about ? `${about.tableName} #${about.number}: ${refusal.message}` : refusal.message);
}
