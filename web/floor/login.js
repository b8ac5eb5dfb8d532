// @ts-check
/** The ways in: a name with a password; on a tablet of the house with the PIN; and how a tablet becomes one of the house. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { now } from "@comanda/ui/clock.js";
import { html } from "@comanda/ui/html.js";
import { Languages } from "@comanda/ui/switch.js";
import { countdown } from "./age.js";
import { say } from "./text.js";
import { isEnrolled, lastLogin, logIn, logOut, me, pair, status } from "./who.js";

/** @typedef {import("@comanda/client").Refused} Refused */

/** Characters of a code of `device:enrol`, without the dash. */
const CODE_LENGTH = 8;

/** Log in, or pair this tablet. */
export function Entrance() {
  const isPairing = useSignal(false);
  return html`<main class="entrance">
    <p class="brand">Comanda</p>
    ${isPairing.value ? html`<${Pairing} done=${() => (isPairing.value = false)} />` : html`<${LogIn} />`}
    <div class="others">
      ${!isEnrolled.value && html`<button type="button" class="quiet" onClick=${() => (isPairing.value = !isPairing.value)}>
        ${say(isPairing.value ? "login.heading" : "pairing.heading")}</button>`}
      <${Languages} />
    </div>
  </main>`;
}

/** The name, and one of the two proofs; after too many wrong ones a countdown. */
function LogIn() {
  const problem = useSignal(/** @type {Refused | null} */ (null));
  const lockedUntil = useSignal(0);
  const isAsking = useSignal(false);
  const isByPin = useSignal(isEnrolled.value);
  useEffect(() => void (isByPin.value = isEnrolled.value), [isEnrolled.value]);
  const left = Math.max(0, Math.ceil((lockedUntil.value - now.value) / 1000));
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const typed = new FormData(form);
    const secret = String(typed.get("secret"));
    isAsking.value = true;
    const refused = await logIn({ login: String(typed.get("login")).trim(), ...(isByPin.value ? { pin: secret } : { password: secret }) });
    isAsking.value = false;
    problem.value = refused;
    if (!refused) return;
    if (refused.details.retryAfter) lockedUntil.value = now.peek() + Number(refused.details.retryAfter) * 1000;
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("secret"));
    field.value = "";
    field.focus();
  };
  const word = isByPin.value ? "login.pin" : "login.password";
  return html`<form onSubmit=${submit}>
    <h1>${say("login.heading")}</h1>
    <label>${say("login.name")}<input name="login" required defaultValue=${lastLogin.peek()} autofocus=${!lastLogin.peek()} autocomplete="username"
      autocapitalize="none" spellcheck="false" /></label>
    <label key=${word}>${say(word)}<input name="secret" type="password" required autofocus=${Boolean(lastLogin.peek())}
      autocomplete=${isByPin.value ? "off" : "current-password"} inputmode=${isByPin.value ? "numeric" : undefined} aria-describedby="login-problem" /></label>
    <p id="login-problem" class="problem" role="alert">${left > 0 ? say("login.locked", { time: countdown(left) }) : problem.value?.message}</p>
    <button type="submit" class="primary" disabled=${isAsking.value || left > 0 || status.value === "offline"}>${say("login.go")}</button>
    ${isEnrolled.value && html`<button type="button" class="quiet" onClick=${() => (isByPin.value = !isByPin.value)}>
      ${say(isByPin.value ? "login.byPassword" : "login.byPin")}</button>`}
  </form>`;
}

/** The code that a manager reads out. @param {{done: () => void}} props */
function Pairing({ done }) {
  const problem = useSignal("");
  const code = useSignal("");
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const refused = await pair(code.peek());
    problem.value = refused?.message ?? "";
    if (!refused) done();
  };
  const type = (/** @type {InputEvent} */ event) => (code.value = clean(/** @type {HTMLInputElement} */ (event.target).value));
  return html`<form onSubmit=${submit}>
    <h1>${say("pairing.heading")}</h1>
    <p>${say("pairing.text")}</p>
    <label>${say("pairing.code")}<input class="code" name="code" required autofocus autocomplete="off" autocapitalize="characters" spellcheck="false"
      placeholder="····-····" value=${spaced(code.value)} onInput=${type} aria-describedby="pairing-problem" /></label>
    <p id="pairing-problem" class="problem" role="alert">${problem}</p>
    <button type="submit" class="primary" disabled=${code.value.length < CODE_LENGTH || status.value === "offline"}>${say("pairing.go")}</button>
  </form>`;
}

/** For a cook, who has nothing to do here. */
export function NotHere() {
  return html`<main class="entrance">
    <p class="brand">Comanda</p>
    <h1>${me.value?.name}</h1>
    <p>${say("login.cook")}</p>
    <a class="button" href="/kitchen">${say("login.kitchen")}</a>
    <button type="button" class="quiet" onClick=${() => logOut(false)}>${say("logout")}</button>
  </main>`;
}

/** @param {string} text */
const clean = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, CODE_LENGTH);

/** @param {string} code */
const spaced = (code) => (code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);
