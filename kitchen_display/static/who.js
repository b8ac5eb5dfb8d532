// @ts-check
/**
 * Who this screen is to the house: its connection, whom the server takes it for, the stations that it may show, and the ways
 * in. With `feed.js`, which has the tickets, all that knows `@comanda/client`.
 *
 * @import {Hello, Station} from './shape.js'
 */
import { batch, computed, effect } from "@preact/signals";
import { Refused, connect } from "@comanda/client";
import { outageOf } from "@comanda/ui/banner.js";
import { setClock } from "@comanda/ui/clock.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { deviceId, deviceToken, language, owner, station, wasRevoked } from "./settings.js";
import { named, say } from "./text.js";

const LONGEST_PAUSE_MS = 3000;

/** Whom the server lets into the kitchen. */
const COOKS = ["CHEF", "MANAGER"];

/** What stands for all stations, where one is chosen. */
export const ALL = "*";

export const connection = connect({
  namespace: "/kitchen",
  auth: () => {
    const [token, chosen] = [deviceToken.peek(), station.peek()];
    const proof = token ? { deviceToken: token } : {};
    // Before somebody has chosen, nobody looks at any station here.
    const shows = chosen === ALL ? {} : { shows: chosen === null ? [] : [chosen] };
    return { language: language.peek(), ...proof, ...shows };
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

/** Since when it is not live. */
export const outage = outageOf(connection);

/** All stations of the house by code, in their order. */
export const stations = computed(() => {
  const known = /** @type {Station[]} */ ([...connection.state.of("station").value.values()]);
  known.sort((one, other) => one.position - other.position);
  return new Map(known.map((one) => [one.code, one]));
});

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

/** Keep to what the house says of this screen, and tell the house what it shows. */
export function startBeing() {
  effect(() => {
    if (!hello.value) return;
    setClock(hello.value.serverTime);
    owner.value = ownerOf(hello.value);
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

/** @type {import("@comanda/client").Connection<any> | undefined} */
let floor;

/** Log out whoever has logged in on this browser. */
export async function logOut() {
  try {
    await (await doorway()).send("staff:logout", {});
    location.replace("/kitchen");
  } catch (error) {
    tellRefused(error instanceof Refused ? error.message : say("unanswered"));
  }
}

/**
 * Return a connection on which one logs in and out: where the kitchen does not let in whoever has logged in on this browser, the
 * floor does.
 * @returns {Promise<import("@comanda/client").Connection<any>>}
 */
async function doorway() {
  if (refusal.peek()) return (floor ??= connect({ namespace: "/floor", auth: { language: language.peek() } }));
  // A log-in is bound to the browser's cookie, which came with the page: of two tabs that were opened at once the later one's counts.
  if (isStranger(hello.peek())) connection.reconnect();
  await connection.live();
  return connection;
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
    const door = await doorway();
    const { staff } = /** @type {any} */ (await door.send("staff:login", { login, password, restaurantId }));
    if (!staff.roles.some((/** @type {string} */ role) => COOKS.includes(role))) {
      await door.send("staff:logout", {});
      return say("login.notCook");
    }
    location.replace("/kitchen");
    return null;
  } catch (error) {
    return error instanceof Refused ? error.message : say("unanswered");
  }
}

/** @param {string} code */
export const stationName = (code) => named(outlines.value.get(code)?.name ?? { "": code });

/** Choose again when the chosen station is none of this screen's any more: its board would stay empty for ever. */
function leaveForeignStation() {
  if (status.value !== "live" || station.value === null || station.value === ALL || choices.value.length === 0) return;
  if (!choices.value.some((one) => one.code === station.value)) station.value = null;
}

/** @param {Hello | null} greeting */
const isStranger = (greeting) => greeting?.principal.roles.includes("STRANGER") ?? true;

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

/**
 * Whose taps are kept here until they are sent: the screen's, or of whoever has logged in; nobody sends another's.
 * @param {Hello} greeting
 */
const ownerOf = ({ principal }) => [deviceId.peek(), principal.staffId].filter(Boolean).join(" ");
