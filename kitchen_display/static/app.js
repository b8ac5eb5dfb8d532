// @ts-check
/** The kitchen display: which of its views is shown, and what runs behind all of them. */
import { computed } from "@preact/signals";
import { render } from "preact";
import { startClock } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { ToastBar } from "@comanda/ui/toast.js";
import { stayAwake } from "@comanda/ui/wake.js";
import { Banner } from "./banner.js";
import { Bar } from "./bar.js";
import { Choice } from "./choice.js";
import { Board } from "./columns.js";
import { opened } from "./dialog.js";
import { listenToDrags } from "./drag.js";
import { Expo } from "./expo.js";
import { startFeed } from "./feed.js";
import { hasKeys, listenToKeys } from "./keys.js";
import { LineMenu, TicketMenu } from "./menus.js";
import { Entrance, Refusal } from "./pairing.js";
import { AllDay, Help, Out, Recall, Settings } from "./panels.js";
import { dress, isAllDayShown, station } from "./settings.js";
import { isPass, startShowing } from "./showing.js";
import { prepareSound } from "./sound.js";
import { say } from "./text.js";
import { choices, hello, isIn, refusal, startBeing, status } from "./who.js";

const isLive = computed(() => String(status.value === "live"));

function App() {
  return html`<${View} /><${Opened} /><${ToastBar} undoKey="U" />`;
}

/** Not of the house yet; of no station yet; or the board. */
function View() {
  if (refusal.value?.code === "FORBIDDEN") return html`<${Refusal} />`;
  if (!isIn.value)
    return hello.value
      ? html`<${Banner} /><${Entrance} />`
      : html`<main class="choice-page"><p>${refusal.value?.message ?? say("connecting")}</p></main>`;
  if (station.value === null) {
    // While it is catching up, the only one that is known may be the first of several.
    const only = status.value === "live" && choices.value.length === 1 ? choices.value[0] : undefined;
    if (!only) return html`<${Banner} /><${Choice} />`;
    queueMicrotask(() => (station.value = only.code));
  }
  return html`<div class="screen" data-keys=${String(hasKeys.value)} data-allday=${String(isAllDayShown.value)}>
    <${Bar} />
    <main data-live=${isLive}><${Banner} />${isPass.value ? html`<${Expo} />` : html`<${Board} />`}</main>
    ${isAllDayShown.value && html`<${AllDay} />`}
  </div>`;
}

/** The dialog that is open: a new one each time, also of the same kind. */
function Opened() {
  const asked = opened.value;
  if (asked === null) return null;
  if (asked.kind === "line") return html`<${LineMenu} key=${asked} ticketId=${asked.ticketId} lineId=${asked.lineId} />`;
  if (asked.kind === "ticket") return html`<${TicketMenu} key=${asked} ticketId=${asked.ticketId} />`;
  return html`<${{ recall: Recall, out: Out, settings: Settings, help: Help }[asked.kind]} key=${asked} />`;
}

dress();
startClock();
prepareSound();
stayAwake();
listenToKeys();
listenToDrags();
startBeing();
await startFeed();
startShowing();
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
