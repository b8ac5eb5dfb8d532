// @ts-check
/** The head of the page: whose it is, the way to one's orders, and who one is. */
import { Unsent } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon, addIcons } from "@comanda/ui/icon.js";
import { Languages } from "@comanda/ui/switch.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { useSignal } from "@preact/signals";
import { CallUs } from "./call.js";
import { house } from "./house.js";
import { hrefOf, place } from "./place.js";
import { logOut, who } from "./proof.js";
import { say } from "./text.js";

addIcons({ bag: "M5 8h14l1 13H4L5 8zm3.5 0V7a3.5 3.5 0 0 1 7 0v1", list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" });

/** @param {{count: number}} props orders that are under way */
export function Head({ count }) {
  const isOpen = useSignal(false);
  const isHere = (/** @type {string} */ view) => (place.value.view === view ? "page" : undefined);
  return html`<header class="head">
    ${place.value.view === "menu" || !who.value
      ? html`<strong class="house">${house.value?.name ?? ""}</strong>`
      : html`<a class="back" href=${hrefOf("menu")}><${Icon} name="back" /><span>${say("menu")}</span></a>`}
    <nav aria-label=${say("nav")}>
      ${who.value && html`<a class="round" href=${hrefOf("orders")} aria-current=${isHere("orders")} aria-label=${count ? say("orders.count", { count }) : say("orders")}>
        <${Icon} name="list" />${count > 0 && html`<span class="badge" aria-hidden="true">${count}</span>`}</a>`}
      <button type="button" class="round" aria-haspopup="dialog" aria-label=${say("me")} onClick=${() => (isOpen.value = true)}><${Icon} name="person" /></button>
    </nav>
    ${isOpen.value && html`<${Me} onClose=${() => (isOpen.value = false)} />`}
  </header>`;
}

/** Who one is on this phone, and in which language it speaks. @param {{onClose: () => void}} props */
function Me({ onClose }) {
  const isBusy = useSignal(false);
  const leave = async () => {
    isBusy.value = true;
    try {
      await logOut();
      // The next one who takes this phone is not told what was wanted.
      await (await import("./cart.js")).clear();
      onClose();
    } catch (error) {
      if (!(error instanceof Unsent)) throw error;
      tellRefused(say("unanswered"));
    }
    isBusy.value = false;
  };
  return html`<${Dialog} heading=${who.value ? say("hello", { name: who.value.name }) : say("me")} isSheet onClose=${onClose}>
    ${who.value && html`<p>${say("me.phone", { digits: who.value.last_four })}</p>`}
    <${Languages} />
    <${CallUs} />
    ${who.value && html`<button type="button" disabled=${isBusy.value} onClick=${leave}>${say("log-out")}</button><p class="hint">${say("log-out.what")}</p>`}
  <//>`;
}
