// @ts-check
/** What the page says, in the language of the phone or the one that was chosen. */
import { phrases } from "@comanda/ui/language.js";
import { textIn } from "@comanda/ui/menu/text.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

export const { say, called } = phrases({ en, ro });

/** A name that the house wrote, in the language in which the menu is read. @param {{[language: string]: string}} text */
export const named = (text) => textIn(text, menuLanguage.value);
