// @ts-check
/**
 * "We moved you to T7": a notice that stays until it was read. It compares where this guest last knew to sit with where they sit now, so
 * it is right also for a phone that was away. Nothing else changes for them.
 */
import { computed, effect } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { remembered } from "@comanda/ui/memory.js";
import { myId, session } from "./party.js";
import { say } from "./meal_text.js";

const known = remembered("party.seat", { guest: "", tables: /** @type {readonly string[]} */ ([]) });

/** The names of the tables at which the party sits. */
const tables = computed(() => session.value?.tables ?? []);

const news = computed(() => {
  const { guest, tables: before } = known.value;
  const now = tables.value;
  if (guest !== myId.value || now.length === 0 || now.join() === before.join()) return null;
  const kind = now.length > before.length ? "moved.joined" : now.length < before.length ? "moved.parted" : "moved.moved";
  return /** @type {const} */ ({ kind, table: now.join(" + ") });
});

const read = () => (known.value = { guest: myId.peek(), tables: tables.peek() });

// Who has just come in was never anywhere else.
effect(() => {
  if (myId.value && tables.value.length > 0 && known.value.guest !== myId.value) queueMicrotask(read);
});

export function Moved() {
  return html`<div class="moved-place" role="status">
    ${
      news.value &&
      html`<div class="moved">
      <${Icon} name="table" />
      <p><b>${say(news.value.kind, { table: news.value.table })}</b> ${say("moved.text")}</p>
      <button type="button" onClick=${read}>${say("moved.ok")}</button>
    </div>`
    }
  </div>`;
}
