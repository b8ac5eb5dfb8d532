// @ts-check
/** The page of a party that is in: its four sections. Loaded while the PIN is typed, so that the door opens soon. */
import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Banner } from "@comanda/ui/banner.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { portions, startBasket } from "./basket.js";
import { Head } from "./head.js";
import { BellPlace, NoticePlace, startLater } from "./later.js";
import "./icons.js";
import { insist } from "./loading.js";
import { outage, waiting } from "./party.js";
import { Review } from "./review.js";
import { SECTIONS, section, show } from "./sections.js";
import { startSending } from "./sending.js";
import { say } from "./text.js";

const left = computed(() => waiting.value.length);

export function Inside() {
  return html`<div class="party">
    <${Banner} outage=${outage} detail=${left.value > 0 ? say("unsent", { count: left.value }) : ""} />
    <${Head}><${BellPlace} /><//>
    <${NoticePlace} />
    <main id="main"><${Shown} key=${section.value} name=${section.value} /></main>
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
  useEffect(() => {
    if (load) insist(async () => void (loaded.value = { ...loaded.peek(), [name]: await load() }));
  }, []);
  return View ? html`<${View} />` : html`<p class="soft loading" role="status">${say("loading")}</p>`;
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

startBasket();
startSending();
startLater();
