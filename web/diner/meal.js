// @ts-check
/** What the party has ordered, asked for and owes, as signals, for the sections that are loaded later. */
import { computed } from "@preact/signals";
import { connection, myId, session, waiting } from "./party.js";

/**
 * @typedef {import("../client/protocol.js").OrderView} Order
 * @typedef {import("../client/protocol.js").CheckView} Check
 * @typedef {import("../client/protocol.js").ServiceView} Request
 * @typedef {import("../client/protocol.js").PaymentView} Payment
 */

/** @param {{sessionId: string}} one */
const isOurs = ({ sessionId }) => sessionId === session.value?.id;

/** Rounds, the newest first. */
export const orders = computed(() =>
  [...connection.state.of("order").value.values()].filter(isOurs).sort((a, b) => b.placedAt.localeCompare(a.placedAt) || b.number - a.number),
);

/** Checks with something on them, one's own first; more than one only while parties sit together. */
export const checks = computed(() => {
  const ours = [...connection.state.of("check").value.values()].filter(isOurs);
  const mine = (/** @type {Check} */ one) => Number(one.rounds.some(({ lines }) => lines.some(({ by }) => by.id === myId.value)));
  const shown = ours.filter(({ rounds }) => rounds.length > 0).sort((a, b) => mine(b) - mine(a) || a.id.localeCompare(b.id));
  return shown.length > 0 ? shown : ours.slice(0, 1);
});

/** Ids of the lines that are on a check. */
export const checkedLines = computed(() => new Set(checks.value.flatMap(({ rounds }) => rounds.flatMap(({ lines }) => lines.map(({ id }) => id)))));

/** Portions that staff have taken off, by line. */
export const takenOff = computed(() => {
  const counts = new Map();
  for (const { kind, lineId, quantity } of checks.value.flatMap(({ corrections }) => corrections)) {
    if (kind === "VOID" && lineId) counts.set(lineId, (counts.get(lineId) ?? 0) + (quantity ?? 0));
  }
  return /** @type {ReadonlyMap<string, number>} */ (counts);
});

/** How long dishes take, where it is known. */
export const stations = computed(() => [...connection.state.of("station").value.values()]);

/** What was asked for, the newest first. */
export const requests = computed(() => [...connection.state.of("service").value.values()].filter(isOurs).sort((a, b) => b.at.localeCompare(a.at)));

/** One's own payments online, the newest first. */
export const payments = computed(() => [...connection.state.of("payment").value.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt)));

/** Commands of a name that the house has not answered. @param {string} name */
export const unanswered = (name) => waiting.value.filter((one) => one.name === name).map((one) => /** @type {Record<string, any>} */ (one.payload));
