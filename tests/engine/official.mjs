// Plays one visit through the official JavaScript client and prints, as one line of JSON, what it saw.
import { io } from "socket.io-client";

const [url, transports] = process.argv.slice(2);
const options = { transports: transports.split(","), forceNew: true, reconnectionDelay: 50, auth: { rooms: ["r"] } };
const seen = { transports: [], told: [] };

const table = io(`${url}/table`, options);
const heard = (socket, event) => new Promise((resolve) => socket.once(event, resolve));
const hello = heard(table, "hello");
const engine = table.io.engine;
engine.once("open", () => seen.transports.push(engine.transport.name));
const upgraded = transports === "polling,websocket" ? heard(engine, "upgrade") : null;

await heard(table, "connect");
if (upgraded) seen.transports.push((await upgraded).name);
seen.hello = await hello;
seen.echo = await table.timeout(5000).emitWithAck("echo", { a: [1, { b: "ș" }] });
const told = heard(table, "told");
await table.timeout(5000).emitWithAck("tell", { room: "r" });
seen.told.push(await told);
seen.unknown = (await table.timeout(5000).emitWithAck("nope", {})).error.code;
seen.shape = (await table.timeout(5000).emitWithAck("echo", 1, 2)).error.code;
seen.order = await Promise.all([0, 1, 2, 3].map((n) => table.emitWithAck(n ? "echo" : "slow", { n })));

const floor = table.io.socket("/floor", { auth: { refuse: 1 } });
seen.refused = (await heard(floor, "connect_error")).data;
floor.auth = { silent: 1 };
floor.connect();
await heard(floor, "connect");
seen.floor = await floor.timeout(5000).emitWithAck("echo", { n: 2 });

const again = heard(table, "connect");
table.io.engine.close();
await again;
seen.again = await table.timeout(5000).emitWithAck("echo", { n: 3 });
const left = heard(table, "disconnect");
table.emit("quit", {});
seen.left = await left;
const closed = heard(floor.io.engine, "close");
floor.disconnect();
await closed;
console.log(JSON.stringify(seen));
process.exit(0);
