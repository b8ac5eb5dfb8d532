/** How a change is named, so that it can be repeated: by `opId` if nothing else is said here. */

/** Commands with an `idempotencyKey`: it stands for one intention to send, to pay or to give back. */
export const KEYED = new Set(["order:place", "payment:record", "payment:refund", "payment:start"]);

/** Commands without either: what is stored says whether they were done. */
export const PLAIN = new Set(["checkout:hold", "checkout:release", "line:serve", "service:resolve", "service:take"]);

/**
 * Return a command's payload with its name in it, and the name; one that is there already stays.
 * @param {string} command
 * @param {Record<string, any>} payload
 * @returns {{opId: string, payload: Record<string, any>}}
 */
export function namedChange(command, payload) {
  if (PLAIN.has(command)) return { opId: newId(), payload };
  const field = KEYED.has(command) || payload.idempotencyKey ? "idempotencyKey" : "opId";
  const opId = payload[field] ?? newId();
  return { opId, payload: { ...payload, [field]: opId } };
}

/** A UUID; `crypto.randomUUID` is not there on a page without TLS. */
export function newId() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4}).(.{3}).(.{3})(.{12})/, "$1-$2-4$3-a$4-$5");
}
