// @ts-check
/** Amounts, in the language of the page. */
import { language } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";

/** @param {import("@comanda/ui/money.js").Money} amount */
export const money = (amount) => written(amount, language.value);
