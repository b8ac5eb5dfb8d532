// @ts-check
/** One table among the others: what it is called, how it stands there, since when, who serves it, and what it needs. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { age } from "./age.js";
import { Opening, openAtOnce } from "./opening.js";
import { go } from "./place.js";
import { open } from "./sheet.js";
import { called, say } from "./text.js";
import { may } from "./who.js";

/** @typedef {import("./standing.js").Standing} Standing */

/**
 * @param {{one: Standing, isChosen: boolean}} props
 */
export function TableCard({ one, isChosen }) {
  const { table, session, host, state } = one;
  const isFree = state === "free";
  const needs = needsOf(one);
  const waiter = (host?.waiter ?? table.waiter)?.name;
  const facts = session ? [say("covers", { count: session.covers }), age(session.openedAt)] : [say("seats", { count: table.seats })];
  return html`<li class="table" data-state=${state} data-table=${table.id} data-session=${session?.id} data-chosen=${String(isChosen)}>
    <button type="button" class="face" aria-current=${isChosen ? "true" : undefined} onClick=${() => look(one)}>
      <b class="name">${table.name}</b>
      <span class="state">${state === "merged" ? say("state.with", { table: host?.tableName ?? "" }) : called("state", state)}</span>
      <span class="facts">${facts.map((text) => html`<span key=${text}>${text}</span>`)}</span>
      <span class="waiter">${waiter}</span>
      <span class="needs">${needs.map(([icon, text, count]) =>
        html`<span key=${icon} class="need" data-kind=${icon} title=${text}><${Icon} name=${icon} /><span aria-hidden="true">${count}</span>
          <span class="unseen">${text}</span></span>`)}</span>
    </button>
    ${isFree && may("session:open") && html`<button type="button" class="quick" aria-label=${say("open.table", { table: table.name })}
      onClick=${() => openAtOnce(table)}>${say("open")}</button>`}
  </li>`;
}

/** @param {Standing} one */
function look({ table, host }) {
  if (host) go("tables", host.id);
  else open(() => html`<${Opening} table=${table} />`);
}

/**
 * What somebody has to do there, as an icon, words, and how often.
 * @param {Standing} one
 * @returns {[string, string, number | string][]}
 */
function needsOf({ toApprove, ready, asked, isAlarmed }) {
  /** @type {[string, string, number | string][]} */
  const needs = [];
  if (isAlarmed) needs.push(["warning", say("need.alarm"), ""]);
  if (toApprove) needs.push(["check", say("need.approve", { count: toApprove }), toApprove]);
  if (ready) needs.push(["dish", say("need.ready", { count: ready }), ready]);
  const open = asked.filter((one) => one.status === "OPEN");
  if (open.length > 0) needs.push(["bell", open.map((one) => called("service", one.kind)).join(", "), open.length]);
  return needs;
}
