// @ts-check
/** The head of the page: the table, who is here, and what belongs to the phone alone. */
import { signal } from "@preact/signals";
import { Refused } from "@comanda/client";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { LANGUAGES } from "@comanda/ui/language.js";
import { chosenLanguage } from "@comanda/ui/menu/spoken.js";
import { Languages, Switch } from "@comanda/ui/switch.js";
import { tellRefused } from "@comanda/ui/toast.js";
import { offer } from "./offer.js";
import { leave as leaveParty, online, people, session } from "./party.js";
import { say } from "./text.js";

const isOpen = signal(false);

/** How many faces fit beside the table's name on the smallest phone. */
const FACES = 4;

/** @param {{children?: any}} props what other sections put beside it */
export function Head({ children }) {
  const tables = session.value?.tables.join(" + ") || session.value?.tableName || "";
  const rest = people.value.length - FACES;
  const others = people.value.filter((one) => online.value.includes(one.id)).map((one) => (one.isMe ? say("you") : one.name));
  return html`<header class="head">
    <h1 class="table-name"><span class="soft">${say("table")}</span> <b>${tables}</b></h1>
    <button type="button" class="people" aria-haspopup="dialog" onClick=${() => (isOpen.value = true)}>
      <span class="unseen">${say("people", { who: others.join(", ") })}</span>
      ${people.value.slice(0, FACES).map((one) => html`<${Face} key=${one.id} person=${one} />`)}
      ${rest > 0 && html`<span class="face" data-initial=${`+${rest}`} aria-hidden="true"></span>`}
    </button>
    ${children}
  </header>
  ${isOpen.value && html`<${Phone} onClose=${() => (isOpen.value = false)} />`}`;
}

/** @param {{person: {id: string, name: string, isMe: boolean}}} props */
const Face = ({ person }) =>
  html`<span class="face" data-online=${String(online.value.includes(person.id))} data-me=${String(person.isMe)} data-initial=${[...person.name][0]?.toUpperCase()} aria-hidden="true"></span>`;

/** Who is here, languages, and the way out. @param {{onClose: () => void}} props */
function Phone({ onClose }) {
  const own = (offer.value?.menu.languages ?? []).filter((one) => !(one in LANGUAGES));
  const leave = async () => {
    const error = await leaveParty();
    onClose();
    if (error) tellRefused(error instanceof Refused ? error.message : say("unanswered"));
  };
  return html`<${Dialog} heading=${say("phone.heading")} isSheet onClose=${onClose}>
    <ul class="people-list">
      ${people.value.map(
        (one) => html`<li key=${one.id}><${Face} person=${one} /><b>${one.name}${one.isMe && ` (${say("you")})`}</b>
          <span class="soft">${say(online.value.includes(one.id) ? "here" : "away")}</span></li>`,
      )}
    </ul>
    <h3>${say("language")}</h3>
    <${Languages} />
    ${own.length > 0 && html`<h3>${say("menu.language")}</h3><${Switch} options=${{ "": say("menu.language.page"), ...Object.fromEntries(own.map((one) => [one, languageName(one)])) }} chosen=${chosenLanguage.value ?? ""} choose=${(/** @type {string} */ one) => (chosenLanguage.value = one || null)} label=${say("menu.language")} />`}
    <button type="button" class="leave" onClick=${leave}><${Icon} name="exit" />${say("leave")}</button>
    <p class="soft">${say("leave.text")}</p>
  <//>`;
}

/** A language by its own name. @param {string} code */
const languageName = (code) => new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
