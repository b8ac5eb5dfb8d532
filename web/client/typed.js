/**
 * Types that several modules share, made of the protocol's own.
 *
 * @typedef {import("./protocol.js").Namespaces} Namespaces
 */
/**
 * `catching-up`: the server answers, and what was missed is on its way.
 * @typedef {"live" | "catching-up" | "offline"} Status
 */
/**
 * `url` is the server, this page's own if left out; `longestPause` in milliseconds between two tries to connect.
 * @template {keyof Namespaces} N
 * @typedef {{
 *   namespace: N,
 *   auth?: Namespaces[N]["auth"] | (() => Namespaces[N]["auth"]),
 *   url?: string,
 *   longestPause?: number,
 * }} Options
 */
/**
 * What a command asks.
 * @template {keyof Namespaces} N
 * @template {keyof Namespaces[N]["commands"] & string} C
 * @typedef {Namespaces[N]["commands"][C] extends {request: infer R} ? R : never} Request
 */
/**
 * What a command answers.
 * @template {keyof Namespaces} N
 * @template {keyof Namespaces[N]["commands"] & string} C
 * @typedef {Namespaces[N]["commands"][C] extends {reply: infer R} ? R : never} Reply
 */
export {};
