// @ts-check
/** Dishes of all tables that are ready and wait for somebody to carry them. */
import { html } from "@comanda/ui/html.js";
import { go } from "./place.js";
import { orders, sessions } from "./feed.js";
import { derivedFor } from "./leaving.js";
import { serve } from "./rounds.js";
import { named, say } from "./text.js";

/** By table, those who wait longest first. */
const parties = derivedFor(() => {
  /** @type {Map<string, {table: string, sessionId: string, dishes: {order: import("./feed.js").Order, line: import("./feed.js").OrderLine}[]}>} */
  const found = new Map();
  for (const order of orders.value) {
    if (order.delivery) continue;
    for (const line of order.lines.filter((one) => one.status === "READY")) {
      const table = sessions.value.get(order.sessionId)?.tableName ?? order.tableName;
      const party = found.get(order.sessionId) ?? { table, sessionId: order.sessionId, dishes: [] };
      party.dishes.push({ order, line });
      found.set(order.sessionId, party);
    }
  }
  return [...found.values()];
});

/** How many dishes wait. */
export const readyCount = derivedFor(() => parties.value.reduce((all, one) => all + one.dishes.length, 0));

export function Ready() {
  return html`<div class="bar"><h1>${say("section.ready")}</h1></div>
    <div aria-live="polite">
    ${parties.value.length === 0 && html`<p class="empty">${say("ready.none")}</p>`}
    <ul class="parties">
      ${parties.value.map(
        ({ table, sessionId, dishes }) => html`<li key=${sessionId} class="sheet-card">
        <header><button type="button" class="quiet table-name" onClick=${() => go("tables", sessionId, "rounds")}>${table}</button>
          ${dishes.length > 1 && html`<button type="button" onClick=${() => dishes.forEach(({ order, line }) => serve(order, line))}>
            ${say("serve.all")}</button>`}</header>
        <ul class="rows">${dishes.map(
          ({ order, line }) => html`<li key=${line.id}>
          <span><b>${line.quantity}×</b> ${named(line.name)} ${line.modifiers.length > 0 &&
            html`<small>${line.modifiers.map((one) => named(one.name)).join(", ")}</small>`}</span>
          <button type="button" class="primary" onClick=${() => serve(order, line)}>${say("serve")}</button>
        </li>`,
        )}</ul>
      </li>`,
      )}
    </ul></div>`;
}
