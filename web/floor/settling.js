// @ts-check
/**
 * Taking money: in cash, with what was given and what goes back, or at the card terminal with what its slip says. As often as it takes:
 * after each payment it is said what is still owed. A payment has one key from the first try on, whatever happens to the answer.
 */
import { useSignal } from "@preact/signals";
import { newId } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Switch } from "@comanda/ui/switch.js";
import { likelyCash } from "./bill.js";
import { checkOf } from "./charging.js";
import { called, money, say, shareName } from "./check_text.js";
import { postQuietly } from "./feed.js";
import { MoneyField, amountOf, inField } from "./payments.js";
import { Receipt } from "./receipt.js";
import { close, open } from "./sheet.js";

/**
 * @typedef {import("./bill.js").Check} Check
 * @typedef {import("../client/protocol.js").FloorTenderView} Tender
 */

/** @param {{checkId: string, shareId?: string | null}} props */
export function Settle({ checkId, shareId = null }) {
  const check = checkOf(checkId);
  if (!check) return null;
  return html`<${Paying} key=${check.id} check=${check} shareId=${shareId} />`;
}

/** What can be paid now of a share, or of the whole; in minor units. @param {Check} check @param {string | null} shareId */
const owedOf = (check, shareId) => (check.shares.find((one) => one.id === shareId) ?? check).payable.amount;

/** @param {{check: Check, shareId: string | null}} props */
function Paying({ check, shareId }) {
  const { currency } = check.total;
  const owed = owedOf(check, shareId);
  const method = useSignal(/** @type {"CASH" | "CARD_TERMINAL"} */ ("CASH"));
  const amount = useSignal(inField(owed, currency));
  const tip = useSignal("");
  const given = useSignal("");
  const reference = useSignal("");
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const done = useSignal(/** @type {Tender | null} */ (null));
  if (done.value) return html`<${Paid} check=${check} tender=${done.value} />`;
  const [goes, gift, handed] = [amount, tip, given].map((one) => amountOf(one.value, currency));
  const isCash = method.value === "CASH";
  const needed = (goes ?? 0) + (gift ?? 0);
  const isEnough = !isCash || handed === 0 || (handed !== null && handed !== undefined && handed >= needed);
  const isGood = Boolean(goes) && gift !== null && handed !== null && isEnough;
  const index = check.shares.findIndex((one) => one.id === shareId);
  const share = check.shares[index];
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    if (!isGood || isAsking.peek()) return;
    isAsking.value = true;
    const { reply, refused } = await postQuietly("payment:record", {
      sessionId: check.sessionId, checkId: check.id, shareId, method: method.peek(), amount: goes ?? 0, tip: gift ?? 0,
      given: isCash && handed ? handed : null, reference: isCash ? "" : reference.peek().trim(), idempotencyKey: newId(),
    });
    isAsking.value = false;
    problem.value = refused?.message ?? "";
    if (reply) done.value = reply.tender;
  };
  const change = (handed ?? 0) - needed;
  const heading = share ? say("pay.of", { name: shareName(share, index) }) : say("pay");
  return html`<${Dialog} heading=${heading} onClose=${close} isSheet>
    <form class="stacked settle" onSubmit=${submit}>
      <p class="owed-now">${say("due")} <b>${money({ amount: owed, currency })}</b></p>
      <${Switch} label=${say("method")} options=${{ CASH: called("method", "CASH"), CARD_TERMINAL: called("method", "CARD_TERMINAL") }}
        chosen=${method.value} choose=${(/** @type {any} */ one) => (method.value = one)} />
      <div class="fields">
        <label>${say("amount")}<${MoneyField} name="amount" value=${amount} currency=${currency} isLarge /></label>
        <label>${say("tip")}<${MoneyField} name="tip" value=${tip} currency=${currency} /></label>
      </div>
      ${
        isCash
          ? html`<label>${say("given")}<${MoneyField} name="given" value=${given} currency=${currency} isLarge /></label>
            <div class="quick-picks" role="group" aria-label=${say("given")}>
              ${likelyCash(needed).map((one) =>
                html`<button key=${one} type="button" aria-pressed=${String(handed === one)} onClick=${() => (given.value = inField(one, currency))}>
                  ${one === needed ? say("given.exactly") : money({ amount: one, currency })}</button>`)}</div>
            <p class="change" role="status">
              ${isEnough ? html`${say("change")} <b>${money({ amount: handed ? Math.max(change, 0) : 0, currency })}</b>`
                : html`<span class="problem">${say("given.short")}</span>`}</p>`
          : html`<label>${say("reference")}
            <input name="reference" maxlength="40" pattern="[A-Za-z0-9 ._\\/\\-]*" autocomplete="off" value=${reference.value}
              onInput=${(/** @type {InputEvent} */ event) => (reference.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>
                <p class="hint">${say("reference.hint")}</p>`
      }
      <p class="problem" role="alert">${problem}</p>
      <button type="submit" class="primary wide" disabled=${!isGood || isAsking.value}>
        ${say("pay.go", { amount: money({ amount: needed, currency }) })}</button>
    </form>
  <//>`;
}

/** It is paid: what goes back to the guest, and what is still owed. @param {{check: Check, tender: Tender}} props */
function Paid({ check, tender }) {
  const receipt = () => open(() => html`<${Receipt} sessionId=${check.sessionId} checkId=${check.id} shareId=${tender.shareId} />`);
  const next = () => open(() => html`<${Settle} checkId=${check.id} />`);
  return html`<${Dialog} heading=${say("pay.done", { amount: money(tender.amount) })} onClose=${close} isSheet>
    <div class="paid-now" role="status">
      ${tender.change && tender.change.amount > 0 ? html`<p>${say("change.give")}</p><p class="large">${money(tender.change)}</p>`
        : html`<${Icon} name="check" />`}
      <p>${check.due.amount > 0 ? say("due.still", { amount: money(check.due) }) : say("due.none")}</p>
    </div>
    <div class="actions">
      <button type="button" onClick=${receipt}>${say("receipt")}</button>
      ${check.payable.amount > 0 && html`<button type="button" onClick=${next}>${say("pay.next")}</button>`}
      <button type="button" class="primary" onClick=${close}>${say("done")}</button>
    </div>
  <//>`;
}
