// @ts-check
/** What was paid for a check and given back, what is on its way, and what went wrong with payments. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { inDigits, typed } from "@comanda/ui/money.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { tellDone } from "@comanda/ui/toast.js";
import { approved } from "./approval.js";
import { called, money, say } from "./check_text.js";
import { alarms, post } from "./feed.js";
import { ReasonFields } from "./reason.js";
import { close, open } from "./sheet.js";
import { called as calledAlarm } from "./text.js";

/**
 * @typedef {import("./bill.js").Check} Check
 * @typedef {import("../client/protocol.js").FloorTenderView} Tender
 */

/** Alarms that are about money. */
const OF_MONEY = new Set(["PAYMENT_AFTER_CLOSE", "PAYMENT_OVERPAID", "PAYMENT_MISMATCH", "REFUND_FAILED"]);

/** @param {{sessionId: string}} props */
export function PaymentAlarms({ sessionId }) {
  const mine = alarms.value.filter((one) => one.sessionId === sessionId && OF_MONEY.has(one.kind));
  return html`<div role="alert">${mine.map((one) => html`<p key=${one.id} class="overpaid"><${Icon} name="warning" />
    <span>${calledAlarm("alarm", one.kind)}</span>
    <button type="button" onClick=${() => post("alarm:resolve", { alarmId: one.id })}>${say("alarm.seen")}</button></p>`)}</div>`;
}

/** @param {{check: Check}} props */
export function Payments({ check }) {
  if (check.tenders.length === 0 && check.pending.length === 0) return null;
  return html`<section class="payments" aria-label=${say("payments")}>
    <h3>${say("payments")}</h3>
    <ul class="rows" aria-live="polite">
      ${check.pending.map((one) => html`<li key=${one.paymentId}>
        <span><b>${one.by.name || say("guest")}</b> ${say("pending")}<small>${timeOfDay(one.at)}</small></span><span class="sum">${money(one.amount)}</span>
        <button type="button" onClick=${() => post("payment:cancel", { paymentId: one.paymentId })}>${say("pending.cancel")}</button></li>`)}
      ${check.tenders.map((tender) => html`<${Paid} key=${tender.id} check=${check} tender=${tender} />`)}
    </ul>
  </section>`;
}

/** @param {{check: Check, tender: Tender}} props */
function Paid({ check, tender }) {
  const about = [
    timeOfDay(tender.at),
    tender.by.name,
    tender.reference,
    tender.tip.amount > 0 && say("tip.of", { amount: money(tender.tip) }),
    tender.change && tender.change.amount > 0 && say("change.of", { amount: money(tender.change) }),
  ];
  return html`<li data-tender=${tender.id}>
    <span><b>${called("method", tender.method)}</b><small>${about.filter(Boolean).join(" · ")}</small>
      ${tender.refunds.map((one) => html`<small key=${one.id} class="refunded">${say("refunded", { amount: money(one.total) })} · ${one.reason}
        ${one.status === "SUCCEEDED" ? "" : ` · ${called("refund", one.status)}`}
        ${one.approver ? ` · ${say("approved.by", { name: one.approver.name })}` : ""}</small>`)}</span>
    <span class="sum">${money(tender.amount)}</span>
    <button type="button" disabled=${tender.kept.amount === 0 && tender.tipKept.amount === 0}
      onClick=${() => open(() => html`<${Refund} check=${check} tender=${tender} />`)}>${say("refund")}</button>
  </li>`;
}

/** Give money back, as it was paid. @param {{check: Check, tender: Tender}} props */
function Refund({ check, tender }) {
  const { currency } = tender.amount;
  const amount = useSignal(inField(tender.kept.amount, currency));
  const tip = useSignal("");
  const [given, gift] = [amountOf(amount.value, currency), amountOf(tip.value, currency)];
  const isGood = given !== null && gift !== null && given + gift > 0;
  const go = async (/** @type {string} */ reason) => {
    if (given === null || gift === null) return;
    close();
    const what = `${say("refund")} ${money({ amount: given + gift, currency })}`;
    const reply = await approved("payment:refund", { sessionId: check.sessionId, tenderId: tender.id, amount: given, tip: gift, reason }, what);
    if (reply) tellDone(say("refund.done", { amount: money({ amount: given + gift, currency }), method: called("method", tender.method) }), null);
  };
  return html`<${Dialog} heading=${say("refund.heading", { method: called("method", tender.method), amount: money(tender.amount) })} onClose=${close} isSheet>
    <div class="fields">
      <label>${say("refund.amount")}<${MoneyField} name="amount" value=${amount} currency=${currency} /></label>
      ${tender.tipKept.amount > 0 && html`<label>${say("refund.tip")}<${MoneyField} name="tip" value=${tip} currency=${currency} /></label>`}
    </div>
    <${ReasonFields} usual=${[say("reason.wrongAmount"), say("reason.wrongMethod"), say("reason.complaint")]} go=${say("refund.go")}
      isReady=${isGood} onGo=${go} />
  <//>`;
}

/** What was typed, in minor units: nothing is zero; null for what is no amount. @param {string} text @param {string} currency */
export const amountOf = (text, currency) => (text.trim() === "" ? 0 : typed(text, currency));

/** An amount as it stands in a field, with the comma or point of the language. @param {number} amount @param {string} currency */
export const inField = (amount, currency) => inDigits(amount, currency, language.peek());

/**
 * A field for an amount; what is no amount is marked.
 * @param {{name: string, value: import("@preact/signals").Signal<string>, currency: string, isLarge?: boolean}} props
 */
export function MoneyField({ name, value, currency, isLarge = false }) {
  const isWrong = amountOf(value.value, currency) === null;
  return html`<span class="money-field" data-large=${String(isLarge)}>
    <input name=${name} inputmode="decimal" autocomplete="off" value=${value.value} aria-invalid=${String(isWrong)}
    onFocus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
    onInput=${(/** @type {InputEvent} */ event) => (value.value = /** @type {HTMLInputElement} */ (event.target).value)} />
      <span aria-hidden="true">${currency}</span></span>`;
}
