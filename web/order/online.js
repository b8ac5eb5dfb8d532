// @ts-check
/**
 * Paying an order online: the form of the provider, and what becomes of the money. What the house says of it (`payment:changed`)
 * decides; what the form answers says only what to wait for.
 */
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { mountForm } from "@comanda/ui/stripe.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { put, unanswered } from "./placing.js";
import { connection } from "./proof.js";
import { say } from "./text.js";

/** @typedef {import("../client/protocol.js").PaymentView} Payment */
/** @typedef {import("../client/protocol.js").CheckView} Check */

const DECIDED = new Set(["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"]);

/** What the house needs of a phone to take its money; null where it takes none online. */
const online = () => connection.value?.hello.value?.onlinePayment ?? null;

/** The last payment of a check that this customer has begun. @param {Check} check */
const paymentOf = (check) =>
  [...(connection.value?.state.of("payment").value.values() ?? [])]
    .filter((one) => one.checkId === check.id)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0];

/** @param {{orderId: string, check: Check}} props */
export function Online({ orderId, check }) {
  if (!online()) return null;
  const payment = paymentOf(check);
  const isStarting = unanswered("payment:start").some((one) => one["orderId"] === orderId);
  if (payment && !DECIDED.has(payment.status)) return html`<section class="paying"><h2>${say("pay.now")}</h2><${Running} key=${payment.id} payment=${payment} /></section>`;
  const { payable } = check;
  if (payable.amount === 0) return null;
  const begin = () => void put("payment:start", { method: "ONLINE", orderId, amount: payable.amount });
  return html`<section class="paying"><h2>${say("pay.now")}</h2>
    ${payment && payment.status !== "SUCCEEDED" && html`<p class="problem" role="alert">${say(/** @type {any} */ (`pay.${payment.status}`))}</p>`}
    <button type="button" class="accent wide" disabled=${isStarting} onClick=${begin}>${isStarting ? say("pay.starting") : say("pay.begin", { amount: written(payable, language.value) })}</button>
  </section>`;
}

/** @param {{payment: Payment}} props */
function Running({ payment }) {
  const isTaken = useSignal(false);
  const isLeaving = unanswered("payment:cancel").some((one) => one["paymentId"] === payment.id);
  if (payment.status === "PROCESSING" || isTaken.value) return html`<${Waiting} text=${say("pay.processing")} />`;
  return html`${payment.clientSecret
      ? html`<${Form} payment=${payment} clientSecret=${payment.clientSecret} onTaken=${() => (isTaken.value = true)} />`
      : html`<${Waiting} text=${say("pay.starting")} />`}
    <button type="button" class="wide" disabled=${isLeaving} onClick=${() => void put("payment:cancel", { paymentId: payment.id })}>${say("pay.cancel")}</button>`;
}

/** @param {{text: string}} props */
const Waiting = ({ text }) => html`<p class="sending" role="status"><span class="spinner" aria-hidden="true" />${text}</p>`;

/** @param {{payment: Payment, clientSecret: string, onTaken: () => void}} props */
function Form({ payment, clientSecret, onTaken }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const form = useSignal(/** @type {import("@comanda/ui/stripe.js").Form | null} */ (null));
  const isMissing = useSignal(false);
  const isConfirming = useSignal(false);
  const said = useSignal("");
  const load = () => {
    const provider = online();
    if (!provider || !place.current) return;
    isMissing.value = false;
    mountForm(place.current, { online: provider, clientSecret, language: language.peek() }).then(
      (found) => (form.value = found),
      () => (isMissing.value = true),
    );
  };
  useEffect(() => {
    load();
    return () => form.peek()?.unmount();
  }, [clientSecret]);
  const confirm = async () => {
    const ready = form.peek();
    if (!ready || isConfirming.peek()) return;
    isConfirming.value = true;
    said.value = "";
    const outcome = await ready.confirm(location.origin + location.pathname + location.search);
    isConfirming.value = false;
    if (outcome.kind === "TAKEN") onTaken();
    else said.value = outcome.kind === "REFUSED" ? outcome.message : say("pay.unknown");
  };
  return html`<div class="card-place" ref=${place}></div>
    ${!form.value && !isMissing.value && html`<p class="hint" role="status">${say("loading")}</p>`}
    ${isMissing.value && html`<p role="alert" class="problem">${say("pay.missing")}</p><button type="button" class="wide" onClick=${load}>${say("pay.again")}</button>`}
    <p class="problem" role="alert">${said.value}</p>
    <button type="button" class="accent wide confirm" disabled=${!form.value || isConfirming.value} onClick=${confirm}>${isConfirming.value ? say("pay.starting") : say("pay.confirm", { amount: written(payment.charged, language.value) })}</button>`;
}
