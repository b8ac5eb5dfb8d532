// @ts-check
/**
 * The wire, and what came over it: tickets, stations and what is sold out, each as it will be when what was tapped here
 * has arrived. The only module that knows `@comanda/client`.
 *
 * @import {Command, Hello, Item, Station, Ticket} from './shape.js'
 */
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Refused, Unsent, connect, openOutbox } from "@comanda/client";
import { now, setClock } from "./clock.js";
import { foreseen, foreseenItems, isAbout } from "./foreseen.js";
import { deviceId, deviceToken, language, station, wasRevoked } from "./settings.js";
import { play } from "./sound.js";
import { named, say } from "./text.js";
import { tellRefused } from "./toast.js";

const SEEN_AT_ONCE = 50;
const LONGEST_PAUSE_MS = 3000;

/** Whom the server lets into the kitchen. */
const COOKS = ["CHEF", "MANAGER"];

/** What stands for all stations, where one is chosen. */
export const ALL = "*";

const connection = connect({
  namespace: "/kitchen",
  auth: () => {
    const [token, chosen] = [deviceToken.peek(), station.peek()];
    const proof = token ? { deviceToken: token } : {};
    return { language: language.peek(), ...proof, ...(chosen && chosen !== ALL ? { shows: [chosen] } : {}) };
  },
  longestPause: LONGEST_PAUSE_MS,
});

/** Whether what is shown is true now. */
export const status = connection.status;

/** Why the server does not let this browser in, if it said so. */
export const refusal = connection.refusal;

/** Who the server takes this screen for; null until it has said so. */
export const hello = computed(() => /** @type {Hello | null} */ (connection.hello.value));

/** Whether this screen is of the house: as far as it knows, while nobody answers. */
export const isIn = computed(() => (hello.value ? !isStranger(hello.value) : deviceToken.value !== null));

/** Since when it is not live; null while it is. */
export const lostAt = signal(/** @type {number | null} */ (now.peek()));

/** All tickets that are known, each a signal. @type {Map<string, import('@preact/signals').Signal<Ticket>>} */
export const tickets = new Map();

/** What the server has not got yet, in order. @type {import('@preact/signals').Signal<readonly Command[]>} */
export const waiting = signal([]);

/** All stations of the house by code, in their order. */
export const stations = computed(() => {
  const known = /** @type {Station[]} */ ([...connection.state.of("station").value.values()]);
  known.sort((one, other) => one.position - other.position);
  return new Map(known.map((one) => [one.code, one]));
});

/** What is sold out or counted. */
export const items = computed(() =>
  foreseenItems(/** @type {Item[]} */ ([...connection.state.of("item").value.values()]), waiting.value),
);

/** What seldom changes of a station. @typedef {Pick<Station, 'code' | 'name' | 'kind' | 'ages'>} Outline */

/** @type {ReadonlyMap<string, Outline>} */
let outlined = new Map();

/**
 * The same without what changes all evening: a board follows it, and is not worked out anew whenever a portion is cooked.
 * @type {import('@preact/signals').ReadonlySignal<ReadonlyMap<string, Outline>>}
 */
export const outlines = computed(() => {
  const found = [...stations.value.values()].map(({ code, name, kind, ages }) => ({ code, name, kind, ages }));
  const isSame = JSON.stringify(found) === JSON.stringify([...outlined.values()]);
  if (!isSame) outlined = new Map(found.map((one) => [one.code, one]));
  return outlined;
});

/** Codes of the stations that this screen may show; empty for all. */
const allowed = computed(() => {
  const principal = hello.value?.principal;
  return new Set(principal?.showsAll ? [] : (principal?.stations ?? []));
});

/** Codes of the stations whose tickets it shows now; empty for all. */
export const shownStations = computed(() => {
  const chosen = station.value;
  return chosen === null || chosen === ALL ? allowed.value : new Set([chosen]);
});

/** The stations among which one is chosen. */
export const choices = computed(() =>
  [...stations.value.values()].filter((one) => allowed.value.size === 0 || allowed.value.has(one.code)),
);

/** @typedef {(before: Ticket | undefined, after: Ticket | undefined, id: string) => void} OnTicket */

/** @type {Set<OnTicket>} */
const listeners = new Set();

/** @type {import('@comanda/client').Outbox | undefined} */
let outbox;

/** Tickets that this screen has told of; on a new connection, as the answer may have been lost, of those unseen again. */
const reported = new Set();

/** Open what a former page left, and follow what is told. */
export async function startFeed() {
  outbox = await openOutbox({ status: connection.status, send }, { name: `kitchen ${deviceId.peek()}`, onRefused: refused });
  const kept = outbox.waiting;
  effect(() => {
    const commands = kept.value;
    const bodies = /** @type {ReadonlyMap<string, Ticket>} */ (connection.state.of("ticket").value);
    untracked(() => batch(() => follow(bodies, commands)));
  });
  effect(() => {
    if (hello.value) setClock(hello.value.serverTime);
    reported.clear();
  });
  effect(() => {
    lostAt.value = status.value === "live" ? null : (lostAt.peek() ?? now.peek());
  });
  let served = station.peek();
  effect(() => {
    // The floor is told which stations have a screen: this is one of that alone which it shows.
    if (station.value === served) return;
    served = station.value;
    connection.reconnect();
  });
  effect(leaveIfRevoked);
  effect(leaveForeignStation);
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
 * Send a command for certain: now, or when somebody answers.
 * @param {string} name
 * @param {{[field: string]: any}} payload
 */
export function post(name, payload) {
  void outbox?.put(name, payload).catch(() => undefined);
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
 * Ask something that only counts now. Returns the reply; a refusal, or that nobody answers, is told to people.
 * @param {string} name
 * @param {{[field: string]: any}} payload
 * @returns {Promise<any>} null when there is none
 */
export async function ask(name, payload) {
  try {
    return await connection.send(/** @type {any} */ (name), /** @type {any} */ (payload));
  } catch (error) {
    tellRefused(error instanceof Refused ? error.message : say("unanswered"));
    return null;
  }
}

/**
 * Become a screen of the house with the code that a manager was told. Returns why not, in words, or null.
 * @param {string} code
 */
export async function pair(code) {
  try {
    const reply = await connection.send("device:pair", { code });
    batch(() => {
      deviceId.value = reply.deviceId;
      deviceToken.value = reply.deviceToken;
      wasRevoked.value = false;
    });
    location.reload();
    return null;
  } catch (error) {
    return error instanceof Refused ? error.message : say("unanswered");
  }
}

/**
 * Log a cook in on this browser. Returns why not, in words, or null.
 * @param {string} login
 * @param {string} password
 */
export async function logIn(login, password) {
  try {
    // Where an installation has several houses the link to the log-in says which.
    const restaurantId = new URLSearchParams(location.search).get("house");
    // The cookie that the log-in is bound to came with the first connection, and is shown by the next.
    connection.reconnect();
    await connection.live();
    const { staff } = await connection.send("staff:login", { login, password, restaurantId });
    if (!staff.roles.some((role) => COOKS.includes(role))) {
      await connection.send("staff:logout", {});
      return say("login.notCook");
    }
    location.replace("/kitchen");
    return null;
  } catch (error) {
    return error instanceof Refused ? error.message : say("unanswered");
  }
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
      isTold = error instanceof Refused && !error.isTemporary;
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

/** @param {string} code */
export const stationName = (code) => named(outlines.value.get(code)?.name ?? { "": code });

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
  if (shown) shown.value = after;
  else tickets.set(id, signal(after));
  for (const listener of listeners) listener(before, after, id);
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

/** Choose again when the chosen station is none of this screen's any more: its board would stay empty for ever. */
function leaveForeignStation() {
  if (status.value !== "live" || station.value === null || station.value === ALL || choices.value.length === 0) return;
  if (!choices.value.some((one) => one.code === station.value)) station.value = null;
}

/** @param {Hello} greeting */
const isStranger = (greeting) => greeting.principal.roles.includes("STRANGER");

/** A screen that was sent away starts again as one that nobody knows. */
function leaveIfRevoked() {
  const isSentAway = hello.value !== null && isStranger(hello.value);
  if (!isSentAway || deviceToken.peek() === null) return;
  batch(() => {
    deviceToken.value = null;
    station.value = null;
    wasRevoked.value = true;
  });
  location.reload();
}
