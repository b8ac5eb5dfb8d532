// @ts-check
/** Light or dark: as the device has it, unless somebody has chosen. */
import { effect, signal } from "@preact/signals";
import { remembered } from "./memory.js";

/** `auto` follows the device. */
export const theme = remembered("theme", /** @type {'auto' | 'dark' | 'light'} */ ("auto"));

const prefersLight = matchMedia("(prefers-color-scheme: light)");
const isLight = signal(prefersLight.matches);
prefersLight.addEventListener("change", (event) => (isLight.value = event.matches));

/** Keep the page in it. A page that lets nobody choose needs no script for it. */
export const followTheme = () =>
  effect(() => {
    const chosen = theme.value === "auto" ? (isLight.value ? "light" : "dark") : theme.value;
    document.documentElement.dataset["theme"] = chosen;
  });
