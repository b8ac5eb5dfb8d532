// @ts-check
/** What needs somebody: alarms, first rounds that wait for a tap, what parties ask for, parties that are idle. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { quoted } from "@comanda/ui/words.js";
import { age, minutesSince } from "./age.js";
import { alarms, of, orders, post, services, sessions } from "./feed.js";
import { derivedFor } from "./leaving.js";
import { go } from "./place.js";
import { Decide } from "./rounds.js";
import { called, named, say } from "./text.js";
import { may, staffId } from "./who.js";

/** First rounds that wait for a waiter. */
const toApprove = derivedFor(() => orders.value.filter((one) => one.status === "WAITING" && !one.delivery));

/** Parties at which nothing has happened for unusually long. */
const idle = derivedFor(() => [...sessions.value.values()].filter((one) => one.idleSince));

/** The alarm that a request waits too long, if there is one. @param {string} requestId */
const alarmOf = (requestId) => alarms.value.find((one) => one.kind === "SERVICE_WAITING" && one.subject === requestId);

/** Alarms that are not said by a request itself: that is red, and done with together with its alarm. */
const shownAlarms = derivedFor(() => {
  const asked = new Set(services.value.map((one) => one.id));
  return alarms.value.filter((one) => one.kind !== "SERVICE_WAITING" || !asked.has(one.subject));
});

/** How much waits for anybody. */
export const requestsWaiting = derivedFor(
  () => shownAlarms.value.length + toApprove.value.length + services.value.filter((one) => one.status === "OPEN").length,
);

/** After so many minutes a request is late. */
const LATE_MINUTES = 3;

const ICONS = { WAITER: "hand", BILL: "card", WATER: "water", OTHER: "bell" };

export function Requests() {
  const isQuiet = requestsWaiting.value === 0 && services.value.length === 0 && idle.value.length === 0;
  return html`<div class="bar"><h1>${say("section.requests")}</h1></div>
    <div class="columns" aria-live="polite">
    ${isQuiet && html`<p class="empty">${say("requests.none")}</p>`}
    ${shownAlarms.value.length > 0 && html`<section aria-label=${say("alarms")}><h2>${say("alarms")}</h2>
      <ul class="rows">${shownAlarms.value.map((one) => html`<${Alarm} key=${one.id} one=${one} />`)}</ul></section>`}
    ${
      toApprove.value.length > 0 &&
      html`<section aria-label=${say("approvals")}><h2>${say("approvals")}</h2><ul class="rows">${toApprove.value.map(
        (order) => html`<li key=${order.id}>
        <span><b>${order.tableName}</b> #${order.number} · ${age(order.placedAt)}
          <small>${order.lines.map((line) => `${line.quantity}× ${named(line.name)}`).join(", ")}</small></span>
        ${may("order:approve") && html`<${Decide} order=${order} />`}
      </li>`,
      )}</ul></section>`
    }
    ${services.value.length > 0 && html`<section aria-label=${say("services")}><h2>${say("services")}</h2>
      <ul class="rows">${services.value.map((one) => html`<${Service} key=${one.id} one=${one} />`)}</ul></section>`}
    ${
      idle.value.length > 0 &&
      html`<section aria-label=${say("idle.heading")}><h2>${say("idle.heading")}</h2><ul class="rows">${idle.value.map(
        (one) => html`<li key=${one.id}>
        <span><b>${one.tableName}</b> ${say("idle", { time: age(/** @type {string} */ (one.idleSince)) })}</span>
        <button type="button" onClick=${() => go("tables", one.id)}>${say("look")}</button>
      </li>`,
      )}</ul></section>`
    }
  </div>`;
}

/** @param {{one: import("./feed.js").Service}} props */
function Service({ one }) {
  const isTaken = one.status === "TAKEN";
  const isLate = !isTaken && minutesSince(one.at) >= LATE_MINUTES;
  return html`<li data-status=${one.status} data-late=${String(isLate || one.escalatedAt !== null)}>
    <span><${Icon} name=${ICONS[one.kind]} /><b>${one.tableName}</b> ${called("service", one.kind)} · ${age(one.at)}
      <small>${[one.by.name, one.note && quoted(one.note), isTaken &&
        say("taken.by", { name: one.takenBy?.id === staffId.value ? say("you") : (one.takenBy?.name ?? "") })].filter(Boolean).join(" · ")}</small></span>
    <span class="pair">
      ${!isTaken && html`<button type="button" onClick=${() => see("service:take", one.id)}>${say("take")}</button>`}
      <button type="button" class="primary" onClick=${() => see("service:resolve", one.id)}>${say("resolve")}</button>
    </span>
  </li>`;
}

/**
 * See to a request, and so to the alarm that it waits.
 * @param {"service:take" | "service:resolve"} how
 * @param {string} requestId
 */
function see(how, requestId) {
  const alarm = alarmOf(requestId);
  post(how, { requestId });
  if (alarm) post("alarm:resolve", { alarmId: alarm.id });
}

/** @param {{one: import("./feed.js").Alarm}} props */
function Alarm({ one }) {
  const station = [...of("station").value.values()].find(({ code }) => code === one.subject);
  const phone = [...of("smsPhone").value.values()].find(({ deviceId }) => deviceId === one.subject);
  const where = one.tableName ?? (station ? named(station.name) : (phone?.name ?? ""));
  return html`<li class="alarm">
    <span><${Icon} name="warning" />${where && html`<b>${where}</b> `}${called("alarm", one.kind)} · ${age(one.raisedAt)}</span>
    <span class="pair">
      ${one.sessionId && sessions.value.has(one.sessionId) &&
        html`<button type="button" onClick=${() => go("tables", /** @type {string} */ (one.sessionId))}>${say("look")}</button>`}
      <button type="button" class="primary" onClick=${() => post("alarm:resolve", { alarmId: one.id })}>${say("resolve")}</button>
    </span>
  </li>`;
}
