// @ts-check
/** How a check adds up, who pays which part of it, and what was paid. */
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { perCent } from "@comanda/ui/money.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { money, named, say } from "./meal_text.js";
import { myId, whoIs } from "./party.js";

/**
 * @typedef {import("./division.js").Check} Check
 * @typedef {import("../client/protocol.js").BillPart} Part
 */

/** @param {Check} check @param {Part} part */
function partText(check, { kind, name, rate, lineId, code, isInclusive }) {
  const percent = rate === null ? "" : perCent(rate, language.value);
  if (kind === "VOID" || kind === "COMP") {
    const line = check.rounds.flatMap(({ lines }) => lines).find(({ id }) => id === lineId);
    return say(`bill.${kind}`, { dish: line ? named(line.name) : "" });
  }
  if (kind === "PROMOTION") return Object.keys(name).length > 0 ? named(name) : say("bill.PROMOTION", { code: code ?? "" });
  if (kind === "TAX") return say(isInclusive ? "bill.TAX.inside" : "bill.TAX", { name: named(name), percent });
  if ((kind === "DISCOUNT" || kind === "SERVICE_CHARGE") && percent) return say(`bill.${kind}.percent`, { percent });
  return say(`bill.${kind}`);
}

/** Part by part, as the house computes it. @param {{check: Check}} props */
export function Bill({ check }) {
  return html`<section aria-labelledby="bill-heading"><h2 id="bill-heading">${say("check.bill")}</h2>
    <dl class="bill">${check.bill.map(
      (part, at) => html`<div key=${at} data-kind=${part.kind} data-inside=${String(part.isInclusive)}><dt>${partText(check, part)}</dt><dd>${money(part.amount)}</dd></div>`,
    )}</dl>
  </section>`;
}

/** What each of those who pay owes. @param {{check: Check}} props */
export function Shares({ check }) {
  if (check.shares.length === 0 || check.shares.every(({ id }) => id === "rest")) return null;
  return html`<section aria-labelledby="shares-heading"><h2 id="shares-heading">${say("check.shares")}</h2>
    <dl class="bill shares">${check.shares.map((share, at) => {
      const isMine = share.participantId === myId.value;
      const who = share.id === "rest" ? say("share.rest") : isMine ? say("share.mine") : share.participantId ? whoIs({ id: share.participantId, name: share.name }) : share.name || say("share.part", { number: at + 1 });
      const isPaid = share.due.amount === 0 && share.amount.amount > 0;
      return html`<div key=${share.id} data-share=${share.id} data-mine=${String(isMine)}><dt>${who}${isPaid && html` <span class="paid">${say("share.done")}</span>`}</dt><dd>${money(share.amount)}</dd></div>`;
    })}</dl>
  </section>`;
}

/** Payments, oldest first. @param {{check: Check}} props */
export function Tenders({ check }) {
  if (check.tenders.length === 0) return null;
  return html`<section aria-labelledby="tenders-heading"><h2 id="tenders-heading">${say("check.tenders")}</h2>
    <dl class="bill">${check.tenders.map(
      ({ id, method, amount, tip, at, refunded }) => html`<div key=${id}><dt>${say(`tender.${method}`)} <span class="soft">${timeOfDay(at)}
        ${tip.amount > 0 && say("tender.tip", { amount: money(tip) })} ${refunded.amount > 0 && say("tender.back", { amount: money(refunded) })}</span></dt><dd>${money(amount)}</dd></div>`,
    )}</dl>
  </section>`;
}
