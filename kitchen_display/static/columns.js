// @ts-check
/** The station's board: three columns of tickets. On a narrow screen one of them, by a filter. */
import { signal } from "@preact/signals";
import { COLUMNS } from "./board.js";
import { html } from "./html.js";
import { board } from "./showing.js";
import { called, say } from "./text.js";
import { TicketCard } from "./ticket.js";

/**
 * @template T
 * @typedef {import('./lanes.js').Lanes<T>} Lanes
 */

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
 * @param {{lanes: Lanes<any>, column: string, card: any, empty: string}} props
 */
function Cards({ lanes, column, card, empty }) {
  const ids = lanes.ids.get(column)?.value ?? [];
  return html`<div class="cards" tabindex="-1">
    ${ids.length === 0 && html`<p class="empty">${empty}</p>`}
    ${ids.map((id) => {
      const entry = lanes.get(id);
      return entry && html`<${card} key=${id} entry=${entry} />`;
    })}
  </div>`;
}
