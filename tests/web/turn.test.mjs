// Tabs that take turns, with locks as browsers have them (https://www.w3.org/TR/web-locks/), and a tab that is asleep in its turn.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { inTurn } from "../../web/client/turn.js";

/** One lock: who asks waits for those before, or takes it from whoever has it. */
class Locks {
  #holder = Promise.resolve();
  #robbed = () => {};

  request(name, ...[options, act]) {
    const { signal, steal } = options;
    const before = steal ? Promise.resolve() : this.#holder;
    if (steal) this.#robbed();
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("given up", "AbortError")));
      this.#holder = before.then(() => {
        if (signal?.aborted) return undefined;
        this.#robbed = () => reject(new DOMException("stolen", "AbortError"));
        const held = act();
        held.then(resolve, reject);
        return held.catch(() => {});
      });
    });
  }
}

beforeEach(() => Object.defineProperty(globalThis, "navigator", { value: { locks: new Locks() }, configurable: true }));

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("each waits for the one before, also for one that fails", async () => {
  const said = [];
  const act = (n) => async () => {
    said.push(`${n} begins`);
    await settled();
    said.push(`${n} ends`);
    if (n === 1) throw new Error("one");
    return n;
  };
  const [one, two] = await Promise.allSettled([inTurn("x", act(1)), inTurn("x", act(2))]);
  assert.deepEqual([one.reason.message, two.value], ["one", 2]);
  assert.deepEqual(said, ["1 begins", "1 ends", "2 begins", "2 ends"]);
});

test("who is asleep in its turn loses it after ten seconds, and still ends what it began", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let wake = () => {};
  const asleep = inTurn("x", () => new Promise((resolve) => (wake = () => resolve("late"))));
  await settled();
  const next = inTurn("x", async () => "done");
  await settled();
  context.mock.timers.tick(9_999);
  await settled();
  assert.equal(await Promise.race([next, settled().then(() => "waits")]), "waits");
  context.mock.timers.tick(1);
  assert.equal(await next, "done");
  wake();
  assert.equal(await asleep, "late");
});

test("a browser without locks does it at once", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  assert.equal(await inTurn("x", async () => 1), 1);
});

test("a browser that keeps nothing, and refuses locks for that, does it at once", async () => {
  const request = () => Promise.reject(new DOMException("no storage", "SecurityError"));
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
  assert.equal(await inTurn("x", async () => "done"), "done");
});
