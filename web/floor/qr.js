// @ts-check
/** A link as a QR code (ISO/IEC 18004), drawn as one path: dark on white in either theme, with the quiet zone of four. */
import { generate } from "lean-qr";
import { html } from "@comanda/ui/html.js";

const QUIET = 4;

/**
 * @param {{text: string, label: string}} props
 */
export function Code({ text, label }) {
  const code = generate(text);
  const side = code.size + 2 * QUIET;
  return html`<svg class="code-square" role="img" aria-label=${label} viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">
    <rect width=${side} height=${side} fill="#fff" /><path fill="#000" d=${pathOf(code)} />
  </svg>`;
}

/**
 * Runs of dark squares, row by row.
 * @param {{size: number, get: (x: number, y: number) => boolean}} code
 */
function pathOf(code) {
  let path = "";
  for (let y = 0; y < code.size; y += 1) {
    for (let x = 0; x < code.size; x += 1) {
      const begin = x;
      while (code.get(x, y)) x += 1;
      if (x > begin) path += `M${begin + QUIET} ${y + QUIET}h${x - begin}v1h${begin - x}z`;
    }
  }
  return path;
}
