// @ts-check
/** Amounts in the language of the page, and names in the language in which the menu is read. */
import { language } from "@comanda/ui/language.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { textIn } from "@comanda/ui/menu/text.js";
import { written } from "@comanda/ui/money.js";

/** @param {import("@comanda/ui/money.js").Money} amount */
export const money = (amount) => written(amount, language.value);

/** @param {{[language: string]: string}} text that the house wrote */
export const named = (text) => textIn(text, menuLanguage.value);
