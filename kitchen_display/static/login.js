// @ts-check
/** The other way in: a cook logs in, on any device, where no screen can be paired. The browser's cookie is the proof until they log out. */
import { useSignal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { say } from "./text.js";
import { hello, logIn, logOut, refusal, status } from "./who.js";

/** Name and password, and what was wrong with the last ones. */
export function LogIn() {
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const typed = new FormData(/** @type {HTMLFormElement} */ (event.target));
    isAsking.value = true;
    problem.value = (await logIn(String(typed.get("login")), String(typed.get("password")))) ?? "";
    isAsking.value = false;
  };
  return html`<form onSubmit=${submit}>
    <h1>${say("login.heading")}</h1>
    <label>${say("login.name")}<input name="login" required autofocus autocomplete="username" autocapitalize="none" spellcheck="false" /></label>
    <label>${say("login.password")}<input name="password" type="password" required autocomplete="current-password" /></label>
    <p class="problem" role="alert">${problem}</p>
    <button type="submit" class="primary" disabled=${isAsking.value || (status.value === "offline" && !refusal.value)}>${say("login.go")}</button>
  </form>`;
}

/** The way out for whoever has logged in; a paired screen has none, as it is nobody. */
export function LogOut() {
  if (!hello.value || hello.value.principal.roles.includes("SCREEN")) return null;
  return html`<button type="button" onClick=${logOut}>${say("login.out")}</button>`;
}
