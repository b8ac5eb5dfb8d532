// What a phone at a table still has to send: for whom it was meant, and what nobody means any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isFrom, isLate } from "../../web/diner/kept.js";

const MINUTE = 60_000;
const whose = (guest, party, table = "t") => ({ table, guest, party });
const entry = (name, more = {}) => ({ opId: "o", name, payload: {}, at: 0, whose: whose("ana", "p"), ...more });

test("it is from whoever is the same guest or of the same party, at whichever table, and from nobody else", () => {
  assert.ok(isFrom(entry("cart:add"), whose("ana", "host", "another")));
  assert.ok(isFrom(entry("cart:add"), whose("ana once more", "p")));
  assert.ok(!isFrom(entry("cart:add"), whose("ion", "q")));
  assert.ok(!isFrom(entry("cart:add", { whose: undefined }), whose("ana", "p")));
});

test("a call and a payment are not wanted any more after a quarter of an hour, what was put into the cart is", () => {
  for (const name of ["service:request", "payment:start"]) {
    assert.ok(!isLate(entry(name), 14 * MINUTE));
    assert.ok(isLate(entry(name), 16 * MINUTE));
  }
  for (const name of ["cart:add", "cart:remove", "check:claim", "payment:cancel"]) assert.ok(!isLate(entry(name), 600 * MINUTE));
});

test("a round that the house would not refuse by its hold is not sent hours later", () => {
  assert.ok(isLate(entry("order:place", { payload: { cartVersion: 3 } }), 16 * MINUTE));
  assert.ok(!isLate(entry("order:place", { payload: { cartVersion: 3, fence: 1 } }), 600 * MINUTE));
});
