// @ts-check
/**
 * What this browser remembers for a page, each a signal that is stored when it is set. The page's name is that of its document,
 * `<html data-page="kitchen">`; without one it forgets with the tab.
 */
import { effect, signal } from "@preact/signals";

/** What is remembered here, by its name: how to have it as usual again. @type {Map<string, () => void>} */
const usuals = new Map();

const PREFIX = `comanda.${globalThis.document?.documentElement.dataset["page"]}.`;

/**
 * Forget all that is remembered under names that begin so, also what no module has asked for on this page yet.
 * @param {string} beginning
 */
export function forget(beginning) {
  for (const [name, reset] of usuals) if (name.startsWith(beginning)) reset();
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX + beginning)) localStorage.removeItem(key);
  } catch {
    // A browser without storage has forgotten already.
  }
}

/**
 * A signal with what was last set under a name, or with the usual. Null is not stored.
 * @template T
 * @param {string} name
 * @param {T} usual
 * @returns {import('@preact/signals').Signal<T>}
 */
export function remembered(name, usual) {
  const page = document.documentElement.dataset["page"];
  const key = PREFIX + name;
  const kept = signal(usual);
  usuals.set(name, () => (kept.value = usual));
  if (!page) return kept;
  try {
    const text = localStorage.getItem(key);
    if (text !== null) kept.value = JSON.parse(text);
  } catch {
    // What cannot be read is as if it had never been set.
  }
  effect(() => {
    const value = kept.value;
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A browser without storage forgets; the page works all the same.
    }
  });
  return kept;
}
