// @ts-check
/** The 14 allergens that must be named (Regulation (EU) No 1169/2011, annex II), as all pages call them. */
import { phrases } from "../language.js";

/** @type {{en: {[word: string]: string}, ro: {[word: string]: string}}} */
export const WORDS = {
  en: {
    "allergen.GLUTEN": "gluten",
    "allergen.CRUSTACEANS": "crustaceans",
    "allergen.EGGS": "eggs",
    "allergen.FISH": "fish",
    "allergen.PEANUTS": "peanuts",
    "allergen.SOYBEANS": "soy",
    "allergen.MILK": "milk",
    "allergen.NUTS": "nuts",
    "allergen.CELERY": "celery",
    "allergen.MUSTARD": "mustard",
    "allergen.SESAME": "sesame",
    "allergen.SULPHITES": "sulphites",
    "allergen.LUPIN": "lupin",
    "allergen.MOLLUSCS": "molluscs",
  },
  ro: {
    "allergen.GLUTEN": "gluten",
    "allergen.CRUSTACEANS": "crustacee",
    "allergen.EGGS": "ouă",
    "allergen.FISH": "pește",
    "allergen.PEANUTS": "arahide",
    "allergen.SOYBEANS": "soia",
    "allergen.MILK": "lapte",
    "allergen.NUTS": "nuci",
    "allergen.CELERY": "țelină",
    "allergen.MUSTARD": "muștar",
    "allergen.SESAME": "susan",
    "allergen.SULPHITES": "sulfiți",
    "allergen.LUPIN": "lupin",
    "allergen.MOLLUSCS": "moluște",
  },
};

const { called } = phrases(WORDS);

/** Their names in a row. @param {readonly string[]} codes */
export const allergens = (codes) => codes.map((one) => called("allergen", one)).join(", ");
