// @ts-check
/** The bill, or once all is paid the receipt, as it will be printed. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Refused } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { showReceipt } from "@comanda/ui/receipt.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { say as sayShared } from "@comanda/ui/words.js";
import { connection } from "./party.js";
import { say } from "./meal_text.js";

/** @param {{checkId: string, onClose: () => void}} props */
export function Receipt({ checkId, onClose }) {
  const frame = useRef(/** @type {HTMLIFrameElement | null} */ (null));
  const reply = useSignal(/** @type {import("../client/protocol.js").ReceiptReply | null} */ (null));
  useEffect(() => {
    let isHere = true;
    void connection.attempt("receipt:get", { checkId, language: language.peek(), format: "HTML" }).then(({ reply: found, error }) => {
      if (!isHere) return;
      if (found) {
        reply.value = found;
        return;
      }
      tellRefused(error instanceof Refused ? error.message : sayShared("unanswered"));
      onClose();
    });
    return () => void (isHere = false);
  }, []);
  useEffect(() => {
    const paper = frame.current;
    if (!reply.value || !paper) return;
    showReceipt(paper, reply.value.content);
    // As long as it is: on a phone the sheet scrolls, and nothing in it.
    paper.style.height = `${(paper.contentDocument?.documentElement.scrollHeight ?? 0) + 4}px`;
  }, [reply.value]);
  return html`<${Dialog} heading=${say(reply.value?.isPaid ? "receipt.paid" : "receipt")} isSheet onClose=${onClose}>
    <iframe ref=${frame} class="receipt" title=${say("receipt")}></iframe>
    <footer class="sheet-foot"><button type="button" class="accent" disabled=${!reply.value} onClick=${() => frame.current?.contentWindow?.print()}>${say("receipt.print")}</button></footer>
  <//>`;
}
