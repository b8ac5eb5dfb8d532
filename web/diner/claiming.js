// @ts-check
/** Which part of a dish is mine: all of it, a portion, a half, a third, or any other part. */
import { useState } from "preact/hooks";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { fits, isBeingPaid, leftFor } from "./division.js";
import { money, named, say } from "./meal_text.js";
import { myId, put, whoIs } from "./party.js";

/**
 * @typedef {import("./division.js").Check} Check
 * @typedef {import("./division.js").Line} Line
 * @typedef {import("./division.js").ShownClaim} ShownClaim
 * @typedef {import("./division.js").Fraction} Fraction
 */

/** Into so many parts a dish can be divided. */
const MOST_PARTS = 100;

/** @type {readonly {word: "claim.whole" | "claim.half" | "claim.third" | "claim.quarter", share: Fraction}[]} */
const USUAL = [
  { word: "claim.whole", share: { parts: 1, of: 1 } },
  { word: "claim.half", share: { parts: 1, of: 2 } },
  { word: "claim.third", share: { parts: 1, of: 3 } },
  { word: "claim.quarter", share: { parts: 1, of: 4 } },
];

/** A part of a dish in words: `all`, `1/3`. @param {Fraction} share */
export const shareText = ({ parts, of }) => (parts === of ? say("claim.all") : `${parts}/${of}`);

/** What is mine of a dish, as one tap: several portions one by one, then the usual parts. @param {number} quantity */
function usual(quantity) {
  const portions = Array.from({ length: Math.min(quantity, 6) - 1 }, (_, at) => ({ parts: at + 1, of: quantity }));
  const usual = USUAL.map(({ word, share }) => ({ text: say(word), share }));
  if (quantity === 1) return usual;
  const counted = portions.map((share) => ({ text: say("claim.portions", { count: share.parts, all: quantity }), share }));
  return [...usual.slice(0, 1), ...counted, ...usual.slice(1).filter(({ share }) => !portions.some((one) => one.parts * share.of === share.parts * one.of))];
}

/** @param {{check: Check, line: Line, claims: readonly ShownClaim[], onClose: () => void}} props */
export function Claiming({ check, line, claims, onClose }) {
  const [other, setOther] = useState(/** @type {Fraction} */ ({ parts: 1, of: 5 }));
  const ofLine = claims.filter(({ lineId }) => lineId === line.id);
  const mine = ofLine.find(({ by }) => by.id === myId.value);
  const left = leftFor(claims, line.id, myId.value);
  const isPaying = isBeingPaid(check, line.id);
  const take = (/** @type {Fraction} */ { parts, of }) => {
    void put("check:claim", { lineId: line.id, share: { parts, of } });
    onClose();
  };
  const drop = () => {
    void put("check:unclaim", { lineId: line.id });
    onClose();
  };
  const isMine = (/** @type {Fraction} */ share) => mine !== undefined && mine.parts * share.of === share.parts * mine.of;
  return html`<${Dialog} heading=${named(line.name)} isSheet onClose=${onClose}>
    <p class="claim-price"><span class="soft">${say("claim.text")}</span><b>${money(line.price)}</b></p>
    ${ofLine.length > 0 && html`<ul class="claims">${ofLine.map((one) => html`<li key=${one.by.id}>${say("claim.by", { who: whoIs(one.by), share: shareText(one) })}</li>`)}</ul>`}
    <p class="soft" role="status">${isPaying && say("claim.paying")}</p>
    <div class="claim-parts">
      ${usual(line.quantity).map(
        ({ text, share }) => html`<button key=${text} type="button" aria-pressed=${String(isMine(share))} disabled=${isPaying || !fits(share, left)} onClick=${() => take(share)}>${text}</button>`,
      )}
    </div>
    <details class="claim-other"><summary>${say("claim.other")}</summary>
      <div><${Stepper} label=${say("claim.parts")} value=${other.parts} least=${1} most=${other.of} onChange=${(/** @type {number} */ parts) => setOther({ ...other, parts })} />
        <span>${say("claim.of.parts")}</span>
        <${Stepper} label=${say("claim.of.parts")} value=${other.of} least=${2} most=${MOST_PARTS} onChange=${(/** @type {number} */ of) => setOther({ parts: Math.min(other.parts, of), of })} /></div>
      <button type="button" class="accent" disabled=${isPaying || !fits(other, left)} onClick=${() => take(other)}>${say("claim.take")}</button>
    </details>
    ${mine && html`<button type="button" disabled=${isPaying} onClick=${drop}>${say("claim.drop")}</button>`}
  <//>`;
}
