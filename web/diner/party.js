// @ts-check
/**
 * What this phone knows of its party, as signals, and how it sends: with `joining.js` all that knows `@comanda/client`. Every module of
 * the page takes what it needs from here.
 *
 * @typedef {import("../client/protocol.js").CartView} CartView
 * @typedef {import("../client/protocol.js").SessionView} SessionView
 * @typedef {import("../client/outbox.js").Entry} Entry
 * @typedef {import("@comanda/client").Refused} Refused
 */
import { connect, openOutbox } from "@comanda/client";
import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { outageOf } from "@comanda/ui/banner.js";
import { setClock } from "@comanda/ui/clock.js";
import { language } from "@comanda/ui/language.js";
import { forget } from "@comanda/ui/memory.js";
import { hush, tellRefused } from "@comanda/ui/toast.js";
import { isFrom, isLate } from "./kept.js";
import { say } from "./text.js";

/** The token in the QR code: a new one for each party. */
export const token = location.pathname.split("/").at(-1) ?? "";

export const connection = connect({ namespace: "/table", auth: () => ({ table: token, language: language.peek() }) });

export const outage = outageOf(connection);

/** The participant that this phone is. */
export const myId = computed(() => connection.me.value?.participantId ?? "");

export const limits = computed(() => connection.hello.value?.limits);

const sessions = connection.state.of("session");

/** The session in which this phone is: after a merge that of the host, after its end one's own again. @type {import("@preact/signals").ReadonlySignal<SessionView | undefined>} */
export const session = computed(() => {
  const all = [...sessions.value.values()];
  const mine = all.filter((one) => !one.mergedInto && one.participants.some(({ id }) => id === myId.value));
  return mine.find((one) => one.status === "OPEN") ?? sessions.value.get(connection.me.value?.sessionId ?? "") ?? mine.at(-1);
});

/** The cart as the server has it: that of all, or one's own. @type {import("@preact/signals").ReadonlySignal<CartView | undefined>} */
export const cart = computed(() => {
  const all = [...connection.state.of("cart").value.values()].filter((one) => one.sessionId === session.value?.id);
  return all.find((one) => one.owner === myId.value) ?? all.find((one) => one.owner === null);
});

/** Ids of the participants whose phones are connected now. @type {import("@preact/signals").ReadonlySignal<readonly string[]>} */
export const online = computed(() => {
  const presence = /** @type {any} */ (connection.state).of("presence").value;
  return [...presence.values()].find((/** @type {any} */ one) => one.id.includes(session.value?.id ?? " "))?.online ?? [...presence.values()].at(-1)?.online ?? [];
});

/** Those who are in, each with a name; who gave none is a number. */
export const people = computed(() =>
  (session.value?.participants ?? []).map((one, at) => ({ ...one, isMe: one.id === myId.value, name: one.name || say("guest", { number: at + 1 }) })),
);

/**
 * What somebody is called here: `You`, their name, or the house.
 * @param {{kind?: string, id: string, name: string}} actor
 */
export function whoIs({ kind, id, name }) {
  if (id === myId.value) return say("you");
  return people.value.find((one) => one.id === id)?.name ?? (name || say(kind === "STAFF" ? "waiter" : "somebody"));
}

// ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** @typedef {(ack: any, payload: any) => void} OnAnswer */
/** @typedef {(refused: Refused, entry: Entry) => void} OnRefusal */

/** @type {Map<string, OnAnswer>} */
const answers = new Map();
/** @type {Map<string, OnRefusal>} */
const refusals = new Map();
/** What came before anybody listened, by command: a former page has left it, and this one is still being loaded. @type {Map<string, () => void>} */
const unheard = new Map();

/** Have the answers to a command told, also to what a former page has left. @param {string} name @param {OnAnswer} listener */
export const onAnswer = (name, listener) => listen(answers, name, listener);

/** Say otherwise than by a message that a command was refused. @param {string} name @param {OnRefusal} listener */
export const onRefusal = (name, listener) => listen(refusals, name, listener);

/** @template T @param {Map<string, T>} listeners @param {string} name @param {T} listener */
function listen(listeners, name, listener) {
  listeners.set(name, listener);
  unheard.get(name)?.();
}

/** @typedef {import("@comanda/client").Outbox<"/table">} Box */

/** @type {import("@preact/signals").Signal<Box | null>} */
const box = signal(null);

/** Commands whose effect is in what the server has told, although the answer is still on its way. */
const settled = signal(/** @type {ReadonlySet<string>} */ (new Set()));

/** Whose commands this page sends now. @returns {import("./kept.js").Whose} */
const us = () => ({ table: token, guest: myId.value, party: connection.me.value?.sessionId ?? "" });

/** What the server has not done yet of what was done here, in order. @type {import("@preact/signals").ReadonlySignal<readonly Entry[]>} */
export const waiting = computed(() => (box.value?.waiting.value ?? []).filter((one) => isFrom(one, us()) && !settled.value.has(one.opId)));

/** The line that a command has made, by its id: a line keeps its key, and so its place on the screen. @type {Map<string, string>} */
const keys = new Map();

/** What a line is keyed by. @param {string} lineId */
export const keyOf = (lineId) => keys.get(lineId) ?? lineId;

// One for all tables of this browser: who types the PIN at the table to which they were moved finds there what they had not sent. What
// is from another party is never sent.
const opening = openOutbox(/** @type {any} */ ({ status: connection.status, isIn: connection.isIn, send }), {
  name: "table",
  onRefused: refused,
  whose: () => untracked(us),
  isDue: (entry) => isFrom(entry, untracked(us)) && !isLate(entry, Date.now()),
});
void opening.then((opened) => (box.value = /** @type {Box} */ (opened)));

/**
 * Send a command for certain: now or when the house can be reached, also after a reload. Refusals are told to the guest by themselves.
 * @type {Box["put"]}
 */
export const put = (name, payload) => {
  const answer = opening.then((opened) => /** @type {Box} */ (opened).put(name, payload));
  answer.catch(() => {});
  return answer;
};

/** @param {any} name @param {any} payload @returns {Promise<any>} */
async function send(name, payload) {
  const ack = /** @type {any} */ (await connection.send(name, payload));
  batch(() => {
    settle(payload.opId, null);
    tell(name, () => answers.get(name)?.(ack, payload), answers);
  });
  return ack;
}

/** @param {Entry} entry @param {Refused} refusal */
function refused(entry, refusal) {
  // That of another table is told by the tab that sent it.
  if (!isFrom(entry, untracked(us))) return;
  const { cart: now } = refusal.details;
  if (now) connection.state.merge({ cart: now });
  if (LISTENED.has(entry.name) || refusals.has(entry.name)) tell(entry.name, () => refusals.get(entry.name)?.(refusal, entry), refusals);
  else tellRefused(refusal.message);
}

/** Commands whose refusals are told by a part of the page that may not be there yet. */
const LISTENED = new Set(["cart:add", "order:place"]);

/** @param {string} name @param {() => void} what @param {Map<string, any>} listeners */
function tell(name, what, listeners) {
  if (listeners.has(name)) return what();
  unheard.set(name, () => (listeners.has(name) ? (unheard.delete(name), what()) : undefined));
}

/** @param {string | undefined} opId @param {string | null} lineId */
function settle(opId, lineId) {
  if (!opId) return;
  if (lineId) keys.set(lineId, opId);
  if (!settled.peek().has(opId)) settled.value = new Set([...settled.peek(), opId]);
}

// The message about one's own line may come before the answer: without this it would be seen twice for a moment.
connection.state.listen(({ snapshot, change, before }) => {
  if (snapshot.kind !== "cart") return;
  const had = new Set(before?.lines.map((/** @type {any} */ one) => one.id));
  for (const line of snapshot.body.lines) {
    if (had.has(line.id) || line.addedBy.id !== myId.peek() || keys.has(line.id)) continue;
    const added = waiting.peek().find((one) => one.name === "cart:add" && one.payload["itemId"] === line.itemId);
    if (added && (change === null || change.lineId === line.id)) settle(added.opId, line.id);
  }
});

// ── coming and going ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Set when the party has left: nothing of it is shown any more. @type {import("@preact/signals").Signal<boolean>} */
export const isOver = signal(false);

/** Whether something was never sent, because the party was over first. */
export const isLost = signal(false);

/** Who was last in here. @type {import("./kept.js").Whose | null} */
let lastUs = null;

/** Whether one has left, and the house has not greeted a visitor since: what it tells until then is of the party. */
let hasLeft = false;

/** Leave the party. Returns what kept one from it. */
export async function leave() {
  const { error } = await connection.attempt("session:leave", {});
  if (!error) {
    hasLeft = true;
    void forgetParty();
  }
  return error;
}

/** Keep nothing of the party on this phone. What waits is not sent any more; `isLost` says whether there was something. */
export async function forgetParty() {
  const was = lastUs;
  lastUs = null;
  hasLeft &&= connection.isIn.peek();
  // What was done here cannot be undone from outside.
  hush();
  // First: what is still shown would be remembered again.
  connection.state.clear();
  forget("party.");
  const opened = await opening;
  const gone = opened.forget(({ whose }) => whose?.table === token || (was !== null && isFrom(/** @type {Entry} */ ({ whose }), was)));
  isLost.value = gone.length > 0;
}

/** Sort out what a former page has left: what nobody wants any more, and what is of a party that sat here before. */
async function sortOut() {
  const opened = await opening;
  if (!connection.isIn.peek()) return;
  const me = untracked(us);
  const late = opened.forget((entry) => isFrom(entry, me) && isLate(entry, Date.now()));
  for (const { name } of late) tellRefused(say(/** @type {any} */ (`late.${name}`)));
  if (opened.forget((entry) => entry.whose?.table === token && !isFrom(entry, me)).length > 0) tellRefused(say("unsent.former"));
}

/** Follow what happens to the party, and the language. */
export function startParty() {
  effect(() => {
    if (connection.hello.value) setClock(connection.hello.value.serverTime);
  });
  effect(() => {
    if (session.value?.status === "CLOSED") queueMicrotask(leaveForGood);
  });
  effect(() => {
    if (connection.status.value !== "live") return;
    if (connection.isIn.value) {
      lastUs = us();
      queueMicrotask(sortOut);
    } else if (hasLeft) queueMicrotask(forgetParty);
    else if (lastUs !== null) queueMicrotask(wasSentAway);
  });
  effect(() => {
    if (connection.refusal.value?.code === "JOIN_REFUSED") queueMicrotask(forgetParty);
  });
  let spoken = language.peek();
  effect(() => {
    // Sentences of the server come in the language that it was told when connecting.
    if (language.value !== spoken) queueMicrotask(() => connection.reconnect());
    spoken = language.value;
  });
}

/** The house knows this phone no more: somebody has sent it away, or the party has gone and others sit here. */
async function wasSentAway() {
  await forgetParty();
  tellRefused(say("out"));
  if (isLost.peek()) tellRefused(say("unsent.lost"));
}

async function leaveForGood() {
  isOver.value = true;
  connection.close();
  await forgetParty();
  box.peek()?.close();
}
