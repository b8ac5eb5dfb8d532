// @ts-check
/** Closing a table: at once when nothing is left to do; else it is said what is, and a manager may give a reason. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { tellDone } from "@comanda/ui/toast.js";
import { postQuietly, sessions } from "./feed.js";
import { go } from "./place.js";
import { Reason } from "./reason.js";
import { close } from "./sheet.js";
import { say } from "./text.js";
import { me } from "./who.js";

/** @typedef {import("@comanda/client").Refused} Refused */

/** What a manager may pass over with a reason; the rest stays as it is. */
const PASSABLE = new Set(["CHECK_OPEN", "CHECK_OVERPAID", "DISHES_COOKING", "ORDERS_WAITING", "PAYMENT_PENDING"]);

/** @param {{sessionId: string}} props */
export function Closing({ sessionId }) {
  const problem = useSignal(/** @type {Refused | null} */ (null));
  const isAsking = useSignal(false);
  const session = sessions.value.get(sessionId);
  if (!session) return null;
  const end = async (/** @type {string} */ reason) => {
    isAsking.value = true;
    const { refused } = await postQuietly("session:close", { sessionId, ...(reason ? { reason } : {}) });
    isAsking.value = false;
    problem.value = refused;
    if (refused) return;
    close();
    go("tables");
    tellDone(say("closed", { table: session.tableName }), null);
  };
  const refused = problem.value;
  const heading = say("close.heading", { table: session.tableName });
  if (refused && PASSABLE.has(refused.code) && me.value?.roles.includes("MANAGER")) {
    return html`<${Reason} heading=${heading} text=${said(refused)} usual=${[say("close.left"), say("close.mistake")]}
      go=${say("close.anyway")} onGo=${end} />`;
  }
  return html`<${Dialog} heading=${heading} onClose=${close} isSheet>
    <p role=${refused ? "alert" : undefined} class=${refused ? "problem" : ""}>${refused ? said(refused) : say("close.text")}</p>
    ${refused && PASSABLE.has(refused.code) && html`<p class="hint">${say("close.manager")}</p>`}
    <div class="actions">
      ${refused?.code === "CHECK_OPEN" && html`<button type="button" onClick=${() => toCheck(sessionId)}>${say("close.check")}</button>`}
      <button type="button" onClick=${close}>${say("cancel")}</button>
      <button type="button" class="primary" disabled=${isAsking.value} onClick=${() => end("")}>${say("close.table")}</button>
    </div>
  <//>`;
}

/** @param {string} sessionId */
function toCheck(sessionId) {
  close();
  go("tables", sessionId, "check");
}

/** Why not, with the figure that belongs to it. @param {Refused} refused */
function said({ code, message, details }) {
  if (code === "CHECK_OPEN" && details["due"]) return say("close.due", { amount: money(details["due"]) });
  if (code === "CHECK_OVERPAID" && details["overpaid"]) return say("close.overpaid", { amount: money(details["overpaid"]) });
  if (code === "DISHES_COOKING") return say("close.cooking", { count: Number(details["lines"] ?? 0) });
  return message;
}

/** @param {import("@comanda/ui/money.js").Money} amount */
const money = (amount) => written(amount, language.value);
