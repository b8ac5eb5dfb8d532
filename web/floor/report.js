// @ts-check
/** What business days came to, as the server has added it up: figures and plots. Nothing is summed here. */
import { useEffect } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { inDigits } from "@comanda/ui/money.js";
import { ask, of } from "./feed.js";
import { called, money, named, say } from "./house_text.js";
import { ofPerson, whenLeft } from "./leaving.js";
import { Columns, Figure, Rows, Times, minutes } from "./plots.js";

/** @typedef {import("./feed.js").ReplyOf<"report:get">} Reply */
/** @typedef {import("../client/protocol.js").ReportView} Report */

/** How many dishes and reasons a plot shows; all are in its table. */
const MOST_ROWS = 10;

const DAY = 86_400_000;

const reply = ofPerson(/** @type {Reply | null} */ (null));

/** The present business day, as the server named it first. */
const today = ofPerson("");

/** Whether it could not be read: days may still be added up. */
const isLost = ofPerson(false);

/** Only the newest question counts, and none of somebody who has left. */
let asked = 0;
whenLeft(() => void (asked += 1));

/** @param {string | null} from @param {string | null} to */
async function read(from, to) {
  const mine = ++asked;
  const answer = await ask("report:get", { from, to });
  if (mine !== asked) return;
  isLost.value = !answer;
  if (!answer) return;
  if (to === null) today.value = answer.to;
  reply.value = answer;
}

/** A date so many days before another one. @param {string} date @param {number} days */
const before = (date, days) => new Date(Date.parse(`${date}T00:00:00Z`) - days * DAY).toISOString().slice(0, 10);

export function DayReport() {
  useEffect(() => void read(null, null), []);
  const shown = reply.value;
  const again = html`<button type="button" onClick=${() => read(null, null)}>${say("report.again")}</button>`;
  if (!shown) return html`<div class="bar"><h1>${say("report.heading")}</h1></div><p class="empty" role="status">${isLost.value ? again : say("loading")}</p>`;
  const now = today.value || shown.to;
  const spans = { today: [now, now], yesterday: [before(now, 1), before(now, 1)], week: [before(now, 6), now], month: [before(now, 29), now] };
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).value;
  return html`<div class="bar"><h1>${say("report.heading")}</h1>
      <div class="quick-picks" role="group" aria-label=${say("report.span")}>
        ${Object.entries(spans).map(([name, [from, to]]) =>
          html`<button key=${name} type="button" aria-pressed=${String(shown.from === from && shown.to === to)}
            onClick=${() => read(from ?? null, to ?? null)}>${called("span", name)}</button>`)}</div></div>
    <form class="filters" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label>${say("report.from")}<input name="from" type="date" value=${shown.from} max=${shown.to}
        onChange=${(/** @type {Event} */ event) => valueOf(event) && read(valueOf(event), shown.to)} /></label>
      <label>${say("report.to")}<input name="to" type="date" value=${shown.to} min=${shown.from} max=${now}
        onChange=${(/** @type {Event} */ event) => valueOf(event) && read(shown.from, valueOf(event))} /></label>
      <p class="hint">${shown.finalUntil !== null && shown.to <= shown.finalUntil ? say("report.final") : say("report.open")}</p>
    </form>
    <${Figures} report=${shown.report} currency=${shown.currency} />`;
}

/** @param {{report: Report, currency: string}} props */
function Figures({ report, currency }) {
  const { bills } = report;
  const stations = new Map([...of("station").value.values()].map((one) => [one.code, named(one.name)]));
  const tick = (/** @type {number} */ value) => inDigits(value, currency, language.value).replace(/\D0+$/, "");
  const hours = report.hours.map((one) => ({ label: String(one.hour), value: one.net.amount, text: money(one.net) }));
  const dishes = report.dishes.map((one) => ({ ...one, label: one.itemId === null ? say("report.others") : named(one.name) }));
  const taken = report.takenOff.map((one) => ({ ...one, label: `${called("correction", one.kind)}: ${one.reason ?? say("report.others")}` }));
  const times = report.ticketTimes.map((one) =>
    ({ ...one, label: one.station === null ? say("report.allStations") : (stations.get(one.station) ?? one.station) }));
  return html`<dl class="totals">
      <${Total} name="net" value=${money(bills.net)} note=${say("report.items", { amount: money(bills.items) })} />
      <${Total} name="total" value=${money(bills.total)}
        note=${bills.openChecks > 0 ? say("report.stillOpen", { count: bills.openChecks, amount: money(bills.openTotal) }) : ""} />
      <${Total} name="checks" value=${String(bills.checks)} note=${say("report.covers", { count: bills.covers })} />
      <${Total} name="voids" value=${money(bills.voids)} note=${say("report.comps", { amount: money(bills.comps) })} />
      <${Total} name="discounts" value=${money(bills.discounts)} note=${say("report.promotions", { amount: money(bills.promotions) })} />
      <${Total} name="serviceCharge" value=${money(bills.serviceCharge)} note=${say("report.delivery", { amount: money(bills.deliveryFee) })} />
    </dl>
    <div class="plots">
      <${Figure} name="hours" heading=${say("plot.hours")}
        columns=${[say("col.hour"), say("col.orders"), say("col.portions"), say("col.items"), say("col.net")]}
        rows=${report.hours.map((one) => [`${one.hour}:00`, one.orders, one.portions, money(one.items), money(one.net)])}>
        <${Columns} label=${say("plot.hours.said", { count: hours.length })} bars=${hours} scale=${tick} /><//>
      <${Figure} name="dishes" heading=${say("plot.dishes")} columns=${[say("col.dish"), say("col.portions"), say("col.items"), say("col.net")]}
        rows=${dishes.map((one) => [one.label, one.portions, money(one.items), money(one.net)])}>
        <${Rows} label=${say("plot.dishes.said", { count: Math.min(dishes.length, MOST_ROWS) })}
          bars=${[...dishes].sort((one, other) => other.net.amount - one.net.amount).slice(0, MOST_ROWS).map((one) =>
            ({ label: `${one.label} (${one.portions})`, value: one.net.amount, text: money(one.net) }))} /><//>
      <${Figure} name="tenders" heading=${say("plot.tenders")}
        columns=${[say("col.method"), say("col.count"), say("col.amount"), say("col.tips"), say("col.refunded")]}
        rows=${report.tenders.map((one) => [called("method", one.method), one.count, money(one.amount), money(one.tips), money(one.refunded)])}>
        <${Rows} label=${say("plot.tenders.said")}
          bars=${report.tenders.map((one) =>
            ({ label: `${called("method", one.method)} (${one.count})`, value: one.amount.amount, text: money(one.amount) }))} /><//>
      <${Figure} name="times" heading=${say("plot.times")}
        columns=${[say("col.station"), say("col.tickets"), say("plot.p50"), say("plot.p90"), say("plot.p99")]}
        rows=${times.map((one) => [one.label, one.tickets, minutes(one.p50), minutes(one.p90), minutes(one.p99)])}>
        <${Times} label=${say("plot.times.said")} rows=${times} /><//>
      <${Figure} name="takenOff" heading=${say("plot.takenOff")} columns=${[say("col.why"), say("col.count"), say("col.portions"), say("col.amount")]}
        rows=${taken.map((one) => [one.label, one.count, one.portions, money(one.amount)])}>
        <${Rows} label=${say("plot.takenOff.said")}
          bars=${taken.slice(0, MOST_ROWS).map((one) => ({ label: `${one.label} (${one.count})`, value: one.amount.amount, text: money(one.amount) }))} /><//>
      <${Figure} name="waiters" heading=${say("plot.waiters")}
        columns=${[say("col.waiter"), say("col.orders"), say("col.portions"), say("col.net"), say("col.tips")]}
        rows=${report.waiters.map((one) => [one.waiter?.name ?? say("report.nobody"), one.orders, one.portions, money(one.net), money(one.tips)])}>
        <${Rows} label=${say("plot.waiters.said")}
          bars=${report.waiters.map((one) => ({ label: one.waiter?.name ?? say("report.nobody"), value: one.net.amount, text: money(one.net) }))} /><//>
    </div>
    <div class="columns"><section aria-label=${say("report.taxes")}><h2>${say("report.taxes")}</h2>
      <table class="bill"><tbody>${report.taxes.map((one) =>
        html`<tr key=${`${one.classId} ${one.rate} ${one.isInclusive}`}>
          <th scope="row">${named(one.name)}<small>${say("report.taxOf", { amount: money(one.base) })}</small></th>
          <td>${money(one.amount)}</td></tr>`)}</tbody></table></section></div>`;
}

/** @param {{name: string, value: string, note: string}} props */
function Total({ name, value, note }) {
  return html`<div data-total=${name}><dt>${called("total", name)}</dt><dd>${value}<small>${note}</small></dd></div>`;
}
