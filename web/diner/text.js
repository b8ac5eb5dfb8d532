// @ts-check
/** What the page says, in the language of the phone or the one that was chosen. */
import { phrases } from "@comanda/ui/language.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

export const { say, called } = phrases({ en, ro });
