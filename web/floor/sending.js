// @ts-check
/** Sending a cart for a party: once, under one key, whatever happens on the way; what it is refused for is said. */
import { newId } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { isNarrow } from "@comanda/ui/narrow.js";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { postQuietly, waiting } from "./feed.js";
import { ofPerson } from "./leaving.js";
import { close, open } from "./sheet.js";
import { say } from "./text.js";
import { connection } from "./who.js";

/** @typedef {{session: import("./feed.js").Session, cart: import("./cart.js").Cart}} Props */

/** Whether a round of a party was sent here and is not answered yet, also before a reload: its lines are not changed any more. @param {string} id */
export const isSending = (id) => asking.value.has(id) || waiting.value.some((one) => one.name === "order:place" && one.payload.sessionId === id);

/** Changes of the cart have to arrive first: what is sent is the cart that was seen. @param {string} id */
const isChanging = (id) => waiting.value.some((one) => one.name.startsWith("cart:") && one.payload.sessionId === id);

/** Parties whose round is asked for at this moment. */
const asking = ofPerson(/** @type {ReadonlySet<string>} */ (new Set()));

/** @param {Props} props */
export function Send({ session, cart }) {
  const isBusy = isSending(session.id);
  const isBlocked = cart.lines.length === 0 || isBusy || isChanging(session.id) || cart.lines.some((one) => !one.isAvailable);
  return html`<button type="button" class="primary wide send" disabled=${isBlocked} onClick=${() => place({ session, cart })}>
    <span>${say(isBusy ? "sending" : isNarrow.value ? "send.short" : "send")}</span><span class="sum">${written(cart.total, language.value)}</span>
  </button>`;
}

/**
 * @param {Props} props
 * @param {{idempotencyKey?: string, acceptWait?: number}} [again] the key of the first try, and what was agreed to since
 */
async function place({ session, cart }, again = {}) {
  asking.value = new Set([...asking.peek(), session.id]);
  const idempotencyKey = again.idempotencyKey ?? newId();
  const { reply, refused } = await postQuietly("order:place", { sessionId: session.id, cartVersion: cart.version, ...again, idempotencyKey });
  asking.value = new Set([...asking.peek()].filter((one) => one !== session.id));
  if (reply) return tellDone(say("sent", { number: reply.order.number, table: session.tableName }), null);
  if (refused.details["cart"]) connection.state.merge({ cart: refused.details["cart"] });
  const minutes = Number(refused.details["minutes"] ?? 0);
  if (refused.code !== "KITCHEN_BUSY" || !minutes) return tellRefused(refused.message);
  const agree = () => {
    close();
    place({ session, cart }, { idempotencyKey, acceptWait: minutes });
  };
  open(
    () => html`<${Dialog} heading=${say("busy")} onClose=${close} isSheet>
      <p>${refused.message}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("cancel")}</button>
        <button type="button" class="primary" onClick=${agree}>${say("busy.go")}</button></div>
    <//>`,
  );
}
