// @ts-check
/** Says when the page is not live, and since when. What is below stays as it was last known. */
import { computed, effect, signal } from "@preact/signals";
import { now, timeOfDay } from "./clock.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { say } from "./words.js";

/** Connecting for the first time and catching up are a matter of moments: said only when they take longer. */
const PATIENCE_MS = 1500;

/**
 * Follow whether a connection is live. The client has listened for four seconds before it calls a network dead: from then on
 * `isShown` says so at once. `lostAt` is since when it is not live, by the server's clock; null while it is.
 * @param {Pick<import("@comanda/client").Connection<any>, "status" | "hello">} connection
 */
export function outageOf({ status, hello }) {
  const lostAt = signal(/** @type {number | null} */ (now.peek()));
  effect(() => {
    lostAt.value = status.value === "live" ? null : (lostAt.peek() ?? now.peek());
  });
  const isShown = computed(() => {
    if (lostAt.value === null) return false;
    const isLost = status.value === "offline" && hello.value !== null;
    return isLost || now.value - lostAt.value > PATIENCE_MS;
  });
  return { status, lostAt, isShown };
}

/** @typedef {ReturnType<typeof outageOf>} Outage */

/**
 * Solid, and over the page, so that nothing moves under a finger; and read aloud when it comes. `detail` is what the page adds,
 * such as how much waits to be sent.
 * @param {{outage: Outage, since?: string, detail?: string}} props
 */
export function Banner({ outage, since, detail = "" }) {
  const time = timeOfDay(outage.lostAt.value);
  return html`<div class="banner-place" role="alert">
    ${
      outage.isShown.value &&
      html`<div class="banner">
      <${Icon} name="warning" />
      <b>${say(outage.status.value === "offline" ? "offline" : "catching-up")}</b>
      <span>${since ?? say("since", { time })}</span>
      ${detail && html`<span>${detail}</span>`}
    </div>`
    }
  </div>`;
}
