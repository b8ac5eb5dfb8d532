// @ts-check
/** The house's SMS phones, as they are now: who is here, how they are, what they may send; and the alarm when none is. */

import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { age } from "./age.js";
import { Enrol } from "./enrolling.js";
import { post } from "./feed.js";
import { called, say } from "./house_text.js";
import { isPhoneLive, phones } from "./fleet.js";
import { open } from "./sheet.js";
import { may } from "./who.js";

/** @typedef {import("../client/protocol.js").SmsPhoneView} Phone */

/** Below this a battery that is not charged is worth a look, in percent. */
const LOW_BATTERY = 20;

/** Bars that a phone has at most. */
const MOST_BARS = 4;

export function Phones() {
  return html`<div class="bar"><h1>${say("phones.heading")}</h1>
      ${may("device:enrol") && html`<button type="button" class="primary" onClick=${() => open(() => html`<${Enrol} kind="SMS_PHONE" />`)}>
        <${Icon} name="plus" />${say("phones.enrol")}</button>`}</div>
    <div role="alert">${phones.value.length > 0 && !isPhoneLive.value &&
      html`<p class="overpaid"><${Icon} name="warning" />${say("phones.noneLive")}</p>`}</div>
    ${phones.value.length === 0 && html`<p class="empty">${say("phones.none")}</p>`}
    <ul class="phones">${phones.value.map((one) => html`<${Card} key=${one.id} phone=${one} />`)}</ul>`;
}

/** How a phone is, in one word. @param {Phone} phone */
const standingOf = (phone) => (phone.status === "AWAY" ? "away" : phone.pausedReason ? "paused" : phone.probeAt ? "trying" : "live");

/** @param {{phone: Phone}} props */
function Card({ phone }) {
  const standing = standingOf(phone);
  const since = phone.goneAt ?? phone.lastSeenAt;
  return html`<li class="phone" data-phone=${phone.deviceId} data-standing=${standing}>
    <header><span class="dot" data-live=${String(phone.status === "LIVE")}></span><h2>${phone.name}</h2>
      <b class="standing" role="status">${called("phone", standing)}</b></header>
    <p class="hint">${standing === "away" && since ? say("phones.since", { age: age(since) }) : phone.lastSeenAt
      ? say("phones.seen", { time: timeOfDay(phone.lastSeenAt) }) : ""}${phone.app ? ` · ${say("phones.app", { app: phone.app })}` : ""}</p>
    ${phone.pausedReason && html`<p class="paused"><${Icon} name="pause" />${called("paused", phone.pausedReason)}
      ${phone.pausedBy?.name ? ` · ${phone.pausedBy.name}` : ""}${phone.pausedAt ? ` · ${timeOfDay(phone.pausedAt)}` : ""}</p>`}
    ${phone.probeAt && html`<p class="paused"><${Icon} name="warning" />${say("phones.breaker", { time: timeOfDay(phone.probeAt) })}</p>`}
    <dl class="figures">
      <div data-bad=${String(isLow(phone))}><dt>${say("phones.battery")}</dt>
        <dd>${phone.battery === null ? say("phones.unknown") : `${phone.battery}%`}
          ${phone.isCharging ? html`<small>${say("phones.charging")}</small>` : ""}</dd></div>
      <div data-bad=${String(phone.signal !== null && phone.signal <= 1)}><dt>${say("phones.signal")}</dt><dd><${Bars} signal=${phone.signal} /></dd></div>
      <div data-bad=${String(phone.health < 50)}><dt>${say("phones.health")}</dt><dd>${phone.health}/100</dd></div>
      <div><dt>${say("phones.sent")}</dt>
        <dd>${phone.sent}${phone.failed > 0 ? html`<small>${say("phones.failed", { count: phone.failed })}</small>` : ""}</dd></div>
      <div data-bad=${String(phone.pausedReason === "ROGUE")}><dt>${say("phones.codes")}</dt><dd>${phone.codesUsed}/${phone.codes}</dd></div>
    </dl>
    <ul class="sims" aria-label=${say("phones.sims")}>
      ${phone.sims.map((sim) => html`<li key=${sim.slot} data-bad=${String(sim.state !== "READY")}>
        <b>${say("phones.sim", { slot: sim.slot + 1 })}</b> ${sim.operator} · ${called("sim", sim.state)}
        ${sim.month ? html`<small>${say("phones.month", { count: sim.monthParts, month: sim.month })}</small>` : ""}</li>`)}</ul>
    ${may("sms:pause") && html`<footer>${
      phone.pausedReason || phone.probeAt
        ? html`<button type="button" class="primary" onClick=${() => post("sms:resume", { deviceId: phone.deviceId })}><${Icon} name="play" />
          ${say("phones.resume")}</button>`
        : html`<button type="button" onClick=${() => post("sms:pause", { deviceId: phone.deviceId })}><${Icon} name="pause" />${say("phones.pause")}</button>`
    }</footer>`}
  </li>`;
}

/** @param {Phone} phone */
const isLow = ({ battery, isCharging }) => battery !== null && battery < LOW_BATTERY && !isCharging;

/** @param {{signal: number | null}} props */
function Bars({ signal }) {
  if (signal === null) return say("phones.unknown");
  return html`<svg class="bars" role="img" aria-label=${say("phones.bars", { count: signal })} viewBox="0 0 22 16">
    ${Array.from({ length: MOST_BARS }, (_, bar) =>
      html`<rect key=${bar} data-on=${String(bar < signal)} x=${bar * 6} y=${12 - bar * 4} width="4" height=${4 + bar * 4} rx="1" />`)}</svg>`;
}

