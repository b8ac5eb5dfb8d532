// @ts-check
/** Says when the board is not live: since when, and what will be sent. The board below stays as it was last known. */
import { Banner as Shared } from "@comanda/ui/banner.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { waiting } from "./feed.js";
import { say } from "./text.js";
import { outage } from "./who.js";

/** Over the headings of the columns. */
export function Banner() {
  const count = waiting.value.length;
  const detail = count > 0 ? say(count === 1 ? "taps.one" : "taps.many", { count }) : "";
  const since = say("offline.since", { time: timeOfDay(outage.lostAt.value) });
  return html`<${Shared} outage=${outage} since=${since} detail=${detail} />`;
}
