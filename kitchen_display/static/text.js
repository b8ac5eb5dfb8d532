// @ts-check
/**
 * Words in the language of the device. A dictionary has every key of the English one: a test compares them.
 *
 * @import {Text} from './shape.js'
 */
import { language } from "./settings.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

/** @typedef {keyof typeof en} Word */

/** @type {{[language: string]: {[word: string]: string}}} */
const DICTIONARIES = { en, ro };

/** The languages that can be chosen, each by its own name. */
export const LANGUAGES = { en: "English", ro: "Română" };

/**
 * Return a phrase. `{name}` in it stands for a value.
 * @param {Word} word
 * @param {{[name: string]: string | number}} [values]
 * @returns {string}
 */
export function say(word, values = {}) {
  const text = DICTIONARIES[language.value]?.[word] ?? en[word];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * Return the word for a value of the protocol, such as `diningOption.DELIVERY`; one that is not known is shown as it is.
 * @param {'course' | 'diningOption' | 'allergen' | 'status'} kind
 * @param {string} value
 */
export function called(kind, value) {
  const word = `${kind}.${value}`;
  return DICTIONARIES[language.value]?.[word] ?? value.toLowerCase().replaceAll("_", " ");
}

/**
 * Return a name of the menu or of a station in the language of the device, or in the first that it has.
 * @param {Text} name
 */
export const named = (name) => name[language.value] ?? Object.values(name)[0] ?? "";

/**
 * What a ticket is called: its table, or how it leaves the house.
 * @param {{tableName: string, diningOption: string}} ticket
 */
export const titleOf = (ticket) => ticket.tableName || called("diningOption", ticket.diningOption);
