// @ts-check
/** Everything that is offered; null before it is known. */
import { followMenu } from "@comanda/ui/menu/feed.js";
import { connection, token } from "./party.js";

export const offer = followMenu(connection, { place: token });
