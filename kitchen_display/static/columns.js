// @ts-check
/** The station's board: three columns of tickets. On a narrow screen one of them, by a filter. */
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { COLUMNS } from "./board.js";
import { Card, drawWhatComesNear, idOf } from "./card.js";
import { chosenColumn } from "./narrow.js";
import { board } from "./showing.js";
import { called, say } from "./text.js";
import { TICKET } from "./ticket.js";

/**
 * @template T
 * @typedef {import('./lanes.js').Lanes<T>} Lanes
 */

/** The board of tickets. */
export function Board() {
  return html`<${Columns} lanes=${board} columns=${COLUMNS} heading=${(/** @type {string} */ column) => called("status", column)}
    face=${TICKET} empty=${say("board.empty")} />`;
}

/**
 * Columns of cards, each a list that is drawn anew only when a card comes or goes.
 * @param {{lanes: Lanes<any>, columns: readonly string[], heading: (column: string) => string, face: any, empty: string}} props
 */
export function Columns({ lanes, columns, heading, face, empty }) {
  if (!columns.includes(chosenColumn.value)) chosenColumn.value = columns[0] ?? "";
  return html`<div class="columns" data-chosen=${chosenColumn}>
    <div class="filter" role="group" aria-label=${say("columns")}>
      ${columns.map((column) => html`<${Tab} key=${column} lanes=${lanes} column=${column} heading=${heading(column)} />`)}
    </div>
    ${columns.map(
      (column) => html`<section key=${column} class="column" data-column=${column} aria-label=${heading(column)}>
      <h2>${heading(column)} <${Count} lanes=${lanes} column=${column} /></h2>
      <${Cards} lanes=${lanes} column=${column} face=${face} empty=${empty} />
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
 * The cards of a column. A card that stays is the same node as before, so nothing is compared but what comes and goes.
 * @param {{lanes: Lanes<any>, column: string, face: any, empty: string}} props
 */
function Cards({ lanes, column, face, empty }) {
  const ids = lanes.ids.get(column)?.value ?? [];
  const element = useRef(/** @type {HTMLElement | null} */ (null));
  const nodes = useMemo(() => new WeakMap(), [lanes, face]);
  const observer = useRef(/** @type {IntersectionObserver | null} */ (null));
  useLayoutEffect(() => () => observer.current?.disconnect(), []);
  useLayoutEffect(() => {
    if (!element.current) return;
    observer.current ??= drawWhatComesNear(element.current, (id) => lanes.get(id));
    for (const card of element.current.querySelectorAll(".ticket:not([data-near])")) observer.current.observe(card);
  }, [ids]);
  const drawFocused = (/** @type {FocusEvent} */ { target }) => {
    const card = target instanceof Element ? target.closest(".ticket") : null;
    const entry = card && lanes.get(idOf(card));
    if (entry) entry.isDrawn.value = true;
  };
  return html`<div class="cards" tabindex="-1" ref=${element} onFocusIn=${drawFocused}>
    ${ids.length === 0 && html`<p class="empty">${empty}</p>`}
    ${ids.map((id) => {
      const entry = lanes.get(id);
      if (!entry) return null;
      if (!nodes.has(entry)) nodes.set(entry, html`<${Card} key=${id} entry=${entry} face=${face} />`);
      return nodes.get(entry);
    })}
  </div>`;
}
