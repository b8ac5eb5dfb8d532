// @ts-check
/** The bar above the board: which station this is, and what concerns all tickets. */
import { computed } from "@preact/signals";
import { now, timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { undo } from "./actions.js";
import { isOut } from "./board.js";
import { open } from "./dialog.js";
import { items } from "./feed.js";
import { Icon } from "./icons.js";
import { isAllDayShown, isMuted, station } from "./settings.js";
import { isWaitingForTouch } from "./sound.js";
import { say } from "./text.js";
import { ALL, stationName, status } from "./who.js";

const time = computed(() => timeOfDay(now.value));
const outCount = computed(() => items.value.filter((item) => isOut(item, now.value)).length);

/** The bar; its buttons have the same keys as a bump bar. */
export function Bar() {
  const code = station.value ?? ALL;
  return html`<header class="bar">
    <h1><button type="button" class="here" onClick=${() => open({ kind: "settings" })}>
      <${Icon} name="station" />${code === ALL ? say("choose.all") : stationName(code)}
    </button></h1>
    <span class="live" data-status=${status}><i></i>${say(status.value === "live" ? "live" : status.value)}</span>
    <nav aria-label=${say("tools")}>
      <${Tool} icon="allday" label=${say("allday")} isOn=${isAllDayShown.value} act=${() => (isAllDayShown.value = !isAllDayShown.value)} />
      <${Tool} icon="out" label=${say("out.short")} count=${outCount.value} act=${() => open({ kind: "out" })} />
      <${Tool} icon="recall" label=${say("recall")} act=${() => open({ kind: "recall" })} />
      <${Tool} icon="undo" label=${say("undo")} act=${undo} />
      <${Tool} icon=${isMuted.value || isWaitingForTouch.value ? "muted" : "sound"} label=${soundLabel()} isOn=${!isMuted.value} act=${() => (isMuted.value = !isMuted.value)} />
      <${Tool} icon="gear" label=${say("settings")} act=${() => open({ kind: "settings" })} />
    </nav>
    <time class="clock">${time}</time>
  </header>`;
}

function soundLabel() {
  if (isMuted.value) return say("sound.off");
  return isWaitingForTouch.value ? say("sound.touch") : say("sound");
}

/**
 * @param {{icon: string, label: string, act: () => void, isOn?: boolean, count?: number}} props
 */
function Tool({ icon, label, act, isOn, count = 0 }) {
  return html`<button type="button" class="tool" aria-pressed=${isOn === undefined ? undefined : String(isOn)} title=${label} onClick=${act}>
    <${Icon} name=${icon} /><span>${label}</span>${count > 0 && html`<b class="count">${count}</b>`}
  </button>`;
}
