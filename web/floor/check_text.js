// @ts-check
/** What is said of checks and payments: loaded with them, when a check is first looked at. */
import { language, phrases } from "@comanda/ui/language.js";
import { perCent, written } from "@comanda/ui/money.js";
import { REST } from "./bill.js";
import { en } from "./words/check/en.js";
import { ro } from "./words/check/ro.js";

/** @typedef {import("../client/protocol.js").Money} Money */

export { named } from "@comanda/ui/language.js";

/** Every language has every key of the English one. */
export const CHECK_WORDS = { en, ro };

export const { say, called } = phrases(CHECK_WORDS);

/** An amount in the language of the page. @param {Money} money */
export const money = (money) => written(money, language.value);

/** A share of a whole in the language of the page: `10,5%`. @param {number} rate in basis points */
export const percent = (rate) => `${perCent(rate, language.value)}%`;

/** Whom a share is of, by its place among the shares. @param {import("./bill.js").Share} share @param {number} index */
export const shareName = (share, index) => (share.id === REST ? say("share.rest") : share.name || say("share.number", { number: index + 1 }));
