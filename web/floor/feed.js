// @ts-check
/**
 * What is known of the house, as signals, and how something is asked or done.
 *
 * - `of("session").value` is a map by id; `sessions`, `tables` … are what the views need of it.
 * - `ask(name, payload)` asks once, for what only counts now; a refusal is shown and null returned.
 * - `post(name, payload)` is sent for certain, also after a reload; it returns the reply, or null after a refusal, which is shown.
 * - `postQuietly(name, payload)` is `post` for those who look at the refusal themselves.
 */
import { effect, signal } from "@preact/signals";
import { Refused, openOutbox } from "@comanda/client";
import { tellRefused } from "@comanda/ui/toast.js";
import { derivedFor } from "./leaving.js";
import { say } from "./text.js";
import { connection, staffId } from "./who.js";

/**
 * @typedef {import("../client/protocol.js").FloorSnapshots} Snapshots
 * @typedef {import("../client/protocol.js").FloorCommands} FloorCommands
 * @typedef {keyof FloorCommands & string} Command
 * @typedef {import("../client/protocol.js").FloorSessionView} Session
 * @typedef {import("../client/protocol.js").TableView} Table
 * @typedef {import("../client/protocol.js").OrderView} Order
 * @typedef {import("../client/protocol.js").OrderLine} OrderLine
 * @typedef {import("../client/protocol.js").ServiceView} Service
 * @typedef {import("../client/protocol.js").AlarmView} Alarm
 * @typedef {import("../client/protocol.js").FloorCheckView} Check
 * @typedef {import("@comanda/client").Outbox<"/floor">} Outbox
 */
/** @template {Command} C @typedef {FloorCommands[C]["reply"]} ReplyOf */
/**
 * A request whose name (`opId`, `idempotencyKey`) may be left out.
 * @template {Command} C
 * @typedef {Omit<FloorCommands[C]["request"], "opId" | "idempotencyKey"> & {opId?: string | null, idempotencyKey?: string}} Asked
 */

/** What is known of a kind, by id. @template {keyof Snapshots} K @param {K} kind */
export const of = (kind) => connection.state.of(kind);

/** All that is open, by id. */
export const sessions = derivedFor(() => new Map([...of("session").value].filter(([, one]) => one.status === "OPEN")));

/** The tables of the house, in their order. */
export const tables = derivedFor(() => [...of("table").value.values()].sort((one, other) => one.position - other.position));

/** Rounds of parties that are here, oldest first; those from home, too. */
export const orders = derivedFor(() =>
  [...of("order").value.values()].sort((one, other) => one.placedAt.localeCompare(other.placedAt)),
);

/** What parties ask for and nobody has seen to, oldest first. */
export const services = derivedFor(() =>
  [...of("service").value.values()]
    .filter((one) => one.status === "OPEN" || one.status === "TAKEN")
    .sort((one, other) => one.at.localeCompare(other.at)),
);

/** What needs somebody at once, newest first. */
export const alarms = derivedFor(() =>
  [...of("alarm").value.values()]
    .filter((one) => one.status === "OPEN")
    .sort((one, other) => other.raisedAt.localeCompare(one.raisedAt)),
);

/** Checks of a party that are open, its own first. @param {string} sessionId */
export const checksOf = (sessionId) =>
  [...of("check").value.values()].filter((one) => one.sessionId === sessionId && one.status === "OPEN");

/** What the server has not answered yet, in order. @type {import("@preact/signals").Signal<readonly {name: string, opId: string, payload: any}[]>} */
export const waiting = signal([]);

/** A box for each person: what one left here waits until they are back. @type {Promise<Outbox> | null} */
let opening = null;

/** Keep the outbox of whoever is logged in. */
export function startFeed() {
  effect(() => void openBox(staffId.value));
}

/** @param {string} owner */
async function openBox(owner) {
  const before = opening;
  waiting.value = [];
  // Whoever asked has left, and nobody handles what comes of it: what is refused later is said to whoever is back.
  handled.clear();
  const mine = owner ? openOutbox(connection, { name: `floor ${owner}`, onRefused: shown }) : null;
  opening = mine;
  (await before)?.close();
  const box = await mine;
  if (box && opening === mine) box.waiting.subscribe((entries) => opening === mine && (waiting.value = entries));
}

/** Refusals that somebody handles themselves, by the name of what was asked. @type {Set<string>} */
const handled = new Set();

/** @param {{opId: string}} entry @param {Refused} refused */
function shown(entry, refused) {
  if (!handled.delete(entry.opId)) tellRefused(refused.message);
}

/** What a second tap on the same button asks for no second time. @type {ReadonlySet<string>} */
const ONCE = new Set(["session:open", "order:approve", "order:reject", "line:serve", "service:take", "service:resolve", "alarm:resolve"]);

/** Whether the same was asked for and is not answered. @param {string} name @param {object} payload */
const isAsked = (name, payload) =>
  waiting.peek().some((one) => one.name === name && Object.entries(payload).every(([field, value]) => one.payload[field] === value));

/**
 * @template {Command} C
 * @param {C} name
 * @param {Asked<C>} payload
 * @returns {Promise<ReplyOf<C> | null>}
 */
export async function post(name, payload) {
  if (ONCE.has(name) && isAsked(name, payload)) return null;
  try {
    const box = await opening;
    return box ? /** @type {any} */ (await box.put(name, /** @type {any} */ (payload))) : null;
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/**
 * The same; a refusal is the caller's to show. Give it the `opId` or `idempotencyKey` of the first try to repeat that.
 * @template {Command} C
 * @param {C} name
 * @param {Asked<C>} payload
 * @returns {Promise<{reply: ReplyOf<C>, refused: null} | {reply: null, refused: Refused}>}
 */
export async function postQuietly(name, payload) {
  const box = await opening;
  if (!box) return { reply: null, refused: new Refused({ code: "UNAUTHENTICATED", message: say("login.heading") }) };
  const before = new Set(box.waiting.peek());
  const answer = box.put(name, /** @type {any} */ (payload));
  const entry = box.waiting.peek().find((one) => !before.has(one));
  if (entry) handled.add(entry.opId);
  try {
    return { reply: /** @type {any} */ (await answer), refused: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { reply: null, refused: error };
  } finally {
    if (entry) handled.delete(entry.opId);
  }
}

/**
 * @template {Command} C
 * @param {C} name
 * @param {FloorCommands[C]["request"]} payload
 * @returns {Promise<ReplyOf<C> | null>}
 */
export async function ask(name, payload) {
  try {
    return /** @type {any} */ (await connection.send(name, /** @type {any} */ (payload)));
  } catch (error) {
    tellRefused(error instanceof Refused ? error.message : say("unanswered"));
    return null;
  }
}
