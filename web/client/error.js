/** Why a command was not done, or is not known to have been. */

/** The server refused: `code` is for programs, `message` for people, `details` has the numbers. */
export class Refused extends Error {
  /** @param {{code?: string, message?: string, details?: Record<string, any>}} error as it is on the wire */
  constructor({ code = "INTERNAL", message = "", details = {} }) {
    super(message || code);
    this.name = "Refused";
    /** @type {import("./protocol.js").ErrorCode} */
    this.code = /** @type {any} */ (code);
    this.details = details;
  }

  /** Whether it says nothing about what was asked, only that it was the wrong moment: ask again. */
  get isTemporary() {
    return TEMPORARY.has(this.code);
  }

  /** How many milliseconds to wait before asking again: at most what the server says, spread. */
  get pause() {
    const seconds = Math.min(2, Number(this.details.retryAfter ?? 1));
    return seconds * 1000 * (0.2 + 0.8 * Math.random());
  }
}

/** No server answered. What was asked did not happen, or it did and the answer was lost: repeat it under its `opId`. */
export class Unsent extends Error {
  /** @param {string} name of the command */
  constructor(name) {
    super(`no server answered ${name}`);
    this.name = "Unsent";
  }
}

const TEMPORARY = new Set(["OUTCOME_UNKNOWN", "UNAVAILABLE", "ORDER_IN_PROGRESS", "RATE_LIMITED", "TOO_MANY_SOCKETS"]);
