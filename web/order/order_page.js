// @ts-check
/** What became of what was ordered: one order with its steps, or the list of all. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language, named } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { beat, timeOfDay } from "@comanda/ui/clock.js";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { CallUs } from "./call.js";
import { house } from "./house.js";
import { offer } from "./offer.js";
import { checkOf, isListed, orderAgain, orders, underWay } from "./orders.js";
import { Online } from "./online.js";
import { hrefOf, place, show } from "./place.js";
import { placedId } from "./placing.js";
import { isOver, isUntouched, stepsOf } from "./steps.js";
import { say } from "./text.js";

/** @typedef {import("../client/protocol.js").OrderView} Order */

export function OrdersPage() {
  const past = orders.value.filter(isOver);
  return html`<main class="orders-page" tabindex="-1">
    <h1>${say("orders")}</h1>
    ${!isListed.value && orders.value.length === 0 && html`<p role="status">${say("loading")}</p>`}
    ${isListed.value && orders.value.length === 0 && html`<p>${say("orders.none")}</p><a class="button accent" href=${hrefOf("menu")}>${say("to-menu")}</a>`}
    ${underWay.value.length > 0 && html`<section><h2>${say("orders.now")}</h2><ul class="cards">${underWay.value.map((one) => html`<${Card} key=${one.id} order=${one} />`)}</ul></section>`}
    ${past.length > 0 && html`<section><h2>${say("orders.past")}</h2><ul class="cards">${past.map((one) => html`<${Card} key=${one.id} order=${one} />`)}</ul></section>`}
  </main>`;
}

/** @param {{order: Order}} props */
function Card({ order }) {
  return html`<li><a class="card" href=${hrefOf("order", order.id)}>
    <span><b>${say("order.number", { number: order.number })}</b> <small>${dayAndTime(order.placedAt)}</small></span>
    <span class="state">${stateOf(order)}</span>
    <small class="dishes">${order.lines.map((one) => `${one.quantity} × ${named(one.name)}`).join(", ")}</small>
    <${Icon} name="next" />
  </a></li>`;
}

export function OrderPage() {
  const order = orders.value.find((one) => one.id === place.value.id);
  if (!order) return html`<main class="order-page" tabindex="-1"><h1>${say("orders")}</h1><p role="status">${say(isListed.value ? "order.unknown" : "loading")}</p></main>`;
  const { delivery } = order;
  return html`<main class="order-page" tabindex="-1" data-status=${delivery?.status}>
    <h1>${placedId.value === order.id && !isOver(order) ? say("thanks") : say("order.number", { number: order.number })}</h1>
    <p class="state-now" role="status" aria-live="polite">${stateOf(order)}</p>
    ${promiseOf(order) && html`<p class="promise">${promiseOf(order)}</p>`}
    ${delivery?.status === "CANCELLED" && order.reason && html`<p class="notice">${say("order.reason", { reason: order.reason })}</p>`}
    <${Steps} order=${order} />
    <${Content} order=${order} />
    <${Paid} order=${order} />
    ${checkOf(order) && delivery?.status !== "CANCELLED" && html`<${Online} orderId=${order.id} check=${checkOf(order)} />`}
    <div class="buttons">
      <button type="button" disabled=${!offer.value} onClick=${() => again(order)}>${say("again")}</button>
      ${!isOver(order) && html`<${CallUs} />`}
    </div>
    ${!isOver(order) && house.value?.phone && html`<p class="hint">${say(isUntouched(order) ? "cancel.how" : "cancel.late")}</p>`}
  </main>`;
}

/** @param {{order: Order}} props */
function Steps({ order }) {
  const steps = stepsOf(order);
  const now = steps.filter((one) => one.isDone).length - 1;
  return html`<ol class="steps" aria-label=${say("steps")}>${steps.map(
    ({ step, at, isDone }, index) => html`<li key=${step} data-done=${String(isDone)} data-step=${step} aria-current=${index === now ? "step" : undefined}>
      <span class="dot" aria-hidden="true">${isDone && html`<${Icon} name=${step === "CANCELLED" ? "close" : "check"} />`}</span>
      <span>${say(`step.${step}`)}</span> ${at && html`<time datetime=${at}>${timeOfDay(at)}</time>`}
      <span class="unseen">${isDone ? say("step.done") : say("step.to-come")}</span>
    </li>`,
  )}</ol>`;
}

/** @param {{order: Order}} props */
function Content({ order }) {
  return html`<section><h2>${say("content")}</h2><ul class="content">${order.lines.map(
    (line) => html`<li key=${line.id} data-struck=${String(line.status === "CANCELLED")}>
      <span>${line.quantity} × ${named(line.name)}${line.modifiers.length > 0 && html`<small>${line.modifiers.map((one) => named(one.name)).join(", ")}</small>`}${line.note && html`<small>${say("line.note", { note: line.note })}</small>`}</span>
      ${line.status === "CANCELLED" && html`<em>${say("line.struck")}</em>`}</li>`,
  )}</ul></section>`;
}

/** What is to be paid at the door, or was paid. @param {{order: Order}} props */
function Paid({ order }) {
  const check = checkOf(order);
  if (!check) return html`<p class="total">${say("content.total")} <b>${written(order.total, language.value)}</b></p>`;
  const isDue = check.due.amount > 0;
  return html`<dl class="bill"><div><dt>${say("part.TOTAL")}</dt><dd>${written(check.total, language.value)}</dd></div>
    <div data-kind="TOTAL"><dt>${say(isDue ? "due" : "paid")}</dt><dd>${written(isDue ? check.due : check.paid, language.value)}</dd></div></dl>
    ${check.overpaid.amount > 0 && html`<p class="hint">${say("overpaid", { amount: written(check.overpaid, language.value) })}</p>`}`;
}

/** @param {Order} order */
async function again(order) {
  const left = await orderAgain(order);
  if (left > 0) tellRefused(say("again.left-out", { count: left }));
  else tellDone(say("again.done"), null);
  show("cart");
}

/** @param {Order} order */
const stateOf = (order) => {
  const done = stepsOf(order).filter((one) => one.isDone).at(-1);
  return say(`state.${done?.step ?? "PLACED"}`);
};

/** When it will be there; what is late stays late. @param {Order} order */
function promiseOf({ delivery, diningOption }) {
  if (!delivery || ["DELIVERED", "CANCELLED"].includes(delivery.status)) return "";
  const way = diningOption === "DELIVERY" ? "DELIVERY" : "TAKE_OUT";
  if (delivery.slot) return say(`promise.slot.${way}`, { time: dayAndTime(delivery.slot) });
  if (!delivery.promisedAt) return "";
  if (Date.parse(delivery.promisedAt) < beat.value) return say("promise.late");
  return say(`promise.${way}`, { time: timeOfDay(delivery.promisedAt) });
}

/** @param {string} moment */
function dayAndTime(moment) {
  const date = new Date(moment);
  if (date.toDateString() === new Date().toDateString()) return timeOfDay(moment);
  return `${date.toLocaleDateString(language.value, { day: "numeric", month: "long" })}, ${timeOfDay(moment)}`;
}
