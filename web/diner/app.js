// @ts-check
/**
 * The page of a table, in the order in which it is needed: the door is drawn at once, then comes what speaks to the house, and the rest of
 * the page while the PIN is typed.
 */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { followLanguage } from "@comanda/ui/language.js";
import { Joining, hasBegun, house, wasIn } from "./joining.js";
import { dressed, fetchAhead, insist } from "./loading.js";
import { say } from "./text.js";

/** What a party sees, once it is loaded. @type {import("@preact/signals").Signal<(() => any) | null>} */
const inside = signal(null);

/** Each at a place of its own: the door stays, with the focus in it, when the rest arrives. */
function App() {
  return html`<${BannerPlace} /><${Place} /><${ToastPlace} />`;
}

const isInside = () => house.value?.connection.isIn.value === true && house.value.connection.hello.value !== null;

/** Who is in sees one of their own. */
const BannerPlace = () => (house.value && !isInside() && !house.value.isOver.value ? html`<${house.value.Banner} outage=${house.value.outage} />` : null);

const ToastPlace = () => house.value && html`<${house.value.ToastBar} />`;

/** Where one is: before the door, at it, in, or gone. */
function Place() {
  const there = house.value;
  if (there?.isOver.value) return html`<${there.Farewell} />`;
  if (there?.connection.refusal.value) return html`<${there.Shut} message=${there.connection.refusal.value.message} />`;
  const isKnown = there !== null && there.connection.hello.value !== null;
  // Whoever was never in here is not kept waiting for the server to say so.
  if (isKnown ? !isInside() : !wasIn) return html`<${Joining} />`;
  return isKnown && inside.value ? html`<${inside.value} />` : html`<main class="door plain"><p role="status" class="soft">${say("connecting")}</p></main>`;
}

fetchAhead("house");
let isLoading = false;
effect(() => {
  if (isLoading || !(wasIn || hasBegun.value || isInside())) return;
  isLoading = true;
  fetchAhead("inside");
  insist(async () => {
    const [{ Inside }] = await Promise.all([import("./inside.js"), dressed("inside")]);
    inside.value = Inside;
  });
});
followLanguage(() => say("title"));
startClock();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
insist(async () => {
  house.value = await import("./house.js");
});
