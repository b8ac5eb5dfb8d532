// @ts-check
/** Markup in plain JavaScript: what JSX would be, without a build step. */
import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);

/**
 * @typedef {import('preact').ComponentChildren} Children
 * @typedef {import('preact').VNode | import('preact').VNode[] | null} Markup
 */
