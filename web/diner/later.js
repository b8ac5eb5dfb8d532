// @ts-check
/**
 * What no first screen needs: the bell, the notice of a move, news of dishes, orders and the check. It is fetched when a guest is in and
 * the phone has nothing else to do; its places are kept free, so that nothing moves when it comes.
 */
import { effect, signal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { dressed, fetchAhead, insist } from "./loading.js";
import { connection, session } from "./party.js";

/** @type {import("@preact/signals").Signal<typeof import("./aside.js") | null>} */
const parts = signal(null);

/** Safari has no idle callbacks. @param {() => void} act */
const whenIdle = (act) => void ("requestIdleCallback" in window ? requestIdleCallback(act, { timeout: 2_000 }) : setTimeout(act, 300));

async function fetchParts() {
  fetchAhead("meal");
  [parts.value] = await Promise.all([import("./aside.js"), dressed("meal")]);
}

/** Fetch it once somebody is in. */
export function startLater() {
  const stop = effect(() => {
    if (!session.value || connection.status.value !== "live") return;
    queueMicrotask(() => stop());
    whenIdle(() => insist(fetchParts));
  });
}

export const BellPlace = () => html`<span class="bell-place">${parts.value && html`<${parts.value.Bell} />`}</span>`;

export const NoticePlace = () => parts.value && html`<${parts.value.Moved} />`;
