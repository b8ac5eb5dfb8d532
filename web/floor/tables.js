// @ts-check
/** The tables of the house by zone, and beside them the party that is looked at. */
import { html } from "@comanda/ui/html.js";
import { remembered } from "@comanda/ui/memory.js";
import { Switch } from "@comanda/ui/switch.js";
import { TableCard } from "./card.js";
import { sessions } from "./feed.js";
import { derivedFor } from "./leaving.js";
import { Party } from "./party.js";
import { isOrdering, partyId } from "./place.js";
import { Sections } from "./hand.js";
import { open } from "./sheet.js";
import { standings } from "./standing.js";
import { say } from "./text.js";
import { may, staffId } from "./who.js";

/** Whose tables are shown. */
const whose = remembered("whose", /** @type {"all" | "mine"} */ ("all"));

/** @typedef {import("./standing.js").Standing} Standing */

/** Whether a table is of whoever is logged in: by its section, or by the party there. @param {Standing} one */
const isMine = ({ table, host }) => (host?.waiter ?? table.waiter)?.id === staffId.value;

/** What is shown, zone by zone. */
const zones = derivedFor(() => {
  /** @type {Map<string, Standing[]>} */
  const found = new Map();
  for (const one of standings.value) {
    if (whose.value === "mine" && !isMine(one)) continue;
    found.set(one.table.zone, [...(found.get(one.table.zone) ?? []), one]);
  }
  return found;
});

export function Tables() {
  const party = sessions.value.get(partyId.value);
  return html`<div class="split" data-open=${String(Boolean(party))} data-ordering=${String(Boolean(party) && isOrdering.value)}>
    <section class="house" aria-label=${say("section.tables")}>
      <div class="bar">
        <h1>${say("section.tables")}</h1>
        <${Switch} label=${say("tables.whose")} options=${{ all: say("tables.all"), mine: say("tables.mine") }} chosen=${whose.value}
          choose=${(/** @type {any} */ one) => (whose.value = one)} />
        ${may("section:assign") && html`<button type="button" onClick=${() => open(() => html`<${Sections} />`)}>${say("tables.hand")}</button>`}
      </div>
      ${zones.value.size === 0 && html`<p class="empty">${say("tables.none")}</p>`}
      ${[...zones.value].map(
        ([zone, all]) => html`<section key=${zone} class="zone" aria-label=${zone}>
        <h2>${zone}</h2>
        <ul class="tables">${all.map((one) => html`<${TableCard} key=${one.table.id} one=${one}
          isChosen=${Boolean(party) && one.host?.id === party?.id} />`)}</ul>
      </section>`,
      )}
      ${may("session:move") && html`<p class="hint">${say("tables.drag")}</p>`}
    </section>
    ${party && html`<${Party} key=${party.id} session=${party} />`}
  </div>`;
}
