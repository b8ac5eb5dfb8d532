// @ts-check
/** Paying: what, how much on top for the staff, and how. With the waiter it rings the bell; with the phone it goes on in `online.js`. */
import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { inDigits, percentOf, typed } from "@comanda/ui/money.js";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { choicesOf } from "./division.js";
import { payments, unanswered } from "./meal.js";
import { money, say } from "./meal_text.js";
import { Online, isDecided } from "./online.js";
import { connection, myId, outage, put, whoIs } from "./party.js";
import { askForBill } from "./service.js";

/**
 * @typedef {import("./division.js").Check} Check
 * @typedef {import("./division.js").Choice} Choice
 */

/** Whether paying takes the place of the check. Not in a dialog: what a bank asks opens beside it in the document. */
export const isPaying = signal(false);

/** One's own payment that is not decided yet. */
export const running = computed(() => payments.value.find((one) => !isDecided(one)));

/** The payment whose end has still to be shown. */
const followed = signal("");
effect(() => {
  if (running.value) followed.value = running.value.id;
});

const isStarting = computed(() => unanswered("payment:start").length > 0);

/** Show what becomes of the payment that is on its way; one that is decided already is seen on the check. */
export function follow() {
  isPaying.value = running.peek() !== undefined;
}

/** The end of a payment that nobody is looking at is told where they are. */
effect(() => {
  const payment = payments.value.find(({ id }) => id === followed.value);
  if (isPaying.value || !payment || !isDecided(payment)) return;
  queueMicrotask(() => {
    followed.value = "";
    if (payment.status === "SUCCEEDED") tellDone(say("pay.done"), null);
    else tellRefused(say(/** @type {any} */ (`pay.${payment.status}`)));
  });
});

/** Go back to the check; what was paid is seen there. */
function leave() {
  const payment = payments.peek().find(({ id }) => id === followed.peek());
  if (payment && isDecided(payment)) followed.value = "";
  isPaying.value = false;
}

/** @param {{check: Check}} props */
export function Paying({ check }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const payment = payments.value.find(({ id }) => id === followed.value);
  useEffect(() => {
    scrollTo({ top: 0, behavior: "instant" });
    heading.current?.focus();
  }, []);
  return html`<section class="paying" aria-labelledby="paying-heading">
    <header><button type="button" class="bare" aria-label=${say("check")} onClick=${leave}><${Icon} name="back" /></button>
      <h1 id="paying-heading" tabindex="-1" ref=${heading}>${say("pay.heading")}</h1></header>
    ${
      payment
        ? html`<${Online} key=${payment.id} payment=${payment} onLeave=${leave} onAgain=${() => (followed.value = "")} />`
        : isStarting.value
          ? html`<div class="outcome" role="status" data-outcome="starting"><span class="spinner" aria-hidden="true"></span><p>${say("pay.starting")}</p><p class="soft">${say("pay.starting.text")}</p></div>`
          : check.payable.amount > 0
            ? html`<${Choosing} check=${check} />`
            : html`<div class="outcome" role="status" data-outcome="nothing"><p>${say(check.due.amount === 0 ? "check.settled" : "pay.nothing")}</p></div>`
    }
  </section>`;
}

const TIPS = [0, 5, 10, 15];

/** What, a tip, and how. @param {{check: Check}} props */
function Choosing({ check }) {
  const [chosen, choose] = useState("");
  const [own, setOwn] = useState("");
  const [tipBy, setTipBy] = useState(/** @type {number | "own"} */ (0));
  const [ownTip, setOwnTip] = useState("");
  const { currency } = check.total;
  const choices = choicesOf(check, myId.value);
  const choice = choices.find(({ id }) => id === chosen) ?? (chosen === "own" ? null : choices[0]);
  const amount = choice ? choice.amount : (typed(own, currency) ?? 0);
  const tip = tipBy === "own" ? (typed(ownTip, currency) ?? 0) : percentOf(amount, tipBy);
  const isRight = amount > 0 && amount <= check.payable.amount && (tipBy !== "own" || ownTip === "" || typed(ownTip, currency) !== null);
  const inMoney = (/** @type {number} */ one) => money({ amount: one, currency });
  const online = connection.hello.value?.onlinePayment;
  const start = () => {
    if (!isStarting.peek()) void put("payment:start", { method: "ONLINE", amount, tip, checkId: check.id, shareId: choice?.shareId ?? null });
  };
  const call = (/** @type {"card" | "cash"} */ how) => {
    const parts = [say(`pay.note.${how}`, { amount: inMoney(amount + tip) }), ...(tip > 0 ? [say("pay.note.tip", { amount: inMoney(tip) })] : [])];
    askForBill(parts.join(", "));
    tellDone(say("pay.called"), null);
    isPaying.value = false;
  };
  return html`<form class="choosing" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <fieldset><legend>${say("pay.what")}</legend>
      ${choices.map(
        (one) => html`<label key=${one.id} class="pick" data-kind=${one.kind}><input type="radio" name="what" checked=${one === choice} onChange=${() => choose(one.id)} /><span>${choiceText(one)}</span><b>${inMoney(one.amount)}</b></label>`,
      )}
      <label class="pick" data-kind="OWN"><input type="radio" name="what" checked=${!choice} onChange=${() => choose("own")} /><span>${say("pay.amount")}</span></label>
      ${!choice && html`<label class="own"><span>${say("pay.amount.field", { currency })}</span>
        <input name="amount" inputmode="decimal" autofocus autocomplete="off" value=${own} aria-describedby="pay-most" onInput=${(/** @type {any} */ event) => setOwn(event.target.value)} />
        <small id="pay-most" class="soft">${say("pay.most", { amount: inDigits(check.payable.amount, currency, language.value) })}</small></label>`}
    </fieldset>
    <fieldset><legend>${say("pay.tip")}</legend>
      <div class="tips">
        ${TIPS.map((one) => html`<button key=${one} type="button" aria-pressed=${String(tipBy === one)} onClick=${() => setTipBy(one)}>${one === 0 ? say("pay.tip.none") : say("pay.tip.percent", { percent: one })}</button>`)}
        <button type="button" aria-pressed=${String(tipBy === "own")} onClick=${() => setTipBy("own")}>${say("pay.tip.own")}</button>
      </div>
      ${tipBy === "own" && html`<label class="own"><span>${say("pay.tip.field", { currency })}</span><input name="tip" inputmode="decimal" autofocus autocomplete="off" value=${ownTip} onInput=${(/** @type {any} */ event) => setOwnTip(event.target.value)} /></label>`}
    </fieldset>
    <p class="pay-sum" role="status"><span>${say("pay.sum")}</span><b>${inMoney(amount + tip)}</b></p>
    <fieldset class="hows"><legend>${say("pay.how")}</legend>
      ${online && html`<button type="button" class="accent" disabled=${!isRight || outage.status.value !== "live"} onClick=${start}>${say("pay.online")}</button>`}
      <button type="button" class=${online ? "" : "accent"} disabled=${!isRight} onClick=${() => call("card")}>${say("pay.card")}</button>
      <button type="button" disabled=${!isRight} onClick=${() => call("cash")}>${say("pay.cash")}</button>
    </fieldset>
  </form>`;
}

/** @param {Choice} choice */
function choiceText({ kind, shareId, name, number }) {
  if (kind === "MINE") return say("share.mine");
  if (kind === "REST") return say("share.rest");
  if (kind === "ALL") return say("pay.all");
  const who = whoIs({ id: shareId ?? "", name });
  return name ? say("share.of", { who }) : say("share.part", { number });
}
