// @ts-check
/** An address to be typed, and two versions of one to be brought together by hand. */
import { Refused, Unsent } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { tellDone } from "@comanda/ui/toast.js";
import { useSignal } from "@preact/signals";
import { TYPED, currentIn, differences, remove, save } from "./addresses.js";
import { house } from "./house.js";
import { say } from "./text.js";

/** @typedef {import("./addresses.js").Address} Address */
/** @typedef {import("./addresses.js").Fields} Fields */
/** @typedef {typeof TYPED[number]} Field */

/** @type {Fields} */
const EMPTY = { street: "", city: "", county: "", postal_code: "", notes: "", is_default: false };

/** Least and most characters, and what a phone fills in by itself. */
const RULES = {
  street: { least: 5, most: 200, autocomplete: "street-address" },
  city: { least: 2, most: 50, autocomplete: "address-level2" },
  county: { least: 2, most: 60, autocomplete: "address-level1" },
  postal_code: { least: 2, most: 10, autocomplete: "postal-code" },
  notes: { least: 0, most: 500, autocomplete: "off" },
};

/** @param {Fields} fields @returns {Field[]} what is not yet an address */
const wrongIn = (fields) =>
  TYPED.filter((field) => {
    const text = fields[field].trim();
    if (field === "postal_code") return !new RegExp(`^(?:${house.peek()?.postalCode ?? ".+"})$`).test(text.toUpperCase());
    return text.length < RULES[field].least || text.length > RULES[field].most;
  });

/**
 * `address` is the one that is changed, null for a new one. `onDone` hears of it as it is then, or null when it is gone.
 * @param {{address: Address | null, onDone: (address: Address | null) => void, onClose: () => void}} props
 */
export function AddressForm({ address, onDone, onClose }) {
  const fields = useSignal(/** @type {Fields} */ ({ ...(address ?? EMPTY) }));
  /** The version that a change rests on. */
  const base = useSignal(address);
  /** What somebody else has made of it. */
  const other = useSignal(/** @type {Address | null} */ (null));
  const wrong = useSignal(/** @type {readonly string[]} */ ([]));
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const isLeaving = useSignal(false);

  const attempt = async (/** @type {() => Promise<void>} */ act) => {
    isBusy.value = true;
    problem.value = "";
    try {
      await act();
    } catch (error) {
      const now = currentIn(error);
      if (now) other.value = base.value = now;
      else if (error instanceof Unsent) problem.value = say("unanswered");
      else if (error instanceof Refused) {
        problem.value = error.message;
        wrong.value = (error.details.fields ?? []).map((/** @type {any} */ one) => one.field);
      } else throw error;
    } finally {
      isBusy.value = false;
    }
  };
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    wrong.value = wrongIn(fields.value);
    if (wrong.value.length > 0) return document.getElementById(`address-${wrong.value[0]}`)?.focus();
    const { street, city, county, postal_code, notes, is_default } = fields.value;
    const tidy = (/** @type {string} */ text) => text.trim().replace(/\s+/g, " ");
    const asked = { street: tidy(street), city: tidy(city), county, postal_code: postal_code.trim(), notes: notes.trim(), is_default };
    await attempt(async () => onDone(await save(asked, base.value)));
  };
  const leave = () =>
    attempt(async () => {
      if (!address) return;
      await remove(address);
      tellDone(say("address.removed"), null);
      onDone(null);
    });
  const set = (/** @type {Partial<Fields>} */ change) => (fields.value = { ...fields.value, ...change });

  return html`<${Dialog} heading=${say(address ? "address.change" : "address.new")} isSheet onClose=${onClose}>
    <form class="address-form" onSubmit=${submit} noValidate>
      ${other.value && html`<p class="conflict" role="alert">${say("address.conflict")}</p>`}
      ${TYPED.map((field) => html`<${TypedField} key=${field} field=${field} value=${fields.value[field]} isWrong=${wrong.value.includes(field)} set=${set}
        other=${other.value && differences(fields.value, other.value).includes(field) ? other.value[field] : null} />`)}
      <label class="tick"><input type="checkbox" checked=${fields.value.is_default || base.value?.is_default} disabled=${base.value?.is_default}
        onChange=${(/** @type {any} */ event) => set({ is_default: event.target.checked })} /><span>${say("address.default")}</span></label>
      <p class="problem" role="alert">${problem.value}</p>
      <div class="buttons">
        <button type="submit" class="accent" disabled=${isBusy.value}>${say(other.value ? "address.save-merged" : "address.save")}</button>
        ${address && (isLeaving.value
          ? html`<button type="button" class="danger" disabled=${isBusy.value} onClick=${leave}>${say("address.remove-sure")}</button>`
          : html`<button type="button" disabled=${isBusy.value} onClick=${() => (isLeaving.value = true)}>${say("address.remove")}</button>`)}
      </div>
    </form>
  <//>`;
}

/**
 * One field; `other` is what it says elsewhere, to be taken or left.
 * @param {{field: Field, value: string, isWrong: boolean, other: string | null, set: (change: Partial<Fields>) => void}} props
 */
function TypedField({ field, value, isWrong, other, set }) {
  const { most, autocomplete } = RULES[field];
  const id = `address-${field}`;
  const counties = house.value?.counties ?? [];
  const change = (/** @type {any} */ event) => set({ [field]: event.target.value });
  const shared = { id, name: field, autocomplete, "aria-invalid": String(isWrong), "aria-describedby": `${id}-hint`, onInput: change };
  const isDigits = field === "postal_code" && /^[^A-Z]*$/.test(house.value?.postalCode ?? "A");
  return html`<div class="field">
    <label for=${id}>${say(`address.${field}`)}</label>
    ${
      field === "county" && counties.length > 0
        ? html`<select ...${shared} value=${value}><option value="" disabled selected=${value === ""}></option>${counties.map((one) => html`<option key=${one} selected=${one === value}>${one}</option>`)}</select>`
        : field === "notes"
          ? html`<textarea rows="2" maxlength=${house.value?.longestNotes ?? most} ...${shared} value=${value} />`
          : html`<input maxlength=${most} inputmode=${isDigits ? "numeric" : undefined} ...${shared} value=${value} />`
    }
    <p id=${`${id}-hint`} class="hint" data-wrong=${String(isWrong)}>${isWrong ? say(`address.${field}.wrong`) : field === "notes" ? say("address.notes.hint") : ""}</p>
    ${other !== null && html`<p class="other-value"><span>${say("address.elsewhere")} <b>${other || "–"}</b></span>
      <button type="button" onClick=${() => set({ [field]: other })}>${say("address.take")}</button></p>`}
  </div>`;
}
