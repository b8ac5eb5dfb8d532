// @ts-check
/** The receipt of a check, or of one share of it: shown as it will be printed, in the language that the guests read. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { LANGUAGES, language } from "@comanda/ui/language.js";
import { showReceipt } from "@comanda/ui/receipt.js";
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
    if (reply.value && frame.current) showReceipt(frame.current, reply.value.content);
  }, [reply.value]);
  const print = () => frame.current?.contentWindow?.print();
  const shown = reply.value;
  return html`<${Dialog} heading=${shown ? say(shown.isPaid ? "receipt.paid" : "receipt.bill", { number: shown.number ?? "" })
    : say("receipt")} onClose=${close}>
    <${Switch} options=${LANGUAGES} chosen=${spoken.value} choose=${(/** @type {string} */ one) => (spoken.value = one)} label=${say("receipt.language")} />
    <iframe ref=${frame} class="receipt" title=${say("receipt")}></iframe>
    <div class="actions">
      <button type="button" onClick=${close}>${say("close")}</button>
      <button type="button" class="primary" disabled=${!shown} onClick=${print}>${say("receipt.print")}</button>
    </div>
  <//>`;
}
