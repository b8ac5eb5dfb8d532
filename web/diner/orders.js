// @ts-check
/** What the party has sent, round by round, and how far it is. */
import { computed } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { useFlip } from "./flip.js";
import { orders, stations } from "./meal.js";
import { named, say } from "./meal_text.js";
import { announced } from "./news.js";
import { Round } from "./order.js";
import { show } from "./sections.js";

export function Orders() {
  const list = useFlip();
  return html`<section class="orders" aria-labelledby="orders-heading">
    <h1 id="orders-heading">${say("orders")}</h1>
    <p class="unseen" role="status">${announced.value}</p>
    ${orders.value.length > 0 && html`<${Waits} />`}
    ${
      orders.value.length === 0
        ? html`<div class="empty"><p>${say("orders.none")}</p><button type="button" class="accent" onClick=${() => show("menu")}>${say("to.menu")}</button></div>`
        : html`<div class="rounds" ref=${list}>${orders.value.map((order) => html`<${Round} key=${order.id} order=${order} />`)}</div>`
    }
  </section>`;
}

/** Stations of which it is known how long they take. */
const waited = computed(() => stations.value.flatMap(({ code, name, wait }) => (wait ? [{ code, name, wait }] : [])));

/** How long dishes take now, station by station: half of them no longer than the first figure, nine of ten than the second. */
function Waits() {
  if (waited.value.length === 0) return null;
  return html`<details class="waits">
    <summary><${Icon} name="clock" />${say("waits.heading")}</summary>
    <dl>${waited.value.map(
      ({ code, name, wait }) => html`<div key=${code}><dt>${named(name)}</dt>
        <dd>${wait.longMinutes > wait.minutes ? say("wait.range", { least: wait.minutes, count: wait.longMinutes }) : say("wait", { count: wait.minutes })}</dd></div>`,
    )}</dl>
  </details>`;
}
