// @ts-check
/** Pages without a party: it has left, or nobody sits at the table yet. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Languages } from "@comanda/ui/switch.js";
import { connection, isLost } from "./party.js";
import { say } from "./text.js";

/** @param {{icon: string, heading: string, text: string, children?: any}} props */
const Plain = ({ icon, heading, text, children }) => html`<main class="door plain">
  <header><${Languages} /></header>
  <div role="status"><span class="seal" aria-hidden="true"><${Icon} name=${icon} /></span><h1>${heading}</h1><p class="soft">${text}</p>${isLost.value && html`<p><b>${say("unsent.lost")}</b></p>`}${children}</div>
</main>`;

export const Farewell = () => html`<${Plain} icon="heart" heading=${say("over.heading")} text=${say("over.text")} />`;

/** The server's own sentence says why, and somebody of the house can help. @param {{message: string}} props */
export const Shut = ({ message }) => html`<${Plain} icon="bell" heading=${say("shut.heading")} text=${message}>
  <button type="button" class="accent" onClick=${() => connection.reconnect()}>${say("try.again")}</button>
<//>`;
