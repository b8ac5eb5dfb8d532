// @ts-check
/** Phone numbers as people type them, written by the rules that the server tells of each country. Pure. */

/**
 * How numbers of a country are written: `example` is a mobile one without anything before it, `lengths` are how many digits that
 * may be.
 * @typedef {{code: string, callingCode: string, trunk: string, example: string, lengths: readonly number[]}} PhoneCountry
 */

const digitsOf = (/** @type {string} */ text) => text.replace(/\D/g, "");

/**
 * What stands before a number: `+40 `, `0` or nothing; and its digits.
 * @param {string} text
 * @param {PhoneCountry} country
 */
function parts(text, { callingCode, trunk }) {
  const digits = digitsOf(text);
  if (/^\s*(\+|00)/.test(text)) {
    const abroad = text.trim().startsWith("+") ? digits : digits.slice(2);
    if (abroad.startsWith(callingCode)) return { before: `+${callingCode} `, rest: abroad.slice(callingCode.length) };
    return { before: "+", rest: abroad };
  }
  if (trunk && digits.startsWith(trunk)) {
    return { before: trunk.length === 1 && trunk === "0" ? trunk : `${trunk} `, rest: digits.slice(trunk.length) };
  }
  return { before: "", rest: digits };
}

/**
 * Return a number with the gaps of its country, as far as it is typed.
 * @param {string} text
 * @param {PhoneCountry} country
 * @returns {string}
 */
export function formatted(text, country) {
  const { before, rest } = parts(text, country);
  if (before === "+") return `+${rest}`;
  if (rest === "") return before.trim();
  let written = "";
  let used = 0;
  for (const sign of country.example) {
    if (used === rest.length) break;
    written += /\d/.test(sign) ? rest[used++] : sign;
  }
  return before + written + rest.slice(used);
}

/**
 * Return where the cursor belongs after formatting: behind as many digits as before it.
 * @param {string} before the text as it was typed
 * @param {number} cursor in it
 * @param {string} after the text as it is written
 * @returns {number}
 */
export function cursorIn(before, cursor, after) {
  if (cursor >= before.length) return after.length;
  const count = digitsOf(before.slice(0, cursor)).length;
  let at = 0;
  for (let seen = 0; at < after.length && seen < count; at++) if (/\d/.test(after[at] ?? "")) seen++;
  return at;
}

/**
 * Return the country of a number that names one (`+40…`), if it is among these.
 * @template {PhoneCountry} Country
 * @param {string} text
 * @param {readonly Country[]} countries
 * @returns {Country | null}
 */
export function countryOf(text, countries) {
  if (!/^\s*(\+|00)/.test(text)) return null;
  const fitting = countries.filter((one) => parts(text, one).before !== "+");
  return fitting.sort((a, b) => b.callingCode.length - a.callingCode.length)[0] ?? null;
}

/**
 * Return a number as it is sent, `+40722000123`.
 * @param {string} text
 * @param {PhoneCountry} country
 * @returns {string}
 */
export function whole(text, country) {
  const { before, rest } = parts(text, country);
  return before === "+" ? `+${rest}` : `+${country.callingCode}${rest}`;
}

/**
 * Say whether a number has as many digits as numbers of its country; whether it is one says the server.
 * @param {string} text
 * @param {PhoneCountry} country
 * @returns {boolean}
 */
export function isWhole(text, country) {
  const { before, rest } = parts(text, country);
  return before !== "+" && country.lengths.includes(rest.length);
}
