// What the page of a table says of dishes and of money, as plain rules: how far a dish is, when it comes, and who pays which part.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesOf, claimsWith, fits, leftFor } from "../../web/diner/division.js";
import { outlookOf, stageOf, staged, stepsDone } from "../../web/diner/waits.js";
import { en } from "../../web/diner/words/meal_en.js";
import { ro } from "../../web/diner/words/meal_ro.js";
import { percentOf } from "../../web/ui/money.js";

const NOW = Date.parse("2026-11-21T19:00:00Z");
const line = (more = {}) => ({ id: "l", status: "NEW", isHeld: false, seenAt: null, expectedAt: null, stations: ["grill"], ...more });
const order = (more = {}) => ({ id: "o", status: "PLACED", placedAt: "2026-11-21T18:55:00Z", lines: [line()], ...more });
const none = new Set();

test("each state of the kitchen is told in its own words, and what never went there is not called struck", () => {
  const stage = (ofLine, ofOrder = {}, checked = none) => stageOf(order(ofOrder), line(ofLine), checked);
  assert.equal(stage({}), "SENT");
  assert.equal(stage({ seenAt: "2026-11-21T18:56:00Z" }), "SEEN");
  assert.equal(stage({ isHeld: true }), "HELD");
  for (const status of ["IN_PROGRESS", "READY", "SERVED"]) assert.equal(stage({ status }), status);
  assert.equal(stage({}, { status: "WAITING" }), "WAITING");
  assert.equal(stage({ status: "CANCELLED" }, { status: "WAITING" }), "CANCELLED");
  assert.equal(stage({ status: "CANCELLED" }, {}, new Set(["l"])), "STRUCK");
  assert.equal(stage({ status: "CANCELLED" }, { status: "REJECTED" }), "REJECTED");
  assert.deepEqual(["SENT", "SEEN", "IN_PROGRESS", "READY", "SERVED"].map(stepsDone), [0, 1, 2, 3, 4]);
});

test("what is ready stands first and what was eaten last, otherwise as it was sent", () => {
  const lines = [line({ id: "a", status: "SERVED" }), line({ id: "b" }), line({ id: "c", status: "READY" }), line({ id: "d" })];
  assert.deepEqual(staged(order({ lines }), none).map((one) => one.line.id), ["c", "b", "d", "a"]);
});

test("a time is said to the minute, then any moment, and what was wrong is owned up to", () => {
  const outlook = (expectedAt, stage = "SEEN") => outlookOf(order(), line({ expectedAt }), stage, [], NOW);
  assert.deepEqual(outlook("2026-11-21T19:07:20Z"), { kind: "AT", at: Date.parse("2026-11-21T19:08:00Z") });
  assert.deepEqual(outlook("2026-11-21T19:00:50Z"), { kind: "SOON" });
  assert.deepEqual(outlook("2026-11-21T18:58:00Z"), { kind: "SOON" });
  assert.deepEqual(outlook("2026-11-21T18:50:00Z"), { kind: "LATE" });
  assert.equal(outlook("2026-11-21T19:07:00Z", "READY"), null);
});

test("without an estimate of its own a dish takes what its slowest station takes, and nothing is said where nobody knows", () => {
  const station = (code, minutes) => ({ code, wait: minutes === null ? null : { minutes, longMinutes: minutes } });
  const both = line({ stations: ["grill", "cold"] });
  assert.deepEqual(outlookOf(order(), both, "SENT", [station("grill", 20), station("cold", 6), station("bar", 60)], NOW), {
    kind: "AT",
    at: Date.parse("2026-11-21T19:15:00Z"),
  });
  assert.equal(outlookOf(order(), both, "SENT", [station("grill", null)], NOW), null);
});

const claim = (lineId, id, parts, of) => ({ lineId, by: { kind: "GUEST", id, name: id }, parts, of });
const ana = { kind: "GUEST", id: "ana", name: "Ana" };
const lei = (amount) => ({ amount, currency: "RON" });

test("what others have claimed is not offered, and a third three times is the whole", () => {
  const claims = [claim("soup", "ion", 1, 3), claim("soup", "mara", 1, 3), claim("soup", "ana", 1, 3)];
  assert.deepEqual(leftFor(claims, "soup", "ana"), { parts: 1, of: 3 });
  assert.ok(fits({ parts: 1, of: 3 }, { parts: 1, of: 3 }));
  assert.ok(!fits({ parts: 1, of: 2 }, { parts: 1, of: 3 }));
  assert.equal(leftFor(claims, "soup", "dan").parts, 0);
});

test("what was claimed here is shown before it is answered, in the place of what was claimed before", () => {
  const check = { claims: [claim("soup", "ana", 1, 2), claim("soup", "ion", 1, 2)] };
  const asked = [
    { name: "check:claim", payload: { lineId: "soup", share: { parts: 1, of: 3 } } },
    { name: "check:claim", payload: { lineId: "wine" } },
    { name: "check:unclaim", payload: { lineId: "wine" } },
  ];
  const shown = claimsWith(check, asked, ana).map(({ lineId, by, parts, of, isPending }) => [lineId, by.id, parts, of, isPending]);
  assert.deepEqual(shown, [["soup", "ion", 1, 2, false], ["soup", "ana", 1, 3, true]]);
});

test("one's own part is offered first, less what is on its way, and never more than can be paid", () => {
  const share = (id, due, payable = due) => ({ id, name: id, participantId: id === "rest" ? null : id, due: lei(due), amount: lei(due), paid: lei(0), payable: lei(payable) });
  const check = { shares: [share("ion", 1000, 0), share("ana", 2000, 1800), share("mara", 0), share("rest", 500)], payable: lei(1800) };
  assert.deepEqual(
    choicesOf(check, "ana").map(({ kind, id, amount }) => [kind, id, amount]),
    [["MINE", "ana", 1800], ["REST", "rest", 500], ["ALL", "all", 1800]],
  );
  assert.deepEqual(choicesOf({ shares: [share("rest", 500)], payable: lei(500) }, "ana").map(({ id }) => id), ["all"]);
});

test("a tip is a whole number of minor units, rounded half up", () => {
  assert.deepEqual([[0, 10], [5, 10], [4, 10], [2867, 15], [123456789, 5]].map(([amount, percent]) => percentOf(amount, percent)), [0, 1, 0, 430, 6172839]);
});

test("both languages say the same", () => {
  const few = (one) => !one.endsWith(".few");
  assert.deepEqual(Object.keys(ro).filter(few), Object.keys(en));
  const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const key of Object.keys(en)) assert.deepEqual(values(ro[key]), values(en[key]), key);
});
