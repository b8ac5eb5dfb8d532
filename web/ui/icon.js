// @ts-check
/** Icons as inline SVG. All are for the eye only: what they mean is said in words beside them or in a label. */
import { html } from "./html.js";

/** Lines on a ground of 24 by 24, as the `d` of a path. @type {{[name: string]: string}} */
const PATHS = {
  back: "M19 12H5m7-7-7 7 7 7",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16zm4 4.5h4",
  check: "M4 12.5 9.5 18 20 6.5",
  clock: "M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  close: "M6 6l12 12M18 6 6 18",
  minus: "M5 12h14",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  next: "M9 5l7 7-7 7",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 3.5-6 8-6s8 2 8 6",
  plus: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm5 12 5 5",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  warning: "M12 3 2.5 20h19L12 3zm0 6v5m0 3v.5",
};

/**
 * Add a page's own icons; one of the same name takes its place.
 * @param {{[name: string]: string}} paths
 */
export const addIcons = (paths) => Object.assign(PATHS, paths);

/**
 * @param {{name: string}} props
 */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
}
