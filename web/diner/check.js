// @ts-check
/** The check, live: who had what, which part is mine, what was taken off, what is paid and what is still to be paid. */
import { computed, signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Switch } from "@comanda/ui/switch.js";
import { tellDone } from "@comanda/ui/toast.js";
import { Bill, Shares, Tenders } from "./bill.js";
import { Claiming, shareText } from "./claiming.js";
import { byPerson, claimsWith, correctedPortions, isBeingPaid, isByClaims } from "./division.js";
import { checks } from "./meal.js";
import { money, named, say } from "./meal_text.js";
import { connection, myId, onRefusal, people, put, waiting, whoIs } from "./party.js";
import { Paying, isPaying, running } from "./paying.js";
import { Receipt } from "./receipt.js";

/**
 * @typedef {import("./division.js").Check} Check
 * @typedef {import("./division.js").Line} Line
 * @typedef {import("./division.js").ShownClaim} ShownClaim
 */

/** Which check is shown, where parties sit together. */
const chosen = signal("");
const shown = computed(() => checks.value.find(({ id }) => id === chosen.value) ?? checks.value[0]);
const isReceipt = signal(false);
/** The line of which somebody says how much is theirs. */
const claimed = signal("");
/** Why a promotion code does not count. */
const refusedCode = signal("");

onRefusal("promotion:apply", ({ message }) => (refusedCode.value = message));

export function CheckView() {
  const check = shown.value;
  if (check && isPaying.value) return html`<${Paying} check=${check} />`;
  return html`<section class="check" aria-labelledby="check-heading">
    <h1 id="check-heading">${say("check")}</h1>
    ${check && check.rounds.length > 0 ? html`<${Whole} check=${check} />` : html`<p class="empty">${say("check.none")}</p>`}
  </section>`;
}

/** @param {{check: Check}} props */
function Whole({ check }) {
  const me = { kind: "GUEST", id: myId.value, name: connection.me.value?.name ?? "" };
  const claims = claimsWith(check, waiting.value, me);
  const line = check.rounds.flatMap(({ lines }) => lines).find(({ id }) => id === claimed.value);
  const several = Object.fromEntries(checks.value.map(({ id }, at) => [id, say("check.number", { number: at + 1 })]));
  return html`
    ${checks.value.length > 1 && html`<${Switch} options=${several} chosen=${check.id} choose=${(/** @type {string} */ one) => (chosen.value = one)} label=${say("check.which")} />`}
    <${Sums} check=${check} />
    <${PayingNow} check=${check} />
    <section aria-labelledby="lines-heading"><h2 id="lines-heading">${say("check.lines")}</h2>
      ${byPerson(check, myId.value).map(
        ({ by, lines }) => html`<div key=${by.id} class="check-person"><h3>${whoIs(by)}</h3>
          <ul>${lines.map((one) => html`<${Row} key=${one.id} check=${check} line=${one} claims=${claims} />`)}</ul></div>`,
      )}
    </section>
    <${Bill} check=${check} />
    <${Shares} check=${check} />
    <${Tenders} check=${check} />
    <${Promotion} check=${check} />
    <div class="check-foot">
      <button type="button" onClick=${() => (isReceipt.value = true)}>${say("check.receipt")}</button>
      <button type="button" class="accent" disabled=${check.payable.amount === 0 && !running.value} onClick=${() => (isPaying.value = true)}>${say("check.pay")}</button>
    </div>
    ${line && html`<${Claiming} check=${check} line=${line} claims=${claims} onClose=${() => (claimed.value = "")} />`}
    ${isReceipt.value && html`<${Receipt} checkId=${check.id} onClose=${() => (isReceipt.value = false)} />`}`;
}

/** @param {{check: Check}} props */
function Sums({ check }) {
  const { total, paid, due, overpaid } = check;
  return html`<div class="check-sums" role="status">
    <p class="check-total"><span>${say("check.total")}</span><b>${money(total)}</b></p>
    ${paid.amount > 0 && html`<p><span>${say("check.paid")}</span><span>${money(paid)}</span></p>`}
    ${paid.amount > 0 && due.amount > 0 && html`<p><b>${say("check.due")}</b><b class="check-due">${money(due)}</b></p>`}
    ${total.amount > 0 && due.amount === 0 && html`<p class="settled"><${Icon} name="check" />${say("check.settled")}</p>`}
    ${overpaid.amount > 0 && html`<p>${say("check.overpaid", { amount: money(overpaid) })}</p>`}
  </div>`;
}

/** Who is paying at this moment. @param {{check: Check}} props */
function PayingNow({ check }) {
  return html`<ul class="paying-now" role="status">
    ${check.pending.map(({ by, amount }) => {
      const isMine = by.id === myId.value;
      return html`<li key=${by.id}><${Icon} name="clock" />${isMine ? say("paying.me", { amount: money(amount) }) : say("paying.now", { who: whoIs(by), amount: money(amount) })}
        ${isMine && html`<button type="button" onClick=${() => (isPaying.value = true)}>${say("paying.go.on")}</button>`}</li>`;
    })}
  </ul>`;
}

/** @param {{check: Check, line: Line, claims: readonly ShownClaim[]}} props */
function Row({ check, line, claims }) {
  const { off, free } = correctedPortions(check, line.id);
  const dish = named(line.name);
  const isGone = off + free >= line.quantity;
  const ofLine = claims.filter(({ lineId }) => lineId === line.id);
  const isClaimable = isByClaims(check) && !isGone && people.value.length > 1;
  return html`<li class="check-line" data-line=${line.id} data-gone=${String(isGone)}>
    <div><p><b>${line.quantity}×</b> <span class="line-name">${dish}</span></p>
      ${line.modifiers.length > 0 && html`<p class="line-options">${line.modifiers.map((one) => named(one)).join(", ")}</p>`}
      <p class="line-sum">${money(line.price)}</p>
      ${off > 0 && html`<p class="line-avoid">${say("line.off", { count: off })}</p>`}
      ${free > 0 && html`<p class="line-free">${say("line.free", { count: free })}</p>`}
      ${ofLine.length > 0 && html`<p class="line-claims">${ofLine.map((one) => html`<span key=${one.by.id} data-mine=${String(one.by.id === myId.value)} data-pending=${String(one.isPending)}>${say("claim.by", { who: whoIs(one.by), share: shareText(one) })}</span>`)}</p>`}
      ${isBeingPaid(check, line.id) && html`<p class="soft">${say("line.paying")}</p>`}
    </div>
    ${isClaimable && html`<button type="button" class="claim" aria-haspopup="dialog" aria-label=${say("claim.of", { dish })} onClick=${() => (claimed.value = line.id)}>${say("claim")}</button>`}
  </li>`;
}

/** @param {{check: Check}} props */
function Promotion({ check }) {
  const [code, type] = useState("");
  const apply = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!code.trim()) return;
    refusedCode.value = "";
    try {
      await put("promotion:apply", { checkId: check.id, code: code.trim() });
      tellDone(say("promo.done", { code: code.trim().toUpperCase() }), null);
      type("");
    } catch {
      // Said beside the field.
    }
  };
  return html`<details class="promo"><summary>${say("promo")}</summary>
    <form onSubmit=${apply}>
      <label><span class="unseen">${say("promo")}</span><input name="code" value=${code} autocapitalize="characters" autocomplete="off" maxlength="40" aria-describedby="promo-said" onInput=${(/** @type {any} */ event) => type(event.target.value)} /></label>
      <button disabled=${!code.trim()}>${say("promo.use")}</button>
    </form>
    <p id="promo-said" class="why" role="alert">${refusedCode.value}</p>
  </details>`;
}
