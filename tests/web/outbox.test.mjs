// What the outbox does when things go wrong that a real server seldom does: each with a connection that is told how.
import "../../web/node_modules/fake-indexeddb/auto/index.mjs";
import assert from "node:assert/strict";
import { test } from "node:test";
import { signal } from "../../web/node_modules/@preact/signals-core/dist/signals-core.mjs";
import { openOutbox, Refused, Unsent } from "../../web/client/index.js";

let boxes = 0;

/** An outbox on a connection that answers as told; `sent` has what it was asked, `busy` how much at once at most. */
async function outboxOn(answer, { name = `box ${(boxes += 1)}`, isIn = true, ...more } = {}) {
  const connection = { status: signal("live"), isIn: signal(isIn), sent: [], now: 0, busy: 0 };
  connection.send = async (command, payload) => {
    connection.sent.push(payload);
    connection.busy = Math.max(connection.busy, (connection.now += 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
    connection.now -= 1;
    return answer(command, payload, connection.sent.length);
  };
  return { connection, name, outbox: await openOutbox(connection, { name, ...more }) };
}

const opIds = ({ sent }) => sent.map(({ opId }) => opId);

test("commands are sent in order and never two at a time", async () => {
  const { connection, outbox } = await outboxOn(() => ({}));
  await Promise.all([1, 2, 3, 4, 5].map((n) => outbox.put("x", { n })));
  assert.deepEqual(connection.sent.map(({ n }) => n), [1, 2, 3, 4, 5]);
  assert.equal(connection.busy, 1);
});

test("the wrong moment is waited for, under the same id, before anything that comes after", async () => {
  const { connection, outbox } = await outboxOn((command, { n }, times) => {
    if (times === 1) throw new Refused({ code: "UNAVAILABLE", details: { retryAfter: 0.05 } });
    if (times === 2) throw new Unsent(command);
    return { n };
  });
  const answers = await Promise.all([outbox.put("x", { n: 1 }), outbox.put("x", { n: 2 })]);
  assert.deepEqual(answers, [{ n: 1 }, { n: 2 }]);
  assert.deepEqual(connection.sent.map(({ n }) => n), [1, 1, 1, 2]);
  assert.equal(new Set(opIds(connection)).size, 2);
});

test("a refusal is told once to its caller and once to the page, and what comes after is sent", async () => {
  const told = [];
  const { outbox } = await outboxOn(
    (command, { n }) => {
      if (n === 1) throw new Refused({ code: "STATUS_CONFLICT", message: "too late" });
      return { n };
    },
    { onRefused: (entry, refused) => told.push([entry.payload.n, refused.code]) },
  );
  const first = outbox.put("x", { n: 1 });
  assert.deepEqual(await outbox.put("x", { n: 2 }), { n: 2 });
  await assert.rejects(first, { name: "Refused", code: "STATUS_CONFLICT", message: "too late" });
  assert.deepEqual(told, [[1, "STATUS_CONFLICT"]]);
  assert.deepEqual(outbox.waiting.value, []);
});

test("an operation keeps the id that it came with, and one with a key gets no other", async () => {
  const { connection, outbox } = await outboxOn(() => ({}));
  await outbox.put("x", { opId: "given" });
  await outbox.put("order:place", { idempotencyKey: "key" });
  assert.deepEqual(connection.sent, [{ opId: "given" }, { idempotencyKey: "key" }]);
});

test("each command is named as the protocol wants it", async () => {
  const { connection, outbox } = await outboxOn(() => ({}));
  await outbox.put("cart:add", { itemId: "i" });
  await outbox.put("order:place", { cartVersion: 3 });
  await outbox.put("line:serve", { lineId: "l" });
  const [added, placed, served] = connection.sent;
  assert.match(added.opId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(Object.keys(placed), ["cartVersion", "idempotencyKey"]);
  assert.deepEqual(served, { lineId: "l" });
});

test("nothing is sent as long as nobody is in, and then all of it in order", async () => {
  const { connection, outbox } = await outboxOn(() => ({}), { isIn: false });
  const all = [1, 2].map((n) => outbox.put("x", { n }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(connection.sent, []);
  connection.isIn.value = true;
  await Promise.all(all);
  assert.deepEqual(connection.sent.map(({ n }) => n), [1, 2]);
});

test("what is answered in another tab is answered here, a refusal, too", async () => {
  const here = await outboxOn(() => ({}), { name: "shared" });
  here.connection.status.value = "offline";
  const told = [];
  const answers = [here.outbox.put("x", { n: 1 }), here.outbox.put("x", { n: 2 })];
  await new Promise((resolve) => setTimeout(resolve, 20));
  const answer = (command, { n }) => {
    if (n === 2) throw new Refused({ code: "STATUS_CONFLICT" });
    return { n };
  };
  const there = await outboxOn(answer, { name: "shared", onRefused: (_, { code }) => told.push(code) });
  assert.deepEqual(await answers[0], { n: 1 });
  await assert.rejects(answers[1], { name: "Refused", code: "STATUS_CONFLICT" });
  assert.deepEqual([told, here.outbox.waiting.value, there.outbox.waiting.value], [["STATUS_CONFLICT"], [], []]);
  assert.deepEqual(here.connection.sent, []);
});

test("what nobody came back for in a week is forgotten", async (context) => {
  const first = await outboxOn(() => ({}));
  first.connection.status.value = "offline";
  first.outbox.put("x", {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  first.outbox.close();
  const { now } = Date;
  context.mock.method(Date, "now", () => now() + 8 * 24 * 3600 * 1000);
  const { outbox, connection } = await outboxOn(() => ({}), { name: first.name });
  assert.deepEqual([outbox.waiting.value, connection.sent], [[], []]);
});

test("what one page left the next one sends once, in order, and nothing of it stays", async () => {
  const first = await outboxOn(() => ({}));
  first.connection.status.value = "offline";
  for (const n of [1, 2, 3]) first.outbox.put("x", { n });
  const left = first.outbox.waiting.value;
  first.outbox.close();
  const second = await outboxOn(() => ({}), { name: first.name });
  while (second.outbox.waiting.value.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(second.connection.sent, left.map(({ payload }) => payload));
  const third = await outboxOn(() => ({}), { name: first.name });
  assert.deepEqual(third.outbox.waiting.value, []);
  assert.deepEqual(first.connection.sent, []);
});

test("nothing is sent while it is not live, or catching up", async () => {
  const { connection, outbox } = await outboxOn(() => ({}));
  connection.status.value = "catching-up";
  const answer = outbox.put("x", {});
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(connection.sent, []);
  connection.status.value = "live";
  await answer;
  assert.equal(connection.sent.length, 1);
});

test("a browser that keeps nothing still sends", async (context) => {
  context.mock.method(console, "warn", () => {});
  context.mock.method(indexedDB, "open", () => {
    throw new Error("a private window");
  });
  const { connection, outbox } = await outboxOn(() => ({ done: true }));
  assert.deepEqual(await outbox.put("x", {}), { done: true });
  assert.equal(connection.sent.length, 1);
  assert.equal(console.warn.mock.callCount(), 1);
});

test("who puts the same command again as soon as it is answered has an answer of their own", async () => {
  const { outbox } = await outboxOn((command, payload, times) => ({ times }));
  let again;
  const first = outbox.put("order:place", { idempotencyKey: "key" });
  outbox.waiting.subscribe((waiting) => {
    if (waiting.length === 0 && !again) again = outbox.put("order:place", { idempotencyKey: "key" });
  });
  assert.deepEqual([await first, await again], [{ times: 1 }, { times: 2 }]);
});

test("what is of somebody else stays where it is, and what comes after it is sent", async () => {
  const mine = signal("ana");
  const isDue = ({ whose }) => whose === mine.value;
  const first = await outboxOn(() => ({}), { whose: () => mine.value, isDue });
  first.connection.status.value = "offline";
  first.outbox.put("x", { n: 1 });
  mine.value = "ion";
  const answer = first.outbox.put("x", { n: 2 });
  first.connection.status.value = "live";
  await answer;
  assert.deepEqual(first.connection.sent.map(({ n }) => n), [2]);
  assert.deepEqual(first.outbox.waiting.value.map(({ whose }) => whose), ["ana"]);
  first.outbox.close();
  const second = await outboxOn(() => ({}), { name: first.name, isDue: ({ whose }) => whose === "ana" });
  while (second.outbox.waiting.value.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(second.connection.sent.map(({ n }) => n), [1]);
});

test("who is somebody else by the time that it could be sent sends nothing", async () => {
  const mine = signal("ana");
  const { connection, outbox } = await outboxOn(() => ({}), { whose: () => "ana", isDue: () => mine.value === "ana" });
  outbox.put("x", {});
  // It is chosen, and not kept yet.
  mine.value = "ion";
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual([connection.sent, outbox.waiting.value.length], [[], 1]);
});

test("what is forgotten is sent nevermore, also by the next page, and its caller is told", async () => {
  const first = await outboxOn(() => ({}));
  first.connection.status.value = "offline";
  const answers = [1, 2, 3].map((n) => first.outbox.put("x", { n }));
  const gone = first.outbox.forget(({ payload }) => payload.n !== 2);
  assert.deepEqual(gone.map(({ payload }) => payload.n), [1, 3]);
  await assert.rejects(answers[0], { name: "Unsent" });
  first.connection.status.value = "live";
  await answers[1];
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(first.connection.sent.map(({ n }) => n), [2]);
  first.outbox.close();
  const second = await outboxOn(() => ({}), { name: first.name });
  assert.deepEqual(second.outbox.waiting.value, []);
});
