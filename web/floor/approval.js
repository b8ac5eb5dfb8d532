// @ts-check
/**
 * What may need a manager's word: it is sent, and where the server says that it needs one (`APPROVER_REQUIRED`, `DAILY_CEILING`), a
 * manager types their PIN here, and the same command goes again under the same name with it. The PIN goes straight to the server and
 * into no outbox: it must not be kept on a tablet.
 */
import { useSignal } from "@preact/signals";
import { Refused, newId } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { remembered } from "@comanda/ui/memory.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { now } from "@comanda/ui/clock.js";
import { countdown } from "./age.js";
import { say } from "./check_text.js";
import { postQuietly } from "./feed.js";
import { close, open } from "./sheet.js";
import { connection } from "./who.js";

/** @typedef {"line:void" | "line:comp" | "discount:apply" | "payment:refund" | "delivery:cancel"} Approved */

const NEEDED = new Set(["APPROVER_REQUIRED", "DAILY_CEILING"]);

/** What is wrong with who approves, and not with what is asked: they try again. */
const TYPED_WRONG = new Set(["APPROVER_REFUSED", "LOGIN_LOCKED", "VALIDATION_FAILED"]);

/** Who approved last here; on most evenings it is one person. */
const lastApprover = remembered("approver", "");

/**
 * Send a command, with a manager's word if it needs one. Returns the reply, or null when it was refused, which is shown, or given up.
 * @template {Approved} C
 * @param {C} name
 * @param {import("./feed.js").Asked<C>} asked
 * @param {string} what what it is about, for whoever approves
 * @returns {Promise<import("./feed.js").ReplyOf<C> | null>}
 */
export async function approved(name, asked, what) {
  const key = name === "payment:refund" ? "idempotencyKey" : "opId";
  const payload = { ...asked, [key]: newId() };
  const { reply, refused } = await postQuietly(name, payload);
  if (!refused) return reply;
  if (!NEEDED.has(refused.code)) {
    tellRefused(refused.message);
    return null;
  }
  return new Promise((resolve) => {
    const end = (/** @type {any} */ answer) => {
      close();
      resolve(answer);
    };
    const why = refused.message;
    open(() => html`<${Approver} name=${name} payload=${payload} what=${what} why=${why} onEnd=${end} />`);
  });
}

/**
 * @param {{name: Approved, payload: any, what: string, why: string, onEnd: (reply: any) => void}} props
 */
function Approver({ name, payload, what, why, onEnd }) {
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const lockedUntil = useSignal(0);
  const left = Math.max(0, Math.ceil((lockedUntil.value - now.value) / 1000));
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const typed = new FormData(form);
    const approval = { login: String(typed.get("approver")).trim().toLowerCase(), pin: String(typed.get("approverPin")) };
    isAsking.value = true;
    const { reply, error } = await connection.attempt(name, { ...payload, approval });
    isAsking.value = false;
    if (reply) {
      lastApprover.value = approval.login;
      return onEnd(reply);
    }
    const isAgain = !(error instanceof Refused) || error.isTemporary || TYPED_WRONG.has(error.code);
    if (!isAgain) {
      tellRefused(error.message);
      return onEnd(null);
    }
    problem.value = error instanceof Refused ? error.message : say("unanswered");
    // Then nobody looked at the PIN, and it goes once more when the wait is over.
    if (error instanceof Refused && error.details["retryAfter"]) return void (lockedUntil.value = now.peek() + Number(error.details["retryAfter"]) * 1000);
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("approverPin"));
    field.value = "";
    field.focus();
  };
  return html`<${Dialog} heading=${say("approve.heading")} onClose=${() => onEnd(null)} isSheet>
    <p><b>${what}</b></p>
    <p>${why}</p>
    <form class="stacked" onSubmit=${submit}>
      <label>${say("approve.login")}<input name="approver" required defaultValue=${lastApprover.peek()} autofocus=${!lastApprover.peek()}
        autocomplete="off" autocapitalize="none" spellcheck="false" /></label>
      <label>${say("approve.pin")}<input name="approverPin" type="password" required minlength="4" maxlength="6" pattern="[0-9]*" inputmode="numeric"
        autofocus=${Boolean(lastApprover.peek())} autocomplete="off" aria-describedby="approver-problem" /></label>
      <p id="approver-problem" class="problem" role="alert">${problem}</p>
      ${left > 0 && html`<p class="hint" role="timer">${say("approve.wait", { time: countdown(left) })}</p>`}
      <div class="actions">
        <button type="button" onClick=${() => onEnd(null)}>${say("cancel")}</button>
        <button type="submit" class="primary" disabled=${isAsking.value || left > 0}>${say("approve.go")}</button>
      </div>
    </form>
  <//>`;
}
