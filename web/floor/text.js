// @ts-check
/** What the page says, in its language. */
import { phrases } from "@comanda/ui/language.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

export { LANGUAGES, language, named } from "@comanda/ui/language.js";

/** Every language has every key of the English one. */
export const WORDS = { en, ro };

export const { say, called } = phrases(WORDS);
