// @ts-check
/**
 * The receipt of a check, or of one share of it: shown as it will be printed, in the language that the guests read.
 *
 * It is a page of its own with a style sheet in it. The policy of this page lets no style in that stands in a document, so its rules are
 * given to the frame as a sheet (CSSOM) and its body as nodes; a parsed document runs nothing.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { LANGUAGES, language } from "@comanda/ui/language.js";
import { Switch } from "@comanda/ui/switch.js";
import { say } from "./check_text.js";
import { ask } from "./feed.js";
import { close } from "./sheet.js";

/**
 * @param {{sessionId: string, checkId: string, shareId?: string | null}} props
 */
export function Receipt({ sessionId, checkId, shareId = null }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const spoken = useSignal(language.peek());
  const reply = useSignal(/** @type {import("./feed.js").ReplyOf<"receipt:get"> | null} */ (null));
  useEffect(() => {
    let isHere = true;
    ask("receipt:get", { sessionId, checkId, shareId, language: spoken.value, format: "HTML" }).then((answer) => {
      if (!isHere) return;
      if (answer) reply.value = answer;
      else close();
    });
    return () => void (isHere = false);
  }, [spoken.value]);
  useEffect(() => {
    if (reply.value && frame.current) write(frame.current, reply.value.content);
  }, [reply.value]);
  const print = () => frame.current?.contentWindow?.print();
  const shown = reply.value;
  return html`<${Dialog} heading=${shown ? say(shown.isPaid ? "receipt.paid" : "receipt.bill", { number: shown.number ?? "" }) : say("receipt")} onClose=${close}>
    <${Switch} options=${LANGUAGES} chosen=${spoken.value} choose=${(/** @type {string} */ one) => (spoken.value = one)} label=${say("receipt.language")} />
    <iframe ref=${frame} class="receipt" title=${say("receipt")}></iframe>
    <div class="actions">
      <button type="button" onClick=${close}>${say("close")}</button>
      <button type="button" class="primary" disabled=${!shown} onClick=${print}>${say("receipt.print")}</button>
    </div>
  <//>`;
}

/** @param {HTMLIFrameElement} frame @param {string} content */
function write(frame, content) {
  const inside = /** @type {(Window & typeof globalThis) | null} */ (frame.contentWindow);
  // Before it is parsed: the policy holds for parsed documents, too. All else that looks like a tag is escaped by the server.
  const style = /<style>(.*?)<\/style>/s.exec(content);
  const parsed = new DOMParser().parseFromString(style ? content.replace(style[0], "") : content, "text/html");
  if (!inside) return;
  const sheet = new inside.CSSStyleSheet();
  sheet.replaceSync(style?.[1] ?? "");
  const shown = inside.document;
  shown.adoptedStyleSheets = [sheet];
  shown.documentElement.lang = parsed.documentElement.lang;
  shown.title = parsed.title;
  shown.body.replaceChildren(...[...parsed.body.childNodes].map((one) => shown.importNode(one, true)));
}
