// @ts-check
/** What the shared parts of pages say. */
import { phrases } from "./language.js";

export const WORDS = {
  en: {
    close: "Close",
    undo: "Undo",
    quoted: "“{text}”",
    fewer: "One fewer",
    more: "One more",
    language: "Language",
    offline: "Not live",
    "catching-up": "Catching up",
    since: "This is how it was at {time}.",
    unanswered: "No answer from the house. Try again.",
  },
  ro: {
    close: "Închideți",
    undo: "Anulați",
    quoted: "„{text}”",
    fewer: "Unul mai puțin",
    more: "Încă unul",
    language: "Limba",
    offline: "Fără conexiune",
    "catching-up": "Se actualizează",
    since: "Așa era la ora {time}.",
    unanswered: "Restaurantul nu răspunde. Încercați din nou.",
  },
};

export const { say } = phrases(WORDS);

/** What somebody wrote, between the marks of the language. @param {string} text */
export const quoted = (text) => say("quoted", { text });
