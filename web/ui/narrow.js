// @ts-check
/** Whether the screen has room for one column only. */
import { signal } from "@preact/signals";

/** The style sheets have the same width. */
const narrow = matchMedia("(max-width: 760px)");

export const isNarrow = signal(narrow.matches);
narrow.addEventListener("change", (event) => (isNarrow.value = event.matches));
