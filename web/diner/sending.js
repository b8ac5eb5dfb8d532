// @ts-check
/**
 * How a round is sent: hold the cart, look at it once more, send it under one key that is kept until the house has answered. What is
 * on its way is what the outbox holds, so a reload or a new tab shows the same.
 */
import { computed, effect, signal } from "@preact/signals";
import { Refused } from "@comanda/client";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { say } from "./text.js";
import { isShared, sender } from "./basket.js";
import { cart, connection, limits, myId, onAnswer, onRefusal, put, waiting, whoIs } from "./party.js";

/** @typedef {import("../client/protocol.js").OrderView} OrderView */
/**
 * What became of a sending. `busy`: the kitchen asks whether one waits so many minutes. `refused`: nothing was sent, for this reason.
 * @typedef {{kind: "placed", order: OrderView, minutes: number | null} | {kind: "busy", minutes: number} | {kind: "refused", message: string}} Outcome
 */

/** Whether the sheet is open in which a round is looked at before it is sent. */
export const isReviewing = signal(false);

/** @type {import("@preact/signals").Signal<Outcome | null>} */
export const outcome = signal(null);

/** The sending that is on its way. */
export const placing = computed(() => waiting.value.find((one) => one.name === "order:place") ?? null);

/** The name of the sending whose sheet was closed before the answer. */
const aside = signal("");

/** Whether one goes on while a round is on its way: its sheet is closed until the answer comes, or it is opened again. */
export const isAside = computed(() => placing.value !== null && placing.value.opId === aside.value);

/** Close the sheet of what is on its way, which goes on being sent. */
export const setAside = () => void (aside.value = placing.peek()?.opId ?? "");

/** Open that sheet again. */
export const bringBack = () => void (aside.value = "");

/** Whether what is in the cart here is what the server has: nothing else may be sent. */
export const isSettled = computed(() => !waiting.value.some((one) => one.name.startsWith("cart:")));

/** Who else has sent the cart that is looked at or on its way here. @type {import("@preact/signals").Signal<OrderView["placedBy"] | null>} */
export const overtaker = signal(null);

/** Said above the lines: why one has to look again. */
export const notice = signal("");

/** A round that is older was placed before one could know of it. */
const NEW_MS = 15_000;

/** A hold lasts as long as somebody looks: it is repeated this often within its time. */
const BEATS = 3;

/** Take the cart, and look at it once more. */
export async function review() {
  outcome.value = null;
  overtaker.value = null;
  notice.value = "";
  if (await hold()) isReviewing.value = true;
}

/** Let the others go on. */
export function letGo() {
  isReviewing.value = false;
  outcome.value = null;
  overtaker.value = null;
  if (placing.peek() === null && cart.peek()?.hold?.by.id === myId.peek()) void connection.attempt("checkout:release", {});
}

/** Send what is shown. @param {number | null} [acceptWait] minutes that one agrees to wait */
export async function send(acceptWait = null) {
  // A hold that is being repeated moves the cart's version.
  await renewing;
  const now = cart.peek();
  if (!now || placing.peek()) return;
  outcome.value = null;
  notice.value = "";
  const fence = now.hold?.by.id === myId.peek() ? now.hold.fence : undefined;
  void put("order:place", { cartVersion: now.version, ...(fence ? { fence } : {}), ...(acceptWait === null ? {} : { acceptWait }) });
}

/** Whether the cart is ours now. */
async function hold() {
  const { error } = await connection.attempt("checkout:hold", {});
  if (!error) return true;
  const who = sender.peek();
  const text = error instanceof Refused ? error.message : say("unanswered");
  tellRefused(error instanceof Refused && error.code === "CART_HELD" && who ? say("held", { who: whoIs(who) }) : text);
  return false;
}

/** Refusals after which one looks at the cart again, in the same sheet. */
const LOOK_AGAIN = new Set(["CART_CHANGED", "HOLD_LOST"]);

/** Follow what becomes of what was sent, also by a former page. */
export function startSending() {
  onAnswer("order:place", ({ order, waits }) => {
    const minutes = Object.values(/** @type {Record<string, number>} */ (waits ?? {}));
    outcome.value = { kind: "placed", order, minutes: minutes.length > 0 ? Math.max(...minutes) : null };
    isReviewing.value = false;
  });
  onRefusal("order:place", (refusal) => {
    const minutes = Number(refusal.details["minutes"] ?? 0);
    if (refusal.code === "KITCHEN_BUSY") outcome.value = { kind: "busy", minutes };
    else if (LOOK_AGAIN.has(refusal.code) && cart.peek()?.lines.length) void lookAgain(refusal.message);
    else outcome.value = { kind: "refused", message: sender.peek() ? say("held", { who: whoIs(/** @type {any} */ (sender.peek())) }) : refusal.message };
  });
  // By the round: that the cart is empty may be known from one's own refusal before, which does not say by whom.
  connection.state.listen(({ snapshot, before }) => {
    if (snapshot.kind === "order" && !before && connection.status.peek() === "live" && isShared.peek()) placedBy(snapshot.body);
  });
  effect(() => {
    if (!isReviewing.value || placing.value) return;
    const seconds = limits.peek()?.holdSeconds ?? 60;
    const timer = setInterval(() => document.visibilityState === "visible" && renew(), (seconds * 1000) / BEATS);
    return () => clearInterval(timer);
  });
}

/** Somebody has placed a round. @param {OrderView} order */
function placedBy({ placedBy: by, placedAt }) {
  // Rounds of another party, which sits here as well now, are no news.
  if (by.id === myId.peek() || connection.now() - Date.parse(placedAt) > NEW_MS) return;
  if (isReviewing.peek() || placing.peek() || outcome.peek()?.kind === "refused") overtaker.value = by;
  else tellDone(say("sent.by", { who: whoIs(by) }), null);
}

/** @param {string} message */
async function lookAgain(message) {
  notice.value = message;
  isReviewing.value = await hold();
  if (!isReviewing.value) outcome.value = { kind: "refused", message };
}

/** @type {Promise<void> | null} */
let renewing = null;

function renew() {
  if (connection.status.peek() !== "live" || placing.peek()) return;
  renewing = connection.attempt("checkout:hold", {}).then(({ error }) => {
    renewing = null;
    // The phone was put away too long, and somebody else is sending now.
    if (error instanceof Refused && error.code === "CART_HELD") {
      isReviewing.value = false;
      tellRefused(error.message);
    }
  });
}
