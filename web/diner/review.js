// @ts-check
/** The sheet of a sending: what is sent, that it is on its way, and what became of it. One can always tell which. */
import { computed } from "@preact/signals";
import { now } from "@comanda/ui/clock.js";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { isShared, lines, total } from "./basket.js";
import { LineText } from "./line.js";
import { keyOf, outage, whoIs } from "./party.js";
import { show } from "./sections.js";
import { isAside, isReviewing, isSettled, letGo, notice, outcome, overtaker, placing, send, setAside } from "./sending.js";
import { money } from "./written.js";
import { say } from "./text.js";

/** After so long without an answer one is told that it is not forgotten. */
const SLOW_MS = 4_000;

/** Both by the clock of the phone, which may be wrong; `now` is the server's, and only says when to look again. */
const isSlow = computed(() => placing.value !== null && now.value > 0 && Date.now() - placing.value.at > SLOW_MS);

/** Drawn while there is something to look at. */
export function Review() {
  const result = outcome.value;
  if (placing.value) return isAside.value ? null : html`<${Sending} />`;
  if (result?.kind === "placed") return html`<${Placed} order=${result.order} minutes=${result.minutes} />`;
  if (overtaker.value && (result?.kind === "refused" || isReviewing.value)) return html`<${Overtaken} by=${overtaker.value} />`;
  if (result?.kind === "busy") return html`<${Busy} minutes=${result.minutes} />`;
  if (result?.kind === "refused") return html`<${Failed} message=${result.message} />`;
  return isReviewing.value ? html`<${Look} />` : null;
}

function Look() {
  const canSend = isSettled.value && lines.value.length > 0 && outage.status.value === "live";
  return html`<${Dialog} key="look" heading=${say("review")} isSheet onClose=${letGo}>
    ${notice.value && html`<p class="notice" role="alert"><${Icon} name="warning" />${notice.value}</p>`}
    <p class="soft">${say(isShared.value ? "review.held" : "review.own")}</p>
    <ul class="review-lines">
      ${lines.value.map(
        (line) => html`<li key=${keyOf(line.id)}><b>${line.quantity}×</b>
          <div><${LineText} line=${line} />${isShared.value && html`<small class="soft">${whoIs(line.addedBy)}</small>`}</div>
          <span>${money(line.price)}</span></li>`,
      )}
    </ul>
    <p class="sum"><span>${say("total")}</span><b>${money(total.value)}</b></p>
    <footer class="sheet-foot">
      <button type="button" onClick=${letGo}>${say("not.yet")}</button>
      <button type="button" class="accent" disabled=${!canSend} onClick=${() => send()}>${say(outage.status.value === "live" ? "send" : "send.offline")}</button>
    </footer>
  <//>`;
}

function Sending() {
  return html`<${Dialog} key="sending" heading=${say("sending")} isSheet onClose=${setAside}>
    <div class="outcome" role="status" data-outcome="sending">
      <span class="spinner" aria-hidden="true"></span>
      <p>${say(outage.status.value === "live" ? "sending.text" : "sending.offline")}</p>
      <p class="soft">${isSlow.value && say("sending.slow")}</p>
    </div>
  <//>`;
}

function follow() {
  letGo();
  show("orders");
}

/** Somebody else was quicker: there is one order. @param {{by: {kind: string, id: string, name: string}}} props */
function Overtaken({ by }) {
  return html`<${Dialog} key="overtaken" heading=${say("overtaken.heading")} isSheet onClose=${letGo}>
    <div class="outcome" role="status" data-outcome="overtaken">
      <span class="seal" aria-hidden="true"><${Icon} name="check" /></span>
      <p>${say("sent.by", { who: whoIs(by) })}</p>
      <p class="soft">${say("overtaken.text")}</p>
    </div>
    <footer class="sheet-foot"><button type="button" class="accent" onClick=${follow}>${say("follow")}</button></footer>
  <//>`;
}

/** @param {{order: import("../client/protocol.js").OrderView, minutes: number | null}} props */
function Placed({ order, minutes }) {
  const isWaiting = order.status === "WAITING";
  return html`<${Dialog} key="placed" heading=${say(isWaiting ? "waiting.heading" : "placed.heading")} isSheet onClose=${letGo}>
    <div class="outcome" role="status" data-outcome=${isWaiting ? "waiting" : "placed"}>
      <span class="seal" aria-hidden="true"><${Icon} name=${isWaiting ? "clock" : "check"} /></span>
      <p class="number">${say("order.number", { number: order.number })}</p>
      <p>${say(isWaiting ? "waiting.text" : "placed.text")}</p>
      ${minutes !== null && html`<p class="soft">${say("about.minutes", { count: minutes })}</p>`}
    </div>
    <footer class="sheet-foot"><button type="button" class="accent" onClick=${follow}>${say("follow")}</button></footer>
  <//>`;
}

/** @param {{minutes: number}} props */
function Busy({ minutes }) {
  return html`<${Dialog} key="busy" heading=${say("busy.heading")} isSheet onClose=${letGo}>
    <div class="outcome" role="status" data-outcome="busy">
      <span class="seal amber" aria-hidden="true"><${Icon} name="clock" /></span>
      <p>${say("busy.text", { count: minutes })}</p>
    </div>
    <footer class="sheet-foot">
      <button type="button" onClick=${letGo}>${say("back.to.cart")}</button>
      <button type="button" class="accent" onClick=${() => send(minutes)}>${say("busy.accept")}</button>
    </footer>
  <//>`;
}

/** @param {{message: string}} props */
function Failed({ message }) {
  return html`<${Dialog} key="failed" heading=${say("failed.heading")} isSheet onClose=${letGo}>
    <div class="outcome" role="alert" data-outcome="refused">
      <span class="seal red" aria-hidden="true"><${Icon} name="warning" /></span>
      <p>${message}</p>
      <p class="soft">${say("failed.text")}</p>
    </div>
    <footer class="sheet-foot"><button type="button" class="accent" onClick=${letGo}>${say("back.to.cart")}</button></footer>
  <//>`;
}
