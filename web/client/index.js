/** The client of Comanda for browsers and Node: it keeps the promises of the protocol on its side. */

export { connect, Connection } from "./connection.js";
export { Refused, Unsent } from "./error.js";
export { Door } from "./rest.js";
export { newId } from "./naming.js";
export { openOutbox, Outbox } from "./outbox.js";
export { State } from "./state.js";
