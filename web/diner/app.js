// @ts-check
/** The page of a table: the door, or the four sections of a party that is in, and what runs behind all of them. */
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { Banner } from "@comanda/ui/banner.js";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { followLanguage } from "@comanda/ui/language.js";
import { ToastBar } from "@comanda/ui/toast.js";
import { portions, startBasket } from "./basket.js";
import { Connecting, Farewell, Shut } from "./closed.js";
import { Head } from "./head.js";
import "./icons.js";
import { Joining } from "./joining.js";
import { connection, isOver, outage, startParty, waiting } from "./party.js";
import { Review } from "./review.js";
import { SECTIONS, section, show } from "./sections.js";
import { startSending } from "./sending.js";
import { say } from "./text.js";

const left = computed(() => waiting.value.length);

function App() {
  return html`<${Place} /><${ToastBar} />`;
}

/** Where one is: before the door, at it, in, or gone. */
function Place() {
  if (isOver.value) return html`<${Farewell} />`;
  if (connection.refusal.value) return html`<${Shut} message=${connection.refusal.value.message} />`;
  if (!connection.hello.value) return html`<${Banner} outage=${outage} /><${Connecting} />`;
  if (!connection.isIn.value) return html`<${Banner} outage=${outage} /><${Joining} />`;
  return html`<div class="party">
    <${Banner} outage=${outage} detail=${left.value > 0 ? say("unsent", { count: left.value }) : ""} />
    <${Head} />
    <main id="main" aria-live="off"><${Shown} key=${section.value} name=${section.value} /></main>
    <${Tabs} />
    <${Review} />
  </div>`;
}

/** Sections that have been loaded. @type {import("@preact/signals").Signal<Record<string, import("./sections.js").View>>} */
const loaded = signal({});

/** @param {{name: string}} props */
function Shown({ name }) {
  const { view, load } = SECTIONS[name] ?? {};
  const View = view ?? loaded.value[name];
  if (View) return html`<${View} />`;
  if (load) void load().then((found) => (loaded.value = { ...loaded.peek(), [name]: found }));
  return html`<p class="soft loading" role="status">${say("loading")}</p>`;
}

function Tabs() {
  return html`<nav class="tabs" aria-label=${say("sections")}>
    ${Object.entries(SECTIONS).map(
      ([name, { icon }]) => html`<button key=${name} type="button" data-section=${name} aria-current=${section.value === name ? "page" : undefined} onClick=${() => show(name)}>
        <span class="tab-icon"><${Icon} name=${icon} />${name === "cart" && portions.value > 0 && html`<span class="badge">${portions.value}</span>`}</span>
        <span>${say(/** @type {any} */ (`section.${name}`))}</span>
      </button>`,
    )}
  </nav>`;
}

followLanguage();
startClock();
startBasket();
startSending();
startParty();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
