// @ts-check
/** The page of those who order from home: prove a phone number, choose, order, follow. */
import { Banner, outageOf } from "@comanda/ui/banner.js";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { followLanguage } from "@comanda/ui/language.js";
import { ToastBar } from "@comanda/ui/toast.js";
import { effect, signal, untracked } from "@preact/signals";
import { render } from "preact";
import { Entrance } from "./entrance.js";
import { Head } from "./head.js";
import { findHouse, house, missing } from "./house.js";
import { place } from "./place.js";
import { connection, startProof, who } from "./proof.js";
import { say } from "./text.js";

/** All but the way in: it comes while somebody types their number. */
const inside = signal(/** @type {typeof import("./inside.js") | null} */ (null));

const outage = signal(/** @type {import("@comanda/ui/banner.js").Outage | null} */ (null));
effect(() => {
  const socket = connection.value;
  untracked(() => (outage.value = socket && outageOf(socket)));
});

function App() {
  if (!house.value) return html`<${Waiting} text=${missing.value ? say(missing.value === "unknown" ? "house.unknown" : "unanswered") : say("loading")} />`;
  return html`<${Head} count=${inside.value?.underWay.value.length ?? 0} />
    ${outage.value && html`<${Banner} outage=${outage.value} detail=${inside.value?.cart.value.placing ? say("kept") : ""} />`}
    <${View} />
    <${ToastBar} />`;
}

function View() {
  if (who.value === null) return html`<${Entrance} />`;
  if (!who.value || !inside.value || inside.value.isForeign.value) return html`<${Waiting} text=${say("loading")} />`;
  return html`<${inside.value.VIEWS[place.value.view]} />`;
}

/** @param {{text: string}} props */
const Waiting = ({ text }) => html`<main class="entrance" tabindex="-1"><p role="status">${text}</p></main>`;

/** Another view begins at its top, and is read from its beginning. */
function followPlace() {
  let before = place.peek();
  effect(() => {
    const now = place.value;
    if (now === before) return;
    before = now;
    requestAnimationFrame(() => {
      scrollTo(0, 0);
      document.querySelector("main")?.focus({ preventScroll: true });
    });
  });
}

/** Before what could not be loaded is tried again, in milliseconds. */
const AGAIN = 1_000;

async function load(failures = 0) {
  try {
    inside.value = await import("./inside.js");
    await inside.value.start();
  } catch (error) {
    if (inside.peek()) throw error;
    // What fails twice may be a file that no server has any more: then the page itself is loaded anew.
    if (failures > 0) dispatchEvent(new Event("missing"));
    setTimeout(load, AGAIN, failures + 1);
  }
}

followLanguage(() => house.value?.name ?? say("title"));
startClock();
followPlace();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
void startProof();
await findHouse();
if (house.peek()) await load();
