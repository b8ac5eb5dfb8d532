// What holds for the parts that pages share: one set of words in each language, two themes that can be read, and amounts that are
// never computed with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { plain, typed, written } from "../../web/ui/money.js";

const read = (name) => readFileSync(new URL(`../../web/ui/${name}`, import.meta.url), "utf8");
const base = read("base.css");

test("who has chosen no theme sees the dark one as who has chosen it", () => {
  const block = (head) => base.slice(base.indexOf(head)).match(/\{\s*(--[^}]*)\}/)[1].replace(/\s+/g, " ");
  assert.equal(block(":root:not([data-theme])"), block(":root[data-theme='dark']"));
});

test("the shared parts say the same in both languages", () => {
  const [en, ro] = ["en", "ro"].map((one) => read("words.js").match(new RegExp(`${one}: \\{([^}]*(?:\\{\\w+\\}[^}]*)*)\\},`))[1]);
  const keys = (text) => [...text.matchAll(/^\s+"?([\w-]+)"?:/gm)].map(([, key]) => key);
  assert.deepEqual(keys(en), keys(ro));
  assert.ok(keys(en).length > 5);
});

test("an amount is written with its currency, as the language has it", () => {
  assert.equal(written({ amount: 1250, currency: "RON" }, "en").replace(/\s/g, " "), "RON 12.50");
  assert.equal(written({ amount: 123456789, currency: "RON" }, "ro").replace(/\s/g, " "), "1.234.567,89 RON");
  assert.equal(written({ amount: -5, currency: "EUR" }, "en"), "-€0.05");
  assert.match(written({ amount: 500, currency: "JPY" }, "en"), /500$/);
  assert.match(written({ amount: 1500, currency: "KWD" }, "en"), /1\.500$/);
});

test("browsers that know other minor units for a currency do not decide", () => {
  // CLDR writes these without fractions.
  for (const currency of ["RSD", "ALL", "LAK", "MMK"]) assert.match(written({ amount: 12345, currency }, "en"), /123\.45$/);
  assert.match(written({ amount: 12345, currency: "IQD" }, "en"), /12\.345$/);
});

test("no amount is lost on its way to text and back", () => {
  for (const currency of ["RON", "JPY", "KWD", "CLF"]) {
    for (const amount of [0, 1, 9, 10, 99, 100, 101, 999, 123456, 999999999]) assert.equal(typed(plain(amount, currency), currency), amount);
  }
});

test("what is typed is taken with a comma or a point, and what is no amount is not", () => {
  assert.deepEqual(["12", "12,5", " 12.50 ", "0,05", "7."].map((text) => typed(text, "RON")), [1200, 1250, 1250, 5, 700]);
  assert.deepEqual(["", "-1", "1.234", "1,2,3", "1e3", "abc", "NaN", "12345678901"].map((text) => typed(text, "RON")), Array(8).fill(null));
  assert.equal(typed("1.5", "JPY"), null);
});

test("every allergen of the protocol has a name in both languages", () => {
  const types = read("../client/protocol.d.ts").split("export type Allergen =")[1].split(";")[0];
  const codes = [...types.matchAll(/"(\w+)"/g)].map(([, code]) => code).sort();
  const [, en, ro] = read("menu/allergens.js").split(/^  (?:en|ro): \{$/m);
  for (const words of [en, ro]) assert.deepEqual([...words.matchAll(/"allergen\.(\w+)": "[^"]+"/g)].map(([, code]) => code).sort(), codes);
});
