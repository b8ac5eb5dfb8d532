// @ts-check
/** What can be ordered at a table: the one menu of the page. */
import { followMenu } from "@comanda/ui/menu/feed.js";
import { computed } from "@preact/signals";
import { connection, isOfFloor } from "./who.js";

export const offer = followMenu(connection, { isWanted: computed(() => connection.isIn.value && isOfFloor.value) });
