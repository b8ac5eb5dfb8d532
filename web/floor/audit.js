// @ts-check
/** The audit log of the house, newest first: who did what, to what, and what it changed. Reading it is in it, too. */
import { useEffect } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { byName } from "@comanda/ui/language.js";
import { localTime } from "./availability.js";
import { CheckSheet } from "./check.js";
import { ask, of } from "./feed.js";
import { dayAndTime, money, say } from "./house_text.js";
import { derivedFor, ofPerson, whenLeft } from "./leaving.js";
import { offer } from "./offered.js";
import { open } from "./sheet.js";

/**
 * @typedef {import("../client/protocol.js").AuditEntryView} Entry
 * @typedef {{act: string, actorId: string, sessionId: string, since: string, until: string}} Filter
 */

/** Ids are opaque, and long. */
const ID = /^[0-9a-z]{20,}$/;

/** Entries of a page. */
const PAGE = 50;

/** @type {Filter} */
const NO_FILTER = { act: "", actorId: "", sessionId: "", since: "", until: "" };

/** Outside of the view, so that who looks at a check and comes back finds the same entries. */
const filter = ofPerson(NO_FILTER);
const entries = ofPerson(/** @type {readonly Entry[]} */ ([]));
const next = ofPerson(/** @type {string | null} */ (null));
const isReading = ofPerson(false);

/** What can be chosen as an act: those that were seen here. */
const acts = derivedFor(() => [...new Set([...known.value, ...entries.value.map((one) => one.act)])].sort());
const known = ofPerson(/** @type {string[]} */ ([]));

/** Only the newest question counts, and none of somebody who has left. */
let asked = 0;
whenLeft(() => void (asked += 1));

/** @param {string | null} before */
async function read(before) {
  const mine = ++asked;
  const { act, actorId, sessionId, since, until } = filter.peek();
  const moment = (/** @type {string} */ text) => (text ? new Date(text).toISOString() : null);
  isReading.value = true;
  const reply = await ask("audit:list", { act: act || null, actorId: actorId || null, sessionId: sessionId || null, since: moment(since),
    until: moment(until), before, limit: PAGE });
  if (mine !== asked) return;
  isReading.value = false;
  if (!reply) return;
  entries.value = before ? [...entries.peek(), ...reply.entries] : reply.entries;
  next.value = reply.next;
  known.value = acts.peek();
}

/** @param {Partial<Filter>} part */
function choose(part) {
  filter.value = { ...filter.peek(), ...part };
  read(null);
}

export function Audit() {
  useEffect(() => void read(null), []);
  const { act, actorId, sessionId, since, until } = filter.value;
  const people = [...of("staff").value.values()].sort(byName);
  const valueOf = (/** @type {Event} */ event) => /** @type {HTMLInputElement} */ (event.target).value;
  return html`<div class="bar"><h1>${say("audit.heading")}</h1><button type="button" onClick=${() => read(null)}>${say("audit.again")}</button></div>
    <form class="filters" aria-label=${say("audit.filters")} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <label>${say("audit.act")}<select name="act" onChange=${(/** @type {Event} */ event) => choose({ act: valueOf(event) })}>
        <option value="">${say("audit.all")}</option>
        ${acts.value.map((one) => html`<option key=${one} value=${one} selected=${one === act}>${one}</option>`)}</select></label>
      <label>${say("audit.actor")}<select name="actor" onChange=${(/** @type {Event} */ event) => choose({ actorId: valueOf(event) })}>
        <option value="">${say("audit.all")}</option>
        ${people.map((one) => html`<option key=${one.id} value=${one.id} selected=${one.id === actorId}>${one.name}</option>`)}</select></label>
      <label>${say("audit.since")}<input name="since" type="datetime-local" value=${since} max=${localTime(Date.now())}
        onChange=${(/** @type {Event} */ event) => choose({ since: valueOf(event) })} /></label>
      <label>${say("audit.until")}<input name="until" type="datetime-local" value=${until}
        onChange=${(/** @type {Event} */ event) => choose({ until: valueOf(event) })} /></label>
      ${filter.value !== NO_FILTER && html`<button type="button" onClick=${() => choose(NO_FILTER)}><${Icon} name="close" />
        ${say(sessionId ? "audit.everything" : "audit.clear")}</button>`}
    </form>
    <p class="hint" role="status">${isReading.value ? say("loading") : say("audit.count", { count: entries.value.length })}</p>
    <ol class="audit" aria-busy=${String(isReading.value)}>${entries.value.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ol>
    ${next.value && html`<button type="button" class="wide" disabled=${isReading.value} onClick=${() => read(next.peek())}>${say("audit.earlier")}</button>`}`;
}

/** @param {{one: Entry}} props */
function Row({ one }) {
  const names = [...new Set([...Object.keys(one.before), ...Object.keys(one.after)])];
  const details = Object.entries(one.details).filter(([, value]) => value !== null && value !== "");
  return html`<li>
    <header><b>${one.act}</b><span>${one.actor.name || of("staff").value.get(one.subject ?? "")?.name || one.actor.kind.toLowerCase()}</span>
      <time datetime=${one.at}>${dayAndTime(one.at)}</time></header>
    ${names.length > 0 && html`<ul class="changes">${names.map((name) =>
      html`<li key=${name}><span>${name}</span> ${shown(name, one.before[name])} <${Icon} name="next" /> <b>${shown(name, one.after[name])}</b></li>`)}</ul>`}
    ${details.length > 0 && html`<dl class="details">${details.map(([name, value]) =>
      html`<div key=${name}><dt>${name}</dt><dd>${shown(name, value)}</dd></div>`)}</dl>`}
    <footer><small>${[one.number !== null && `№ ${one.number}`, one.address].filter(Boolean).join(" · ")}</small>
      ${one.sessionId && html`<span class="pair">
        <button type="button" class="quiet" onClick=${() => choose({ ...NO_FILTER, sessionId: one.sessionId ?? "" })}>${say("audit.party")}</button>
        <button type="button" class="quiet"
          onClick=${() => open(() => html`<${CheckSheet} sessionId=${one.sessionId} heading=${say("audit.check")} />`)}>
            ${say("audit.check")}</button></span>`}</footer>
  </li>`;
}

/** Fields that hold minor units of the house's currency. */
const AMOUNTS = new Set(["amount", "change", "due", "fee", "given", "overpaid", "paid", "refunded", "tip", "total"]);

/** A value as people read it: amounts with their currency, ids by their end. @param {string} name @param {unknown} value */
function shown(name, value) {
  if (value === null || value === undefined || value === "") return "–";
  const currency = offer.value?.menu.currency;
  if (currency && typeof value === "number" && AMOUNTS.has(name)) return money({ amount: value, currency });
  const text = String(value);
  return ID.test(text) ? `…${text.slice(-6)}` : text;
}
