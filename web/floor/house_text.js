// @ts-check
/** What is said where the house is run: people, devices, dishes that are sold out, the log, the report. Loaded with these. */
import { language, phrases } from "@comanda/ui/language.js";
import { written } from "@comanda/ui/money.js";
import { en } from "./words/house/en.js";
import { ro } from "./words/house/ro.js";

export { named } from "@comanda/ui/language.js";

/** Every language has every key of the English one. */
export const HOUSE_WORDS = { en, ro };

export const { say, called } = phrases(HOUSE_WORDS);

/** An amount in the language of the page. @param {import("../client/protocol.js").Money} money */
export const money = (money) => written(money, language.value);

/** A day and a moment of it, as people write them: `21 Nov, 19:05`. @param {string} at RFC 3339 */
export const dayAndTime = (at) =>
  new Intl.DateTimeFormat(language.value, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
