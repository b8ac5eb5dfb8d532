// @ts-check
/**
 * The sections of the page, in the order of its navigation. A new one is a line here: a module with its view, its words
 * (`section.<id>`), its icon, the command without which nobody has anything to do there, and how much waits in it.
 *
 * Those with `isMain` stand in the bar of a phone; the others under "More".
 */
import { Deliveries, deliveriesWaiting } from "./deliveries.js";
import { phonesInTrouble } from "./fleet.js";
import { later } from "./later.js";
import { Ready, readyCount } from "./ready.js";
import { Requests, requestsWaiting } from "./requests.js";
import { Tables } from "./tables.js";

/**
 * @typedef {{
 *   id: string,
 *   icon: string,
 *   needs: import("./who.js").Command,
 *   View: (props: {}) => any,
 *   count?: import("@preact/signals").ReadonlySignal<number>,
 *   isMain?: boolean,
 * }} Section
 */

/** @type {Section[]} */
export const SECTIONS = [
  { id: "tables", icon: "table", needs: "session:open", View: Tables, isMain: true },
  { id: "ready", icon: "dish", needs: "line:serve", View: Ready, count: readyCount, isMain: true },
  { id: "requests", icon: "bell", needs: "service:take", View: Requests, count: requestsWaiting, isMain: true },
  { id: "deliveries", icon: "bag", needs: "delivery:send", View: Deliveries, count: deliveriesWaiting, isMain: true },
  { id: "menu", icon: "list", needs: "item:set-availability", View: later(async () => (await import("./availability.js")).Availability) },
  { id: "report", icon: "chart", needs: "report:get", View: later(async () => (await import("./report.js")).DayReport) },
  { id: "staff", icon: "person", needs: "staff:add", View: later(async () => (await import("./staff.js")).Staff) },
  { id: "devices", icon: "screen", needs: "device:enrol", View: later(async () => (await import("./devices.js")).Devices) },
  { id: "phones", icon: "phone", needs: "sms:pause", View: later(async () => (await import("./phones.js")).Phones), count: phonesInTrouble },
  { id: "audit", icon: "clock", needs: "audit:list", View: later(async () => (await import("./audit.js")).Audit) },
];
