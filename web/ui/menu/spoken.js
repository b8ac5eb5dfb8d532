// @ts-check
/** The language in which the menu is read: the page's, unless somebody chose one that only the menu has. */
import { computed } from "@preact/signals";
import { language } from "../language.js";
import { remembered } from "../memory.js";

/** A language of the menu alone; null follows the page. */
export const chosenLanguage = remembered("menuLanguage", /** @type {string | null} */ (null));

export const menuLanguage = computed(() => chosenLanguage.value ?? language.value);
