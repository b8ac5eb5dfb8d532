// @ts-check
/**
 * Plots of the report, drawn by the page as SVG: bars that stand, bars that lie, and times with their percentiles. Each says in words
 * what it is, and has its figures as a table, which is what a screen reader reads.
 */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { say } from "./house_text.js";
import { ticks } from "./scale.js";

/** @typedef {{label: string, value: number, text: string, more?: string[]}} Bar `text` is the value as people write it, `more` other cells */

const HEIGHT = 220;
const ROW = 34;

/** A bar that stands alone is no wall. */
const WIDEST = 72;

/**
 * A figure with its heading, and its table under it.
 * @param {{heading: string, columns: string[], rows: (string | number)[][], children: import("preact").ComponentChildren, name: string}} props
 */
export function Figure({ heading, columns, rows, children, name }) {
  return html`<figure class="plot" data-plot=${name}><figcaption><h2>${heading}</h2></figcaption>
    ${rows.length === 0 ? html`<p class="hint">${say("plot.none")}</p>` : children}
    ${rows.length > 0 && html`<details><summary>${say("plot.table")}</summary><div class="scrolls"><table><caption class="unseen">${heading}</caption>
      <thead><tr>${columns.map((one) => html`<th key=${one} scope="col">${one}</th>`)}</tr></thead>
      <tbody>${rows.map((row, index) => html`<tr key=${index}>
        ${row.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>`)}</tbody></table></div></details>`}
  </figure>`;
}

/** Bars that stand side by side, such as hours. `scale` writes a tick. @param {{label: string, bars: Bar[], scale: (value: number) => string}} props */
export function Columns({ label, bars, scale }) {
  const [place, width] = useWidth();
  const [left, top, foot] = [56, 18, 24];
  const steps = ticks(Math.max(0, ...bars.map((one) => one.value)), 4);
  const most = steps.at(-1) || 1;
  const y = (/** @type {number} */ value) => top + ((HEIGHT - top - foot) * (most - value)) / most;
  const each = Math.min(WIDEST, (width - left) / Math.max(bars.length, 1));
  const peak = bars.reduce((best, one, index) => (one.value > (bars[best]?.value ?? 0) ? index : best), 0);
  return html`<div ref=${place}><svg class="chart" role="img" aria-label=${label} width=${width} height=${HEIGHT} viewBox="0 0 ${width} ${HEIGHT}">
    ${steps.map((one) => html`<g key=${one}><line x1=${left} x2=${width} y1=${y(one)} y2=${y(one)} />
      <text class="tick-text" x=${left - 8} y=${y(one) + 4} text-anchor="end">${scale(one)}</text></g>`)}
    ${bars.map((one, index) => html`<g key=${one.label}><title>${one.label}: ${one.text}</title>
      <rect class="bar-mark" x=${left + each * index + Math.min(4, each / 6)} y=${y(one.value)} width=${Math.max(2, each - Math.min(8, each / 3))}
        height=${Math.max(0, y(0) - y(one.value))} rx="3" />
      ${(each >= 26 || index % 2 === 0) && html`<text x=${left + each * (index + 0.5)} y=${HEIGHT - 6} text-anchor="middle">${one.label}</text>`}
      ${index === peak && one.value > 0 &&
        html`<text class="value" x=${Math.min(width - 34, Math.max(left + 34, left + each * (index + 0.5)))} y=${y(one.value) - 5}
          text-anchor="middle">${one.text}</text>`}</g>`)}
  </svg></div>`;
}

/** Bars that lie, each under its name: dishes, ways of paying, reasons. @param {{label: string, bars: Bar[]}} props */
export function Rows({ label, bars }) {
  const [place, width] = useWidth();
  const most = Math.max(1, ...bars.map((one) => one.value));
  const height = bars.length * (ROW + 8);
  return html`<div ref=${place}><svg class="chart" role="img" aria-label=${label} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    ${bars.map((one, index) => {
      const y = index * (ROW + 8);
      return html`<g key=${index}><text class="name" x="0" y=${y + 14}>${fitted(one.label, width - 110)}</text>
        <text class="value" x=${width} y=${y + 14} text-anchor="end">${one.text}</text>
        <rect class="bar-ground" x="0" y=${y + 21} width=${width} height="10" rx="5" />
        <rect class="bar-mark" x="0" y=${y + 21} width=${Math.max(one.value > 0 ? 4 : 0, (width * one.value) / most)} height="10" rx="5" /></g>`;
    })}
  </svg></div>`;
}

/**
 * Times in seconds: half of them, nine of ten, ninety-nine of a hundred, on one scale of minutes.
 * @param {{label: string, rows: {label: string, p50: number, p90: number, p99: number}[]}} props
 */
export function Times({ label, rows }) {
  const [place, width] = useWidth();
  const foot = 22;
  const steps = ticks(Math.max(60, ...rows.map((one) => one.p99)) / 60, 5);
  const most = (steps.at(-1) || 1) * 60;
  const height = rows.length * (ROW + 14) + foot;
  const x = (/** @type {number} */ seconds) => 6 + ((width - 18) * seconds) / most;
  return html`<div ref=${place}>
    <p class="legend" aria-hidden="true"><span data-mark="p50">${say("plot.p50")}</span><span data-mark="p90">${say("plot.p90")}</span>
      <span data-mark="p99">${say("plot.p99")}</span></p>
    <svg class="chart" role="img" aria-label=${label} width=${width} height=${height} viewBox="0 0 ${width} ${height}">
    ${steps.map((one) => html`<g key=${one}><line x1=${x(one * 60)} x2=${x(one * 60)} y1="0" y2=${height - foot} />
      <text class="tick-text" x=${x(one * 60)} y=${height - 5} text-anchor=${one === 0 ? "start" : "middle"}>${one}</text></g>`)}
    ${rows.map((one, index) => {
      const y = index * (ROW + 14);
      return html`<g key=${index}><text class="name" x="0" y=${y + 14}>${fitted(one.label, width - 110)}</text>
        <text class="value" x=${width} y=${y + 14} text-anchor="end">${minutes(one.p50)} · ${minutes(one.p90)}</text>
        <rect class="time-long" x=${x(0)} y=${y + 27} width=${x(one.p99) - x(0)} height="4" rx="2" />
        <rect class="time-most" x=${x(0)} y=${y + 24} width=${x(one.p90) - x(0)} height="10" rx="5" />
        <rect class="bar-mark" x=${x(0)} y=${y + 24} width=${x(one.p50) - x(0)} height="10" rx="5" />
        <circle class="time-end" cx=${x(one.p99)} cy=${y + 29} r="4" /></g>`;
    })}
  </svg></div>`;
}

/** Seconds as minutes and seconds. @param {number} seconds */
export const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Text that is too long for its place ends in dots: seven units for a letter. @param {string} text @param {number} width */
const fitted = (text, width) => (text.length * 7 > width ? `${text.slice(0, Math.max(4, Math.floor(width / 7) - 1))}…` : text);

/** The width that there is: what is drawn follows it, and letters keep their size. @returns {[any, number]} */
function useWidth() {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const width = useSignal(320);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => (width.value = Math.max(220, Math.floor(element.clientWidth)));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, []);
  return [place, width.value];
}
