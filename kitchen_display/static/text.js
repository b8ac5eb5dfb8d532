// @ts-check
/**
 * Words in the language of the device. A dictionary has every key of the English one: a test compares them.
 */
import { phrases } from "@comanda/ui/language.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

/** @typedef {keyof typeof en} Word */

export { LANGUAGES, named } from "@comanda/ui/language.js";
export const { say, called } = phrases({ en, ro });

/**
 * What a ticket is called: its table, or how it leaves the house.
 * @param {{tableName: string, diningOption: string}} ticket
 */
export const titleOf = (ticket) => ticket.tableName || called("diningOption", ticket.diningOption);
