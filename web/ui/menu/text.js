// @ts-check
/** Texts that the house wrote, in one of the languages in which it wrote them. Pure. */

/**
 * Return a text of the menu in a language, or in the first of the menu's that it has.
 * @param {{[language: string]: string}} text
 * @param {string} language
 * @param {{languages: readonly string[]}} [menu]
 * @returns {string}
 */
export function textIn(text, language, menu) {
  const spoken = [language, ...(menu?.languages ?? [])].find((one) => text[one]);
  return (spoken && text[spoken]) || (Object.values(text)[0] ?? "");
}
