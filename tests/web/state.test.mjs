// What a page knows: the highest version of each id, and of what is not shown any more nothing for ever.
import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "../../web/node_modules/@preact/signals-core/dist/signals-core.mjs";
import { NAMED_AT_MOST, State } from "../../web/client/state.js";
import { newId } from "../../web/client/index.js";

const ticket = (id, version, more = {}) => ({ ticket: { id, version, status: "OPEN", ...more }, change: null });
const ids = (state, kind = "ticket") => [...state.of(kind).value.keys()];
const known = (...payloads) => {
  const state = new State();
  state.merge(...payloads);
  return state;
};

test("the highest version of an id is kept, in whatever order they come", () => {
  for (const order of [[1, 2, 3], [3, 2, 1], [2, 3, 1], [3, 3, 3]]) {
    assert.equal(known(...order.map((version) => ticket("a", version))).get("a").version, 3);
  }
});

test("what is no news is not told of, and what is comes with what was known before", () => {
  const state = known(ticket("a", 2));
  const told = [];
  state.listen((news) => told.push(news));
  state.merge(ticket("a", 1), ticket("a", 2));
  assert.deepEqual(told, []);
  state.merge({ ...ticket("a", 3), change: { kind: "bumped" } });
  assert.deepEqual(told.map(({ change, before }) => [change.kind, before.version]), [["bumped", 2]]);
});

test("what has no snapshot changes nothing", () => {
  const state = known({}, null, { success: true }, { reconnectWithin: 5 }, { ticket: { id: "a" } }, { ids: ["a"] });
  assert.deepEqual(state.ask().have, {});
});

test("a signal changes once for many messages, and what did not change is the same as before", () => {
  const state = known(ticket("a", 1), ticket("b", 1));
  const before = state.of("ticket").value;
  let changes = -1;
  effect(() => {
    state.of("ticket").value;
    changes += 1;
  });
  state.merge(ticket("b", 2), ticket("c", 1), ticket("d", 1));
  assert.equal(changes, 1);
  assert.equal(before.size, 2);
  assert.equal(state.of("ticket").value.get("a"), before.get("a"));
  state.merge({ item: { id: "i", version: 1 } });
  assert.equal(changes, 1);
});

test("of more than can be named what is finished is left out first, and of the rest what changed longest ago", () => {
  const state = known(ticket("old", 1));
  for (let n = 0; n < NAMED_AT_MOST; n += 1) state.merge(ticket(`t${n}`, 1));
  state.merge(ticket("gone", 9, { status: "BUMPED" }));
  const { have, unnamed } = state.ask();
  assert.equal(Object.keys(have).length, NAMED_AT_MOST);
  assert.deepEqual(unnamed.map(({ id }) => id), ["old", "gone"]);
});

test("what was not named and is not told again is forgotten, unless it is news", () => {
  const state = new State();
  for (let n = 0; n < NAMED_AT_MOST + 3; n += 1) state.merge(ticket(`t${n}`, 1));
  const question = state.ask();
  assert.deepEqual(question.unnamed.map(({ id }) => id), ["t2", "t1", "t0"]);
  state.merge(ticket("t1", 2));
  state.settle(question, { messages: [{ payload: ticket("t0", 1) }], gone: [] });
  assert.ok(state.get("t0") && state.get("t1") && !state.get("t2"));
  assert.ok(!ids(state).includes("t2"));
});

test("what the answer calls gone is forgotten, unless it came again beside the answer", () => {
  const state = known(ticket("a", 1), ticket("b", 1));
  const question = state.ask();
  state.merge(ticket("b", 2));
  state.settle(question, { messages: [], gone: ["a", "b"] });
  assert.deepEqual(ids(state), ["b"]);
});

test("who is connected is shown and never named", () => {
  const state = known({ presence: { id: "s", version: 5, online: [] } });
  assert.deepEqual(ids(state, "presence"), ["s"]);
  assert.deepEqual(state.ask().have, {});
});

test("ids of operations are UUIDs, and no two are the same", () => {
  const made = new Set(Array.from({ length: 1000 }, newId));
  assert.equal(made.size, 1000);
  for (const id of made) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
