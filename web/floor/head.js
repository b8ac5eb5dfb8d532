// @ts-check
/** The head of the page: the sections with how much waits in each, who is logged in; on a phone a bar at the foot. */
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { Languages, Switch } from "@comanda/ui/switch.js";
import { theme } from "@comanda/ui/theme.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { waiting } from "./feed.js";
import { go } from "./place.js";
import { close, open } from "./sheet.js";
import { called, say } from "./text.js";
import { logOut, me } from "./who.js";

/**
 * @typedef {import("./sections.js").Section} Section
 * @typedef {{sections: Section[], chosen: string | undefined}} Props
 */

/** @param {string} id */
const nameOf = (id) => say(/** @type {any} */ (`section.${id}`));

/** @param {Props} props */
export function Head({ sections, chosen }) {
  const name = me.value?.name ?? "";
  return html`<header class="head">
    <a class="skip" href="#main" onClick=${skip}>${say("skip")}</a>
    <span class="brand">Comanda</span>
    <nav aria-label=${say("sections")}><${Tabs} sections=${sections} chosen=${chosen} /></nav>
    <button type="button" class="person" onClick=${() => open(() => html`<${Person} />`)}><${Icon} name="person" /><span>${name}</span></button>
  </header>`;
}

/** The same for a thumb. @param {Props} props */
export const MoreBar = ({ sections, chosen }) => html`<nav class="foot" aria-label=${say("sections")}><${Tabs} sections=${sections} chosen=${chosen} /></nav>`;

/** What everybody needs all evening, and a way to the rest. @param {Props} props */
function Tabs({ sections, chosen }) {
  const rest = sections.filter((one) => !one.isMain);
  const shown = rest.find((one) => one.id === chosen);
  const count = (shown ? [shown] : rest).reduce((sum, one) => sum + (one.count?.value ?? 0), 0);
  const more = () => open(() => html`<${More} sections=${rest} chosen=${chosen} />`);
  return html`${sections.filter((one) => one.isMain).map((one) => html`<${Tab} key=${one.id} one=${one} chosen=${chosen} />`)}
    ${rest.length > 0 && html`<button type="button" class="tab" aria-haspopup="dialog" aria-current=${shown ? "page" : undefined} onClick=${more}>
      <${Icon} name=${shown?.icon ?? "more"} /><span>${shown ? nameOf(shown.id) : say("more")}</span>
      ${count > 0 && html`<b class="count">${count}</b>`}</button>`}`;
}

/** @param {{one: Section, chosen: string | undefined}} props */
function Tab({ one, chosen }) {
  const count = one.count?.value ?? 0;
  return html`<button type="button" class="tab" aria-current=${one.id === chosen ? "page" : undefined} onClick=${() => go(one.id)}>
    <${Icon} name=${one.icon} /><span>${nameOf(one.id)}</span>${count > 0 && html`<b class="count">${count}</b>`}
  </button>`;
}

/** @param {Props} props */
function More({ sections, chosen }) {
  const choose = (/** @type {string} */ id) => {
    close();
    go(id);
  };
  return html`<${Dialog} heading=${say("more")} onClose=${close} isSheet>
    <div class="choices">${sections.map((one) => html`<button key=${one.id} type="button" aria-current=${one.id === chosen ? "page" : undefined}
      onClick=${() => choose(one.id)}><${Icon} name=${one.icon} />${nameOf(one.id)}</button>`)}</div>
  <//>`;
}

/** Who is logged in, how the page looks and speaks, and the way out. */
function Person() {
  const leave = (/** @type {boolean} */ everywhere) =>
    waiting.peek().length > 0 ? open(() => html`<${Leaving} everywhere=${everywhere} />`) : leaveNow(everywhere);
  const roles = me.value?.roles.map((role) => called("role", role)).join(", ");
  return html`<${Dialog} heading=${me.value?.name ?? ""} onClose=${close} isSheet>
    <p class="hint">${roles}</p>
    <h3>${say("language")}</h3><${Languages} />
    <h3>${say("theme")}</h3>
    <${Switch} label=${say("theme")} options=${{ auto: say("theme.auto"), light: say("theme.light"), dark: say("theme.dark") }} chosen=${theme.value}
      choose=${(/** @type {any} */ one) => (theme.value = one)} />
    <div class="actions">
      <button type="button" onClick=${() => leave(true)}>${say("logout.everywhere")}</button>
      <button type="button" class="primary" onClick=${() => leave(false)}>${say("logout")}</button>
    </div>
  <//>`;
}

/** Something is not sent yet: it is, when the same person is back on this tablet. @param {{everywhere: boolean}} props */
function Leaving({ everywhere }) {
  const count = waiting.value.length;
  return html`<${Dialog} heading=${say("logout.sure")} onClose=${close} isSheet>
    <p role="status">${count > 0 ? `${say("waiting", { count })} ${say("logout.waiting")}` : say("logout.sent")}</p>
    <div class="actions">
      <button type="button" onClick=${close}>${say("back")}</button>
      <button type="button" class="primary" onClick=${() => leaveNow(everywhere)}>${say(everywhere ? "logout.everywhere" : "logout")}</button>
    </div>
  <//>`;
}

/** @param {boolean} everywhere */
async function leaveNow(everywhere) {
  const refused = await logOut(everywhere);
  if (refused) tellRefused(refused.message);
  else close();
}

/** The address is where somebody is on the page, so an anchor must not change it. @param {Event} event */
function skip(event) {
  event.preventDefault();
  const main = document.getElementById("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}
