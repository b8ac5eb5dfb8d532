// @ts-check
/** How many a party are: said when its table is opened, and changed while it is here. */
import { html } from "@comanda/ui/html.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { post, waiting } from "./feed.js";
import { say } from "./text.js";

/** Most guests of one party. */
const MOST = 200;

/** @param {{session: import("./feed.js").Session}} props */
export function Covers({ session }) {
  const change = (/** @type {number} */ covers) => post("session:set-covers", { sessionId: session.id, covers });
  // The next tap counts from the one before, also without a network.
  const asked = waiting.value.filter((one) => one.name === "session:set-covers" && one.payload.sessionId === session.id).at(-1);
  return html`<${Stepper} label=${say("open.covers")} value=${asked?.payload.covers ?? session.covers} most=${MOST} isNamed onChange=${change} />`;
}
