// A plain socket.io server with the events of bench/door.py: what an empty command and a delivery cost on Node.
"use strict";

const http = require("node:http");
const { Server } = require("socket.io");

const port = Number(process.argv[2]);
const server = http.createServer();
const io = new Server(server, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
  pingInterval: 15000,
  pingTimeout: 10000,
});
const tables = io.of("/table");

tables.on("connection", (socket) => {
  const { rooms } = socket.handshake.auth;
  socket.join(rooms);

  socket.on("echo:send", (request, ack) => {
    ack({ success: true, itemId: request.itemId, quantity: request.quantity, note: request.note });
  });

  socket.on("room:tell", (request, ack) => {
    tables.to(rooms[0]).emit("room:told", request);
    ack({ success: true });
  });
});

server.listen(port, "127.0.0.1");
