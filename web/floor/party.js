// @ts-check
/**
 * The party that is looked at: its head, what can be done with it, and its tabs. A new tab is a line in `TABS`: its words
 * (`tab.<id>`), its icon and a component that gets the session.
 */
import { useEffect, useRef } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { age } from "./age.js";
import { CartTab } from "./cart.js";
import { PartyMenu } from "./doing.js";
import { Guests } from "./guests.js";
import { later } from "./later.js";
import { canUndoMove, undoMove } from "./moving.js";
import { Pin } from "./pin.js";
import { go, tab } from "./place.js";
import { Rounds } from "./rounds.js";
import { open } from "./sheet.js";
import { called, say } from "./text.js";

/** @typedef {import("./feed.js").Session} Session */

/** @type {{id: string, icon: string, View: (props: {session: Session}) => any}[]} */
const TABS = [
  { id: "order", icon: "plus", View: CartTab },
  { id: "rounds", icon: "list", View: Rounds },
  { id: "check", icon: "card", View: later(async () => (await import("./check.js")).CheckTab) },
  { id: "guests", icon: "person", View: Guests },
];

/** @param {{session: Session}} props */
export function Party({ session }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const chosen = TABS.find((one) => one.id === tab.value) ?? TABS[0];
  if (!chosen) return null;
  const names = session.tables.join(" + ") || session.tableName;
  return html`<section class="party" aria-label=${say("party", { table: names })}>
    <header>
      <button type="button" class="back" aria-label=${say("back")} onClick=${() => go("tables")}><${Icon} name="back" /></button>
      <h2 ref=${heading} tabindex="-1">${names}</h2>
      <button type="button" onClick=${() => open(() => html`<${Pin} sessionId=${session.id} />`)}>${say("pin")}</button>
      <button type="button" aria-label=${say("party.more")} onClick=${() => open(() => html`<${PartyMenu} sessionId=${session.id} />`)}>
        <${Icon} name="more" /></button>
    </header>
    <p class="facts">${[say("covers", { count: session.covers }), called("mode", session.mode), age(session.openedAt),
      session.waiter?.name].filter(Boolean).join(" · ")}
      ${session.idleSince && html`<span class="idle"><${Icon} name="clock" />${say("idle", { time: age(session.idleSince) })}</span>`}</p>
    ${canUndoMove(session) && html`<p><button type="button" onClick=${() => undoMove(session.id)}><${Icon} name="undo" />
      ${say("move.undo", { table: session.tableWas ?? "" })}</button></p>`}
    <nav class="tabs" aria-label=${say("tabs")}>
      ${TABS.map((one) => html`<button key=${one.id} type="button" aria-current=${one === chosen ? "page" : undefined}
        onClick=${() => go("tables", session.id, one.id)}><${Icon} name=${one.icon} />${say(/** @type {any} */ (`tab.${one.id}`))}</button>`)}
    </nav>
    <div class="tab-body" key=${chosen.id}><${chosen.View} session=${session} /></div>
  </section>`;
}
