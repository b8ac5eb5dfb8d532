// @ts-check
/** Dividing a check: evenly, by guest, by line, by amount; what each owes is for the server to say. Fractions of a dish: `claiming.js`. */
import { signal, useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { Switch } from "@comanda/ui/switch.js";
import { takenOff } from "./bill.js";
import { checkOf } from "./charging.js";
import { called, money, named, say } from "./check_text.js";
import { postQuietly, sessions } from "./feed.js";
import { MoneyField, amountOf } from "./payments.js";
import { close } from "./sheet.js";

/**
 * @typedef {import("./bill.js").Check} Check
 * @typedef {"EVEN" | "PARTICIPANTS" | "LINES" | "AMOUNTS"} Method
 * @typedef {Omit<import("./feed.js").Asked<"check:split">, "sessionId" | "checkId">} Division
 */

/** @type {Method[]} */
const METHODS = ["EVEN", "PARTICIPANTS", "LINES", "AMOUNTS"];

/** Most parts that can be told apart at a table. */
const MOST_PARTS = 20;

/** @param {{checkId: string}} props */
export function Split({ checkId }) {
  const method = useSignal(/** @type {Method} */ ("EVEN"));
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const check = checkOf(checkId);
  if (!check) return null;
  const guests = sessions.value.get(check.sessionId)?.participants ?? [];
  const divide = async (/** @type {Division} */ division) => {
    isAsking.value = true;
    const { refused } = await postQuietly("check:split", { sessionId: check.sessionId, checkId, ...division });
    isAsking.value = false;
    problem.value = refused?.message ?? "";
    if (!refused) close();
  };
  const options = Object.fromEntries(METHODS.filter((one) => one !== "PARTICIPANTS" || guests.length > 0).map((one) => [one, called("split", one)]));
  const Form = { EVEN: Evenly, PARTICIPANTS: ByGuest, LINES: ByLine, AMOUNTS: ByAmount }[method.value];
  return html`<${Dialog} heading=${say("split.heading", { amount: money(check.total) })} onClose=${close} isSheet>
    <${Switch} label=${say("split.how")} options=${options} chosen=${method.value} choose=${(/** @type {any} */ one) => (method.value = one)} />
    <${Form} key=${method.value} check=${check} guests=${guests} isBusy=${isAsking.value} divide=${divide} />
    <p class="problem" role="alert">${problem}</p>
  <//>`;
}

/** @typedef {{check: Check, guests: {id: string, name: string}[], isBusy: boolean, divide: (division: Division) => void}} FormProps */

/** @param {FormProps} props */
function Evenly({ check, guests, isBusy, divide }) {
  const count = useSignal(Math.max(2, guests.length || check.covers));
  return html`<${Stepper} label=${say("split.count")} value=${count.value} least=${2} most=${100} isNamed
    onChange=${(/** @type {number} */ one) => (count.value = one)} />
    <${Go} isReady=${!isBusy} onGo=${() => divide({ method: "EVEN", count: count.peek() })} />`;
}

/** Each what they added; what the waiter added is shared by those who are ticked. @param {FormProps} props */
function ByGuest({ guests, isBusy, divide }) {
  const out = useSignal(/** @type {ReadonlySet<string>} */ (new Set()));
  const turn = (/** @type {string} */ id) => (out.value = turned(out.peek(), id));
  const parts = guests.filter((one) => !out.value.has(one.id)).map((one) => ({ participantId: one.id }));
  return html`<p class="hint">${say("split.guests")}</p>
    <ul class="ticks">${guests.map((one) => html`<li key=${one.id}>
      <label class="tick"><input type="checkbox" checked=${!out.value.has(one.id)} onChange=${() => turn(one.id)} />
        ${one.name || say("guest")}</label></li>`)}</ul>
    <${Go} isReady=${!isBusy} onGo=${() => divide({ method: "PARTICIPANTS", parts })} />`;
}

/** Who pays which dish: a dish of several is shared evenly by them. @param {FormProps} props */
function ByLine({ check, guests, isBusy, divide }) {
  const count = useSignal(Math.max(2, guests.length));
  const current = useSignal(0);
  const chosen = useSignal(/** @type {{[lineId: string]: ReadonlySet<number>}} */ ({}));
  const lines = check.rounds.flatMap((round) => round.lines.filter((line) => takenOff(check, round.orderId, line).left > 0));
  const turn = (/** @type {string} */ id) => (chosen.value = { ...chosen.peek(), [id]: turned(chosen.peek()[id] ?? new Set(), current.peek()) });
  const nameOf = (/** @type {number} */ part) => guests[part]?.name || say("share.number", { number: part + 1 });
  const numbers = Array.from({ length: count.value }, (_, part) => part);
  const go = () => {
    const parts = numbers.map((part) => ({ ...(guests[part] ? { participantId: guests[part].id } : { name: nameOf(part) }),
      lineIds: lines.filter((line) => chosen.peek()[line.id]?.has(part)).map((line) => line.id) }));
    divide({ method: "LINES", parts: parts.filter((one) => one.lineIds.length > 0) });
  };
  const isAny = lines.some((line) => [...(chosen.value[line.id] ?? [])].some((part) => part < count.value));
  return html`<${Stepper} label=${say("split.count")} value=${count.value} least=${2} most=${MOST_PARTS} isNamed
    onChange=${(/** @type {number} */ one) => (count.value = one)} />
    <p class="hint">${say("split.lines")}</p>
    <div class="quick-picks" role="group" aria-label=${say("split.part")}>
      ${numbers.map((part) => html`<button key=${part} type="button" aria-pressed=${String(current.value === part)}
        onClick=${() => (current.value = part)}>${nameOf(part)}</button>`)}</div>
    <ul class="split-lines">${lines.map((line) => {
      const payers = [...(chosen.value[line.id] ?? [])].filter((part) => part < count.value).sort();
      return html`<li key=${line.id}><button type="button" class="check-line" aria-pressed=${String(payers.includes(current.value))}
        onClick=${() => turn(line.id)}>
        <span class="count">${line.quantity}×</span>
        <span class="what">${named(line.name)}<small>${payers.map(nameOf).join(", ") || say("split.nobody")}</small></span>
        <span class="sum">${money(line.price)}</span></button></li>`;
    })}</ul>
    <${Go} isReady=${!isBusy && isAny} onGo=${go} />`;
}

/** So much for each; what is left is a share of its own. @param {FormProps} props */
function ByAmount({ check, isBusy, divide }) {
  const { currency } = check.total;
  const fields = useSignal([signal(""), signal("")]);
  const amounts = fields.value.map((one) => amountOf(one.value, currency));
  const isGood = amounts.some(Boolean) && amounts.every((one) => one !== null);
  const go = () => divide({ method: "AMOUNTS", amounts: amounts.filter((one) => one !== null && one > 0).map(Number) });
  return html`<div class="fields">${fields.value.map((one, index) =>
    html`<label key=${index}>${say("share.number", { number: index + 1 })}
      <${MoneyField} name=${`amount${index}`} value=${one} currency=${currency} /></label>`)}</div>
    <button type="button" class="quiet" disabled=${fields.value.length >= MOST_PARTS}
      onClick=${() => (fields.value = [...fields.peek(), signal("")])}><${Icon} name="plus" />${say("split.more")}</button>
    <p class="hint">${say("split.amounts")}</p>
    <${Go} isReady=${!isBusy && isGood} onGo=${go} />`;
}

/** @param {{isReady: boolean, onGo: () => void}} props */
function Go({ isReady, onGo }) {
  return html`<div class="actions"><button type="button" onClick=${close}>${say("back")}</button>
    <button type="button" class="primary" disabled=${!isReady} onClick=${onGo}>${say("split.go")}</button></div>`;
}

/**
 * Take something out of a set, or into it.
 * @template T
 * @param {ReadonlySet<T>} set
 * @param {T} one
 * @returns {ReadonlySet<T>}
 */
function turned(set, one) {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
