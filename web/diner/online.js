// @ts-check
/**
 * A payment online on this phone: the form of the provider, and what becomes of the money. The house's own word (`payment:changed`)
 * decides; what the form answers only says what to wait for. So nothing is wrong after an answer that was lost, a reload or a second tap.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { mountForm } from "@comanda/ui/stripe.js";
import { unanswered } from "./meal.js";
import { money, say } from "./meal_text.js";
import { connection, put } from "./party.js";

/** @typedef {import("./meal.js").Payment} Payment */

const DECIDED = new Set(["SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"]);

/** Whether it has succeeded or never will. @param {Payment} payment */
export const isDecided = ({ status }) => DECIDED.has(status);

/** Where the bank sends a phone back to: this page. */
const returnUrl = () => location.origin + location.pathname;

/** @param {{payment: Payment, onLeave: () => void, onAgain: () => void}} props */
export function Online({ payment, onLeave, onAgain }) {
  /** Whether the provider has said that it has it. */
  const isTaken = useSignal(false);
  const { status, clientSecret } = payment;
  if (status === "SUCCEEDED") return html`<${Paid} payment=${payment} onLeave=${onLeave} />`;
  if (isDecided(payment)) return html`<${Failed} payment=${payment} onAgain=${onAgain} />`;
  if (payment.isEnding) return html`<${Waiting} heading=${say("pay.ending")} text=${say("pay.ending.text")} outcome="ending" />`;
  if (status === "PROCESSING" || isTaken.value) return html`<${Waiting} heading=${say("pay.processing")} text=${say("pay.processing.text")} outcome="processing" />`;
  if (clientSecret) return html`<${Form} payment=${payment} clientSecret=${clientSecret} onTaken=${() => (isTaken.value = true)} />`;
  return html`<${Waiting} heading=${say("pay.starting")} text=${say("pay.starting.text")} outcome="starting" /><${Cancel} payment=${payment} isBusy=${false} />`;
}

/** @param {{heading: string, text: string, outcome: string}} props */
const Waiting = ({ heading, text, outcome }) =>
  html`<div class="outcome" role="status" data-outcome=${outcome}><span class="spinner" aria-hidden="true"></span><p><b>${heading}</b></p><p class="soft">${text}</p></div>`;

/** The provider's form. @param {{payment: Payment, clientSecret: string, onTaken: () => void}} props */
function Form({ payment, clientSecret, onTaken }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const form = useSignal(/** @type {import("@comanda/ui/stripe.js").Form | null} */ (null));
  const isMissing = useSignal(false);
  const isConfirming = useSignal(false);
  const said = useSignal("");
  const load = () => {
    const online = connection.hello.peek()?.onlinePayment;
    if (!online || !place.current) return;
    isMissing.value = false;
    mountForm(place.current, { online, clientSecret, language: language.peek() }).then(
      (found) => (form.value = found),
      () => (isMissing.value = true),
    );
  };
  useEffect(() => {
    load();
    return () => form.peek()?.unmount();
  }, [clientSecret]);
  const confirm = async () => {
    if (!form.peek() || isConfirming.peek()) return;
    isConfirming.value = true;
    said.value = "";
    const outcome = await /** @type {import("@comanda/ui/stripe.js").Form} */ (form.peek()).confirm(returnUrl());
    isConfirming.value = false;
    if (outcome.kind === "TAKEN") onTaken();
    else said.value = outcome.kind === "REFUSED" ? outcome.message : say("pay.unknown");
  };
  return html`<div class="card-form">
    <p class="pay-sum"><span>${say("pay.sum")}</span><b>${money(payment.charged)}</b></p>
    <h2>${say("pay.form")}</h2>
    <div class="card-place" ref=${place}></div>
    <p class="soft" role="status">${!form.value && !isMissing.value && say("pay.form.loading")}</p>
    ${isMissing.value && html`<p role="alert" class="why">${say("pay.form.missing")}</p><button type="button" onClick=${load}>${say("pay.form.again")}</button>`}
    <p class="why" role="alert">${said.value}</p>
    <button type="button" class="accent confirm" disabled=${!form.value || isConfirming.value} onClick=${confirm}>${isConfirming.value ? say("pay.confirming") : say("pay.confirm", { amount: money(payment.charged) })}</button>
    <${Cancel} payment=${payment} isBusy=${isConfirming.value} />
    <p class="soft">${say("pay.until", { time: timeOfDay(payment.expiresAt) })}</p>
  </div>`;
}

/** @param {{payment: Payment, isBusy: boolean}} props */
function Cancel({ payment, isBusy }) {
  const isLeaving = unanswered("payment:cancel").some((one) => one["paymentId"] === payment.id);
  return html`<button type="button" class="cancel-payment" disabled=${isBusy || isLeaving} onClick=${() => void put("payment:cancel", { paymentId: payment.id })}>${say("pay.cancel")}</button>`;
}

/** @param {{payment: Payment, onLeave: () => void}} props */
function Paid({ payment, onLeave }) {
  return html`<div class="outcome" role="status" data-outcome="paid">
      <span class="seal" aria-hidden="true"><${Icon} name="check" /></span>
      <p class="number">${money(payment.amount)}</p><p><b>${say("pay.done")}</b></p>
      ${payment.tip.amount > 0 && html`<p class="soft">${say("pay.done.tip", { amount: money(payment.tip) })}</p>`}
    </div>
    <button type="button" class="accent" onClick=${onLeave}>${say("pay.close")}</button>`;
}

/** @param {{payment: Payment, onAgain: () => void}} props */
function Failed({ payment, onAgain }) {
  return html`<div class="outcome" role="alert" data-outcome="failed">
      <span class="seal red" aria-hidden="true"><${Icon} name="warning" /></span>
      <p>${say(/** @type {any} */ (`pay.${payment.status}`))}</p>
    </div>
    <button type="button" class="accent" onClick=${onAgain}>${say("pay.again")}</button>`;
}
