// @ts-check
/** The bell: call the waiter, ask for water, the bill or something else, and see who is on the way. */
import { signal } from "@preact/signals";
import { beat, timeOfDay } from "@comanda/ui/clock.js";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { requests, unanswered } from "./meal.js";
import { say } from "./meal_text.js";
import { limits, people, put } from "./party.js";

/**
 * @typedef {import("./meal.js").Request} Request
 * @typedef {import("../client/protocol.js").ServiceKind} Kind
 */

/** @type {{kind: Kind, icon: string}[]} */
const KINDS = [
  { kind: "WAITER", icon: "bell" },
  { kind: "WATER", icon: "water" },
  { kind: "BILL", icon: "bill" },
  { kind: "OTHER", icon: "more" },
];

/** For so long is shown what was done. */
const RECENT_MS = 10 * 60_000;

const isOpen = signal(false);
/** Whether somebody is writing what they would like. */
const isWriting = signal(false);

/** @param {Request} one */
const isRunning = ({ status }) => status === "OPEN" || status === "TAKEN";

/** Ask for something; what is asked for already is not asked for twice. @param {Kind} kind @param {string} [note] */
export const ask = (kind, note = "") => void put("service:request", { kind, note });

/**
 * Ask for the bill, and say who pays how. The house has one such request of a party, with one note: what the others said stays in it.
 * @param {string} how
 */
export function askForBill(how) {
  const me = `${people.peek().find(({ isMe }) => isMe)?.name ?? ""}: `;
  const known = requests.peek().find((one) => one.kind === "BILL" && isRunning(one))?.note ?? "";
  const others = known.split("; ").filter((one) => one && !one.startsWith(me));
  const whole = [...others, me + how].join("; ");
  ask("BILL", whole.length <= (limits.peek()?.noteLength ?? 200) ? whole : me + how);
}

/** In the head of the page. */
export function Bell() {
  const running = requests.value.filter(isRunning);
  const count = running.length + unanswered("service:request").length;
  const what = running.map(({ kind }) => say(`service.${kind}`)).join(", ");
  return html`<button type="button" class="bell" data-running=${String(count > 0)} aria-haspopup="dialog" aria-label=${what ? say("bell.open", { what }) : say("bell")} onClick=${() => (isOpen.value = true)}>
    <${Icon} name="bell" /></button>
    ${isOpen.value && html`<${Sheet} />`}`;
}

function Sheet() {
  const close = () => ((isOpen.value = false), (isWriting.value = false));
  const sending = unanswered("service:request");
  const known = requests.value.filter((one) => isRunning(one) || beat.value - Date.parse(one.resolvedAt ?? one.at) < RECENT_MS);
  const isAsked = (/** @type {Kind} */ kind) => kind !== "OTHER" && (sending.some((one) => one["kind"] === kind) || known.some((one) => one.kind === kind && isRunning(one)));
  return html`<${Dialog} heading=${say("service.heading")} isSheet onClose=${close}>
    <div class="service-kinds">
      ${KINDS.map(
        ({ kind, icon }) => html`<button key=${kind} type="button" data-kind=${kind} disabled=${isAsked(kind)} aria-expanded=${kind === "OTHER" ? String(isWriting.value) : undefined}
          onClick=${() => (kind === "OTHER" ? (isWriting.value = !isWriting.value) : ask(kind))}><${Icon} name=${icon} /><span>${say(`service.${kind}`)}</span></button>`,
      )}
    </div>
    ${isWriting.value && html`<${Note} />`}
    <div role="status" class="service-list">
      ${sending.length + known.length > 0 && html`<h3>${say("service.asked")}</h3>`}
      <ul>
        ${sending.map((one) => html`<li key=${one["opId"]} data-status="SENDING"><${Named} kind=${one["kind"]} note=${one["note"]} /><span class="soft">${say("service.SENDING")}</span></li>`)}
        ${known.map((one) => html`<${Row} key=${one.id} request=${one} />`)}
      </ul>
    </div>
  <//>`;
}

/** What it is that the house should bring. */
function Note() {
  const send = (/** @type {any} */ event) => {
    event.preventDefault();
    const note = String(new FormData(event.target).get("note")).trim();
    if (!note) return;
    ask("OTHER", note);
    isWriting.value = false;
  };
  return html`<form class="service-note" onSubmit=${send}>
    <label><span>${say("service.note")}</span><input name="note" autofocus required maxlength=${limits.value?.noteLength ?? 200} enterkeyhint="send" /></label>
    <button class="accent">${say("service.ask")}</button>
  </form>`;
}

/** @param {{kind: Kind, note: string}} props */
const Named = ({ kind, note }) => html`<span class="service-what"><b>${say(`service.${kind}`)}</b>${note && html`<span class="soft">${note}</span>`}</span>`;

/** @param {{request: Request}} props */
function Row({ request }) {
  const isLeaving = unanswered("service:cancel").some((one) => one["requestId"] === request.id);
  const cancel = () => void put("service:cancel", { requestId: request.id });
  return html`<li data-status=${request.status}>
    <${Named} kind=${request.kind} note=${request.note} />
    <span class="service-state">${stateText(request)}</span>
    ${isRunning(request) && html`<button type="button" class="bare" disabled=${isLeaving} aria-label=${say("service.cancel.of", { what: say(`service.${request.kind}`) })} onClick=${cancel}><${Icon} name="close" /></button>`}
  </li>`;
}

/** @param {Request} request */
function stateText({ status, at, takenBy, resolvedAt }) {
  if (status === "OPEN") return say("service.OPEN", { time: timeOfDay(at) });
  if (status === "TAKEN") return takenBy?.name ? say("service.TAKEN", { who: takenBy.name }) : say("service.TAKEN.unnamed");
  return status === "RESOLVED" ? say("service.RESOLVED", { time: timeOfDay(resolvedAt) }) : say("service.CANCELLED");
}
