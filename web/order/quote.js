// @ts-check
/** What the cart would come to, and when it would be there: asked of the server whenever something of it has changed. */
import { Unsent } from "@comanda/client";
import { now } from "@comanda/ui/clock.js";
import { computed, effect, signal, untracked } from "@preact/signals";
import { addresses } from "./addresses.js";
import { cart, isRead, wanted } from "./cart.js";
import { offer, option, plan } from "./offer.js";
import { connection } from "./proof.js";

/** @typedef {import("../client/protocol.js").QuoteView} Quote */
/** @typedef {import("../client/protocol.js").QuoteOrder} QuoteOrder */
/** @typedef {import("@comanda/client").Refused} Refused */

/** Taps that follow each other are one question. */
const PATIENCE = 250;

/** Minutes and slots grow old. */
const GOOD_FOR = 60_000;

/** The address that is chosen, or the one that is offered first. */
export const address = computed(() => {
  const known = addresses.value ?? [];
  return known.find((one) => one.id === cart.value.addressId) ?? known.find((one) => one.is_default) ?? known[0] ?? null;
});

/** What is asked; null as long as nothing can be. */
export const asked = computed(() => {
  const { lines, slot } = cart.value;
  if (!isRead.value || lines.length === 0) return null;
  const isBrought = option.value === "DELIVERY";
  if (isBrought && !address.value) return null;
  return /** @type {QuoteOrder} */ ({
    items: lines.map(wanted), diningOption: option.value, slot,
    addressId: isBrought ? address.value?.id : null,
  });
});

/** The last answer that was good, also while the next one is on its way. */
export const quote = signal(/** @type {Quote | null} */ (null));

/** Why what is asked for cannot be ordered. */
export const refusal = signal(/** @type {Refused | null} */ (null));

/** Whether the same costs something else than when it was first said: nobody pays that without having read it. */
export const isRepriced = signal(false);

/** What `quote` answers, as text. */
let answered = "";

/** Whether the answer is that to what is asked now. */
export const isFresh = signal(false);

/** The slots that were last told of, with a quote or because one of them was refused. */
export const slots = signal(/** @type {Quote["slots"]} */ ([]));

const key = computed(() => JSON.stringify(asked.value));

/** @param {Quote} found what the server said to what is asked, also in another way: with a refused order */
export function take(found) {
  if (answered === key.peek() && quote.peek() && quote.peek()?.total.amount !== found.total.amount) isRepriced.value = true;
  answered = key.peek();
  quote.value = found;
  slots.value = found.slots;
  refusal.value = null;
  isFresh.value = true;
}

/** @param {Refused} refused */
export function refuse(refused) {
  // What something else came to is not what this does.
  if (answered !== key.peek()) quote.value = null;
  slots.value = refused.details.slots ?? slots.peek();
  refusal.value = refused;
  isFresh.value = true;
}

/** Ask from now on. */
export function followQuote() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let number = 0;
  const ask = async () => {
    const [question, socket] = [asked.peek(), connection.peek()];
    if (!question || !socket || socket.status.peek() !== "live") return;
    const mine = ++number;
    const { reply, error } = await socket.attempt("order:quote", question);
    if (mine !== number) return;
    if (reply) take(reply.quote);
    else if (error instanceof Unsent || error.isTemporary) {
      timer = setTimeout(ask, error instanceof Unsent ? PATIENCE : error.pause);
      return;
    } else {
      refuse(error);
    }
    timer = setTimeout(ask, GOOD_FOR);
  };
  const circumstances = computed(() => [connection.value?.status.value, plan.value?.version, offer.value]);
  effect(() => {
    const isAsked = key.value !== "null";
    void circumstances.value;
    untracked(() => {
      clearTimeout(timer);
      number += 1;
      isFresh.value = false;
      if (isAsked) timer = setTimeout(ask, PATIENCE);
      else [quote.value, refusal.value] = [null, null];
    });
  });
  effect(() => {
    void key.value;
    isRepriced.value = false;
  });
  // A pause ends by itself, and without a message.
  effect(() => {
    const until = plan.value?.pause?.until;
    if (until && now.value >= Date.parse(until) && refusal.peek()?.code === "DELIVERY_PAUSED") untracked(() => void ask());
  });
}
