// @ts-check
/** Where it is to be brought: the addresses by use, one of them chosen, each to be changed. */
import { html } from "@comanda/ui/html.js";
import { Icon, addIcons } from "@comanda/ui/icon.js";
import { useSignal } from "@preact/signals";
import { AddressForm } from "./address_form.js";
import { addresses, isFull, written } from "./addresses.js";
import { house } from "./house.js";
import { say } from "./text.js";

addIcons({ edit: "M4 20h4L19 9l-4-4L4 16v4zM13 7l4 4", pin: "M12 21s7-6.5 7-12a7 7 0 1 0-14 0c0 5.5 7 12 7 12zm0-14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z" });

/** @typedef {import("./addresses.js").Address} Address */

/** A new address is typed. */
const NEW = "new";

/** @param {{chosenId: string | null, onChoose: (id: string | null) => void}} props */
export function AddressList({ chosenId, onChoose }) {
  const opened = useSignal(/** @type {Address | typeof NEW | null} */ (null));
  const known = addresses.value;
  if (!known) return html`<p class="hint" role="status">${say("loading")}</p>`;
  const done = (/** @type {Address | null} */ address) => {
    const before = opened.peek();
    opened.value = null;
    if (address) onChoose(address.id);
    else if (before !== NEW && before?.id === chosenId) onChoose(null);
  };
  return html`<fieldset class="addresses">
    <legend class="unseen">${say("where")}</legend>
    ${known.length === 0 && html`<p>${say("address.none")}</p>`}
    ${known.map(
      (one) => html`<div key=${one.id} class="address" data-chosen=${String(one.id === chosenId)}>
        <label><input type="radio" name="address" checked=${one.id === chosenId} onChange=${() => onChoose(one.id)} />
          <span>${written(one)}${one.notes && html`<small>${one.notes}</small>`}${one.is_default && html`<small class="mark">${say("address.is-default")}</small>`}</span></label>
        <button type="button" class="bare" aria-haspopup="dialog" aria-label=${say("address.change-this", { street: one.street })} onClick=${() => (opened.value = one)}><${Icon} name="edit" /></button>
      </div>`,
    )}
    ${
      isFull.value
        ? html`<p class="hint">${say("address.full", { count: house.value?.addresses ?? 0 })}</p>`
        : html`<button type="button" class="wide" aria-haspopup="dialog" onClick=${() => (opened.value = NEW)}><${Icon} name="plus" />${say("address.new")}</button>`
    }
    ${opened.value && html`<${AddressForm} key=${opened.value === NEW ? NEW : opened.value.id} address=${opened.value === NEW ? null : opened.value} onDone=${done} onClose=${() => (opened.value = null)} />`}
  </fieldset>`;
}
