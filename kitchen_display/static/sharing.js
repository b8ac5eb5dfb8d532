// @ts-check
/**
 * What is the same in two bodies of a ticket stays the same object, so that nothing of it is drawn anew. Pure.
 *
 * @import {Line, Ticket} from './shape.js'
 */

/**
 * Return the later body with the lines of the earlier one where nothing has changed.
 * @param {Ticket} after
 * @param {Ticket | undefined} before
 * @returns {Ticket}
 */
export function shared(after, before) {
  if (!before) return after;
  const known = new Map(before.lines.map((line) => [line.id, line]));
  return { ...after, lines: after.lines.map((line) => sameOr(line, known.get(line.id))) };
}

/**
 * @param {Line} line
 * @param {Line | undefined} known
 */
const sameOr = (line, known) => (known && isEqual(line, known) ? known : line);

/**
 * Whether two values of the wire are equal.
 * @param {any} one
 * @param {any} other
 * @returns {boolean}
 */
function isEqual(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  return keys.length === others.length && keys.every((key) => key in other && isEqual(one[key], other[key]));
}
