// @ts-check
/** What the page says, in the language of the phone or the one that was chosen. */
import { language, phrases } from "@comanda/ui/language.js";
import { textIn } from "@comanda/ui/menu/offer.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { written } from "@comanda/ui/money.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

export const { say, called } = phrases({ en, ro });

/** An amount as the language of the page has it. @param {import("@comanda/ui/money.js").Money} amount */
export const money = (amount) => written(amount, language.value);

/** A name that the house wrote, in the language in which the menu is read. @param {{[language: string]: string}} text */
export const named = (text) => textIn(text, menuLanguage.value);
