// @ts-check
/** Tablets, kitchen screens and SMS phones of the house, and the stations that screens show. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { byName } from "@comanda/ui/language.js";
import { timeOfDay } from "@comanda/ui/clock.js";
import { Enrol } from "./enrolling.js";
import { of, postQuietly } from "./feed.js";
import { called, dayAndTime, named, say } from "./house_text.js";
import { derivedFor } from "./leaving.js";
import { open } from "./sheet.js";
import { StationForm } from "./stations.js";
import { Sure } from "./sure.js";

/**
 * @typedef {import("../client/protocol.js").DeviceView} Device
 * @typedef {import("../client/protocol.js").StationView} Station
 */

const KINDS = { TABLET: "table", SCREEN: "screen", SMS_PHONE: "phone" };

const devices = derivedFor(() =>
  [...of("device").value.values()]
    .filter((one) => one.status !== "REVOKED")
    .sort((one, other) => one.kind.localeCompare(other.kind) || byName(one, other)),
);

/** In the order of the house. */
export const stations = derivedFor(() => [...of("station").value.values()].sort((one, other) => one.position - other.position));

export function Devices() {
  return html`<div class="bar"><h1>${say("devices.heading")}</h1>
      <button type="button" class="primary" onClick=${() => open(() => html`<${Enrol} />`)}><${Icon} name="plus" />${say("devices.enrol")}</button></div>
    <div class="columns">
      <section aria-label=${say("devices.heading")}>
        ${devices.value.length === 0 && html`<p class="hint">${say("devices.none")}</p>`}
        <ul class="rows">${devices.value.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ul>
      </section>
      <section aria-label=${say("stations.heading")}><h2>${say("stations.heading")}</h2>
        <ul class="rows">${stations.value.map((one) => html`<${StationRow} key=${one.id} one=${one} />`)}</ul>
      </section>
    </div>`;
}

/** @param {{one: Device}} props */
function Row({ one }) {
  const shown = stations.value.filter((station) => one.stations.includes(station.code)).map((station) => named(station.name));
  const about = [
    called("device", one.kind),
    one.kind === "SCREEN" && (shown.join(", ") || say("devices.all")),
    one.status === "WAITING" ? say("devices.waiting", { time: timeOfDay(one.codeEndsAt) })
      : one.pairedAt && say("devices.paired", { time: dayAndTime(one.pairedAt) }),
  ];
  return html`<li data-device=${one.id}><span><${Icon} name=${KINDS[one.kind]} /><b>${one.name}</b><small>${about.filter(Boolean).join(" · ")}</small></span>
    <button type="button" class="danger" aria-label=${say("devices.revoke.of", { name: one.name })}
      onClick=${() => open(() => html`<${Revoke} device=${one} />`)}>${say("devices.revoke")}</button></li>`;
}

/** @param {{one: Station}} props */
function StationRow({ one }) {
  const backup = stations.value.find((other) => other.code === one.backup);
  const about = [
    one.isLive ? say("stations.screens", { count: one.screens }) : say("stations.dark"),
    say("stations.open", { count: one.openPortions }),
    one.wait && say("stations.wait", { minutes: one.wait.minutes, long: one.wait.longMinutes }),
    backup && say("stations.backup.is", { name: named(backup.name) }),
    one.busyPortions !== null && say("stations.busy.from", { count: one.busyPortions }),
  ];
  return html`<li data-station=${one.code}>
    <span><span class="dot" data-live=${String(one.isLive)}></span><b>${named(one.name)}</b>
      ${one.isBusy && html` <span class="busy">${say("stations.isBusy")}</span>`}<small>${about.filter(Boolean).join(" · ")}</small></span>
    <button type="button" aria-label=${say("stations.change", { name: named(one.name) })}
      onClick=${() => open(() => html`<${StationForm} stationId=${one.id} />`)}>${say("change")}</button></li>`;
}

/** @param {{device: Device}} props */
const Revoke = ({ device }) => html`<${Sure} heading=${say("devices.revoke.of", { name: device.name })} text=${say("devices.revoke.text")}
  go=${say("devices.revoke")} done=${say("devices.revoked", { name: device.name })} onGo=${() => postQuietly("device:revoke", { deviceId: device.id })} />`;
