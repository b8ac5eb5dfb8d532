/** Whom the server takes a connection for: said in the greeting, and changed by the commands with which one comes in. */

/** @typedef {import("./protocol.js").Me} Me */

/** Roles of somebody who is not in yet: there is nothing to catch up with. */
const OUTSIDE = ["VISITOR", "STRANGER"];

/** Commands after which one is somebody else, whom only a new greeting names. */
export const LEAVING = new Set(["session:leave", "staff:logout"]);

/** @param {Me | null} me */
export const isIn = (me) => me !== null && !me.roles.some((role) => OUTSIDE.includes(role));

/**
 * Return who one is after a command was done.
 * @param {Me | null} me
 * @param {string} name of the command
 * @param {any} ack
 * @returns {Me | null}
 */
export function became(me, name, ack) {
  if (!me) return null;
  if (name === "session:join") {
    return { ...me, roles: ["GUEST"], participantId: ack.participantId, sessionId: ack.session.id };
  }
  if (name === "staff:login") return { ...me, roles: ack.staff.roles, staffId: ack.staff.id, name: ack.staff.name };
  return me;
}

/**
 * What tells one who is in from another. A session is not part of it: a party that is merged stays the same people.
 * @param {Me} me
 */
export const identityOf = ({ restaurantId, participantId, staffId, customerId, deviceId }) =>
  [restaurantId, participantId, staffId, customerId, deviceId].join(" ");
