// @ts-check
/** What a narrow screen shows: one column at a time. */
import { signal } from "@preact/signals";

/** The style sheets have the same width. */
const narrow = matchMedia("(max-width: 760px)");

/** Whether the screen has room for one column only. */
export const isNarrow = signal(narrow.matches);
narrow.addEventListener("change", (event) => (isNarrow.value = event.matches));

/** The column that a narrow screen shows. */
export const chosenColumn = signal("NEW");
