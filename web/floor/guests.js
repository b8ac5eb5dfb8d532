// @ts-check
/** Who is in: the phones of a party, and the door through which they come. */
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { now, timeOfDay } from "@comanda/ui/clock.js";
import { Covers } from "./covers.js";
import { post } from "./feed.js";
import { Pin } from "./pin.js";
import { keepSecret } from "./secret.js";
import { close, open } from "./sheet.js";
import { say } from "./text.js";
import { may } from "./who.js";

/** @typedef {import("./feed.js").Session} Session */

/** @param {{session: Session}} props */
export function Guests({ session }) {
  const sessionId = session.id;
  const isAdmitting = session.admitsUntil !== null && Date.parse(session.admitsUntil) > now.value;
  return html`<div class="guests">
    <${Covers} session=${session} />
    <h3>${say("guests.in")}</h3>
    ${session.participants.length === 0 && html`<p class="empty">${say("guests.none")}</p>`}
    <ul class="rows">
      ${session.participants.map(
        (one) => html`<li key=${one.id}>
        <span><b>${one.name || say("guest")}</b> <small>${say("guests.since", { time: timeOfDay(one.joinedAt) })}</small></span>
        ${may("participant:eject") && html`<button type="button" onClick=${() => open(() => html`<${Eject} sessionId=${sessionId} one=${one} />`)}>
          ${say("eject")}</button>`}
      </li>`,
      )}
    </ul>
    <div class="actions">
      <button type="button" onClick=${() => open(() => html`<${Pin} sessionId=${sessionId} />`)}>${say("pin.show")}</button>
      ${may("session:admit") && html`<button type="button" disabled=${isAdmitting} onClick=${() => post("session:admit", { sessionId })}>
        ${say("admit")}</button>`}
    </div>
    ${isAdmitting && html`<p class="hint" role="status">${say("admit.until", { time: timeOfDay(session.admitsUntil) })}</p>`}
  </div>`;
}

/** @param {{sessionId: string, one: import("../client/protocol.js").ParticipantView}} props */
function Eject({ sessionId, one }) {
  const eject = async () => {
    close();
    const reply = await post("participant:eject", { sessionId, participantId: one.id });
    if (!reply) return;
    keepSecret(sessionId, { pin: reply.pin });
    // The device knows the old PIN: the others are shown the new one.
    open(() => html`<${Pin} sessionId=${sessionId} />`);
  };
  return html`<${Dialog} heading=${say("eject.heading", { name: one.name || say("guest") })} onClose=${close} isSheet>
    <p>${say("eject.text")}</p>
    <div class="actions">
      <button type="button" onClick=${close}>${say("cancel")}</button>
      <button type="button" class="danger" onClick=${eject}>${say("eject")}</button>
    </div>
  <//>`;
}
