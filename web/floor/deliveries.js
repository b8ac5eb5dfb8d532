// @ts-check
/** Orders from home: what is cooked, what is on its way; where one goes is shown only when somebody asks, and that is on record. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { useEffect } from "preact/hooks";
import { age } from "./age.js";
import { ask, of, orders, post } from "./feed.js";
import { later } from "./later.js";
import { derivedFor } from "./leaving.js";
import { close, open } from "./sheet.js";
import { called, named, say } from "./text.js";

/** @typedef {import("./feed.js").Order} Order */

const FINISHED = new Set(["DELIVERED", "CANCELLED"]);

/** What is not with its customer yet, oldest first. */
const underWay = derivedFor(() => orders.value.filter((one) => one.delivery && !FINISHED.has(one.delivery.status) && one.status !== "CANCELLED"));

const isCooked = (/** @type {Order} */ order) => order.lines.every((line) => ["READY", "SERVED", "CANCELLED"].includes(line.status));

/** How many stand there and wait for a courier. */
export const deliveriesWaiting = derivedFor(() => underWay.value.filter((one) => one.delivery?.status === "PREPARING" && isCooked(one)).length);

/** Whether none are taken now. */
const isPaused = derivedFor(() => [...of("plan").value.values()].some((one) => one.pause !== null));

const Delivering = later(async () => (await import("./delivering.js")).Delivering);
const CheckSheet = later(async () => (await import("./check.js")).CheckSheet);
const CallOff = later(async () => (await import("./charging.js")).CallOff);

export function Deliveries() {
  return html`<div class="bar"><h1>${say("section.deliveries")}</h1>
      <button type="button" onClick=${() => open(() => html`<${Delivering} />`)}><${Icon} name=${isPaused.value ? "pause" : "gear"} />
        ${say(isPaused.value ? "deliveries.paused" : "deliveries.plan")}</button></div>
    ${underWay.value.length === 0 && html`<p class="empty">${say("deliveries.none")}</p>`}
    <ul class="parties">${underWay.value.map((order) => html`<${Delivery} key=${order.id} order=${order} />`)}</ul>`;
}

/** @param {{order: Order}} props */
function Delivery({ order }) {
  const { delivery } = order;
  if (!delivery) return null;
  const isAway = delivery.status === "ON_THE_WAY";
  const isFetched = order.diningOption === "TAKE_OUT";
  const asked = { orderId: order.id };
  const due = delivery.slot ?? delivery.promisedAt;
  return html`<li class="sheet-card delivery" data-status=${delivery.status} aria-label=${say("round", { number: order.number })}>
    <header><b>#${order.number}</b><span>${say("phone.end", { digits: delivery.lastFour })}</span>
      <span class="sum">${written(order.total, language.value)}</span></header>
    <p class="facts">${[called("diningOption", order.diningOption), isCooked(order) && !isAway ? say("deliveries.ready")
      : called("delivery", delivery.status), age(order.placedAt), due && say("due", { time: timeOfDay(due) })].filter(Boolean).join(" · ")}</p>
    <ul class="lines">${order.lines.map((line) => html`<li key=${line.id} data-status=${line.status}><span class="count">${line.quantity}×</span>
      <span class="what">${named(line.name)}</span><span class="status">${called("status", line.status)}</span></li>`)}</ul>
    <footer>
      <button type="button" class="danger" onClick=${() => open(() => html`<${CallOff} order=${order} />`)}>${say("delivery.cancel")}</button>
      <button type="button" onClick=${() => open(() => html`<${CheckSheet} sessionId=${order.sessionId}
        heading=${say("round", { number: order.number })} />`)}><${Icon} name="card" />${say("tab.check")}</button>
      <button type="button" onClick=${() => open(() => html`<${Address} order=${order} />`)}><${Icon} name="search" />${say("address.show")}</button>
      ${!isAway && !isFetched && html`<button type="button" class=${isCooked(order) ? "primary" : ""} onClick=${() => post("delivery:send", asked)}>
        ${say("delivery.send")}</button>`}
      ${(isAway || isFetched) && html`<button type="button" class="primary" onClick=${() => post("delivery:done", asked)}>${say("delivery.done")}</button>`}
    </footer>
  </li>`;
}

/** Where an order goes: read once for each look, as each is in the audit log. @param {{order: Order}} props */
function Address({ order }) {
  const shown = useSignal(/** @type {import("../client/protocol.js").ShownDelivery | null} */ (null));
  useEffect(() => {
    ask("delivery:show", { orderId: order.id }).then((reply) => (reply ? (shown.value = reply) : close()));
  }, []);
  const to = shown.value?.destination;
  const lines = [to?.address?.street, [to?.address?.postalCode, to?.address?.city].filter(Boolean).join(" "), to?.address?.county,
    to?.address?.notes].filter(Boolean);
  return html`<${Dialog} heading=${say("address.of", { number: order.number })} onClose=${close} isSheet>
    ${!shown.value && html`<p role="status">${say("connecting")}</p>`}
    ${shown.value && !to && html`<p>${say("address.erased")}</p>`}
    ${to && html`<address class="address"><b>${to.name}</b><a href=${`tel:${to.phone}`}>${to.phone}</a>
      ${lines.map((one) => html`<span key=${one}>${one}</span>`)}</address>`}
    ${shown.value?.isZoneByPhone && html`<p class="hint">${say("address.byPhone")}</p>`}
    <p class="hint">${say("address.audited")}</p>
  <//>`;
}
