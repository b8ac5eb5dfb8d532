// @ts-check
/**
 * Sending the order, once: it is kept under its key before it goes out, repeated until it is answered, also after a reload, and the
 * cart is emptied by the answer alone.
 */
import { Refused, Unsent, newId, openOutbox } from "@comanda/client";
import { now } from "@comanda/ui/clock.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { computed, effect, signal } from "@preact/signals";
import { cart, change, isRead, ownedBy, without } from "./cart.js";
import { show } from "./place.js";
import { connection, enter, who } from "./proof.js";
import { asked, refuse, refusal, quote, take } from "./quote.js";

/** @typedef {import("../client/protocol.js").OrderFromHome} OrderFromHome */
/** @typedef {import("@comanda/client").Outbox<"/checkout">} Outbox */

/** After so long nobody means an order any more that was not answered: they may have eaten elsewhere. */
const FLEETING_MS = 15 * 60_000;

/** @param {number} at in milliseconds */
const isLate = (at) => Date.now() - at > FLEETING_MS;

const outbox = signal(/** @type {Outbox | null} */ (null));

/** How many minutes it may take, and what was sent, when the kitchen wants to be waited for. */
export const busy = signal(/** @type {{minutes: number, placing: OrderFromHome} | null} */ (null));

/** The order that was placed last on this page. */
export const placedId = signal(/** @type {string | null} */ (null));

/** Whether the cart is still somebody else's, who was here before: it is not shown. */
export const isForeign = computed(() => ![null, who.value?.customer_id].includes(cart.value.customerId));

/** What this page waits for. */
let followed = "";

/**
 * Have something done for certain: kept, and repeated until it is answered. What is refused is said.
 * @template {"payment:start" | "payment:cancel"} C
 * @param {C} name
 * @param {import("../client/outbox.js").Unnamed<"/checkout", C>} fields
 */
export const put = (name, fields) => void outbox.peek()?.put(name, fields).catch((/** @type {Refused} */ refused) => tellRefused(refused.message));

/** What was put there under a name and is not answered. @param {"payment:start" | "payment:cancel"} name */
export const unanswered = (name) => (outbox.value?.waiting.value ?? []).filter((one) => one.name === name).map((one) => one.payload);

/** Send what a former page, or another tab, had begun to send. */
export function followPlacing() {
  effect(() => {
    const [socket, customer] = [connection.value, who.value?.customer_id];
    outbox.peek()?.close();
    outbox.value = null;
    if (socket && customer) void open(socket, customer);
  });
  let owner = "";
  effect(() => {
    const [{ placing, placingAt, customerId }, box] = [cart.value, outbox.value];
    const mine = who.value?.customer_id ?? "";
    if (!isRead.value || !mine) return void (owner = "");
    if (customerId !== mine) {
      // It was ours: in another tab somebody else has come in, and so they will have here.
      if (customerId !== null && owner === mine) return queueMicrotask(enter);
      return void change((before) => ownedBy(before, mine));
    }
    owner = mine;
    if (placing && now.value && isLate(placingAt)) return void giveUp(placing);
    if (!box || !placing || placing.idempotencyKey === followed) return;
    // What is in the box already is waited for; once it is gone, the same key tells what has become of it.
    // Not from within the answer: the box is still putting it away.
    if (!box.waiting.value.some((one) => one.opId === placing.idempotencyKey)) queueMicrotask(() => placing.idempotencyKey !== followed && send(placing));
  });
}

/** @param {NonNullable<typeof connection.value>} socket @param {string} customer */
async function open(socket, customer) {
  const opened = await openOutbox(socket, { name: `order ${customer}`, isDue: ({ at }) => !isLate(at) });
  opened.forget(({ at }) => isLate(at));
  if (connection.peek() === socket) outbox.value = opened;
  else opened.close();
}

/**
 * Place what is in the cart, at the total that is shown.
 * @param {import("./cart.js").Cart["method"]} paymentMethod
 */
export async function place(paymentMethod) {
  const [question, shown] = [asked.peek(), quote.peek()];
  if (!question || !shown || cart.peek().placing) return;
  const placing = { ...question, paymentMethod, expectedTotal: shown.total.amount, idempotencyKey: newId() };
  await begin(placing);
}

/** Order although it takes longer: the same order, under the same key. */
export async function acceptWait() {
  const found = busy.peek();
  busy.value = null;
  if (found) await begin({ ...found.placing, acceptWait: found.minutes });
}

/** @param {OrderFromHome} placing */
async function begin(placing) {
  followed = placing.idempotencyKey;
  refusal.value = null;
  const kept = await change((before) => (before.placing ? before : { ...before, placing, placingAt: Date.now(), unsentAt: null }));
  // Another tab was quicker: its order is followed here, too.
  if (kept.placing?.idempotencyKey !== placing.idempotencyKey) return void (followed = "");
  await send(placing);
}

/** @param {OrderFromHome} placing */
async function send(placing) {
  const box = outbox.peek();
  // It is sent when somebody is in.
  followed = box ? placing.idempotencyKey : "";
  if (!box) return;
  try {
    const { order, check } = await box.put("order:place", placing);
    await settle(placing, true);
    // Under a key that follows from the order's: after a reload it is the same payment.
    const payment = { orderId: order.id, amount: check.payable.amount, idempotencyKey: `pay-${placing.idempotencyKey}` };
    if (placing.paymentMethod === "ONLINE" && payment.amount > 0) void put("payment:start", { method: "ONLINE", ...payment });
    placedId.value = order.id;
    show("order", order.id);
  } catch (error) {
    if (error instanceof Unsent) return;
    if (!(error instanceof Refused)) throw error;
    await settle(placing, false);
    refused(error, placing);
  } finally {
    followed = "";
  }
}

/**
 * Send an order no more that got no answer for too long. It may have arrived: then it is among the orders of its customer.
 * @param {OrderFromHome} placing
 */
function giveUp(placing) {
  outbox.peek()?.forget(({ at }) => isLate(at));
  void change((before) => {
    const isIt = before.placing?.idempotencyKey === placing.idempotencyKey && isLate(before.placingAt);
    return isIt ? { ...before, placing: null, unsentAt: before.placingAt } : before;
  });
}

/**
 * Take an answered order out of the cart: its lines where it was placed, else only that it is on its way.
 * @param {OrderFromHome} placing
 * @param {boolean} isPlaced
 */
const settle = (placing, isPlaced) =>
  change((before) => {
    if (before.placing?.idempotencyKey !== placing.idempotencyKey) return before;
    return { ...before, placing: null, ...(isPlaced ? { lines: without(before.lines, placing.items), slot: null } : {}) };
  });

/** @param {Refused} error @param {OrderFromHome} placing */
function refused(error, placing) {
  if (error.code === "KITCHEN_BUSY") busy.value = { minutes: error.details.minutes, placing };
  else if (error.code === "PRICE_CHANGED") take(error.details.quote);
  else refuse(error);
}

