// @ts-check
/** What each role may send on the floor: docs/permissions.md as far as it is not the same for all who serve. Pure. */

/** A waiter's and a manager's: what needs a look at the party. */
const WAITERS = new Set([
  "order:approve", "order:cancel", "order:reject", "participant:eject", "section:assign", "session:admit", "shift:handover",
]);

/** A manager's alone. */
const MANAGEMENT = new Set([
  "audit:list", "delivery:set-up", "device:enrol", "device:revoke", "menu:discard-draft", "menu:draft", "menu:publish",
  "menu:put-category", "menu:put-dish", "menu:put-group", "menu:put-languages", "menu:put-option", "menu:put-pricing",
  "menu:put-promotion", "menu:remove", "report:get", "sms:pause", "sms:resume", "staff:add", "staff:change", "staff:revoke",
  "station:change",
]);

/** Whatever somebody is: theirs, and no other's. */
const OWN = new Set(["staff:change-password", "staff:login", "staff:logout", "staff:refresh", "sync:get", "sync:probe"]);

/**
 * Whether any of these roles may send a command.
 * @param {string} command
 * @param {readonly string[]} roles
 */
export function isAllowed(command, roles) {
  if (command === "device:pair") return roles.includes("STRANGER");
  if (OWN.has(command)) return roles.length > 0;
  if (roles.includes("MANAGER")) return true;
  if (MANAGEMENT.has(command)) return false;
  return roles.includes("WAITER") || (roles.includes("CASHIER") && !WAITERS.has(command));
}
