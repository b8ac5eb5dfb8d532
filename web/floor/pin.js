// @ts-check
/** The PIN of a party and the link of its table, as large as can be read across the table. */
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Covers } from "./covers.js";
import { post, sessions } from "./feed.js";
import { Code } from "./qr.js";
import { keepSecret, secrets } from "./secret.js";
import { close } from "./sheet.js";
import { say } from "./text.js";

/**
 * @param {{sessionId: string, isNew?: boolean}} props
 */
export function Pin({ sessionId, isNew = false }) {
  const session = sessions.value.get(sessionId);
  const { pin, token } = secrets.value[sessionId] ?? { pin: null, token: null };
  if (!session) return null;
  const link = token && `${location.origin}/t/${token}`;
  return html`<${Dialog} heading=${say("pin.heading", { table: session.tableName })} onClose=${close}>
    <div class="pin-sheet">
      <div>
        ${pin ? html`<p class="pin" role="img" aria-label=${say("pin.said", { pin: [...pin].join(" ") })}>
          ${[...pin].map((digit, index) => html`<span key=${index} aria-hidden="true">${digit}</span>`)}</p>`
            : html`<p class="pin-unknown">${say("pin.unknown")}</p>`}
        <p class="hint">${say("pin.text")}</p>
      </div>
      ${link ? html`<figure class="qr"><${Code} text=${link} label=${say("pin.code", { table: session.tableName })} />
        <figcaption><a href=${link} target="_blank" rel="noreferrer">${link}</a></figcaption></figure>` : html`<p class="hint">${say("pin.linkUnknown")}</p>`}
    </div>
    ${isNew && html`<${Covers} session=${session} />`}
    <div class="actions">
      <button type="button" onClick=${() => rotate(sessionId)}>${say("pin.rotate")}</button>
      <button type="button" class="primary" onClick=${close}>${say("done")}</button>
    </div>
  <//>`;
}

/**
 * Give the party a new PIN; who is in stays in.
 * @param {string} sessionId
 */
export async function rotate(sessionId) {
  const reply = await post("pin:rotate", { sessionId });
  if (reply) keepSecret(sessionId, { pin: reply.pin, token: reply.tableToken });
}
