/**
 * The door for HTTP: what customers at home do about their phone number, their log-in and their addresses. Its commands are sent
 * like those of a socket and refused with the same errors; names of fields are as in `/openapi.json`.
 *
 * A browser shows its cookies, and for whatever changes something the token that only our page can read. A client without
 * cookies says by `token` what a browser was answered to `code:verify`: a code is good in the browser alone that asked for it.
 */

import { Refused, Unsent } from "./error.js";

/** @typedef {import("./protocol.js").RestCommands} RestCommands */

/** Method and path of each command; what stands in braces is a field. */
export const ROUTES = /** @type {const} */ ({
  "code:send": ["POST", "/api/checkout/phone/send-code"],
  "code:verify": ["POST", "/api/checkout/phone/verify-code"],
  "session:refresh": ["POST", "/api/checkout/session/refresh"],
  "session:get": ["GET", "/api/checkout/session"],
  "session:end": ["DELETE", "/api/checkout/session"],
  "address:list": ["GET", "/api/checkout/addresses"],
  "address:add": ["POST", "/api/checkout/addresses"],
  "address:change": ["PUT", "/api/checkout/addresses/{id}"],
  "address:remove": ["DELETE", "/api/checkout/addresses/{id}"],
});

/** As long as a socket waits: the server's own deadline is 5 s. */
const ANSWER_WITHIN = 7_000;

const CSRF = /(?:^|; )(?:__Host-)?comanda_csrf=([^;]+)/;

/**
 * `language` of what is said to people, `token` of a client without cookies, `restaurantId` where there are several houses.
 * @typedef {{url?: string, language?: () => string, token?: () => string | null, restaurantId?: string | null}} Options
 */

export class Door {
  #options;

  /** @param {Options} [options] */
  constructor(options = {}) {
    this.#options = options;
  }

  /**
   * Send a command once and return its answer. Raises `Refused`, or `Unsent` if no answer came.
   * @template {keyof RestCommands} C
   * @param {C} name
   * @param {RestCommands[C]["request"]} [asked]
   * @returns {Promise<RestCommands[C]["reply"]>}
   */
  async send(name, asked) {
    const [method, path] = ROUTES[name];
    const fields = /** @type {Record<string, any>} */ ({ ...asked });
    const filled = path.replace(/\{(\w+)\}/g, (_, field) => {
      const value = encodeURIComponent(fields[field]);
      delete fields[field];
      return value;
    });
    const answer = await this.#fetch(name, method, filled, fields);
    const said = await answer.json().catch(() => null);
    if (said === null) throw new Unsent(name);
    if (!answer.ok || said.success === false) throw new Refused(said.error ?? {});
    return said;
  }

  /**
   * @param {string} name
   * @param {string} method
   * @param {string} path
   * @param {Record<string, any>} fields
   */
  async #fetch(name, method, path, fields) {
    const { url = globalThis.location?.origin ?? "", restaurantId } = this.#options;
    const house = restaurantId ? `?restaurantId=${encodeURIComponent(restaurantId)}` : "";
    const body = Object.keys(fields).length > 0 ? JSON.stringify(fields) : undefined;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_WITHIN);
    try {
      return await fetch(url + path + house, {
        method, headers: this.#headers(body), credentials: "same-origin", cache: "no-store", signal: late.signal,
        ...(body === undefined ? {} : { body }),
      });
    } catch {
      throw new Unsent(name);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @param {string | undefined} body */
  #headers(body) {
    const token = this.#options.token?.();
    const proof = globalThis.document?.cookie.match(CSRF)?.[1];
    return {
      ...(this.#options.language ? { "Accept-Language": this.#options.language() } : {}),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(proof ? { "X-CSRF-Token": proof } : {}),
    };
  }
}
