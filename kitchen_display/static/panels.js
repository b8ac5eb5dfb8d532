// @ts-check
/** What opens over the board or beside it: all-day counts, the recall list, what is out, settings, help. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now, timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { Switch } from "@comanda/ui/switch.js";
import { bringBack, recall, recallOrder } from "./actions.js";
import { allDay, isOut } from "./board.js";
import { StationChoice } from "./choice.js";
import { Dialog, close } from "./dialog.js";
import { items, nameOnTickets } from "./feed.js";
import { Icon } from "./icons.js";
import { KEYS } from "./keys.js";
import { LogOut } from "./login.js";
import { byOrder } from "./order.js";
import { isMuted, language, theme } from "./settings.js";
import { changes, isPass, shownTickets } from "./showing.js";
import { LANGUAGES, named, say, titleOf } from "./text.js";
import { ask, shownStations, stationName, status } from "./who.js";

/**
 * @typedef {import('./shape.js').Ticket} Ticket
 */

/** How many of each dish are still to be cooked, over all tickets of the station. */
export function AllDay() {
  // The counts follow every ticket; they are read anew, and the numbers that stayed are not drawn.
  const counts = changes.value >= 0 ? allDay(shownTickets()) : [];
  return html`<aside class="allday" aria-label=${say("allday")}>
    <h2>${say("allday")}</h2>
    ${counts.length === 0 && html`<p class="empty">${say("allday.none")}</p>`}
    <ul>${counts.map((one) => html`<li key=${one.itemId || named(one.name)}><b>${one.count}</b><span>${named(one.name)}</span></li>`)}</ul>
  </aside>`;
}

/** The last hundred that were bumped, the newest first: tickets at a station, orders at the pass. */
export function Recall() {
  const list = useSignal(/** @type {Ticket[] | null} */ (null));
  useEffect(() => {
    const [one, ...others] = isPass.peek() ? [] : shownStations.peek();
    void ask("ticket:list", one === undefined || others.length > 0 ? {} : { station: one }).then(
      (reply) => (list.value = reply?.tickets ?? null),
    );
  }, []);
  const rows = list.value && (isPass.value ? byOrder(list.value) : list.value.map((ticket) => [ticket]));
  const back = (/** @type {Ticket[]} */ tickets) => {
    const [first] = tickets;
    if (first && isPass.peek()) recallOrder(tickets);
    else if (first) recall(first);
    list.value = (list.peek() ?? []).filter((one) => !tickets.includes(one));
  };
  return html`<${Dialog} heading=${say("recall.heading")}>
    ${rows === null && html`<p>${say(status.value === "live" ? "connecting" : "offline")}</p>`}
    ${rows?.length === 0 && html`<p>${say("recall.none")}</p>`}
    <ul class="recall">${rows?.map((tickets) => html`<${Bumped} key=${tickets[0]?.id} tickets=${tickets} back=${() => back(tickets)} />`)}</ul>
  <//>`;
}

/**
 * One ticket, or all that was bumped of one order.
 * @param {{tickets: Ticket[], back: () => void}} props
 */
function Bumped({ tickets, back }) {
  const [ticket] = tickets;
  if (!ticket) return null;
  const places = tickets.map((one) => stationName(one.station)).join(", ");
  const dishes = tickets.flatMap((one) => one.lines).map((line) => `${line.quantity}× ${named(line.name)}`);
  return html`<li>
    <div><b class="table">${titleOf(ticket)}</b> #${ticket.number} · ${places} · ${timeOfDay(ticket.bumpedAt)}
      <p>${dishes.join(", ")}</p></div>
    <button type="button" onClick=${back}><${Icon} name="recall" />${say("recall")}</button>
  </li>`;
}

/** What is sold out, and how to say that it is there again. */
export function Out() {
  const out = items.value.filter((item) => isOut(item, now.value));
  return html`<${Dialog} heading=${say("out.list")}>
    ${out.length === 0 && html`<p>${say("out.none")}</p>`}
    <ul class="outs">
      ${out.map(
        (item) => html`<li key=${item.itemId}>
        <div><b>${dishName(item)}</b><p>${item.until ? say("out.since", { time: timeOfDay(item.until) }) : say("out.open")}</p></div>
        <button type="button" class="primary" onClick=${() => bringBack(item.itemId, dishName(item))}>${say("back")}</button>
      </li>`,
      )}
    </ul>
    <p class="hint">${say("out.hint")}</p>
  <//>`;
}

/**
 * What a dish or option is called: by the server, or, until that has heard of it, on the ticket from which it was taken out.
 * @param {import("./shape.js").Item} item
 */
const dishName = ({ itemId, name }) => named(name) || named(nameOnTickets(itemId)) || itemId;

/** What this device remembers. */
export function Settings() {
  return html`<${Dialog} heading=${say("settings")}>
    <h3>${say("choose.heading")}</h3>
    <${StationChoice} />
    <h3>${say("sound")}</h3>
    <${Switch} options=${{ false: say("sound.on"), true: say("sound.off") }} chosen=${String(isMuted.value)} choose=${(/** @type {string} */ one) => (isMuted.value = one === "true")} />
    <h3>${say("theme")}</h3>
    <${Switch} options=${{ auto: say("theme.auto"), dark: say("theme.dark"), light: say("theme.light") }} chosen=${theme.value} choose=${(/** @type {any} */ one) => (theme.value = one)} />
    <h3>${say("language")}</h3>
    <${Switch} options=${LANGUAGES} chosen=${language.value} choose=${(/** @type {string} */ one) => (language.value = one)} />
    <${LogOut} />
  <//>`;
}

/** The keys of a keyboard or a bump bar. */
export function Help() {
  return html`<${Dialog} heading=${say("help")}>
    <dl class="help">${KEYS.map(([keys, word]) => html`<div key=${word}><dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${say(word)}</dd></div>`)}</dl>
    <button type="button" class="primary" onClick=${close}>${say("close")}</button>
  <//>`;
}
