// @ts-check
/** The cart that the party shares, or one's own: live, each line with who added it. */
import { signal } from "@preact/signals";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { DishSheet } from "@comanda/ui/menu/dish.js";
import { change, isShared, lines, sender, total } from "./basket.js";
import { troubleOf } from "./foreseen.js";
import { LineRow } from "./line.js";
import { offer } from "./offer.js";
import { keyOf, limits, outage, whoIs } from "./party.js";
import { show } from "./sections.js";
import { bringBack, isAside, isSettled, placing, review } from "./sending.js";
import { say } from "./text.js";
import { money } from "./written.js";

/** The line that is being changed. @type {import("@preact/signals").Signal<import("./foreseen.js").ShownLine | null>} */
const opened = signal(null);

export function CartView() {
  const isEmpty = lines.value.length === 0;
  return html`<section class="cart" aria-labelledby="cart-heading">
    <h2 id="cart-heading">${say(isShared.value ? "cart.shared" : "cart.own")}</h2>
    ${
      isEmpty
        ? html`<div class="empty"><p>${say("cart.empty")}</p><button type="button" class="accent" onClick=${() => show("menu")}>${say("cart.to.menu")}</button></div>`
        : html`<ul class="cart-lines">${lines.value.map((line) => html`<${LineRow} key=${keyOf(line.id)} line=${line} onOpen=${(/** @type {any} */ one) => (opened.value = one)} />`)}</ul>`
    }
    ${(!isEmpty || placing.value) && html`<${Foot} />`}
    <${Opened} />
  </section>`;
}

/** The sum, and how the round is sent; while one is on its way, that it is, and the way to its sheet. */
function Foot() {
  const isUnderway = placing.value !== null;
  const trouble = lines.value.some((line) => troubleOf(line) !== null);
  const why = isUnderway ? "" : trouble ? say("cart.trouble") : outage.status.value === "offline" ? say("cart.offline") : "";
  const canSend = !trouble && isSettled.value && outage.status.value === "live";
  const isProvisional = total.value.isProvisional && outage.status.value !== "live";
  return html`<div class="cart-foot">
    ${lines.value.length > 0 && html`<p class="sum"><span>${say(isProvisional ? "total.provisional" : "total")}</span><b>${money(total.value)}</b></p>`}
    <p class="why" role="status">${why}</p>
    <div role="status" aria-atomic="true">
      ${isAside.value && html`<p class="underway"><${Icon} name="clock" />${say(outage.status.value === "live" ? "underway" : "underway.offline")}</p>`}
      ${sender.value && html`<p class="held"><${Icon} name="clock" />${say("held", { who: whoIs(sender.value) })}</p>`}
    </div>
    ${
      // One button for both: the focus comes back to it from the sheet that took the place of another.
      (isUnderway || !sender.value) &&
      html`<button type="button" class=${isUnderway ? "send" : "accent send"} disabled=${!isUnderway && !canSend} onClick=${isUnderway ? bringBack : review}>${say(isUnderway ? "underway.open" : "review.open")}</button>`
    }
  </div>`;
}

/** The sheet in which a line is changed. */
function Opened() {
  const line = opened.value;
  const dish = line && offer.value?.menu.dishes.find((one) => one.id === line.itemId);
  if (!line || !dish) return null;
  const close = () => (opened.value = null);
  const submit = (/** @type {import("@comanda/ui/menu/dish.js").Chosen} */ chosen) => {
    change(line.id, chosen);
    close();
  };
  return html`<${DishSheet} key=${line.id} offer=${offer} dish=${dish} line=${line} limits=${limits.value} onSubmit=${submit} onClose=${close} />`;
}
