// @ts-check
/** Taking a tablet, a screen or an SMS phone into the house: a code that is good for a short time, typed or photographed there. */
import { useSignal } from "@preact/signals";
import { newId } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Switch } from "@comanda/ui/switch.js";
import { now } from "@comanda/ui/clock.js";
import { countdown } from "./age.js";
import { of } from "./feed.js";
import { called, named, say } from "./house_text.js";
import { Code } from "./qr.js";
import { close } from "./sheet.js";
import { connection } from "./who.js";

/** @typedef {import("../client/protocol.js").DeviceKind} Kind */
/** @typedef {{device: import("../client/protocol.js").DeviceView, code: string | null, qr: string | null, endsAt: number}} Told */

/** What each kind is told to open. */
const PAGES = { TABLET: "/floor", SCREEN: "/kitchen", SMS_PHONE: "" };

/** @param {{kind?: Kind}} props */
export function Enrol({ kind: first = "TABLET" }) {
  const kind = useSignal(/** @type {Kind} */ (first));
  const name = useSignal("");
  const chosen = useSignal(/** @type {ReadonlySet<string>} */ (new Set()));
  const problem = useSignal("");
  const told = useSignal(/** @type {Told | null} */ (null));
  const stations = [...of("station").value.values()].sort((one, other) => one.position - other.position);
  const ask = async () => {
    // Who does not see the answer asks for another code: this one is told once.
    const shown = kind.peek() === "SCREEN" ? [...chosen.peek()] : [];
    const { reply, error } = await connection.attempt("device:enrol", { kind: kind.peek(), name: name.peek().trim(), stations: shown, opId: newId() });
    problem.value = error ? ("code" in error ? error.message : say("unanswered")) : "";
    if (reply) told.value = { device: reply.device, code: reply.code, qr: reply.qr, endsAt: now.peek() + reply.expiresIn * 1000 };
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    ask();
  };
  const turn = (/** @type {string} */ code) => {
    const next = new Set(chosen.peek());
    if (!next.delete(code)) next.add(code);
    chosen.value = next;
  };
  if (told.value) return html`<${Telling} told=${told.value} again=${ask} />`;
  return html`<${Dialog} heading=${say("devices.enrol")} onClose=${close} isSheet>
    <form class="stacked" onSubmit=${submit}>
      <${Switch} label=${say("devices.kind")}
        options=${{ TABLET: called("device", "TABLET"), SCREEN: called("device", "SCREEN"), SMS_PHONE: called("device", "SMS_PHONE") }}
        chosen=${kind.value} choose=${(/** @type {any} */ one) => (kind.value = one)} />
      <label>${say("devices.name")}<input name="name" required maxlength="40" autocomplete="off" autofocus value=${name.value}
        onInput=${(/** @type {InputEvent} */ event) => (name.value = /** @type {HTMLInputElement} */ (event.target).value)} /></label>
      ${kind.value === "SCREEN" && html`<fieldset><legend>${say("devices.stations")}</legend>
        <div class="quick-picks">${stations.map((one) => html`<button key=${one.id} type="button" aria-pressed=${String(chosen.value.has(one.code))}
          onClick=${() => turn(one.code)}>${named(one.name)}</button>`)}</div><p class="hint">${say("devices.stations.hint")}</p></fieldset>`}
      <p class="problem" role="alert">${problem}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("back")}</button>
        <button type="submit" class="primary" disabled=${!name.value.trim()}>${say("devices.code")}</button></div>
    </form>
  <//>`;
}

/** The code, as long as it is good. @param {{told: Told, again: () => void}} props */
function Telling({ told, again }) {
  const device = of("device").value.get(told.device.id) ?? told.device;
  const left = Math.max(0, Math.ceil((told.endsAt - now.value) / 1000));
  const isPaired = device.status === "PAIRED";
  const isOver = left === 0 && !isPaired;
  return html`<${Dialog} heading=${device.name} onClose=${close}>
    ${isPaired && html`<div class="paid-now" role="status"><${Icon} name="check" /><p>${say("devices.isPaired", { name: device.name })}</p></div>`}
    ${!isPaired && told.code && html`<div class="enrol" data-over=${String(isOver)}>
      ${told.qr && !isOver && html`<figure class="qr"><${Code} text=${told.qr} label=${say("devices.qr")} /></figure>`}
      <div><p class="enrol-code" aria-label=${say("devices.code.said", { code: [...told.code].join(" ") })}>${isOver ? "· · ·" : told.code}</p>
        <p>${isOver ? say("devices.over") : told.qr ? say("devices.scan") : say("devices.type", { page: `${location.host}${PAGES[device.kind]}` })}</p>
        <p class="countdown" role="timer">${isOver ? "" : say("devices.left", { time: countdown(left) })}</p></div>
    </div>
    ${told.qr && !isOver && html`<details><summary>${say("devices.qrText")}</summary><code class="qr-text">${told.qr}</code></details>`}`}
    <div class="actions">
      ${isOver && html`<button type="button" onClick=${again}>${say("devices.again")}</button>`}
      <button type="button" class="primary" onClick=${close}>${say("done")}</button>
    </div>
  <//>`;
}
