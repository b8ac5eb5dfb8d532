// @ts-check
/** The people of the house: taken in, changed, given a new password or PIN, and let in no more. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { newId } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { byName } from "@comanda/ui/language.js";
import { tellDone } from "@comanda/ui/toast.js";
import { of, postQuietly } from "./feed.js";
import { called, say } from "./house_text.js";
import { derivedFor } from "./leaving.js";
import { close, open } from "./sheet.js";
import { Sure } from "./sure.js";
import { connection, staffId } from "./who.js";

/**
 * @typedef {import("../client/protocol.js").PersonView} Person
 * @typedef {"WAITER" | "CASHIER" | "CHEF" | "MANAGER"} Role
 */

/** @type {Role[]} */
const ROLES = ["WAITER", "CASHIER", "CHEF", "MANAGER"];

const people = derivedFor(() => [...of("staff").value.values()].sort(byName));

export function Staff() {
  const [here, gone] = [true, false].map((isActive) => people.value.filter((one) => one.isActive === isActive));
  return html`<div class="bar"><h1>${say("staff.heading")}</h1>
      <button type="button" class="primary" onClick=${() => open(() => html`<${Form} />`)}><${Icon} name="plus" />${say("staff.add")}</button></div>
    <div class="columns">
      <section aria-label=${say("staff.here")}><ul class="rows">${here?.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ul></section>
      ${gone && gone.length > 0 && html`<section aria-label=${say("staff.gone")}><h2>${say("staff.gone")}</h2>
        <ul class="rows">${gone.map((one) => html`<li key=${one.id}><span>${one.name}<small>${one.login}</small></span></li>`)}</ul></section>`}
    </div>`;
}

/** @param {{one: Person}} props */
function Row({ one }) {
  const ways = [one.hasPassword && say("staff.byPassword"), one.hasPin && say("staff.byPin")].filter(Boolean).join(", ");
  return html`<li data-staff=${one.id}><span><b>${one.name}</b>${one.id === staffId.value ? ` (${say("you")})` : ""}
    <small>${one.login} · ${ways || say("staff.noWay")}</small></span>
    <span class="chips">${one.roles.map((role) => html`<span key=${role} class="chip" data-role=${role}>${called("role", role)}</span>`)}</span>
    <button type="button" aria-label=${say("staff.change.of", { name: one.name })} onClick=${() => open(() => html`<${Form} person=${one} />`)}>
      ${say("change")}</button></li>`;
}

/** Somebody new, or somebody who is here. @param {{person?: Person}} props */
function Form({ person }) {
  const roles = useSignal(/** @type {ReadonlySet<string>} */ (new Set(person?.roles ?? ["WAITER"])));
  const problem = useSignal("");
  const isAsking = useSignal(false);
  const tried = useRef({ content: "", opId: "" });
  const turn = (/** @type {Role} */ role) => {
    const next = new Set(roles.peek());
    if (!next.delete(role)) next.add(role);
    roles.value = next;
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const typed = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(typed.get(name) ?? "").trim();
    const said = { name: text("name"), roles: ROLES.filter((one) => roles.peek().has(one)), password: text("password") || null, pin: text("pin") || null };
    isAsking.value = true;
    // A password must not wait in the browser's database. Where nobody answered, the same is sent again under the same name.
    const content = JSON.stringify([text("login"), said]);
    if (tried.current.content !== content) tried.current = { content, opId: newId() };
    const { opId } = tried.current;
    const { error } = person
      ? await connection.attempt("staff:change", { staffId: person.id, ...said, opId })
      : await connection.attempt("staff:add", { login: text("login").toLowerCase(), ...said, opId });
    isAsking.value = false;
    problem.value = error ? ("code" in error ? error.message : say("unanswered")) : "";
    if (error) return;
    close();
    tellDone(say(person ? "staff.changed" : "staff.added", { name: said.name }), null);
  };
  return html`<${Dialog} heading=${person ? person.name : say("staff.add")} onClose=${close} isSheet>
    <form class="stacked" onSubmit=${submit}>
      <label>${say("staff.name")}<input name="name" required maxlength="40" autocomplete="off" autofocus=${!person}
        defaultValue=${person?.name ?? ""} /></label>
      ${!person && html`<label>${say("staff.login")}
        <input name="login" required minlength="2" maxlength="40" pattern="[A-Za-z0-9._\\-]+" autocomplete="off" autocapitalize="none"
          spellcheck="false" /></label>`}
      <fieldset><legend>${say("staff.roles")}</legend>
        <div class="quick-picks">${ROLES.map((role) => html`<button key=${role} type="button" aria-pressed=${String(roles.value.has(role))}
          onClick=${() => turn(role)}>${called("role", role)}</button>`)}</div></fieldset>
      <div class="fields">
        <label>${say(person ? "staff.newPassword" : "staff.password")}
          <input name="password" type="password" minlength="8" maxlength="72" autocomplete="new-password" /></label>
        <label>${say(person ? "staff.newPin" : "staff.pin")}
          <input name="pin" type="password" pattern="[0-9]{4,6}" maxlength="6" inputmode="numeric" autocomplete="new-password" /></label>
      </div>
      <p class="hint">${say(person ? "staff.keep" : "staff.need")}</p>
      <p class="problem" role="alert">${problem}</p>
      <div class="actions">
        ${person && person.id !== staffId.value &&
          html`<button type="button" class="danger" onClick=${() => open(() => html`<${Revoke} person=${person} />`)}>${say("staff.revoke")}</button>`}
        <button type="button" onClick=${close}>${say("back")}</button>
        <button type="submit" class="primary" disabled=${isAsking.value || roles.value.size === 0}>${say("save")}</button>
      </div>
    </form>
  <//>`;
}

/** @param {{person: Person}} props */
const Revoke = ({ person }) => html`<${Sure} heading=${say("staff.revoke.heading", { name: person.name })} text=${say("staff.revoke.text")}
  go=${say("staff.revoke")} done=${say("staff.revoked", { name: person.name })} onGo=${() => postQuietly("staff:revoke", { staffId: person.id })} />`;
