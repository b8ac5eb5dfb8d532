// @ts-check
/** How far an order from home is. Pure. */

/** @typedef {import("../client/protocol.js").OrderView} Order */

/** @param {Order} order */
export const isOver = (order) => ["DELIVERED", "CANCELLED"].includes(order.delivery?.status ?? "") || order.status === "CANCELLED";

/** Whether nobody has begun to cook any of it: so a call can cancel it, and nothing is thrown away. @param {Order} order */
export const isUntouched = (order) =>
  !isOver(order) && order.delivery?.status !== "ON_THE_WAY" && order.lines.every((one) => ["NEW", "CANCELLED"].includes(one.status));

/**
 * How far an order is, as steps with their times (RFC 3339), null for what has not come yet.
 * @param {Order} order
 * @returns {{step: "PLACED" | "COOKING" | "READY" | "ON_THE_WAY" | "DELIVERED" | "FETCHED" | "CANCELLED", at: string | null, isDone: boolean}[]}
 */
export function stepsOf(order) {
  const { delivery } = order;
  const placed = /** @type {const} */ ({ step: "PLACED", at: order.placedAt, isDone: true });
  if (delivery?.status === "CANCELLED" || order.status === "CANCELLED") return [placed, { step: "CANCELLED", at: null, isDone: true }];
  const lines = order.lines.filter((one) => one.status !== "CANCELLED");
  const isOut = delivery?.status === "ON_THE_WAY" || delivery?.status === "DELIVERED";
  const isReady = isOut || (lines.length > 0 && lines.every((one) => ["READY", "SERVED"].includes(one.status)));
  const isBegun = isReady || lines.some((one) => one.status !== "NEW" || one.seenAt !== null);
  const isBrought = order.diningOption === "DELIVERY";
  return [
    placed,
    { step: "COOKING", at: null, isDone: isBegun },
    { step: "READY", at: null, isDone: isReady },
    ...(isBrought ? [/** @type {const} */ ({ step: "ON_THE_WAY", at: delivery?.leftAt ?? null, isDone: isOut })] : []),
    { step: isBrought ? "DELIVERED" : "FETCHED", at: delivery?.deliveredAt ?? null, isDone: delivery?.status === "DELIVERED" },
  ];
}
