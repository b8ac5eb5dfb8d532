// What holds for the page of orders from home without a browser: how far an order is, and the same words in both languages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, isUntouched, stepsOf } from "../../web/order/steps.js";
import { en } from "../../web/order/words/en.js";
import { ro } from "../../web/order/words/ro.js";

const line = (status, seenAt = null) => ({ status, seenAt });
const order = (lines, delivery = {}, more = {}) => ({
  diningOption: "DELIVERY", status: "PLACED", placedAt: "2026-11-21T18:00:00Z", lines, ...more,
  delivery: { status: "PREPARING", leftAt: null, deliveredAt: null, ...delivery },
});
const done = (one) => stepsOf(one).filter(({ isDone }) => isDone).map(({ step }) => step);

test("the kitchen has an order when a screen has shown it, or somebody has begun", () => {
  assert.deepEqual(done(order([line("NEW")])), ["PLACED"]);
  assert.deepEqual(done(order([line("NEW", "2026-11-21T18:00:05Z"), line("NEW")])), ["PLACED", "COOKING"]);
  assert.deepEqual(done(order([line("IN_PROGRESS"), line("NEW")])), ["PLACED", "COOKING"]);
});

test("it is ready when all is that was not taken off", () => {
  assert.deepEqual(done(order([line("READY"), line("NEW")])).at(-1), "COOKING");
  assert.deepEqual(done(order([line("READY"), line("CANCELLED"), line("SERVED")])).at(-1), "READY");
});

test("what has left has been cooked, whatever the screens say", () => {
  const left = order([line("NEW")], { status: "ON_THE_WAY", leftAt: "2026-11-21T18:30:00Z" });
  assert.deepEqual(done(left), ["PLACED", "COOKING", "READY", "ON_THE_WAY"]);
  assert.equal(stepsOf(left)[3].at, "2026-11-21T18:30:00Z");
});

test("a call can cancel it as long as nobody has begun to cook", () => {
  assert.ok(isUntouched(order([line("NEW", "2026-11-21T18:00:05Z"), line("CANCELLED")])));
  const late = [order([line("NEW"), line("IN_PROGRESS")]), order([line("NEW")], { status: "ON_THE_WAY" }), order([line("NEW")], { status: "CANCELLED" })];
  assert.ok(!late.some(isUntouched));
});

test("what is fetched is never on its way", () => {
  const fetched = order([line("SERVED")], { status: "DELIVERED", deliveredAt: "2026-11-21T18:40:00Z" }, { diningOption: "TAKE_OUT" });
  assert.deepEqual(done(fetched), ["PLACED", "COOKING", "READY", "FETCHED"]);
  assert.ok(isOver(fetched));
});

test("what was called off says so and nothing else", () => {
  assert.deepEqual(done(order([line("CANCELLED")], { status: "CANCELLED" })), ["PLACED", "CANCELLED"]);
  assert.ok(isOver(order([], { status: "CANCELLED" })));
  assert.ok(!isOver(order([line("NEW")])));
});

test("both languages say the same; the Romanian one has its own plural", () => {
  const stems = (words) => new Set(Object.keys(words).filter((one) => !one.endsWith(".few")));
  assert.deepEqual(stems(en), stems(ro));
  for (const word of Object.keys(ro).filter((one) => one.endsWith(".few"))) assert.ok(word.replace(".few", ".many") in en);
  const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const word of Object.keys(en)) assert.deepEqual(blanks(ro[word]), blanks(en[word]), word);
});
