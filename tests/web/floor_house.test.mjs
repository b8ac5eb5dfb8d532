// What holds for checks and for running the house on the floor's page: their languages say the same, each kind of the protocol has a
// word, and the rules without a browser (what is left of a line, percentages, likely cash, the lines of a plot).
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { basisPoints, likelyCash, takenOff, unclaimed } from "../../web/floor/bill.js";
import { ticks } from "../../web/floor/scale.js";
import { en as checkEn } from "../../web/floor/words/check/en.js";
import { ro as checkRo } from "../../web/floor/words/check/ro.js";
import { en as houseEn } from "../../web/floor/words/house/en.js";
import { ro as houseRo } from "../../web/floor/words/house/ro.js";
import { perCent } from "../../web/ui/money.js";

const ROOT = new URL("../../", import.meta.url);
const read = (name) => readFileSync(new URL(name, ROOT), "utf8");
const source = readdirSync(new URL("web/floor/", ROOT)).filter((name) => name.endsWith(".js")).map((name) => read(`web/floor/${name}`)).join("\n");
const blanks = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const lines = (text) => [...text.matchAll(/"(\w+)"/g)].map(([, value]) => value);

for (const [name, en, ro] of [["checks", checkEn, checkRo], ["the house", houseEn, houseRo]]) {
  test(`every phrase of ${name} is there in both languages, with the same blanks, and is used`, () => {
    assert.deepEqual(Object.keys(ro).filter((one) => !one.endsWith(".few")), Object.keys(en));
    for (const [word, text] of Object.entries(en)) assert.deepEqual(blanks(ro[word]), blanks(text), word);
    for (const one of Object.keys(ro)) if (one.endsWith(".many")) assert.ok(one.replace(/many$/, "few") in ro, one);
    for (const one of Object.values(ro)) assert.doesNotMatch(one, /[şţŞŢ]/);
    const made = /^(correction|course|device|inner|method|part|paused|phone|refund|role|sim|span|split|stations|total)\./;
    const stem = (word) => word.replace(/\.(one|few|many)$/, "");
    assert.deepEqual(Object.keys(en).filter((word) => !made.test(word) && !source.includes(`"${stem(word)}"`)), []);
  });
}

test("every kind of the protocol that is shown has a word", () => {
  const types = read("web/client/protocol.d.ts");
  const kinds = [
    [checkEn, "part", "PartKind"], [checkEn, "split", "SplitMethod"], [checkEn, "method", "TenderMethod"],
    [houseEn, "device", "DeviceKind"], [houseEn, "sim", "SimState"], [houseEn, "paused", "PausedReason"], [houseEn, "correction", "CorrectionKind"],
  ];
  for (const [words, word, type] of kinds) {
    for (const value of lines(types.split(`export type ${type} =`)[1].split(";")[0])) assert.ok(`${word}.${value}` in words, `${word}.${value}`);
  }
});

test("what was voided and made free is not there to be taken off again", () => {
  const line = { id: "l", quantity: 5 };
  const corrections = [["VOID", "o", "l", 2], ["COMP", "o", "l", 1], ["VOID", "other", "l", 1], ["DISCOUNT", null, null, null]];
  const check = { corrections: corrections.map(([kind, orderId, lineId, quantity]) => ({ kind, orderId, lineId, quantity })) };
  assert.deepEqual(takenOff(check, "o", line), { voided: 2, free: 1, left: 2 });
});

test("fractions that are nobody's yet are shown in lowest terms", () => {
  const claims = (...all) => ({ claims: all.map(([parts, of]) => ({ lineId: "l", parts, of })) });
  assert.deepEqual(unclaimed(claims(), "l"), { parts: 1, of: 1 });
  assert.deepEqual(unclaimed(claims([1, 3], [1, 6]), "l"), { parts: 1, of: 2 });
  assert.deepEqual(unclaimed(claims([1, 2], [1, 2]), "l"), { parts: 0, of: 1 });
});

test("shares of a whole are typed and written as people do", () => {
  assert.deepEqual(["10", "12,5", "0.05", "100"].map(basisPoints), [1000, 1250, 5, 10000]);
  assert.deepEqual(["0", "101", "ten", "1.234", ""].map(basisPoints), [null, null, null, null, null]);
  assert.deepEqual([1000, 1050, 1025, 5].map((one) => perCent(one, "en")), ["10", "10.5", "10.25", "0.05"]);
  assert.deepEqual([10_000, 1050, 1025, 5].map((one) => perCent(one, "ro")), ["100", "10,5", "10,25", "0,05"]);
});

test("the cash that is offered is enough, each once, the smallest first", () => {
  assert.deepEqual(likelyCash(9867), [9867, 10000, 20000, 50000]);
  assert.deepEqual(likelyCash(10000), [10000, 20000, 50000]);
});

test("the lines of a plot are round and reach above the highest bar", () => {
  assert.deepEqual(ticks(382100, 4), [0, 100000, 200000, 300000, 400000]);
  assert.deepEqual(ticks(0, 4), [0, 1]);
  assert.deepEqual(ticks(7, 5), [0, 2, 4, 6, 8]);
});
