// @ts-check
/** What can be done with a party: move, merge, unmerge, give it to another waiter, close it. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Closing } from "./closing.js";
import { sessions } from "./feed.js";
import { GiveTable } from "./hand.js";
import { merge, mergedInto, move, unmerge } from "./moving.js";
import { close, open } from "./sheet.js";
import { standings } from "./standing.js";
import { called, say } from "./text.js";
import { may } from "./who.js";

/** @typedef {import("./feed.js").Session} Session */

/** @param {{sessionId: string}} props */
export function PartyMenu({ sessionId }) {
  const session = sessions.value.get(sessionId);
  if (!session) return null;
  const then = (/** @type {() => void} */ act) => () => {
    close();
    act();
  };
  const guests = mergedInto(sessionId);
  return html`<${Dialog} heading=${session.tables.join(" + ") || session.tableName} onClose=${close} isSheet>
    <div class="menu-of-party">
      <button type="button" onClick=${() => open(() => html`<${Where} sessionId=${sessionId} kind="move" />`)}><${Icon} name="move" />${say("move")}</button>
      <button type="button" onClick=${() => open(() => html`<${Where} sessionId=${sessionId} kind="merge" />`)}><${Icon} name="merge" />${say("merge")}</button>
      ${guests.map((one) => html`<button key=${one.id} type="button" onClick=${then(() => unmerge(one))}><${Icon} name="undo" />
        ${say("unmerge", { table: one.tableName })}</button>`)}
      ${may("section:assign") && html`<button type="button" onClick=${() =>
        open(() => html`<${GiveTable} tableIds=${[session.tableId]} heading=${say("give", { table: session.tableName })} />`)}>
          <${Icon} name="person" />${say("give", { table: session.tableName })}</button>`}
      <button type="button" class="danger" onClick=${() => open(() => html`<${Closing} sessionId=${sessionId} />`)}><${Icon} name="close" />
        ${say("close.table")}</button>
    </div>
  <//>`;
}

/** The tables to which a party can be moved, or the parties with which it can be merged. @param {{sessionId: string, kind: "move" | "merge"}} props */
function Where({ sessionId, kind }) {
  const chosen = useSignal(/** @type {import("./standing.js").Standing | null} */ (null));
  const session = sessions.value.get(sessionId);
  if (!session) return null;
  const offered = standings.value.filter((one) =>
    (kind === "move" ? one.state === "free" : one.session && one.host?.id !== sessionId && !one.session.mergedInto));
  const pick = (/** @type {import("./standing.js").Standing} */ one) => {
    if (kind === "merge") return (chosen.value = one);
    close();
    move(session, one.table);
  };
  const bring = () => {
    close();
    if (chosen.value?.session) merge(session, chosen.value.session);
  };
  const values = { table: session.tableName, into: chosen.value?.table.name ?? "" };
  return html`<${Dialog} heading=${say(kind === "move" ? "move.heading" : "merge.heading", values)} onClose=${close} isSheet>
    ${offered.length === 0 && html`<p class="empty">${say(kind === "move" ? "move.none" : "merge.none")}</p>`}
    <div class="numbers wide" role="group">
      ${offered.map((one) => html`<button key=${one.table.id} type="button"
        aria-pressed=${kind === "merge" ? String(chosen.value?.table.id === one.table.id) : undefined} onClick=${() => pick(one)}>
          <b>${one.table.name}</b><small>${kind === "move" ? say("seats", { count: one.table.seats }) : called("state", one.state)}</small></button>`)}
    </div>
    ${kind === "merge" && html`<p class="hint">${chosen.value ? say("merge.text", values) : say("merge.choose")}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("cancel")}</button>
        <button type="button" class="primary" disabled=${!chosen.value} onClick=${bring}>${say("merge.go")}</button></div>`}
  <//>`;
}
