// @ts-check
/** Where the lines of a plot stand. Pure. */

/**
 * Return round figures from nothing to at least `most`, evenly apart: 1, 2 or 5 times a power of ten, never less than 1.
 * @param {number} most
 * @param {number} count about how many steps
 */
export function ticks(most, count) {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10));
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, index) => index * step);
}
