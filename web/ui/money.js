// @ts-check
/**
 * Amounts as people read and type them. On the wire and in the page they are integers of minor units; here they become text
 * and back, digit by digit, and no fraction is ever computed with. Pure.
 *
 * @typedef {{amount: number, currency: string}} Money
 */

/** Digits of the minor unit where it is not two (ISO 4217); browsers go by other tables for some of them. */
const DIGITS = new Map([
  ...["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"].map((one) => /** @type {const} */ ([one, 0])),
  ...["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"].map((one) => /** @type {const} */ ([one, 3])),
  ...["CLF", "UYW"].map((one) => /** @type {const} */ ([one, 4])),
]);

/**
 * Return how many digits the minor unit of a currency has: 2 for RON.
 * @param {string} currency
 */
export const digitsOf = (currency) => DIGITS.get(currency) ?? 2;

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * Return an amount with its currency, as a language writes it: `12,50 RON`.
 * @param {Money} money
 * @param {string} language
 * @returns {string}
 */
export function written({ amount, currency }, language) {
  const key = `${language} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    const digits = digitsOf(currency);
    format = new Intl.NumberFormat(language, {
      style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits,
    });
    formats.set(key, format);
  }
  return format.format(/** @type {Intl.StringNumericLiteral} */ (plain(amount, currency)));
}

/**
 * Return an amount in digits alone, as for a field: `12.50`.
 * @param {number} amount
 * @param {string} currency
 * @returns {string}
 */
export function plain(amount, currency) {
  const digits = digitsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const rest = digits > 0 ? `.${text.slice(-digits)}` : "";
  return `${amount < 0 ? "-" : ""}${whole}${rest}`;
}

/** @type {Map<string, string>} */
const points = new Map();

/**
 * Return what a language writes before fractions: `,`.
 * @param {string} language
 * @returns {string}
 */
function pointOf(language) {
  const point = points.get(language) ?? new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
  points.set(language, point);
  return point;
}

/**
 * Return an amount without its currency, as a language writes it: `12,50`.
 * @param {number} amount
 * @param {string} currency
 * @param {string} language
 */
export const inDigits = (amount, currency, language) => plain(amount, currency).replace(".", pointOf(language));

/**
 * Return basis points in per cent, as a language writes them: `10,5`.
 * @param {number} rate
 * @param {string} language
 */
export const perCent = (rate, language) => plain(rate, "EUR").replace(/\.?0+$/, "").replace(".", pointOf(language));

/**
 * Return what somebody typed (`12`, `12,5`, `12.50`) in minor units, or null if it is no amount.
 * @param {string} text
 * @param {string} currency
 * @returns {number | null}
 */
export function typed(text, currency) {
  const digits = digitsOf(currency);
  const found = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim());
  const rest = found?.[2] ?? "";
  if (!found || rest.length > digits) return null;
  return Number(found[1] + rest.padEnd(digits, "0"));
}

/**
 * Return so many percent of an amount in minor units, rounded half up, by whole numbers alone.
 * @param {number} amount at least zero
 * @param {number} percent a whole number
 */
export function percentOf(amount, percent) {
  const hundredfold = amount * percent + 50;
  return (hundredfold - (hundredfold % 100)) / 100;
}
