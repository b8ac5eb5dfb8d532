// @ts-check
/** Whether orders from home are taken now, paused or not, and where, when and for how much they are brought. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { now } from "@comanda/ui/clock.js";
import { ask, of, postQuietly } from "./feed.js";
import { dayAndTime, money, named, say } from "./house_text.js";
import { offer } from "./offered.js";
import { close } from "./sheet.js";

const MINUTE = 60_000;

/** For how many minutes a pause is offered. */
const PAUSES = [30, 60, 120];

export function Delivering() {
  const isAsked = useSignal(false);
  const problem = useSignal("");
  useEffect(() => void ask("delivery:plan", {}).then(() => (isAsked.value = true)), []);
  const plan = [...of("plan").value.values()][0];
  const currency = offer.value?.menu.currency ?? "RON";
  const price = (/** @type {number} */ amount) => money({ amount, currency });
  const tell = async (/** @type {ReturnType<typeof postQuietly<any>>} */ asking) => (problem.value = (await asking).refused?.message ?? "");
  const pause = (/** @type {number | null} */ minutes) =>
    tell(postQuietly("delivery:pause", { until: minutes === null ? null : new Date(now.peek() + minutes * MINUTE).toISOString() }));
  if (!plan) return html`<${Dialog} heading=${say("plan.heading")} onClose=${close} isSheet>
    <p role="status">${isAsked.value ? say("plan.none") : say("loading")}</p><//>`;
  return html`<${Dialog} heading=${say("plan.heading")} onClose=${close} isSheet>
    ${plan.pause
      ? html`<p class="overpaid" role="status"><${Icon} name="pause" />
        <span>${plan.pause.until ? say("plan.pausedUntil", { time: dayAndTime(plan.pause.until) }) : say("plan.paused")} · ${plan.pause.by.name}</span></p>
        <button type="button" class="primary wide" onClick=${() => tell(postQuietly("delivery:resume", {}))}><${Icon} name="play" />${say("plan.resume")}</button>`
      : html`<p role="status">${say(plan.isOffered ? "plan.open" : "plan.off")}</p>
        ${plan.isOffered && html`<h3>${say("plan.pause")}</h3>
          <div class="quick-picks" role="group" aria-label=${say("plan.pause")}>
            ${PAUSES.map((one) => html`<button key=${one} type="button" onClick=${() => pause(one)}>${say("plan.minutes", { count: one })}</button>`)}
            <button type="button" onClick=${() => pause(null)}>${say("plan.untilResumed")}</button></div>`}`}
    <p class="problem" role="alert">${problem}</p>
    <h3>${say("plan.zones")}</h3>
    <ul class="rows">${plan.zones.map((zone) => html`<li key=${zone.id}><span><b>${named(zone.name)}</b><small>${[
      say("plan.way", { count: zone.minutes }),
      zone.minimum > 0 && say("plan.minimum", { amount: price(zone.minimum) }),
      zone.freeFrom !== null && say("plan.freeFrom", { amount: price(zone.freeFrom) }),
    ].filter(Boolean).join(" · ")}</small></span><span class="sum">${price(zone.fee)}</span></li>`)}</ul>
    <p class="hint">${[plan.takeOut && say("plan.takeOut"), say("plan.lead", { count: plan.leadMinutes }), plan.slots &&
      say("plan.slots", { count: plan.slots.minutes, cap: plan.slots.cap })].filter(Boolean).join(" · ")}</p>
  <//>`;
}
