// @ts-check
/** Words in the language of the device: the phone's own at first, and remembered once it is changed. */
import { effect } from "@preact/signals";
import { remembered } from "./memory.js";

/** The languages that can be chosen, each by its own name. */
export const LANGUAGES = { en: "English", ro: "Română" };

/** @typedef {{[word: string]: string}} Dictionary */

/** The first language of the phone that we have. */
const usual = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES) ?? "en";

/** The language of the page, `en` or `ro`; set it to change it. */
export const language = remembered("language", usual);

/**
 * Keep the document in it, for screen readers and hyphens, and its title, too.
 * @param {() => string} [title]
 */
export const followLanguage = (title = () => document.title) =>
  effect(() => {
    document.documentElement.lang = language.value;
    document.title = title();
  });

/**
 * Return the page's `say` and `called` with its own phrases. Every language has every key of the English one: a test compares.
 * A phrase with `{name}` in it takes values. Of `dish.one` and `dish.many` (and `dish.few`, where a language has it) `count`
 * in the values chooses, when `dish` is said.
 * @template {Dictionary} Words
 * @param {{en: Words, [language: string]: Dictionary}} dictionaries
 */
export function phrases(dictionaries) {
  const find = (/** @type {string} */ word) => dictionaries[language.value]?.[word] ?? dictionaries.en[word];
  /**
   * Return a phrase.
   * @param {(keyof Words & string) | Stem<keyof Words & string>} word
   * @param {{[name: string]: string | number}} [values]
   * @returns {string}
   */
  const say = (word, values = {}) => {
    const text = find(word) ?? find(`${word}.${form(Number(values["count"]))}`) ?? find(`${word}.many`) ?? "";
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
  };
  /**
   * Return the word for a value of the protocol, as `status.READY`; one that is not known is shown as it is.
   * @param {string} kind
   * @param {string} value
   */
  const called = (kind, value) => find(`${kind}.${value}`) ?? value.toLowerCase().replaceAll("_", " ");
  return { say, called };
}

/** @template {string} Key @typedef {Key extends `${infer Stem}.many` ? Stem : never} Stem */

/** `one`, `few` or `many`: Romanian says "2 feluri" and "20 de feluri". @param {number} count */
function form(count) {
  const rule = new Intl.PluralRules(language.value).select(count);
  return rule === "other" ? "many" : rule;
}

/**
 * Return a name of the menu or of a station in the language of the page, or in the first that it has.
 * @param {{[language: string]: string}} name
 */
export const named = (name) => name[language.value] ?? Object.values(name)[0] ?? "";

/**
 * The order of names in the language of the page, for `sort`.
 * @param {{name: string}} one
 * @param {{name: string}} other
 */
export const byName = (one, other) => one.name.localeCompare(other.name, language.value);
