// @ts-check
/** How many a party are: said when its table is opened, and changed while it is here. */
import { html } from "@comanda/ui/html.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { post } from "./feed.js";
import { say } from "./text.js";

/** Most guests of one party. */
const MOST = 200;

/** @param {{session: import("./feed.js").Session}} props */
export function Covers({ session }) {
  const change = (/** @type {number} */ covers) => post("session:set-covers", { sessionId: session.id, covers });
  return html`<${Stepper} label=${say("open.covers")} value=${session.covers} most=${MOST} isNamed onChange=${change} />`;
}
