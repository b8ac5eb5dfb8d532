// @ts-check
/** The check of a party: what is owed and paid, dish by dish and part by part, and all that can be done about it. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { takenOff } from "./bill.js";
import { Cancelling, Code, Discount, LineActs, takePromotionOff } from "./charging.js";
import { called, money, named, percent, say, shareName } from "./check_text.js";
import { ask, checksOf, of, orders, post, waiting } from "./feed.js";
import { PaymentAlarms, Payments } from "./payments.js";
import { Receipt } from "./receipt.js";
import { Settle } from "./settling.js";
import { close, open } from "./sheet.js";
import { Split } from "./splitting.js";
import { may } from "./who.js";

/** @typedef {import("./bill.js").Check} Check */

/** Whether money was taken here for a check and nobody has answered yet, also before a reload: it must not be taken again. @param {string} id */
const isPaying = (id) => waiting.value.some((one) => one.name === "payment:record" && one.payload.checkId === id);

/** The tab of a party. @param {{session: import("./feed.js").Session}} props */
export function CheckTab({ session }) {
  return html`<${Checks} sessionId=${session.id} />`;
}

/**
 * The check of a session that is looked at from elsewhere: of an order from home, or of a party that has left.
 * @param {{sessionId: string, heading: string}} props
 */
export function CheckSheet({ sessionId, heading }) {
  const asked = useSignal(/** @type {Check[] | null} */ (null));
  useEffect(() => {
    ask("check:get", { sessionId }).then((reply) => (reply ? (asked.value = reply.checks) : close()));
  }, []);
  // What is asked for is not told of a party that has left: after a change it is asked for again, unless it is known by then.
  const known = (asked.value ?? []).map((one) => /** @type {Check} */ (of("check").value.get(one.id) ?? one));
  return html`<${Dialog} heading=${heading} onClose=${close}>
    <div class="check-tab">${asked.value ? known.map((check) => html`<${CheckCard} key=${check.id} check=${check} />`)
      : html`<p role="status">${say("loading")}</p>`}</div>
  <//>`;
}

/** @param {{sessionId: string}} props */
function Checks({ sessionId }) {
  const checks = checksOf(sessionId);
  const undecided = orders.value.filter((one) => one.sessionId === sessionId && one.status === "WAITING");
  return html`<div class="check-tab">
    <${PaymentAlarms} sessionId=${sessionId} />
    ${checks.length === 0 && html`<p class="empty">${say("none")}</p>`}
    ${checks.map((check, index) => html`<${CheckCard} key=${check.id} check=${check}
      heading=${checks.length > 1 ? say("check.of", { number: index + 1 }) : ""} />`)}
    ${undecided.length > 0 && may("order:cancel") && html`<section class="card" aria-label=${say("waiting")}><h3>${say("waiting")}</h3>
      <ul class="rows">${undecided.map((order) => html`<li key=${order.id}>
        <span><b>#${order.number}</b> ${order.lines.map((line) => `${line.quantity}× ${named(line.name)}`).join(", ")}</span>
        <button type="button" class="danger" onClick=${() => open(() => html`<${Cancelling} orderId=${order.id} />`)}>
          ${say("cancel.go")}</button></li>`)}</ul></section>`}
  </div>`;
}

/** One check. @param {{check: Check, heading?: string}} props */
function CheckCard({ check, heading = "" }) {
  const { sessionId } = check;
  const isOpen = check.status === "OPEN";
  const isDivided = check.shares.length > 1 || check.splitMethod !== null;
  return html`<section class="check" aria-label=${heading || say("check")} data-check=${check.id}>
    ${heading && html`<h3>${heading}</h3>`}
    <dl class="owed" aria-live="polite">
      <div><dt>${say("total")}</dt><dd>${money(check.total)}</dd></div>
      <div><dt>${say("paid")}</dt><dd>${money(check.paid)}</dd></div>
      <div class="due" data-is-paid=${String(check.due.amount === 0 && check.total.amount > 0)}><dt>${say("due")}</dt><dd>${money(check.due)}</dd></div>
    </dl>
    ${check.overpaid.amount > 0 && html`<p class="overpaid" role="alert"><${Icon} name="warning" />${say("overpaid", { amount: money(check.overpaid) })}</p>`}
    <div class="acts">
      ${isOpen && html`<button type="button" class="primary" disabled=${check.payable.amount === 0 || isPaying(check.id)}
        onClick=${() => open(() => html`<${Settle} checkId=${check.id} />`)}><${Icon} name="card" />${say("pay")}</button>`}
      ${isOpen && html`<button type="button" disabled=${check.total.amount === 0} onClick=${() => open(() => html`<${Split} checkId=${check.id} />`)}>
        ${say("split")}</button>`}
      ${isOpen && html`<button type="button" onClick=${() => open(() => html`<${Discount} checkId=${check.id} />`)}>${say("discount")}</button>`}
      ${isOpen && html`<button type="button" onClick=${() => open(() => html`<${Code} checkId=${check.id} />`)}>${say("code")}</button>`}
      <button type="button" onClick=${() => open(() => html`<${Receipt} sessionId=${sessionId} checkId=${check.id} />`)}>${say("receipt")}</button>
    </div>
    ${isDivided && html`<${Shares} check=${check} />`}
    ${check.rounds.map((round) => html`<${Round} key=${round.orderId} check=${check} round=${round} />`)}
    <${Bill} check=${check} />
    <${Payments} check=${check} />
  </section>`;
}

/** Who owes what of it. @param {{check: Check}} props */
function Shares({ check }) {
  const undo = () => post("check:unsplit", { sessionId: check.sessionId, checkId: check.id });
  const isOpen = check.status === "OPEN";
  return html`<section class="shares" aria-label=${say("shares")}>
    <header><h3>${check.splitMethod ? called("split", check.splitMethod) : say("shares")}</h3>
      ${isOpen && check.splitMethod && html`<button type="button" class="quiet" onClick=${undo}>${say("unsplit")}</button>`}</header>
    <ul class="rows">${check.shares.map((share, index) => html`<li key=${share.id} data-share=${share.id}>
      <span><b>${shareName(share, index)}</b>
        ${share.due.amount !== share.amount.amount &&
          html`<small>${say(share.due.amount === 0 ? "share.paid" : "share.of", { amount: money(share.amount) })}</small>`}</span>
      <span class="sum">${money(share.due)}</span>
      <span class="pair">
        <button type="button" aria-label=${say("receipt.of", { name: shareName(share, index) })}
          onClick=${() => open(() => html`<${Receipt} sessionId=${check.sessionId} checkId=${check.id} shareId=${share.id} />`)}>
            <${Icon} name="list" /></button>
        ${isOpen && html`<button type="button" class="primary" disabled=${share.due.amount === 0 || isPaying(check.id)}
          aria-label=${`${say("pay.short")}: ${shareName(share, index)}`}
          onClick=${() => open(() => html`<${Settle} checkId=${check.id} shareId=${share.id} />`)}>${say("pay.short")}</button>`}
      </span>
    </li>`)}</ul>
  </section>`;
}

/** @param {{check: Check, round: import("../client/protocol.js").CheckRound}} props */
function Round({ check, round }) {
  return html`<section class="check-round" aria-label=${say("round", { number: round.number })}>
    <h3><span>${say("round", { number: round.number })}</span><span class="sum">${money(round.amount)}</span></h3>
    <ul>${round.lines.map((line) => {
      const { voided, free, left } = takenOff(check, round.orderId, line);
      const claims = check.claims.filter((one) => one.lineId === line.id);
      const marks = [
        ...line.modifiers.map(named),
        voided > 0 && say("voided", { count: voided }),
        free > 0 && say("free", { count: free }),
        ...claims.map((one) => `${one.by.name || say("guest")}${one.of > 1 ? ` ${one.parts}/${one.of}` : ""}`),
      ].filter(Boolean);
      const face = html`<span class="count">${line.quantity}×</span>
        <span class="what"><span class="called">${named(line.name)}</span>${marks.length > 0 && html`<small>${marks.join(" · ")}</small>`}</span>
        <span class="sum">${money(line.price)}</span>`;
      return html`<li key=${line.id} data-gone=${String(left === 0)}>
        ${check.status === "OPEN" ? html`<button type="button" class="check-line"
          onClick=${() => open(() => html`<${LineActs} checkId=${check.id} orderId=${round.orderId} lineId=${line.id} />`)}>${face}
            <${Icon} name="more" /></button>` : html`<span class="check-line">${face}</span>`}
      </li>`;
    })}</ul>
  </section>`;
}

/** How it comes to what it comes to. @param {{check: Check}} props */
function Bill({ check }) {
  const reasons = new Map(check.corrections.map((one) => [one.id, one]));
  return html`<table class="bill"><caption class="unseen">${say("bill")}</caption><tbody>
    ${check.bill.map((part, index) => {
      const correction = part.correctionId ? reasons.get(part.correctionId) : undefined;
      const why = correction && [correction.reason, correction.by.name, correction.approver &&
        say("approved.by", { name: correction.approver.name })].filter(Boolean).join(" · ");
      const isPromotion = part.kind === "PROMOTION" && correction && check.status === "OPEN" && part.amount.amount !== 0;
      return html`<tr key=${part.correctionId ?? `${part.kind} ${index}`} data-kind=${part.kind} data-inner=${String(part.isInclusive)}>
        <th scope="row">${partName(part)}${why && html`<small>${why}</small>`}
          ${isPromotion && html`<button type="button" class="quiet" onClick=${() => open(() => takePromotionOff(check, correction))}>
            ${say("code.remove")}</button>`}</th>
        <td>${part.isInclusive ? `(${money(part.amount)})` : money(part.amount)}</td>
      </tr>`;
    })}</tbody></table>`;
}

/** @param {import("./bill.js").Part} part */
function partName(part) {
  const rate = part.rate === null ? "" : ` ${percent(part.rate)}`;
  const own = named(part.name) || part.code || "";
  return `${called(part.isInclusive ? "inner" : "part", part.kind)}${own ? ` ${own}` : ""}${rate}${part.quantity ? ` (${part.quantity})` : ""}`;
}
