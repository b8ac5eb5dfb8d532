// @ts-check
/** The first thing that a new screen shows: big keys for the code that a manager reads out; or the log-in of a cook. */
import { useSignal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { LogIn } from "./login.js";
import { language, wasRevoked } from "./settings.js";
import { LANGUAGES, say } from "./text.js";
import { logOut, pair, status } from "./who.js";

/**
 * A page of its own, as a log-in is bound to the browser's cookie: the server gives that with the first connection, and sees it
 * with the next.
 */
const LOG_IN = "/kitchen?login";
const isByLogIn = new URLSearchParams(location.search).has("login");

const LENGTH = 8;
/** As the server spells codes: no letter that looks like a digit. */
const KEYS = [..."23456789ABCDEFGHJKLMNPQRSTUVWXYZ"];

/** One of the two ways in, and the languages. */
export function Entrance() {
  return html`<main class="pairing">
    ${isByLogIn ? html`<${LogIn} />` : html`<${Pairing} />`}
    <p class="languages">
      <a class="button" href=${isByLogIn ? "/kitchen" : LOG_IN}>${say(isByLogIn ? "pairing.heading" : "login.heading")}</a>
      ${Object.entries(LANGUAGES).map(
        ([one, name]) => html`
      <button key=${one} type="button" aria-pressed=${String(language.value === one)} onClick=${() => (language.value = one)}>${name}</button>`,
      )}
    </p>
  </main>`;
}

/** The way in for a browser on which somebody has logged in whom the kitchen does not let in. */
export function Refusal() {
  return html`<main class="pairing">
    <p class="problem" role="alert">${say("login.other")}</p>
    <${LogIn} />
    <p class="languages"><button type="button" onClick=${logOut}>${say("login.out")}</button></p>
  </main>`;
}

/** The code, its keys, and what was wrong with the last one. */
function Pairing() {
  const code = useSignal("");
  const problem = useSignal(wasRevoked.peek() ? say("pairing.revoked") : "");
  const isAsking = useSignal(false);
  const type = (/** @type {string} */ key) => (code.value = clean(code.peek() + key));
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    isAsking.value = true;
    problem.value = (await pair(code.peek())) ?? "";
    isAsking.value = false;
  };
  return html`<form onSubmit=${submit}>
      <h1>${say("pairing.heading")}</h1>
      <p>${say("pairing.text")}</p>
      <input class="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus inputmode="none"
        aria-label=${say("pairing.code")} aria-invalid=${String(problem.value !== "")} aria-describedby="pairing-problem" placeholder="····-····"
        value=${spaced(code.value)} onInput=${(/** @type {InputEvent} */ event) => (code.value = clean(/** @type {HTMLInputElement} */ (event.target).value))} />
      <p id="pairing-problem" class="problem" role="alert">${problem}</p>
      <div class="keys">
        ${KEYS.map((key) => html`<button key=${key} type="button" onClick=${() => type(key)}>${key}</button>`)}
        <button type="button" class="erase" onClick=${() => (code.value = code.peek().slice(0, -1))}>${say("pairing.erase")}</button>
      </div>
      <button type="submit" class="primary" disabled=${code.value.length < LENGTH || isAsking.value || status.value === "offline"}>${say("pairing.go")}</button>
    </form>`;
}

/** @param {string} text */
const clean = (text) =>
  text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .slice(0, LENGTH);

/** @param {string} code */
const spaced = (code) => (code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);
