// @ts-check
/** All that speaks to the house, and says how that goes. Loaded when the door is drawn: nobody types a PIN faster. */
import { startParty } from "./party.js";

export { newId } from "@comanda/client";
export { Banner } from "@comanda/ui/banner.js";
export { ToastBar } from "@comanda/ui/toast.js";
export { Farewell, Shut } from "./closed.js";
export { connection, forgetParty, isOver, outage } from "./party.js";

startParty();
