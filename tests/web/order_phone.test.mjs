// What holds for a phone number while it is typed: its digits stay what they are, in their order, and gaps come by themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { countryOf, cursorIn, formatted, isWhole, whole } from "../../web/order/phone.js";

const RO = { code: "RO", callingCode: "40", trunk: "0", example: "712 034 567", lengths: [9] };
const MD = { code: "MD", callingCode: "373", trunk: "0", example: "621 12 345", lengths: [8] };
const HU = { code: "HU", callingCode: "36", trunk: "06", example: "20 123 4567", lengths: [9] };
const IT = { code: "IT", callingCode: "39", trunk: "", example: "312 345 6789", lengths: [9, 10] };

test("gaps come while it is typed, however it begins", () => {
  const typed = ["0", "07", "0722", "07220", "0722000123"].map((one) => formatted(one, RO));
  assert.deepEqual(typed, ["0", "07", "0722", "0722 0", "0722 000 123"]);
  assert.equal(formatted("722000123", RO), "722 000 123");
  assert.equal(formatted("+40722000123", RO), "+40 722 000 123");
  assert.equal(formatted("0040722000123", RO), "+40 722 000 123");
  assert.equal(formatted("+4", RO), "+4");
  assert.equal(formatted("06201234567", HU), "06 20 123 4567");
  assert.equal(formatted("3123456789", IT), "312 345 6789");
});

test("what is too long stays: nobody's digits are thrown away", () => {
  assert.equal(formatted("07220001234", RO), "0722 000 1234");
  assert.equal(isWhole("07220001234", RO), false);
});

test("it is sent as the whole world writes it, whatever was typed", () => {
  for (const text of ["0722 000 123", "722000123", "+40 722-000-123", "0040722000123"]) {
    assert.equal(whole(text, RO), "+40722000123");
    assert.ok(isWhole(text, RO));
  }
  assert.equal(whole("06 20 123 4567", HU), "+36201234567");
});

test("a number that names its country chooses it", () => {
  assert.equal(countryOf("+373 621", [RO, MD]), MD);
  assert.equal(countryOf("0722", [RO, MD]), null);
  assert.equal(countryOf("+49 1", [RO, MD]), null);
});

test("the cursor stays behind the digit it was behind", () => {
  assert.equal(cursorIn("0722", 4, "0722"), 4);
  assert.equal(cursorIn("07220", 5, "0722 0"), 6);
  assert.equal(cursorIn("0799220", 4, "0799 220"), 4);
  assert.equal(cursorIn("072290 00", 5, "0722 900 0"), 6);
});
