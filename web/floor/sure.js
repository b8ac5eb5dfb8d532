// @ts-check
/** A question before something that cannot be taken back; why it was refused is said in it. */
import { useSignal } from "@preact/signals";
import { Dialog } from "@comanda/ui/dialog.js";
import { html } from "@comanda/ui/html.js";
import { tellDone } from "@comanda/ui/toast.js";
import { close } from "./sheet.js";
import { say } from "./text.js";

/**
 * `go` is what the button says, `done` what is said afterwards.
 * @param {{
 *   heading: string, text: string, go: string, done: string,
 *   onGo: () => Promise<{refused: import("@comanda/client").Refused | null}>,
 * }} props
 */
export function Sure({ heading, text, go, done, onGo }) {
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const act = async () => {
    isBusy.value = true;
    const { refused } = await onGo();
    isBusy.value = false;
    problem.value = refused?.message ?? "";
    if (refused) return;
    close();
    tellDone(done, null);
  };
  return html`<${Dialog} heading=${heading} onClose=${close} isSheet>
    <p>${text}</p>
    <p class="problem" role="alert">${problem}</p>
    <div class="actions">
      <button type="button" onClick=${close}>${say("back")}</button>
      <button type="button" class="danger" disabled=${isBusy.value} onClick=${act}>${go}</button>
    </div>
  <//>`;
}
