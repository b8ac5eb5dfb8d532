// @ts-check
/** A view whose modules are loaded when it is first looked at: what few people open must not slow the first load of all. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { say } from "./text.js";

/**
 * Return a component that stands for another one. Where it cannot be loaded, that is said, and it can be tried again.
 * @template P
 * @param {() => Promise<(props: P) => any>} load
 * @returns {(props: P) => any}
 */
export function later(load) {
  const loaded = signal(/** @type {{View: (props: P) => any} | null} */ (null));
  const isLost = signal(false);
  let isLoading = false;
  let wasLost = false;
  const begin = async () => {
    if (isLoading || loaded.peek()) return;
    isLoading = true;
    isLost.value = false;
    try {
      loaded.value = { View: await load() };
    } catch {
      // What is lost a second time may be a file that no server has any more: then the page itself is loaded anew.
      if (wasLost) dispatchEvent(new Event("missing"));
      isLost.value = wasLost = true;
    }
    isLoading = false;
  };
  return function Later(props) {
    useEffect(() => void begin(), []);
    if (loaded.value) return html`<${loaded.value.View} ...${props} />`;
    if (!isLost.value) return html`<p class="empty" role="status">${say("connecting")}</p>`;
    return html`<p class="empty" role="alert">${say("later.lost")} <button type="button" onClick=${begin}>${say("later.again")}</button></p>`;
  };
}
