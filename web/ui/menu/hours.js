// @ts-check
/** Hours as people read them. Times are those of the house. */
import { say } from "./words.js";

/** @typedef {import("../../client/protocol.js").Window} Window */

const DAYS = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/** A Monday, at noon in UTC. */
const MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY = 24 * 3600 * 1000;

/**
 * Return `Mon–Fri 12:00–15:00, Sat 12:00–16:00`; nothing for what is always served.
 * @param {readonly Window[]} hours
 * @param {string} language
 * @returns {string}
 */
export function hoursText(hours, language) {
  return hours
    .map(({ days, opens, closes }) => say(days.length === DAYS.length ? "hours.daily" : "hours", { days: daysText(days, language), opens, closes }))
    .join(", ");
}

/** Neighbouring days, three or more, are written from-to. @param {readonly string[]} days @param {string} language */
function daysText(days, language) {
  const format = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
  const name = (/** @type {number} */ day) => format.format(MONDAY + day * DAY);
  /** @type {number[][]} */
  const runs = [];
  for (const day of days.map((one) => DAYS.indexOf(one)).sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && last.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  const text = (/** @type {number[]} */ run) => (run.length > 2 ? `${name(run[0] ?? 0)}–${name(run.at(-1) ?? 0)}` : run.map(name).join(", "));
  return runs.map(text).join(", ");
}
