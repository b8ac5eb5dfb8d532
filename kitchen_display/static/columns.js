// @ts-check
/** The station's board: three columns of tickets. On a narrow screen one of them, by a filter. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { COLUMNS } from "./board.js";
import { html } from "./html.js";
import { board } from "./showing.js";
import { called, say } from "./text.js";
import { TicketCard } from "./ticket.js";

/**
 * @template T
 * @typedef {import('./lanes.js').Lanes<T>} Lanes
 */

/** How many cards of a column are drawn at first, and how many more in each frame after that. */
const FIRST = 5;
const MORE = 2;

/** The column that a narrow screen shows. */
export const chosenColumn = signal("NEW");

/** The board of tickets. */
export function Board() {
  return html`<${Columns} lanes=${board} columns=${COLUMNS} heading=${(/** @type {string} */ column) => called("status", column)}
    card=${TicketCard} empty=${say("board.empty")} />`;
}

/**
 * Columns of cards, each a list that is drawn anew only when a card comes or goes.
 * @param {{lanes: Lanes<any>, columns: readonly string[], heading: (column: string) => string, card: any, empty: string}} props
 */
export function Columns({ lanes, columns, heading, card, empty }) {
  if (!columns.includes(chosenColumn.value)) chosenColumn.value = columns[0] ?? "";
  return html`<div class="columns" data-chosen=${chosenColumn}>
    <div class="filter" role="group" aria-label=${say("columns")}>
      ${columns.map((column) => html`<${Tab} key=${column} lanes=${lanes} column=${column} heading=${heading(column)} />`)}
    </div>
    ${columns.map(
      (column) => html`<section key=${column} class="column" data-column=${column} aria-label=${heading(column)}>
      <h2>${heading(column)} <${Count} lanes=${lanes} column=${column} /></h2>
      <${Cards} lanes=${lanes} column=${column} card=${card} empty=${empty} />
    </section>`,
    )}
  </div>`;
}

/**
 * @param {{lanes: Lanes<any>, column: string, heading: string}} props
 */
function Tab({ lanes, column, heading }) {
  const isChosen = chosenColumn.value === column;
  return html`<button type="button" data-column=${column} aria-pressed=${String(isChosen)} onClick=${() => (chosenColumn.value = column)}>
    ${heading} <${Count} lanes=${lanes} column=${column} />
  </button>`;
}

/**
 * @param {{lanes: Lanes<any>, column: string}} props
 */
function Count({ lanes, column }) {
  return html`<span class="count">${lanes.ids.get(column)?.value.length}</span>`;
}

/**
 * The cards of a column. A full board is drawn from the top, some cards in each frame: what is looked at first is there
 * at once, and a slow tablet can be tapped meanwhile.
 * @param {{lanes: Lanes<any>, column: string, card: any, empty: string}} props
 */
function Cards({ lanes, column, card, empty }) {
  const ids = lanes.ids.get(column)?.value ?? [];
  const drawn = useSignal(FIRST);
  const isWhole = drawn.value >= ids.length;
  useEffect(() => {
    if (isWhole) return;
    const frame = requestAnimationFrame(() => (drawn.value = drawn.peek() + MORE));
    return () => cancelAnimationFrame(frame);
  }, [drawn.value, isWhole]);
  return html`<div class="cards" tabindex="-1">
    ${ids.length === 0 && html`<p class="empty">${empty}</p>`}
    ${ids.slice(0, drawn.value).map((id) => {
      const entry = lanes.get(id);
      return entry && html`<${card} key=${id} entry=${entry} />`;
    })}
  </div>`;
}
