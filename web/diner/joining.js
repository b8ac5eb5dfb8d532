// @ts-check
/** The door: the PIN that the waiter told, and a name for the others. Wrong PINs are counted, and who has to wait sees how long. */
import { computed, signal } from "@preact/signals";
import { now } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { remembered } from "@comanda/ui/memory.js";
import { Languages } from "@comanda/ui/switch.js";
import { say } from "./text.js";

const DIGITS = 4;

/** What speaks to the house, when it is loaded. @type {import("@preact/signals").Signal<typeof import("./house.js") | null>} */
export const house = signal(null);

/** The token in the QR code. */
const token = location.pathname.split("/").at(-1) ?? "";

const pin = signal("");
/** Whether somebody has begun to type: they will be in soon. */
export const hasBegun = computed(() => pin.value !== "");
/** The name last given on this phone, and the table at which it is in: whoever lost the session there is the same guest again. */
const lastName = remembered("name", "");
const table = remembered("party.table", "");
const name = signal(lastName.peek());
/** Whether this phone was in at this table. */
export const wasIn = table.peek() === token;
/** Said by hand: the phone with which one was in before is dead. */
const isBack = signal(false);
const isSending = signal(false);
/** What the last try came to. */
const said = signal("");
const attemptsLeft = signal(/** @type {number | null} */ (null));
/** Until when no PIN is looked at, by the server's clock. */
const lockedUntil = signal(0);

const secondsLeft = computed(() => Math.max(0, Math.ceil((lockedUntil.value - now.value) / 1000)));

/** The same try repeated stays one guest. */
let opId = "";

export function Joining() {
  const wait = secondsLeft.value;
  const canSend = pin.value.length === DIGITS && !isSending.value && wait === 0 && house.value?.connection.status.value === "live";
  return html`<main class="door">
    <header><${Languages} /></header>
    <form onSubmit=${(/** @type {Event} */ event) => (event.preventDefault(), canSend && void join())}>
      <h1>${say("join.heading")}</h1>
      <p class="soft">${say("join.text")}</p>
      <label class="pin"><span>${say("join.pin")}</span>
        <input name="pin" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]*" maxlength=${DIGITS} enterkeyhint="go" autofocus
          aria-describedby="join-said" aria-invalid=${String(said.value !== "")} value=${pin.value} onInput=${typed} />
      </label>
      <label><span>${say("join.name")}</span>
        <input name="name" autocomplete="given-name" maxlength="40" enterkeyhint="go" placeholder=${say("join.name.hint")} value=${name.value}
          onInput=${(/** @type {any} */ event) => ((name.value = event.target.value), (opId = ""))} />
      </label>
      <label class="back"><input type="checkbox" checked=${isBack.value} onChange=${(/** @type {any} */ event) => ((isBack.value = event.target.checked), (opId = ""))} /><span>${say("join.back")}</span></label>
      <div class="said" id="join-said" role="alert">
        ${said.value && html`<p><${Icon} name="warning" />${said.value}</p>`}
        ${attemptsLeft.value !== null && html`<p>${attemptsLeft.value > 0 ? say("join.attempts", { count: attemptsLeft.value }) : say("join.attempts.none")}</p>`}
      </div>
      <button class="accent" disabled=${!canSend}>${wait > 0 ? html`<span class="countdown" role="timer">${say("join.wait", { time: clockText(wait) })}</span>` : say("join.go")}</button>
    </form>
  </main>`;
}

/** @param {any} event */
function typed(event) {
  const digits = event.target.value.replace(/\D/g, "").slice(0, DIGITS);
  event.target.value = digits;
  if (digits !== pin.peek()) opId = "";
  pin.value = digits;
}

async function join() {
  const there = house.peek();
  if (!there) return;
  isSending.value = true;
  opId ||= there.newId();
  const called = name.peek().trim();
  const resume = isBack.peek() || (table.peek() === token && lastName.peek() === called && called !== "");
  const { error } = await there.connection.attempt("session:join", { pin: pin.peek(), name: called, resume, opId });
  isSending.value = false;
  if (error) return refused(error);
  [lastName.value, table.value] = [called, token];
  [pin.value, said.value, attemptsLeft.value] = ["", "", null];
}

/** @param {import("@comanda/client").Refused | import("@comanda/client").Unsent} error */
function refused(error) {
  if (!("code" in error)) {
    said.value = say("unanswered");
    return;
  }
  // Who was sent away is not let in again, and must not leave anything here for the next person.
  if (error.code === "JOIN_REFUSED") void house.peek()?.forgetParty();
  const { retryAfter, attemptsLeft: left } = error.details;
  said.value = error.message;
  attemptsLeft.value = typeof left === "number" ? left : null;
  if (retryAfter) lockedUntil.value = now.peek() + Number(retryAfter) * 1000;
  if (["INVALID_PIN", "PIN_LOCKED"].includes(error.code)) pin.value = "";
  opId = "";
  /** @type {HTMLInputElement | null} */ (document.querySelector("input[name=pin]"))?.focus();
}

/** Minutes and seconds: `14:59`. @param {number} seconds */
const clockText = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
