// When a connection comes back: spread, later each time, and never later than in thirty seconds.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { connect } from "../../web/client/index.js";

/** The pauses that a client makes between its tries at a port where nobody answers as a server would. */
async function pauses(context, count, spread) {
  const server = createServer((socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.mock.method(Math, "random", () => spread);
  const wanted = [];
  const { setTimeout: real } = globalThis;
  let connection;
  await new Promise((resolve) => {
    context.mock.method(globalThis, "setTimeout", (act, after, ...rest) => {
      if (!/#connect\(\)/.test(String(act))) return real(act, after, ...rest);
      wanted.push(after);
      if (wanted.length === count) return resolve();
      return real(act, 0);
    });
    connection = connect({ namespace: "/table", url: `http://127.0.0.1:${server.address().port}` });
  });
  connection.close();
  server.close();
  return wanted;
}

test("each pause is twice the one before, up to thirty seconds and not longer", async (context) => {
  assert.deepEqual(await pauses(context, 10, 1), [300, 600, 1200, 2400, 4800, 9600, 19200, 30000, 30000, 30000]);
});

test("those who lost the same server come back over half of that time", async (context) => {
  assert.deepEqual(await pauses(context, 9, 0), [150, 300, 600, 1200, 2400, 4800, 9600, 15000, 15000]);
});
