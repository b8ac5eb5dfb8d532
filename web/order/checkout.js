// @ts-check
/** Where to, when, how it is paid, what it comes to; and the button. */
import { html } from "@comanda/ui/html.js";
import { language, named } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { Dialog } from "@comanda/ui/dialog.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { AddressList } from "./address_list.js";
import { cart, choose } from "./cart.js";
import { Way } from "./menu_page.js";
import { option, plan } from "./offer.js";
import { acceptWait, busy, place } from "./placing.js";
import { connection } from "./proof.js";
import { address, asked, isFresh, isRepriced, quote, refusal, slots } from "./quote.js";
import { say } from "./text.js";

/** When it is handed over, or at once where the house takes money online. */
const METHODS = /** @type {const} */ (["CASH", "CARD_TERMINAL", "ONLINE"]);

export function Checkout() {
  const isLocked = cart.value.placing !== null;
  return html`<fieldset class="checkout" disabled=${isLocked}>
      <legend class="unseen">${say("checkout")}</legend>
      <${Way} />
      ${option.value === "DELIVERY" && html`<section><h2>${say("where")}</h2><${AddressList} chosenId=${address.value?.id ?? null} onChoose=${(/** @type {string | null} */ id) => choose({ addressId: id })} /></section>`}
      <section><h2>${say("when")}</h2><${When} /></section>
      <section><h2>${say("how-to-pay")}</h2><${Pay} /></section>
    </fieldset>
    <${Bill} />
    <${Send} />
    ${busy.value && html`<${Busy} minutes=${busy.value.minutes} />`}`;
}

/** As soon as possible, or one of the slots, by day. */
function When() {
  const found = quote.value;
  const soon = found?.slot === null && found.promisedAt && isFresh.value ? say("soon.at", { time: timeOfDay(found.promisedAt) }) : say("soon");
  /** @type {Map<string, typeof slots.value>} */
  const days = new Map();
  for (const one of slots.value) {
    const day = new Date(one.beginsAt).toDateString();
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  const chosen = cart.value.slot;
  const isKnown = chosen === null || slots.value.some((one) => one.beginsAt === chosen);
  return html`<label class="unseen" for="slot">${say("when")}</label>
    <select id="slot" class="wide" aria-invalid=${String(Boolean(refusal.value?.code.startsWith("SLOT_")))} onChange=${(/** @type {any} */ event) => choose({ slot: event.target.value || null })}>
      <option value="" selected=${chosen === null}>${soon}</option>
      ${!isKnown && html`<option value=${chosen} selected>${dayOf(chosen ?? "")} ${timeOfDay(chosen)}</option>`}
      ${[...days.values()].map(
        (ofDay) => html`<optgroup key=${ofDay[0]?.beginsAt} label=${dayOf(ofDay[0]?.beginsAt ?? "")}>
          ${ofDay.map((one) => html`<option key=${one.beginsAt} value=${one.beginsAt} selected=${chosen === one.beginsAt} disabled=${!one.hasRoom && chosen !== one.beginsAt}>
            ${timeOfDay(one.beginsAt)}–${timeOfDay(one.endsAt)}${one.hasRoom ? "" : ` (${say("slot.full")})`}</option>`)}
        </optgroup>`,
      )}
    </select>`;
}

const dayOf = (/** @type {string} */ moment) => {
  const date = new Date(moment);
  if (date.toDateString() === new Date().toDateString()) return say("today");
  return date.toLocaleDateString(language.value, { weekday: "long", day: "numeric", month: "long" });
};

/** A house that takes nothing online any more is paid at the door. */
const method = () => (connection.value?.hello.value?.onlinePayment || cart.value.method !== "ONLINE" ? cart.value.method : "CASH");

function Pay() {
  const isBrought = option.value === "DELIVERY";
  const isOnline = Boolean(connection.value?.hello.value?.onlinePayment);
  return html`<div class="methods" role="radiogroup" aria-label=${say("how-to-pay")}>
    ${METHODS.filter((one) => one !== "ONLINE" || isOnline).map((one) => html`<label key=${one}><input type="radio" name="method" checked=${method() === one} onChange=${() => choose({ method: one })} />
      <span>${say(`pay.${one}.${isBrought ? "door" : "house"}`)}</span></label>`)}
  </div>
  <p class="hint">${say(method() === "ONLINE" ? "pay.first" : "pay.later")}</p>`;
}

/** What the server says that it comes to, part by part. It stays in its place while the next answer is on its way. */
function Bill() {
  const found = quote.value;
  if (!found) return html`<p class="hint bill-place" role="status">${asked.value ? (refusal.value ? "" : say("counting")) : option.value === "DELIVERY" && !address.value ? say("address.first") : ""}</p>`;
  const zone = plan.value?.zones.find((one) => one.id === found.zone?.id);
  const hint = zone?.freeFrom && found.fee.amount > 0 ? say("free-from", { amount: written({ amount: zone.freeFrom, currency: found.total.currency }, language.value) }) : "";
  return html`<section class="bill" aria-live="polite" aria-busy=${String(!isFresh.value)} data-fresh=${String(isFresh.value)}>
    <h2 class="unseen">${say("bill")}</h2>
    <dl>${found.bill.filter((one) => !(one.kind === "TAX" && one.isInclusive)).map((one) => html`<div key=${`${one.kind} ${one.classId ?? ""} ${one.correctionId ?? ""}`} data-kind=${one.kind}>
      <dt>${partName(one)}</dt><dd>${one.kind === "DELIVERY_FEE" && one.amount.amount === 0 ? say("free") : written(one.amount, language.value)}</dd></div>`)}</dl>
    ${found.zone && html`<p class="hint">${say("zone", { zone: named(found.zone.name) })}</p>`}
    ${hint && html`<p class="hint">${hint}</p>`}
  </section>`;
}

/** @param {import("../client/protocol.js").BillPart} part */
const partName = (part) => (Object.keys(part.name).length > 0 ? named(part.name) : say(/** @type {any} */ (`part.${part.kind}`)));

/** The button, and above it whatever keeps it from being one. */
function Send() {
  const { placing } = cart.value;
  const found = quote.value;
  const isLive = connection.value?.status.value === "live";
  if (placing) {
    return html`<div class="foot" role="status"><p class="sending"><span class="spinner" aria-hidden="true" />${say(isLive ? "sending" : "sending.offline")}</p></div>`;
  }
  const text = refusalText();
  const isReady = Boolean(found && isFresh.value && !refusal.value);
  return html`<div class="foot">
    <div role="alert">${text && html`<p class="problem">${text}</p>`}</div>
    <div role="status">${!text && !isLive && html`<p class="hint">${say("order.offline")}</p>`}</div>
    <button type="button" class="accent wide" disabled=${!isReady} onClick=${() => place(method())}>
      <span>${say(method() === "ONLINE" ? "order.pay" : "order")}</span> <b>${found ? written(found.total, language.value) : ""}</b>
    </button>
  </div>`;
}

function refusalText() {
  const refused = refusal.value;
  if (!refused && isRepriced.value && quote.value) return say("price-changed", { total: written(quote.value.total, language.value) });
  if (!refused) return cart.value.unsentAt === null ? "" : say("unsent", { time: timeOfDay(cart.value.unsentAt) });
  const { details, message, code } = refused;
  if (code === "BELOW_MINIMUM") return say("below", { minimum: written(details.minimum, language.value), amount: written(details.amount, language.value) });
  if (code === "DELIVERY_PAUSED" && details.until) return say("paused.until", { time: timeOfDay(details.until) });
  return message;
}

/** The kitchen wants to be waited for: nothing was sent yet. @param {{minutes: number}} props */
function Busy({ minutes }) {
  const close = () => (busy.value = null);
  return html`<${Dialog} heading=${say("busy")} isSheet onClose=${close}>
    <p>${say("busy.minutes", { count: minutes })}</p>
    <div class="buttons"><button type="button" class="accent" onClick=${acceptWait}>${say("busy.go")}</button><button type="button" onClick=${close}>${say("busy.no")}</button></div>
  <//>`;
}
