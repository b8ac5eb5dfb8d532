// @ts-check
/** What the page says of orders, service and the check: loaded when the first screen is there. */
import { phrases } from "@comanda/ui/language.js";
import { en } from "./words/meal_en.js";
import { ro } from "./words/meal_ro.js";

export const { say, called } = phrases({ en, ro });
export { money, named } from "./written.js";
