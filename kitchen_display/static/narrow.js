// @ts-check
/** What a narrow screen shows: one column at a time. */
import { signal } from "@preact/signals";

export { isNarrow } from "@comanda/ui/narrow.js";

/** The column that a narrow screen shows. */
export const chosenColumn = signal("NEW");
