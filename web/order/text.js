// @ts-check
/** The words of this page. */
import { phrases } from "@comanda/ui/language.js";
import { en } from "./words/en.js";
import { ro } from "./words/ro.js";

export const { say, called } = phrases({ en, ro });
