// @ts-check
/** Who pays for a dish, when a guest says so to the waiter instead of on the phone: all of it, or a fraction. */
import { useSignal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { unclaimed } from "./bill.js";
import { say } from "./check_text.js";
import { post, sessions } from "./feed.js";

/** Fractions that are offered: parts of a whole. @type {Fraction[]} */
const FRACTIONS = [[1, 1], [1, 2], [1, 3], [2, 3], [1, 4]];

/** @typedef {[number, number]} Fraction */

/** @param {{check: import("./bill.js").Check, lineId: string}} props */
export function Claims({ check, lineId }) {
  const fraction = useSignal(/** @type {Fraction} */ ([1, 1]));
  const guests = sessions.value.get(check.sessionId)?.participants ?? [];
  const claims = check.claims.filter((one) => one.lineId === lineId);
  if (check.status !== "OPEN" || (guests.length === 0 && claims.length === 0)) return null;
  const left = unclaimed(check, lineId);
  const [parts, of] = fraction.value;
  const fits = (/** @type {string} */ id) => {
    // A new claim takes the place of one's own.
    const own = claims.find((one) => one.by.id === id);
    const room = left.parts * (own?.of ?? 1) + (own?.parts ?? 0) * left.of;
    return parts * left.of * (own?.of ?? 1) <= room * of;
  };
  const claim = (/** @type {string} */ participantId) => post("check:claim", { sessionId: check.sessionId, lineId, participantId, share: { parts, of } });
  const free = (/** @type {string} */ participantId) => post("check:unclaim", { sessionId: check.sessionId, lineId, participantId });
  return html`<section class="claims" aria-label=${say("claims")}>
    <h3>${say("claims")}</h3>
    <ul class="rows" aria-live="polite">
      ${claims.map((one) => html`<li key=${one.by.id}><span>
        <b>${one.by.name || say("guest")}</b> ${one.of > 1 ? `${one.parts}/${one.of}` : say("claims.all")}</span>
      <button type="button" onClick=${() => free(one.by.id)}>${say("claims.free")}</button></li>`)}</ul>
    ${guests.length > 0 && html`<div class="quick-picks" role="group" aria-label=${say("claims.share")}>
      ${FRACTIONS.map((one) => html`<button key=${one.join("/")} type="button" aria-pressed=${String(one[0] === parts && one[1] === of)}
        onClick=${() => (fraction.value = one)}>${one[1] === 1 ? say("claims.all") : one.join("/")}</button>`)}</div>
      <div class="quick-picks" role="group" aria-label=${say("claims.who")}>
        ${guests.map((one) => html`<button key=${one.id} type="button" disabled=${!fits(one.id)} onClick=${() => claim(one.id)}>
          ${one.name || say("guest")}</button>`)}</div>
      ${left.parts > 0 && claims.length > 0 && html`<p class="hint">${say("claims.left", { fraction: `${left.parts}/${left.of}` })}</p>`}`}
  </section>`;
}
