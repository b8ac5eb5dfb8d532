// @ts-check
/** The way in: a phone number and a name, then the code that was sent there. */
import { Refused } from "@comanda/client";
import { timeOfDay } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { language } from "@comanda/ui/language.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { CallUs } from "./call.js";
import { house } from "./house.js";
import { countryOf, cursorIn, formatted, isWhole, whole } from "./phone.js";
import { hasEnded } from "./proof.js";
import { asked, blockedFor, codeOfMessage, expiresIn, forgetCode, isBusy, problem, resendIn, sendCode, triesLeft, verifyCode } from "./proving.js";
import { say } from "./text.js";

const CODE_DIGITS = 6;

export function Entrance() {
  return html`<main class="entrance" tabindex="-1">${asked.value ? html`<${CodeForm} />` : html`<${NumberForm} />`}</main>`;
}

function NumberForm() {
  const { countries, name: houseName } = /** @type {import("./house.js").House} */ (house.value);
  const country = useSignal(countries[0]);
  const phone = useSignal("");
  const name = useSignal("");
  const isTried = useSignal(false);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const chosen = /** @type {import("./phone.js").PhoneCountry} */ (country.value);
  const isNumber = isWhole(phone.value, chosen);
  const isName = name.value.trim().length >= 3;
  const waits = blockedFor(whole(phone.value, chosen));
  const type = (/** @type {any} */ { target }) => {
    country.value = countryOf(target.value, countries) ?? country.value;
    const text = formatted(target.value, /** @type {any} */ (country.value));
    const cursor = cursorIn(target.value, target.selectionStart ?? target.value.length, text);
    phone.value = target.value = text;
    target.setSelectionRange(cursor, cursor);
  };
  const choose = (/** @type {string} */ code) => {
    country.value = countries.find((one) => one.code === code) ?? country.value;
    phone.value = formatted(phone.value, /** @type {any} */ (country.value));
    input.current?.focus();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    isTried.value = true;
    if (!isNumber || !isName) {
      return document.getElementById(isNumber ? "name" : "phone")?.focus();
    }
    const number = whole(phone.value, chosen);
    void sendCode({ phone: number, shown: formatted(number, chosen), name: name.value.trim().replace(/\s+/g, " ") });
  };
  return html`<form onSubmit=${submit} noValidate>
    <h1>${say("welcome", { house: houseName })}</h1>
    <p>${say(hasEnded.value ? "ended" : "number.why")}</p>
    <div class="field">
      <label for="phone">${say("number")}</label>
      <div class="number">
        ${
          countries.length > 1
            ? html`<select aria-label=${say("country")} autocomplete="off" value=${chosen.code} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
                ${countries.map((one) => html`<option key=${one.code} value=${one.code} selected=${one.code === chosen.code}>${one.code} +${one.callingCode}</option>`)}
              </select>`
            : html`<span class="prefix" aria-hidden="true">+${chosen.callingCode}</span>`
        }
        <input id="phone" name="phone" type="tel" inputmode="tel" autocomplete="tel" ref=${input} value=${phone.value} onInput=${type}
          placeholder=${formatted(chosen.trunk + chosen.example, chosen)} aria-invalid=${String(isTried.value && !isNumber)} aria-describedby="phone-hint" autofocus />
      </div>
      <p id="phone-hint" class="hint" data-wrong=${String(isTried.value && !isNumber)}>${isTried.value && !isNumber ? say("number.wrong", { country: countryName(chosen.code) }) : say("number.hint")}</p>
    </div>
    <div class="field">
      <label for="name">${say("name")}</label>
      <input id="name" name="name" autocomplete="name" maxlength="100" value=${name.value} onInput=${(/** @type {any} */ event) => (name.value = event.target.value)}
        aria-invalid=${String(isTried.value && !isName)} aria-describedby="name-hint" />
      <p id="name-hint" class="hint" data-wrong=${String(isTried.value && !isName)}>${say("name.hint")}</p>
    </div>
    <${Problem} />
    <button type="submit" class="accent wide" disabled=${isBusy.value || waits > 0}>${waits > 0 ? say("blocked", { time: lasting(waits) }) : say("send-code")}</button>
  </form>`;
}

function CodeForm() {
  const { shown, name, phone } = /** @type {import("./proving.js").Asked} */ (asked.value);
  const code = useSignal("");
  const waits = blockedFor(phone);
  const isBlocked = waits > 0;
  const isOver = expiresIn.value === 0 || problem.value === "used-up";
  useEffect(() => {
    // The browser looks for it in a page that is new, and this one is not.
    document.getElementById("code")?.focus();
    const leaving = new AbortController();
    void codeOfMessage(leaving.signal).then((found) => found && enterCode(found));
    return () => leaving.abort();
  }, []);
  const enterCode = (/** @type {string} */ text) => {
    code.value = text.replace(/\D/g, "").slice(0, CODE_DIGITS);
    if (code.value.length === CODE_DIGITS && !isBlocked) void verify();
  };
  const verify = async () => {
    await verifyCode(code.peek());
    // A wrong one is typed anew; one of which nothing was heard stays, to be shown once more.
    if (asked.peek() && problem.peek() !== "lost") code.value = "";
    document.getElementById("code")?.focus();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (code.value.length === CODE_DIGITS) void verify();
  };
  return html`<form onSubmit=${submit} noValidate>
    <h1>${say("code.heading")}</h1>
    <p>${say("code.sent", { phone: shown.replaceAll(" ", "\u00a0") })} <button type="button" class="link" onClick=${forgetCode}>${say("code.other-number")}</button></p>
    <div class="field">
      <label for="code">${say("code")}</label>
      <input id="code" name="code" class="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" pattern="[0-9]*" value=${code.value} readonly=${isBusy.value}
        aria-describedby="code-hint" disabled=${isBlocked} onInput=${(/** @type {any} */ event) => { const { value } = event.target; enterCode(value); event.target.value = code.value; }} autofocus />
      <p id="code-hint" class="hint">${isOver ? say("code.over") : say("code.until", { time: lasting(expiresIn.value) })}</p>
    </div>
    <${Problem} />
    ${isBlocked && html`<p class="problem" role="timer">${say("blocked", { time: lasting(waits) })}</p>`}
    <button type="submit" class="accent wide" disabled=${isBusy.value || isBlocked || code.value.length < CODE_DIGITS}>${say("code.go")}</button>
    <button type="button" class="wide" disabled=${isBusy.value || resendIn.value > 0} onClick=${() => sendCode({ phone, shown, name })}>
      ${resendIn.value > 0 ? say("resend.in", { time: lasting(resendIn.value) }) : say("resend")}
    </button>
  </form>`;
}

/** What went wrong, in words, and what one can do. */
function Problem() {
  return html`<div role="alert" class="problem-place">${problem.value && html`<p class="problem">${problemText()}</p>${isForPeople() && html`<p><${CallUs} /></p>`}`}</div>`;
}

function problemText() {
  const found = problem.value;
  if (!(found instanceof Refused)) return found ? say(found) : "";
  if (found.code === "INVALID_VERIFICATION_CODE" && triesLeft.value) return `${found.message} ${say("tries", { count: triesLeft.value })}`;
  if (found.code === "SMS_LIMIT_EXCEEDED" && found.details.reset_time) return `${found.message} ${say("limit.until", { time: whenText(found.details.reset_time) })}`;
  if (found.code !== "VALIDATION_FAILED") return found.message;
  const fields = /** @type {{field: string}[]} */ (found.details.fields ?? []).map((one) => one.field);
  return fields.includes("name") ? say("name.wrong") : fields.includes("phone") ? say("number.refused") : found.message;
}

/** Where no message can be sent, somebody answers the phone. */
const isForPeople = () => problem.value instanceof Refused && ["SMS_UNAVAILABLE", "SMS_LIMIT_EXCEEDED", "PHONE_BLOCKED"].includes(problem.value.code);

const countryName = (/** @type {string} */ code) => new Intl.DisplayNames([language.value], { type: "region" }).of(code) ?? code;

/** @param {number} seconds as `1:05` */
const lasting = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** @param {string} moment with its day, unless that is today */
function whenText(moment) {
  const date = new Date(moment);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? timeOfDay(moment) : date.toLocaleString(language.value, { weekday: "long", hour: "2-digit", minute: "2-digit" });
}
