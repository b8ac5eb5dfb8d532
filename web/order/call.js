// @ts-check
/** The house's own phone, where it has told us of one: what no page can settle is settled there. */
import { html } from "@comanda/ui/html.js";
import { house } from "./house.js";
import { say } from "./text.js";

export function CallUs() {
  const phone = house.value?.phone;
  if (!phone) return null;
  return html`<a class="button" href=${`tel:${phone.replace(/[^+\d]/g, "")}`}>${say("call", { phone: phone.replaceAll(" ", "\u00a0") })}</a>`;
}
