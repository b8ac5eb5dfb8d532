// @ts-check
/** "86": what is sold out now and what is counted; a dish or an option is searched, and said to be out, until when, or how many are left. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { Switch } from "@comanda/ui/switch.js";
import { now, timeOfDay } from "@comanda/ui/clock.js";
import { tellDone } from "@comanda/ui/toast.js";
import { of, post, postQuietly } from "./feed.js";
import { dayAndTime, named, say } from "./house_text.js";
import { derivedFor, ofPerson } from "./leaving.js";
import { offer } from "./offered.js";
import { close, open } from "./sheet.js";

/** @typedef {import("../client/protocol.js").FloorItemView} Item */
/** What can be sold out: a dish or an option. @typedef {{id: string, name: {[language: string]: string}, of: string}} Sold */

/** How much is shown of what was found. */
const MOST_FOUND = 30;

const HOUR = 3_600_000;

/** All that can be sold out, dishes first. @type {import("@preact/signals").ReadonlySignal<Sold[]>} */
const all = derivedFor(() => {
  const menu = offer.value?.menu;
  if (!menu) return [];
  const headings = new Map(menu.categories.map((one) => [one.id, one.name]));
  const dishes = menu.dishes.map((one) => ({ id: one.id, name: one.name, of: named(headings.get(one.categoryId) ?? {}) }));
  const options = menu.modifierGroups.flatMap((group) => group.options.map((one) => ({ id: one.id, name: one.name, of: named(group.name) })));
  return [...dishes, ...options];
});

/** What is out, and what is counted. */
const out = derivedFor(() => [...of("item").value.values()].filter((one) => !one.isAvailable));
const counted = derivedFor(() => [...of("item").value.values()].filter((one) => one.isAvailable && one.left !== null));

/** Letters without what stands on them: who searches "ciorba" means "ciorbă". @param {string} text */
const bare = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const wanted = ofPerson("");

export function Availability() {
  const words = bare(wanted.value).split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? [] : all.value.filter((one) => words.every((word) => Object.values(one.name).some((name) => bare(name).includes(word))));
  return html`<div class="bar"><h1>${say("out.heading")}</h1></div>
    <div class="columns">
      <section aria-label=${say("out.search")}>
        <label>${say("out.search")}<input type="search" name="dish" autocomplete="off" value=${wanted.value}
          onInput=${(/** @type {InputEvent} */ event) => (wanted.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>
        <div aria-live="polite">${words.length > 0 && found.length === 0 && html`<p class="empty">${say("out.unknown")}</p>`}</div>
        <ul class="rows">${found.slice(0, MOST_FOUND).map((one) => html`<${Found} key=${one.id} one=${one} />`)}</ul>
      </section>
      <section aria-label=${say("out.now")}><h2>${say("out.now")}</h2>
        ${out.value.length === 0 && html`<p class="hint">${say("out.none")}</p>`}
        <ul class="rows" aria-live="polite">${out.value.map((one) => html`<${Stock} key=${one.id} item=${one} />`)}</ul>
      </section>
      ${counted.value.length > 0 && html`<section aria-label=${say("out.counted")}><h2>${say("out.counted")}</h2>
        <ul class="rows" aria-live="polite">${counted.value.map((one) => html`<${Stock} key=${one.id} item=${one} />`)}</ul></section>`}
    </div>`;
}

/** @param {{one: Sold}} props */
function Found({ one }) {
  const item = stockOf(one.id);
  return html`<li><span><b>${named(one.name)}</b><small>${[one.of, item && stateOf(item)].filter(Boolean).join(" · ")}</small></span>
    <button type="button" aria-label=${`${say("out.set")} ${named(one.name)}`} onClick=${() => open(() => html`<${Change} one=${one} />`)}>
      ${say("out.set")}</button></li>`;
}

/** @param {{item: Item}} props */
function Stock({ item }) {
  const back = () => post("item:set-availability", { itemId: item.itemId, state: "AVAILABLE", left: null });
  return html`<li data-item=${item.itemId}><span><b>${named(item.name)}</b><small>${stateOf(item)}</small></span>
    <span class="pair">
      <button type="button" aria-label=${say("out.change", { name: named(item.name) })}
        onClick=${() => open(() => html`<${Change} one=${{ id: item.itemId, name: item.name, of: "" }} />`)}><${Icon} name="more" /></button>
      <button type="button" class=${item.isAvailable ? "" : "primary"}
        aria-label=${`${say(item.isAvailable ? "out.uncount" : "out.back")}: ${named(item.name)}`} onClick=${back}>
          ${say(item.isAvailable ? "out.uncount" : "out.back")}</button>
    </span></li>`;
}

/** @param {string} itemId */
const stockOf = (itemId) => [...of("item").value.values()].find((one) => one.itemId === itemId);

/** @param {Item} item */
function stateOf({ isAvailable, until, left }) {
  if (isAvailable) return left === null ? "" : say("out.left", { count: left });
  return until ? say("out.until", { time: Date.parse(until) - now.peek() < 20 * HOUR ? timeOfDay(until) : dayAndTime(until) }) : say("out.notice");
}

/** @param {{one: Sold}} props */
function Change({ one }) {
  const item = stockOf(one.id);
  const how = useSignal(/** @type {"notice" | "until" | "left"} */ (item?.isAvailable && item.left !== null ? "left" : "notice"));
  const until = useSignal(localTime(now.peek() + 2 * HOUR));
  const left = useSignal(item?.left ?? 5);
  const problem = useSignal("");
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const moment = new Date(until.peek());
    const asked = {
      notice: { state: /** @type {const} */ ("OUT") },
      until: { state: /** @type {const} */ ("OUT"), until: Number.isNaN(moment.getTime()) ? null : moment.toISOString() },
      left: { state: /** @type {const} */ ("AVAILABLE"), left: left.peek() },
    }[how.peek()];
    const { reply, refused } = await postQuietly("item:set-availability", { itemId: one.id, ...asked });
    problem.value = refused?.message ?? "";
    if (!reply) return;
    close();
    tellDone(`${named(one.name)}: ${stateOf(reply.item)}`, null);
  };
  const isGood = how.value !== "until" || !Number.isNaN(Date.parse(until.value));
  return html`<${Dialog} heading=${named(one.name)} onClose=${close} isSheet>
    <form class="stacked" onSubmit=${send}>
      <${Switch} label=${say("out.set")} options=${{ notice: say("out.notice"), until: say("out.until.some"), left: say("out.left.some") }}
        chosen=${how.value} choose=${(/** @type {any} */ chosen) => (how.value = chosen)} />
      ${how.value === "until" && html`<div class="quick-picks" role="group" aria-label=${say("out.until.some")}>
        ${[1, 2, 4].map((hours) => html`<button key=${hours} type="button" onClick=${() => (until.value = localTime(now.peek() + hours * HOUR))}>
          ${say("out.hours", { count: hours })}</button>`)}
            <button type="button" onClick=${() => (until.value = localTime(tomorrow()))}>${say("out.tomorrow")}</button></div>
        <label>${say("out.until.some")}<input name="until" type="datetime-local" value=${until.value}
          onInput=${(/** @type {InputEvent} */ event) => (until.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>`}
      ${how.value === "left" && html`<${Stepper} label=${say("out.left.some")} value=${left.value} least=${0} most=${9999} isNamed
        onChange=${(/** @type {number} */ count) => (left.value = count)} />`}
      <p class="hint">${say("out.text")}</p>
      <p class="problem" role="alert">${problem}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("back")}</button>
        <button type="submit" class="primary" disabled=${!isGood}>${say("save")}</button></div>
    </form>
  <//>`;
}

/** A moment as its field takes it, on the clock of this tablet. @param {number} moment */
export function localTime(moment) {
  const at = new Date(moment);
  return new Date(moment - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Six in the morning: by then no house is open from the day before. */
function tomorrow() {
  const at = new Date(now.peek());
  at.setDate(at.getDate() + 1);
  return at.setHours(6, 0, 0, 0);
}
