// @ts-check
/** Whose tables are whose: a waiter takes some, a manager gives them, and at the end of a shift all go to the next. */
import { computed, useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { tellDone } from "@comanda/ui/toast.js";
import { of, post, sessions, tables } from "./feed.js";
import { derivedFor } from "./leaving.js";
import { close } from "./sheet.js";
import { say } from "./text.js";
import { me, staffId } from "./who.js";

/** Who can serve, by id: managers are told of all people, others know those whose tables they see. */
const waiters = derivedFor(() => {
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const one of [...tables.value, ...sessions.value.values()]) if (one.waiter) found.set(one.waiter.id, one.waiter.name);
  for (const one of of("staff").value.values()) {
    if (one.isActive && one.roles.some((role) => role === "WAITER" || role === "MANAGER")) found.set(one.id, one.name);
    else found.delete(one.id);
  }
  if (staffId.value && me.value?.roles.includes("WAITER")) found.set(staffId.value, me.value?.name ?? "");
  return [...found].sort(([, one], [, other]) => one.localeCompare(other, language.value));
});

const isManager = computed(() => Boolean(me.value?.roles.includes("MANAGER")));

/** @param {{tableIds: string[], heading: string}} props */
export function GiveTable({ tableIds, heading }) {
  const give = async (/** @type {string | null} */ to) => {
    close();
    const reply = await post("section:assign", { tableIds, staffId: to });
    const name = waiters.peek().find(([id]) => id === to)?.[1] ?? "";
    if (reply) tellDone(to ? say("given", { name }) : say("given.nobody"), null);
  };
  const offered = isManager.value ? waiters.value : waiters.value.filter(([id]) => id === staffId.value);
  return html`<${Dialog} heading=${heading} onClose=${close} isSheet>
    <div class="choices">${offered.map(([id, name]) => html`<button key=${id} type="button" onClick=${() => give(id)}>
      ${id === staffId.value ? say("me", { name }) : name}</button>`)}
      ${isManager.value && html`<button type="button" onClick=${() => give(null)}>${say("nobody")}</button>`}</div>
  <//>`;
}

/** Which tables: taken by oneself, or given by a manager; and the whole shift to somebody else. */
export function Sections() {
  const chosen = useSignal(/** @type {ReadonlySet<string>} */ (new Set()));
  const to = useSignal(isManager.value ? (waiters.value[0]?.[0] ?? "") : staffId.value);
  const source = useSignal(staffId.value);
  const toggle = (/** @type {string} */ id) => {
    const next = new Set(chosen.peek());
    if (!next.delete(id)) next.add(id);
    chosen.value = next;
  };
  const give = async () => {
    const reply = await post("section:assign", { tableIds: [...chosen.peek()], staffId: to.peek() || null });
    if (reply) chosen.value = new Set();
  };
  const handOver = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const next = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("to"));
    const from = source.peek();
    const reply = await post("shift:handover", { to: next, ...(isManager.peek() && from !== staffId.peek() ? { from } : {}) });
    if (!reply) return;
    close();
    tellDone(say("handover.done", { count: reply.tables.length }), null);
  };
  const others = waiters.value.filter(([id]) => id !== source.value);
  return html`<${Dialog} heading=${say("hand.heading")} onClose=${close} isSheet>
    <h3>${say(isManager.value ? "hand.give" : "hand.take")}</h3>
    <div class="numbers wide" role="group" aria-label=${say("section.tables")}>
      ${tables.value.map((one) => html`<button key=${one.id} type="button" aria-pressed=${String(chosen.value.has(one.id))}
        onClick=${() => toggle(one.id)}><b>${one.name}</b><small>${one.waiter?.name ?? say("nobody")}</small></button>`)}
    </div>
    ${isManager.value && html`<label>${say("hand.to")}<select value=${to.value}
      onChange=${(/** @type {any} */ event) => (to.value = event.target.value)}><option value="">${say("nobody")}</option>
        ${waiters.value.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>`}
    <div class="actions"><button type="button" class="primary" disabled=${chosen.value.size === 0} onClick=${give}>
      ${say(isManager.value ? "hand.give" : "hand.take")}</button></div>
    <h3>${say("handover")}</h3>
    <form class="stacked" onSubmit=${handOver}>
      ${isManager.value && html`<label>${say("handover.from")}
        <select value=${source.value} onChange=${(/** @type {any} */ event) => (source.value = event.target.value)}>
          ${waiters.value.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>`}
      ${others.length === 0 ? html`<p class="hint">${say("handover.nobody")}</p>`
        : html`<label>${say("handover.to")}
          <select name="to">${others.map(([id, name]) => html`<option key=${id} value=${id}>${name}</option>`)}</select></label>
      <div class="actions"><button type="submit">${say("handover")}</button></div>`}
    </form>
  <//>`;
}
