// @ts-check
/** Opening a table for a party: at once, or after a look at how many they are; then the PIN, large, to be shown to them. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { remembered } from "@comanda/ui/memory.js";
import { Switch } from "@comanda/ui/switch.js";
import { post } from "./feed.js";
import { Pin } from "./pin.js";
import { go } from "./place.js";
import { keepSecret } from "./secret.js";
import { close, open } from "./sheet.js";
import { called, say } from "./text.js";

/** @typedef {import("./feed.js").Table} Table */
/** @typedef {"FAMILY" | "INDIVIDUAL"} Mode */

/** As it was chosen last: a house mostly has one way. */
const mode = remembered("mode", /** @type {Mode} */ ("FAMILY"));

/** How many are offered beyond the seats of a table. */
const EXTRA = 4;

/**
 * Open a table for as many as it has seats; their number can be changed while the PIN is shown.
 * @param {Table} table
 */
export const openAtOnce = (table) => begin(table, table.seats);

/**
 * @param {Table} table
 * @param {number} covers
 */
async function begin(table, covers) {
  const reply = await post("session:open", { tableId: table.id, mode: mode.peek(), covers });
  if (!reply) return;
  keepSecret(reply.session.id, { pin: reply.pin, token: reply.tableToken });
  go("tables", reply.session.id);
  open(() => html`<${Pin} sessionId=${reply.session.id} isNew />`);
}

/** How many they are, and whether they share a cart. @param {{table: Table}} props */
export function Opening({ table }) {
  const isAsking = useSignal(false);
  const numbers = Array.from({ length: Math.max(8, table.seats + EXTRA) }, (_, index) => index + 1);
  const choose = async (/** @type {number} */ covers) => {
    isAsking.value = true;
    await begin(table, covers);
    isAsking.value = false;
  };
  return html`<${Dialog} heading=${say("open.table", { table: table.name })} onClose=${close} isSheet>
    <h3>${say("open.mode")}</h3>
    <${Switch} label=${say("open.mode")} options=${{ FAMILY: called("mode", "FAMILY"), INDIVIDUAL: called("mode", "INDIVIDUAL") }}
      chosen=${mode.value} choose=${(/** @type {any} */ one) => (mode.value = one)} />
    <h3 id="covers">${say("open.covers")}</h3>
    <div class="numbers" role="group" aria-labelledby="covers">
      ${numbers.map((one) => html`<button key=${one} type="button" class=${one === table.seats ? "usual" : ""} disabled=${isAsking.value}
        onClick=${() => choose(one)}>${one}</button>`)}
    </div>
    <p class="hint">${say("open.hint")}</p>
  <//>`;
}
