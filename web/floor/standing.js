// @ts-check
/** How it stands at each table: what a waiter sees of it at a glance. Pure, but for the last function. */
import { alarms, of, orders, services, sessions, tables } from "./feed.js";
import { derivedFor } from "./leaving.js";

/**
 * `open`: nobody is in and nothing is ordered; `ordering`: phones are in; `waiting`: something is cooked; `eating`: all is served and
 * nothing is owed yet to be asked for; `to-pay`: the bill was asked for; `paid`: nothing is owed any more; `merged`: with another party.
 * @typedef {"free" | "open" | "ordering" | "waiting" | "eating" | "to-pay" | "paid" | "merged"} State
 */
/**
 * @typedef {{
 *   table: import("./feed.js").Table,
 *   session: import("./feed.js").Session | null,
 *   host: import("./feed.js").Session | null,
 *   state: State,
 *   toApprove: number,
 *   ready: number,
 *   asked: import("./feed.js").Service[],
 *   isAlarmed: boolean,
 * }} Standing
 */

const COOKING = new Set(["NEW", "IN_PROGRESS"]);

/** @param {string | null} status */
export const isCooking = (status) => COOKING.has(status ?? "");

/**
 * @param {import("./feed.js").Session} session
 * @param {readonly import("./feed.js").Order[]} rounds of the party
 * @param {readonly import("./feed.js").Check[]} checks of the party
 * @param {readonly import("./feed.js").Service[]} asked
 * @returns {State}
 */
export function stateOf(session, rounds, checks, asked) {
  if (session.mergedInto) return "merged";
  const lines = rounds.filter((one) => one.status === "PLACED").flatMap((one) => one.lines);
  const sum = (/** @type {"due" | "total"} */ part) => checks.reduce((all, one) => all + one[part].amount, 0);
  if (sum("due") > 0 && asked.some((one) => one.kind === "BILL")) return "to-pay";
  if (rounds.some((one) => one.status === "WAITING") || lines.some((one) => isCooking(one.status) || one.status === "READY")) return "waiting";
  if (sum("due") > 0) return checks.some((one) => one.paid.amount > 0) ? "to-pay" : "eating";
  if (sum("total") > 0) return "paid";
  return session.participants.length > 0 ? "ordering" : "open";
}

/**
 * Group by the session that things belong to.
 * @template {{sessionId: string | null}} T
 * @param {Iterable<T>} all
 * @returns {Map<string, T[]>}
 */
function bySession(all) {
  /** @type {Map<string, T[]>} */
  const found = new Map();
  for (const one of all) {
    if (!one.sessionId) continue;
    const list = found.get(one.sessionId);
    if (list) list.push(one);
    else found.set(one.sessionId, [one]);
  }
  return found;
}

/** All tables of the house as they stand, in their order. @type {import("@preact/signals").ReadonlySignal<Standing[]>} */
export const standings = derivedFor(() => {
  const byTable = new Map([...sessions.value.values()].map((one) => [one.tableId, one]));
  const rounds = bySession(orders.value);
  const checks = bySession([...of("check").value.values()].filter((one) => one.status === "OPEN"));
  const asked = bySession(services.value);
  const alarmed = bySession(alarms.value);
  return tables.value.map((table) => {
    const session = byTable.get(table.id) ?? null;
    const id = session?.id ?? "";
    const mine = rounds.get(id) ?? [];
    return {
      table,
      session,
      host: session?.mergedInto ? (sessions.value.get(session.mergedInto) ?? null) : session,
      state: session ? stateOf(session, mine, checks.get(id) ?? [], asked.get(id) ?? []) : "free",
      toApprove: mine.filter((one) => one.status === "WAITING").length,
      ready: mine.flatMap((one) => one.lines).filter((one) => one.status === "READY").length,
      asked: asked.get(id) ?? [],
      isAlarmed: alarmed.has(id),
    };
  });
});
