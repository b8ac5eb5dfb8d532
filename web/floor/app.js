// @ts-check
/** The page of waiters, cashiers and managers: its frame, and what runs behind all of its sections. */
import { computed, effect, untracked } from "@preact/signals";
import { render } from "preact";
import { Banner } from "@comanda/ui/banner.js";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { followLanguage } from "@comanda/ui/language.js";
import { followTheme } from "@comanda/ui/theme.js";
import { ToastBar, hush } from "@comanda/ui/toast.js";
import { listenToDrags } from "./drag.js";
import { startFeed, waiting } from "./feed.js";
import { Head, MoreBar } from "./head.js";
import "./icons.js";
import { forgetPerson } from "./leaving.js";
import { Entrance, NotHere } from "./login.js";
import { followMoves } from "./moving.js";
import { section } from "./place.js";
import { startKeeping } from "./secret.js";
import { SECTIONS } from "./sections.js";
import { Opened, close } from "./sheet.js";
import { say } from "./text.js";
import { connection, isIn, isOfFloor, may, outage, staffId, startBeing, status } from "./who.js";

/** What was tapped and waits for the server: nothing is lost by it, and it is said. */
const detail = computed(() => (waiting.value.length ? say("waiting", { count: waiting.value.length }) : ""));

function App() {
  return html`<${View} /><${Opened} /><${ToastBar} />`;
}

/** Not let in, not logged in, a cook; or the section that is chosen. */
function View() {
  if (!connection.hello.value) {
    return html`<main class="entrance"><p role="status">${connection.refusal.value?.message ?? say("connecting")}</p></main>`;
  }
  const banner = html`<${Banner} outage=${outage} detail=${detail.value} />`;
  if (!isIn.value) return html`${banner}<${Entrance} />`;
  if (!isOfFloor.value) return html`${banner}<${NotHere} />`;
  const mine = SECTIONS.filter((one) => may(one.needs));
  const chosen = mine.find((one) => one.id === section.value) ?? mine[0];
  return html`<div class="frame" data-live=${String(status.value === "live")}>
    <${Head} sections=${mine} chosen=${chosen?.id} />
    ${banner}
    ${chosen && html`<main key=${chosen.id} id="main" class="section" data-section=${chosen.id}
      aria-label=${say(/** @type {any} */ (`section.${chosen.id}`))}><${chosen.View} /></main>`}
    <${MoreBar} sections=${mine} chosen=${chosen?.id} />
  </div>`;
}

/** Whoever goes, or is sent away, leaves nothing for the next one on this tablet: nothing open, and nothing kept. */
function followPeople() {
  let last = "";
  effect(() => {
    const id = staffId.value;
    untracked(() => {
      close();
      hush();
      if (last && id !== last) forgetPerson();
    });
    last = id;
  });
}

followLanguage(() => say("title"));
followTheme();
startClock();
startBeing();
followPeople();
startFeed();
startKeeping();
followMoves();
listenToDrags();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
