// @ts-check
/** One line of the cart: what it is, whose, and how it is changed. */
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Stepper } from "@comanda/ui/stepper.js";
import { textIn } from "@comanda/ui/menu/offer.js";
import { menuLanguage } from "@comanda/ui/menu/spoken.js";
import { listed } from "@comanda/ui/menu/words.js";
import { quoted } from "@comanda/ui/words.js";
import { change, isShared, remove, sender } from "./basket.js";
import { troubleOf } from "./foreseen.js";
import { offer } from "./offer.js";
import { limits, myId, outage, whoIs } from "./party.js";
import { placing } from "./sending.js";
import { say } from "./text.js";
import { money, named } from "./written.js";

/** @typedef {import("./foreseen.js").ShownLine} ShownLine */

/** The names of options, in the order of the menu. @param {string[]} ids @returns {string} */
function optionsText(ids) {
  const menu = offer.value?.menu;
  const all = menu?.modifierGroups.flatMap((group) => group.options) ?? [];
  return all.filter((one) => ids.includes(one.id)).map((one) => textIn(one.name, menuLanguage.value, menu)).join(", ");
}

/** What it is. @param {{line: ShownLine}} props */
export function LineText({ line }) {
  const options = optionsText(line.modifiers);
  return html`<span class="line-name" lang=${menuLanguage.value}>${named(line.name)}</span>
    ${options && html`<span class="line-options">${options}</span>`}
    ${line.note && html`<span class="line-note">${quoted(line.note)}</span>`}
    ${line.avoid.length > 0 && html`<span class="line-avoid"><${Icon} name="warning" />${say("avoid", { what: listed("allergen", line.avoid) })}</span>`}`;
}

/** @param {{line: ShownLine, onOpen: (line: ShownLine) => void}} props */
export function LineRow({ line, onOpen }) {
  const trouble = troubleOf(line);
  const isMine = line.addedBy.id === myId.value;
  // What is on its way is not changed any more: the change would arrive after it.
  const isFixed = line.isPending || sender.value !== null || placing.value !== null;
  const dish = named(line.name);
  return html`<li class="cart-line" data-line=${line.id} data-pending=${String(line.isPending)} data-trouble=${trouble ?? undefined}>
    <button type="button" class="line-open" disabled=${isFixed} aria-haspopup="dialog" onClick=${() => onOpen(line)}>
      <span class="unseen">${say("line.change")}</span><${LineText} line=${line} />
    </button>
    <b class="line-price" data-provisional=${String(line.isProvisional)}>${money(line.price)}</b>
    <span class="line-who">
      ${isShared.value && html`<span class="who" data-mine=${String(isMine)}>${whoIs(line.addedBy)}</span>`}
      ${(line.isPending || (line.isProvisional && outage.status.value !== "live")) && html`<span class="soft">${say("line.pending")}</span>`}
      ${trouble && html`<strong class="trouble" role="status">${trouble === "SOLD_OUT" ? say("line.sold-out") : say("line.left", { count: line.left ?? 0 })}</strong>`}
    </span>
    <span class="line-count">
      <button type="button" class="bare" disabled=${isFixed} aria-label=${say("line.remove", { dish })} onClick=${() => remove(line)}><${Icon} name="bin" /></button>
      ${
        line.isPending
          ? html`<output class="pending-count">${line.quantity}×</output>`
          : html`<${Stepper} label=${say("line.portions", { dish })} value=${line.quantity} most=${isFixed ? line.quantity : (limits.value?.quantity ?? 99)} least=${isFixed ? line.quantity : 1}
            onChange=${(/** @type {number} */ quantity) => change(line.id, { quantity })} />`
      }
    </span>
  </li>`;
}
