// What holds for the kitchen's page as it is written: its languages say the same, its colours can be told apart.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { en } from "../../kitchen_display/static/words/en.js";
import { ro } from "../../kitchen_display/static/words/ro.js";

const STATIC = new URL("../../kitchen_display/static/", import.meta.url);
const read = (name) => readFileSync(new URL(name, STATIC), "utf8");
const modules = [...readdirSync(STATIC), ...readdirSync(new URL("words/", STATIC)).map((name) => `words/${name}`)].filter((name) => name.endsWith(".js"));
const source = modules.filter((name) => !name.startsWith("words/")).map(read).join("\n");
const blanks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("every phrase is there in both languages, with the same blanks", () => {
  assert.deepEqual(Object.keys(ro).sort(), Object.keys(en).sort());
  for (const [word, text] of Object.entries(en)) assert.deepEqual(blanks(ro[word]), blanks(text), word);
});

test("every phrase is used", () => {
  const made = /^(course|diningOption|status)\.|^catching-up$/;
  assert.deepEqual(Object.keys(en).filter((word) => !made.test(word) && !source.includes(`"${word}"`) && !source.includes(`'${word}'`)), []);
});

const INK = [["ink", "ground"], ["ink", "lane"], ["ink", "card"], ["ink", "raised"], ["soft", "ground"], ["soft", "lane"], ["soft", "card"], ["soft", "raised"]];
const SOLID = [["on-action", "action"], ["on-good", "good"], ["on-late", "late"], ["on-bad", "bad"], ["on-rush", "rush"], ["on-allergy", "allergy"]];
const MARKED = [["good-ink", "card"], ["good-ink", "ground"], ["late-ink", "card"], ["late-ink", "lane"], ["bad-ink", "card"], ["bad-ink", "ground"], ["bad-ink", "lane"]];

function colours(theme) {
  const blocks = [...read("../../web/ui/base.css").matchAll(/:root(\[data-theme=['"](\w+)['"]\])? \{([^}]*)\}/g)];
  const said = blocks.filter(([, , name]) => !name || name === theme).map(([, , , body]) => body).join("");
  return Object.fromEntries([...said.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}

/** WCAG 2.2, relative luminance of a colour. */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of a colour over another, as color-mix in sRGB does. */
const mixed = (over, under, share) => `#${[1, 3, 5].map((from) => Math.round(parseInt(over.slice(from, from + 2), 16) * share + parseInt(under.slice(from, from + 2), 16) * (1 - share)).toString(16).padStart(2, "0")).join("")}`;

for (const theme of ["dark", "light"]) {
  test(`text has the contrast of WCAG AA in the ${theme} theme`, () => {
    const all = colours(theme);
    for (const [text, ground] of [...INK, ...SOLID, ...MARKED]) {
      assert.ok(contrast(all[text], all[ground]) >= 4.5, `${text} on ${ground}: ${contrast(all[text], all[ground]).toFixed(2)}`);
    }
    const struck = mixed(all.bad, all.card, 0.16);
    for (const text of ["bad-ink", "ink", "soft"]) assert.ok(contrast(all[text], struck) >= 4.5, `${text} on struck: ${contrast(all[text], struck).toFixed(2)}`);
    for (const ground of ["ground", "lane", "card", "raised"]) assert.ok(contrast(all.focus, all[ground]) >= 3, `focus on ${ground}`);
  });
}

test("dish names on a wall screen have at least 24 pixels", () => {
  const wall = Number(/font-size: (\d+)px;\s*\}\s*\}/.exec(read("style.css"))?.[1]);
  const dish = Number(/\.dish \{[^}]*font-size: ([\d.]+)rem/.exec(read("line.css"))?.[1]);
  assert.ok(wall * dish >= 24, `${wall} × ${dish}`);
});

test("nothing on the page says a price, or writes markup from text", () => {
  assert.doesNotMatch(source, /price|amount|currency/i);
  assert.doesNotMatch(source, /innerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|\beval\b/);
});
