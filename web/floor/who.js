// @ts-check
/**
 * Who works on this tablet: its connection, whom the server takes it for, what they may do, and the ways in and out.
 *
 * The browser's cookie is the proof of a log-in, which no script can read (ADR 0007). The tokens that come with a log-in are
 * kept in memory alone: they are good where the cookie is not, and their refresh keeps the log-in from ending.
 */
import { computed, effect, signal } from "@preact/signals";
import { Refused, connect } from "@comanda/client";
import { outageOf } from "@comanda/ui/banner.js";
import { setClock } from "@comanda/ui/clock.js";
import { language } from "@comanda/ui/language.js";
import { remembered } from "@comanda/ui/memory.js";
import { whenLeft } from "./leaving.js";
import { isAllowed } from "./permission.js";
import { say } from "./text.js";

/**
 * @typedef {import("@comanda/client").Connection<"/floor">} Floor
 * @typedef {import("../client/protocol.js").FloorCommands} FloorCommands
 * @typedef {keyof FloorCommands & string} Command
 */

/** What proves an enrolled tablet, on which people log in by PIN; null on any other. */
const deviceToken = remembered("deviceToken", /** @type {string | null} */ (null));

/** The name that was typed last: on a shared tablet one mostly comes back. */
export const lastLogin = remembered("login", "");

/** An answer that was lost can be asked for again for ten seconds; an older token would be taken for a stolen one. */
const REFRESH_AGAIN_MS = 8_000;

/** @typedef {{accessToken: string, refreshToken: string}} Tokens */

/** @type {Tokens | null} */
let tokens = null;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let refreshing;

/** @type {Floor} */
export const connection = connect({
  namespace: "/floor",
  auth: () => ({
    language: language.peek(),
    ...(deviceToken.peek() ? { deviceToken: deviceToken.peek() } : {}),
    ...(tokens ? { accessToken: tokens.accessToken } : {}),
  }),
  longestPause: 3000,
});

/** Whether what is shown is true now. */
export const status = connection.status;

/** Since when it is not. */
export const outage = outageOf(connection);

/** Whether somebody has just logged out, and the server has not said yet whom it takes this tablet for now. */
const hasLeft = signal(false);

/** Whom the server takes this connection for; null until it has said so. */
export const me = computed(() => (hasLeft.value ? null : connection.me.value));

/** Whether somebody is logged in. */
export const isIn = computed(() => !hasLeft.value && connection.isIn.value);

/** Whether this is a tablet of the house, where a PIN is enough. */
export const isEnrolled = computed(() => deviceToken.value !== null || Boolean(me.value?.deviceId));

/** The id of whoever is logged in; empty for nobody. */
export const staffId = computed(() => me.value?.staffId ?? "");

/**
 * Whether somebody's roles let them send a command (docs/permissions.md): what they may not do is not offered.
 * @param {Command} command
 */
export const may = (command) => isAllowed(command, me.value?.roles ?? []);

/** Whether they have anything to do on the floor: a cook has the kitchen. */
export const isOfFloor = computed(() => may("session:open"));

/**
 * Log somebody in, with the password or, on a tablet of the house, the PIN. Returns why not, or null.
 * @param {{login: string, password?: string, pin?: string}} proof
 * @returns {Promise<Refused | null>}
 */
export async function logIn({ login, password, pin }) {
  try {
    // A log-in is bound to the browser's cookie, which came with the page: of two tabs that were opened at once the later one's counts.
    if (me.peek()?.roles.includes("STRANGER")) connection.reconnect();
    await connection.live();
    // Where an installation has several houses the link to the page says which.
    const restaurantId = new URLSearchParams(location.search).get("house");
    const proof = pin === undefined ? { password: password ?? "" } : { pin };
    const reply = await connection.send("staff:login", { login, ...proof, ...(restaurantId ? { restaurantId } : {}) });
    lastLogin.value = login;
    keep(reply);
    return null;
  } catch (error) {
    return asRefused(error);
  }
}

/**
 * Log out; `everywhere`, on all devices. Returns why not, or null.
 * @param {boolean} everywhere
 */
export async function logOut(everywhere) {
  try {
    await connection.send("staff:logout", { everywhere });
    hasLeft.value = true;
    forget();
    return null;
  } catch (error) {
    return asRefused(error);
  }
}

/**
 * Become a tablet of the house with the code that a manager was told. Returns why not, or null.
 * @param {string} code
 */
export async function pair(code) {
  try {
    await connection.live();
    const reply = await connection.send("device:pair", { code });
    deviceToken.value = reply.deviceToken;
    connection.reconnect();
    return null;
  } catch (error) {
    return asRefused(error);
  }
}

/** What has to run for all of that. */
export function startBeing() {
  effect(() => {
    if (connection.hello.value) setClock(connection.hello.value.serverTime);
  });
  let spoken = language.peek();
  effect(() => {
    // Refusals come in the language that was said when connecting.
    if (language.value !== spoken) connection.reconnect();
    spoken = language.value;
  });
  connection.on("hello", () => {
    hasLeft.value = false;
    // What was still on its way to whoever has left.
    if (!isIn.peek()) connection.state.clear();
  });
  effect(() => {
    if (me.value && !isIn.value) forget();
  });
  whenLeft(() => connection.state.clear());
}

/** @param {Tokens & {expiresIn: number}} reply */
function keep({ accessToken, refreshToken, expiresIn }) {
  tokens = { accessToken, refreshToken };
  clearTimeout(refreshing);
  refreshing = setTimeout(refresh, expiresIn * 800);
}

function forget() {
  clearTimeout(refreshing);
  tokens = null;
}

/** Get new tokens, asking again with the same one as long as that is allowed; after that the cookie has to do. */
async function refresh() {
  const shown = tokens?.refreshToken;
  const began = Date.now();
  while (shown && tokens?.refreshToken === shown) {
    try {
      await connection.live();
      if (Date.now() - began > REFRESH_AGAIN_MS) return forget();
      return keep(await connection.send("staff:refresh", { refreshToken: shown }));
    } catch (error) {
      if (error instanceof Refused && !error.isTemporary) return forget();
      if (Date.now() - began > REFRESH_AGAIN_MS) return forget();
    }
  }
}

/**
 * @param {unknown} error
 * @returns {Refused}
 */
function asRefused(error) {
  return error instanceof Refused ? error : new Refused({ code: "UNAVAILABLE", message: say("unanswered") });
}
