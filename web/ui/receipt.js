// @ts-check
/**
 * A receipt as it will be printed, in a frame. It is a page of its own with a style sheet in it; the policy of our pages lets no style in
 * that stands in a document, so its rules are given to the frame as a sheet (CSSOM) and its body as nodes. A parsed document runs nothing.
 */

/** All that people typed is escaped in it, so this finds the sheet and nothing else. */
const STYLE = /<style>([^<]*)<\/style>/;

/** @param {HTMLIFrameElement} frame @param {string} content HTML, as `receipt:get` answers it */
export function showReceipt(frame, content) {
  const inside = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  if (!inside) return;
  // Taken out before it is parsed: the browser complains of a style even in a document that nobody sees.
  const [, style = ""] = STYLE.exec(content) ?? [];
  const parsed = new DOMParser().parseFromString(content.replace(STYLE, ""), "text/html");
  const sheet = new inside.CSSStyleSheet();
  sheet.replaceSync(style);
  const shown = inside.document;
  shown.adoptedStyleSheets = [sheet];
  shown.documentElement.lang = parsed.documentElement.lang;
  shown.title = parsed.title;
  shown.body.replaceChildren(...[...parsed.body.childNodes].map((one) => shown.importNode(one, true)));
}
