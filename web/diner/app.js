// @ts-check
/** The page of a table: the door first, and the rest of the page while the PIN is typed. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { Banner } from "@comanda/ui/banner.js";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { followLanguage } from "@comanda/ui/language.js";
import { ToastBar } from "@comanda/ui/toast.js";
import { Connecting, Farewell, Shut } from "./closed.js";
import { Joining, hasBegun, wasIn } from "./joining.js";
import { connection, isOver, outage, startParty } from "./party.js";

/** What a party sees, once it is loaded. @type {import("@preact/signals").Signal<(() => any) | null>} */
const inside = signal(null);

/** Before what could not be loaded is tried again, in milliseconds. */
const AGAIN = 1_000;

function App() {
  return html`<${Place} /><${ToastBar} />`;
}

/** Where one is: before the door, at it, in, or gone. */
function Place() {
  if (isOver.value) return html`<${Farewell} />`;
  if (connection.refusal.value) return html`<${Shut} message=${connection.refusal.value.message} />`;
  const isKnown = connection.hello.value !== null;
  // Whoever was never in here is not kept waiting for the server to say so.
  if (isKnown ? !connection.isIn.value : !wasIn) return html`<${Banner} outage=${outage} /><${Joining} />`;
  const Inside = inside.value;
  return isKnown && Inside ? html`<${Inside} />` : html`<${Banner} outage=${outage} /><${Connecting} />`;
}

async function load() {
  try {
    const [{ Inside }] = await Promise.all([import("./inside.js"), ...dressed()]);
    inside.value = Inside;
  } catch {
    setTimeout(load, AGAIN);
  }
}

/** Load the style sheets that the door has no use for: a sheet that is disabled is not fetched. @returns {Promise<void>[]} */
const dressed = () =>
  [.../** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[rel=stylesheet][disabled]"))].map(
    (link) =>
      new Promise((resolve) => {
        // A page without its dress is better than none.
        link.onload = link.onerror = () => resolve();
        link.disabled = false;
      }),
  );

let isLoading = false;
effect(() => {
  if (isLoading || !(wasIn || hasBegun.value || connection.isIn.value)) return;
  isLoading = true;
  void load();
});
followLanguage();
startClock();
startParty();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
