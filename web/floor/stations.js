// @ts-check
/** What a manager says of a station: which one stands in for it, when it is busy, and when its dishes are late. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { of, postQuietly } from "./feed.js";
import { called, named, say } from "./house_text.js";
import { close } from "./sheet.js";

/** @type {import("../client/protocol.js").Course[]} */
const COURSES = ["DRINKS", "STARTERS", "MAINS", "DESSERTS"];

/** Most minutes and portions that the server takes. */
const MOST_MINUTES = 240;
const MOST_PORTIONS = 1000;

/** @param {{stationId: string}} props */
export function StationForm({ stationId }) {
  const problem = useSignal("");
  const station = of("station").value.get(stationId);
  if (!station) return null;
  const others = [...of("station").value.values()].filter((one) => one.id !== stationId).sort((one, other) => one.position - other.position);
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const typed = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const number = (/** @type {string} */ name) => (typed.get(name) ? Number(typed.get(name)) : null);
    const ages = Object.fromEntries(COURSES.map((course) => {
      const [amber, red] = [number(`${course} amber`), number(`${course} red`)];
      return /** @type {const} */ ([course, amber && red ? { amber, red } : null]);
    }));
    const { refused } = await postQuietly("station:change", { stationId, backup: String(typed.get("backup")) || null, busyPortions: number("busyPortions"), ages });
    problem.value = refused?.message ?? "";
    if (!refused) close();
  };
  return html`<${Dialog} heading=${named(station.name)} onClose=${close} isSheet>
    <form class="stacked" onSubmit=${submit}>
      <label>${say("stations.backup")}<select name="backup"><option value="" selected=${!station.backup}>${say("stations.backup.none")}</option>
        ${others.map((one) => html`<option key=${one.id} value=${one.code} selected=${one.code === station.backup}>
          ${named(one.name)}</option>`)}</select></label>
      <p class="hint">${say("stations.backup.text")}</p>
      <label>${say("stations.busy")}<input name="busyPortions" type="number" min="1" max=${MOST_PORTIONS} inputmode="numeric"
        defaultValue=${station.busyPortions ?? ""} /></label>
      <fieldset><legend>${say("stations.ages")}</legend>
        <table class="ages"><thead><tr><td></td><th scope="col">${say("stations.amber")}</th><th scope="col">${say("stations.red")}</th></tr></thead>
        <tbody>${COURSES.map((course) => html`<tr key=${course}><th scope="row">${called("course", course)}</th>
          ${/** @type {const} */ (["amber", "red"]).map((step) =>
            html`<td key=${step}><input name=${`${course} ${step}`} aria-label=${`${called("course", course)}: ${say(`stations.${step}`)}`}
              type="number" min="1" max=${MOST_MINUTES} inputmode="numeric"
              defaultValue=${station.ages[course]?.[step] ?? ""} /></td>`)}</tr>`)}</tbody></table></fieldset>
      <p class="problem" role="alert">${problem}</p>
      <div class="actions"><button type="button" onClick=${close}>${say("back")}</button><button type="submit" class="primary">${say("save")}</button></div>
    </form>
  <//>`;
}
