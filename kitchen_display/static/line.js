// @ts-check
/**
 * One dish on a ticket: what it is, how far it is, how old. A tap takes it one step further; what was struck is
 * acknowledged by it.
 *
 * @import {Line} from './shape.js'
 * @import {Age} from './board.js'
 */
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { beat } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { allergens } from "@comanda/ui/menu/allergens.js";
import { acknowledge, step } from "./actions.js";
import { ageOf, nextOf, portions, struck } from "./board.js";
import { open } from "./dialog.js";
import { shownTicket } from "./feed.js";
import { Icon } from "./icons.js";
import { called, named, say } from "./text.js";
import { outlines } from "./who.js";

/**
 * A line that is the same object as before is not drawn anew.
 * @param {{ticketId: string, station: string, line: Line}} props
 */
export function LineRow({ ticketId, station, line }) {
  // By what it depends on, not by the line: each message brings new objects, most of them with nothing new for this.
  const { status, isHeld, startsAt, firedAt, course } = line;
  const age = useMemo(
    () => computed(() => ageOf(line, outlines.value.get(station), beat.value)),
    [status, isHeld, startsAt, firedAt, course, station],
  );
  const tone = useMemo(() => computed(() => age.value.tone), [age]);
  const text = useMemo(() => computed(() => ageText(age.value)), [age]);
  const isStruck = struck(line) > 0;
  return html`<li class="line" data-line=${line.id} data-status=${line.status} data-held=${String(line.isHeld)} data-struck=${String(isStruck)} data-tone=${tone}>
    <button type="button" class="step" aria-description=${hint(line)} onClick=${() => tapped(ticketId, line)}>
      <i class="mark"><span class="unseen">${line.isHeld ? say("held") : called("status", line.status)}</span></i>
      <span class="what">
        <span class="dish"><b class="count">${count(line)}×</b> <span class="name">${named(line.name)}</span></span>
        ${line.modifiers.length > 0 && html`<span class="modifiers">${line.modifiers.map((one) => html`<span class="modifier">${named(one)}</span>`)}</span>`}
        ${line.note && html`<span class="note">${line.note}</span>`}
        ${line.avoid.length > 0 && html`<strong class="avoid"><${Icon} name="allergy" />${say("avoid", { what: allergens(line.avoid) })}</strong>`}
        ${isStruck && html`<strong class="struck-note">${struckText(line)}</strong>`}
        <span class="meta"><span class="age">${text}</span>${(line.allergens.length > 0 || line.guest) && html`<span>${small(line)}</span>`}</span>
      </span>
    </button>
    <button type="button" class="more" aria-label=${say("line.more", { dish: named(line.name) })} onClick=${() => open({ kind: "line", ticketId, lineId: line.id })}>⋯</button>
  </li>`;
}

/**
 * @param {string} ticketId
 * @param {Line} line as it was shown
 */
function tapped(ticketId, line) {
  const ticket = shownTicket(ticketId);
  if (!ticket) return;
  const next = nextOf(line);
  if (struck(line) > 0) acknowledge(ticket, line);
  else if (next) step(ticket, line, next);
  else open({ kind: "line", ticketId: ticket.id, lineId: line.id });
}

/** @param {Line} line */
const count = (line) => (line.status === "CANCELLED" ? line.quantity : portions(line));

/** @param {Line} line */
function struckText(line) {
  if (line.status === "CANCELLED") return say("struck.whole");
  return say("struck.part", { count: struck(line), all: line.quantity });
}

/** @param {Line} line */
function small({ guest, allergens: codes }) {
  const contains = codes.length > 0 && say("contains", { what: allergens(codes) });
  return [guest, contains].filter(Boolean).join(" · ");
}

/** @param {Line} line */
function hint(line) {
  const next = nextOf(line);
  if (struck(line) > 0) return say("tap.acknowledge");
  return next ? say("tap.step", { status: called("status", next) }) : say("tap.menu");
}

/**
 * The mark of urgency stands in words beside the colour, so that nobody needs to tell colours apart.
 * @param {Age} age
 */
function ageText({ tone, minutes }) {
  if (tone === "held") return say("held");
  if (tone === "done") return "";
  if (tone === "waiting") return say("age.in", { minutes });
  const text = say("age", { minutes });
  return tone === "red" ? `‼ ${text}` : tone === "amber" ? `! ${text}` : text;
}
