// @ts-check
/** Says when the board is not live: since when, and what will be sent. The board below stays as it was last known. */
import { computed } from "@preact/signals";
import { now, timeOfDay } from "./clock.js";
import { waiting } from "./feed.js";
import { html } from "./html.js";
import { Icon } from "./icons.js";
import { say } from "./text.js";
import { hello, lostAt, status } from "./who.js";

/** Connecting for the first time and catching up are a matter of moments: said only when they take longer. */
const PATIENCE_MS = 1500;

/** The client has listened for four seconds before it calls a network dead: from then on this says so at once. */
const isShown = computed(() => {
  if (lostAt.value === null) return false;
  const isLost = status.value === "offline" && hello.value !== null;
  return isLost || now.value - lostAt.value > PATIENCE_MS;
});

/** Solid, over the headings of the columns, so that nothing moves under a finger; and read aloud when it comes. */
export function Banner() {
  const count = waiting.value.length;
  return html`<div class="banner-place" role="alert">
    ${
      isShown.value &&
      html`<div class="banner">
      <${Icon} name="warning" />
      <b>${say(status.value === "offline" ? "offline" : "catching-up")}</b>
      <span>${say("offline.since", { time: timeOfDay(lostAt.value) })}</span>
      ${count > 0 && html`<span>${say(count === 1 ? "taps.one" : "taps.many", { count })}</span>`}
    </div>`
    }
  </div>`;
}
