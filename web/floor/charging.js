// @ts-check
/** What is taken off a check, each with its reason: voids, comps, discounts, promotion codes; and a round that is cancelled while it waits. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { Switch } from "@comanda/ui/switch.js";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { approved } from "./approval.js";
import { basisPoints, takenOff } from "./bill.js";
import { money, named, percent, say } from "./check_text.js";
import { Claims } from "./claiming.js";
import { of, orders, post, postQuietly } from "./feed.js";
import { MoneyField, amountOf } from "./payments.js";
import { Reason, ReasonFields } from "./reason.js";
import { close } from "./sheet.js";

/** @typedef {import("./bill.js").Check} Check */

/** Usual discounts, in basis points. */
const USUAL_RATES = [500, 1000, 1500, 2000, 5000];

/** The present state of a check. @param {string} id @returns {Check | undefined} */
export const checkOf = (id) => of("check").value.get(id);

/** What can be done with one line of a check. @param {{checkId: string, orderId: string, lineId: string}} props */
export function LineActs({ checkId, orderId, lineId }) {
  const act = useSignal(/** @type {"line:void" | "line:comp" | null} */ (null));
  const quantity = useSignal(0);
  const check = checkOf(checkId);
  const line = check?.rounds.find((one) => one.orderId === orderId)?.lines.find((one) => one.id === lineId);
  if (!check || !line) return null;
  const { left } = takenOff(check, orderId, line);
  const most = Math.max(1, left);
  const count = Math.min(quantity.value || most, most);
  const go = async (/** @type {string} */ reason) => {
    const name = act.peek();
    if (!name) return;
    close();
    const what = `${say(name)}: ${count}× ${named(line.name)}`;
    const reply = await approved(name, { sessionId: check.sessionId, orderId, lineId, quantity: count, reason }, what);
    const done = name === "line:void" ? "void.done" : "comp.done";
    if (reply) tellDone(say(done, { what: `${count}× ${named(line.name)}`, amount: money(reply.correction.amount) }), null);
  };
  return html`<${Dialog} heading=${`${line.quantity}× ${named(line.name)}`} onClose=${close} isSheet>
    ${left === 0 && html`<p class="hint">${say("line.gone")}</p>`}
    ${left > 0 && html`<${Switch} label=${say("line.acts")} options=${{ "line:void": say("line:void"), "line:comp": say("line:comp") }}
      chosen=${act.value ?? ""} choose=${(/** @type {any} */ one) => (act.value = one)} />
      <p class="hint">${say(act.value === null ? "line.text" : act.value === "line:comp" ? "comp.text" : "void.text")}</p>`}
    ${left > 1 && act.value && html`<${Stepper} label=${say("portions")} value=${count} least=${1} most=${most} isNamed
      onChange=${(/** @type {number} */ one) => (quantity.value = one)} />`}
    ${act.value && html`<${ReasonFields} key=${act.value} usual=${usualReasons(act.value)} go=${say(act.value)} onGo=${go} />`}
    ${!act.value && html`<${Claims} check=${check} lineId=${lineId} />`}
  <//>`;
}

/** @param {"line:void" | "line:comp"} act */
const usualReasons = (act) =>
  act === "line:void"
    ? [say("reason.mistake"), say("reason.changed"), say("reason.returned"), say("reason.long")]
    : [say("reason.complaint"), say("reason.long"), say("reason.house")];

/** Cut the price of a check, by a share or by an amount. @param {{checkId: string}} props */
export function Discount({ checkId }) {
  const isShare = useSignal(true);
  const text = useSignal("10");
  const check = checkOf(checkId);
  if (!check) return null;
  const { currency } = check.total;
  const rate = isShare.value ? basisPoints(text.value) : null;
  const amount = isShare.value ? null : amountOf(text.value, currency);
  const isGood = isShare.value ? rate !== null : Boolean(amount);
  const said = isShare.value ? percent(rate ?? 0) : money({ amount: amount ?? 0, currency });
  const go = async (/** @type {string} */ reason) => {
    close();
    const cut = isShare.peek() ? { percent: rate } : { amount };
    const reply = await approved("discount:apply", { sessionId: check.sessionId, checkId, ...cut, reason }, `${say("discount")} ${said}`);
    if (reply) tellDone(say("discount.done", { amount: money(reply.correction.amount) }), null);
  };
  const turn = (/** @type {string} */ one) => {
    isShare.value = one === "share";
    text.value = isShare.value ? "10" : "";
  };
  return html`<${Dialog} heading=${say("discount")} onClose=${close} isSheet>
    <${Switch} label=${say("discount.how")} options=${{ share: say("discount.share"), amount: say("discount.amount") }}
      chosen=${isShare.value ? "share" : "amount"} choose=${turn} />
    ${
      isShare.value
        ? html`<div class="quick-picks" role="group" aria-label=${say("discount.share")}>
          ${USUAL_RATES.map((one) => html`<button key=${one} type="button" aria-pressed=${String(rate === one)}
            onClick=${() => (text.value = String(one / 100))}>${percent(one)}</button>`)}</div>
          <label>${say("discount.percent")}
            <input name="percent" inputmode="decimal" autocomplete="off" value=${text.value} aria-invalid=${String(rate === null)}
              onInput=${(/** @type {InputEvent} */ event) => (text.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>`
        : html`<label>${say("discount.off")}<${MoneyField} name="amount" value=${text} currency=${currency} /></label>`
    }
    <${ReasonFields} usual=${[say("reason.regular"), say("reason.complaint"), say("reason.long")]} go=${say("discount.go", { amount: said })}
      isReady=${isGood} onGo=${go} />
  <//>`;
}

/** Use a promotion code for a party. @param {{checkId: string}} props */
export function Code({ checkId }) {
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const check = checkOf(checkId);
  if (!check) return null;
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const code = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("code")).trim();
    isAsking.value = true;
    const { refused } = await postQuietly("promotion:apply", { sessionId: check.sessionId, checkId, code });
    isAsking.value = false;
    problem.value = refused?.message ?? "";
    if (refused) return;
    close();
    tellDone(say("code.done", { code: code.toUpperCase() }), null);
  };
  return html`<${Dialog} heading=${say("code")} onClose=${close} isSheet>
    <form class="stacked" onSubmit=${submit}>
      <label>${say("code.label")}<input name="code" class="code" required minlength="3" maxlength="20" pattern="[A-Za-z0-9\\-]+" autofocus
        autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-problem" /></label>
      <p id="code-problem" class="problem" role="alert">${problem}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("back")}</button>
        <button type="submit" class="primary" disabled=${isAsking.value}>${say("code.go")}</button></div>
    </form>
  <//>`;
}

/**
 * Ask why a promotion comes off again.
 * @param {Check} check
 * @param {import("../client/protocol.js").FloorCorrectionView} promotion
 */
export function takePromotionOff(check, promotion) {
  const go = (/** @type {string} */ reason) => {
    close();
    post("promotion:remove", { sessionId: check.sessionId, checkId: check.id, correctionId: promotion.id, reason });
  };
  return html`<${Reason} heading=${say("code.remove")} text=${promotion.code ?? ""} usual=${[say("reason.mistake"), say("reason.changed")]}
    go=${say("code.remove")} onGo=${go} />`;
}

/** Cancel a round that waits, or lines of it. @param {{orderId: string}} props */
export function Cancelling({ orderId }) {
  const order = orders.value.find((one) => one.id === orderId);
  const left = useSignal(/** @type {ReadonlySet<string>} */ (new Set()));
  if (!order) return null;
  const open = order.lines.filter((one) => one.status !== "CANCELLED");
  const chosen = open.filter((one) => !left.value.has(one.id)).map((one) => one.id);
  const turn = (/** @type {string} */ id) => {
    const next = new Set(left.peek());
    if (!next.delete(id)) next.add(id);
    left.value = next;
  };
  const go = async (/** @type {string} */ reason) => {
    close();
    const lineIds = chosen.length === open.length ? null : chosen;
    const { refused } = await postQuietly("order:cancel", { sessionId: order.sessionId, orderId, lineIds, reason });
    if (refused) tellRefused(refused.message);
  };
  return html`<${Dialog} heading=${say("cancel.heading", { number: order.number })} onClose=${close} isSheet>
    <p>${say("cancel.text")}</p>
    <ul class="ticks">${open.map((line) => html`<li key=${line.id}>
      <label class="tick"><input type="checkbox" checked=${!left.value.has(line.id)} onChange=${() => turn(line.id)} />
        ${line.quantity}× ${named(line.name)}</label></li>`)}</ul>
    <${ReasonFields} usual=${[say("reason.mistake"), say("reason.changed")]} go=${say("cancel.go")} isReady=${chosen.length > 0} onGo=${go} />
  <//>`;
}

/** Call an order from home off; what is left of it comes off its check. @param {{order: import("./feed.js").Order}} props */
export function CallOff({ order }) {
  const go = async (/** @type {string} */ reason) => {
    close();
    const reply = await approved("delivery:cancel", { orderId: order.id, reason }, say("cancel.heading", { number: order.number }));
    if (reply) tellDone(say("callOff.done", { number: order.number }), null);
  };
  return html`<${Dialog} heading=${say("cancel.heading", { number: order.number })} onClose=${close} isSheet>
    <p>${say("callOff.text")}</p>
    <${ReasonFields} usual=${[say("reason.unreachable"), say("reason.changed"), say("reason.busy")]} go=${say("cancel.go")} onGo=${go} />
  <//>`;
}

