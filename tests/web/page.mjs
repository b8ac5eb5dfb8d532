// A page without a browser: the client with an IndexedDB. Lines of JSON tell it what to do, and it tells what it saw.
import "../../web/node_modules/fake-indexeddb/auto/index.mjs";
import { createInterface } from "node:readline";
import { connect, Door, openOutbox } from "../../web/client/index.js";

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const fault = ({ name, code, message, details }) => ({ name, code, message, details });

let connection, outbox, door;

const acts = {
  async open({ options, box }) {
    outbox = undefined;
    connection = connect(options);
    connection.status.subscribe((value) => say({ saw: "status", value }));
    connection.state.listen(({ snapshot, change }) => {
      say({ saw: "news", value: { kind: snapshot.kind, id: snapshot.id, version: snapshot.version, change } });
    });
    if (!box) return;
    outbox = await openOutbox(connection, {
      name: box,
      onRefused: (entry, refused) => say({ saw: "refused", value: { command: entry.name, ...fault(refused) } }),
    });
  },
  leave() {
    outbox?.close();
    connection?.close();
  },
  live: ({ within }) => connection.live(within),
  hello: () => connection.hello.value,
  me: () => connection.me.value,
  isIn: () => connection.isIn.value,
  door: ({ options, token }) => void (door = new Door({ ...options, language: () => "en", token: () => token })),
  knock: ({ name, asked }) => door.send(name, asked),
  refusal: () => connection.refusal.value && fault(connection.refusal.value),
  send: ({ name, payload }) => connection.send(name, payload),
  put: ({ name, payload }) => outbox.put(name, payload),
  waiting: () => outbox.waiting.value,
  known: ({ kind }) => Object.fromEntries(connection.state.of(kind).value),
  ahead: () => connection.now() - Date.now(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { n, act, given } = JSON.parse(line);
  Promise.resolve()
    .then(() => acts[act](given))
    .then((value) => say({ n, value: value ?? null }))
    .catch((error) => say({ n, fault: fault(error) }));
}
process.exit(0);
