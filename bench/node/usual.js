// An ordering server "the usual way": Mongoose and socket.io, written with care but without tricks.
// Every command reads session, cart and menu from MongoDB, writes, and tells the table's room. Same documents, same durability.
"use strict";

const http = require("node:http");
const { createHash, randomUUID } = require("node:crypto");
const mongoose = require("mongoose");
const { Server } = require("socket.io");
const { Dish, TableSession, Cart, Order, Ticket, Check, Audit, Counter } = require("./documents");

const [port, url, seats] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const HOUSE = "house-1";
const MOST_LINES = 60;
const MOST_PORTIONS = 200;
const STATIONS = ["grill", "cold", "pizza", "bar"];
const RON = (amount) => ({ amount, currency: "RON" });

class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const server = http.createServer();
const io = new Server(server, {
  transports: ["websocket"],
  perMessageDeflate: false,
  serveClient: false,
  pingInterval: 15000,
  pingTimeout: 10000,
});
const tables = io.of("/table");

function select(dish, modifiers) {
  if (!dish) throw new Refused("UNKNOWN_ITEM");
  if (!dish.isAvailable) throw new Refused("ITEM_UNAVAILABLE");
  const chosen = [];
  for (const group of dish.modifierGroups) {
    const picked = group.options.filter((option) => modifiers.includes(option.id));
    if (picked.length < group.minSelect || picked.length > group.maxSelect) throw new Refused("MODIFIERS_INVALID");
    chosen.push(...picked);
  }
  if (chosen.length !== modifiers.length) throw new Refused("MODIFIERS_INVALID");
  return { chosen, price: dish.price + chosen.reduce((sum, option) => sum + option.price, 0) };
}

function requireFree(cart, actor, now) {
  if (cart.hold && cart.hold.by.id !== actor.id && cart.hold.until > now) throw new Refused("CART_HELD");
}

async function openSession(socket, transaction) {
  const session = await TableSession.findById(socket.data.sessionId).session(transaction ?? null).lean();
  if (!session || session.status !== "OPEN") throw new Refused("SESSION_CLOSED");
  const participant = session.participants.find((one) => one.id === socket.data.participantId && !one.leftAt);
  if (!participant) throw new Refused("NOT_JOINED");
  return { session, actor: { kind: "GUEST", id: participant.id, name: participant.name } };
}

function cartView(cart) {
  const { operations, change, ...shown } = cart.toObject();
  const total = shown.lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0);
  return { ...shown, id: shown._id, total: RON(total) };
}

function cartChanged(cart) {
  const shown = cartView(cart);
  tables.to(cart.sessionId).emit("cart:changed", { cart: shown, change: cart.change });
  return { cart: shown };
}

async function addLine(socket, request) {
  const { session, actor } = await openSession(socket);
  const cart = await Cart.findOne({ sessionId: session._id });
  if (cart.operations.includes(request.opId)) return { cart: cartView(cart) };
  const now = new Date();
  requireFree(cart, actor, now);
  if (cart.lines.length >= MOST_LINES) throw new Refused("CART_FULL");
  const dish = await Dish.findById(request.itemId).lean();
  const { price } = select(dish, request.modifiers);
  const line = {
    id: randomUUID(),
    itemId: dish._id,
    name: dish.name,
    quantity: request.quantity,
    modifiers: request.modifiers,
    note: request.note,
    unitPrice: RON(price),
    addedBy: actor,
    addedAt: now,
  };
  cart.lines.push(line);
  touch(cart, request.opId, { kind: "line-added", by: actor, lineId: line.id, at: now });
  await saveCart(cart);
  return cartChanged(cart);
}

async function clearCart(socket, request) {
  const { session, actor } = await openSession(socket);
  const cart = await Cart.findOne({ sessionId: session._id });
  if (cart.operations.includes(request.opId)) return { cart: cartView(cart) };
  const now = new Date();
  requireFree(cart, actor, now);
  cart.lines = [];
  touch(cart, request.opId, { kind: "cleared", by: actor, at: now });
  await saveCart(cart);
  return cartChanged(cart);
}

function touch(cart, opId, change) {
  cart.$where = { version: cart.version };
  cart.version += 1;
  cart.operations.push(opId);
  if (cart.operations.length > 64) cart.operations.shift();
  cart.change = change;
}

async function saveCart(cart, options) {
  try {
    await cart.save(options);
  } catch (error) {
    if (error instanceof mongoose.Error.DocumentNotFoundError) throw new Refused("CART_CHANGED");
    throw error;
  }
}

async function placeOrder(socket, request) {
  const fingerprint = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const number = await Counter.findOneAndUpdate({ _id: "orders" }, { $inc: { value: 1 } }, { upsert: true, new: true }).lean();
  let placed;
  await mongoose.connection.transaction(async (transaction) => {
    placed = await place(socket, request, fingerprint, number.value, transaction);
  });
  const { order, cart, check, tickets, replayed } = placed;
  if (replayed) return { order, replayed };
  cartChanged(cart);
  tables.to(order.sessionId).emit("order:changed", { order });
  tables.to(order.sessionId).emit("check:changed", { check });
  tickets.forEach((ticket) => io.of("/kitchen").to(ticket.station).emit("ticket:changed", { ticket }));
  return { order, replayed: false };
}

async function place(socket, request, fingerprint, number, transaction) {
  const { session, actor } = await openSession(socket, transaction);
  const earlier = await Order.findOne({ sessionId: session._id, idempotencyKey: request.idempotencyKey })
    .session(transaction)
    .lean();
  if (earlier) {
    if (earlier.fingerprint !== fingerprint) throw new Refused("IDEMPOTENCY_KEY_REUSED");
    return { order: earlier, replayed: true };
  }
  const cart = await Cart.findOne({ sessionId: session._id }).session(transaction);
  const now = new Date();
  requireFree(cart, actor, now);
  if (cart.version !== request.cartVersion) throw new Refused("CART_CHANGED");
  if (!cart.lines.length) throw new Refused("CART_EMPTY");
  const dishes = await Dish.find({ _id: { $in: cart.lines.map((line) => line.itemId) } }).session(transaction).lean();
  const byId = new Map(dishes.map((dish) => [dish._id, dish]));
  const common = { restaurantId: HOUSE, sessionId: session._id, number, round: cart.rounds + 1, tableName: session.tableName };
  const change = { kind: "placed", by: actor, at: now };
  const lines = cart.toObject().lines.map((line) => {
    const dish = byId.get(line.itemId);
    const { chosen, price } = select(dish, line.modifiers);
    const modifiers = chosen.map((option) => ({ id: option.id, name: option.name, price: RON(option.price) }));
    return { ...line, name: dish.name, modifiers, course: dish.course, unitPrice: RON(price), stations: dish.stations };
  });
  if (lines.reduce((sum, line) => sum + line.quantity, 0) > MOST_PORTIONS) throw new Refused("ORDER_TOO_LARGE");
  const amount = lines.reduce((sum, line) => sum + line.unitPrice.amount * line.quantity, 0);
  const [order] = await Order.create(
    [
      {
        _id: randomUUID(),
        ...common,
        placedBy: actor,
        placedAt: now,
        idempotencyKey: request.idempotencyKey,
        fingerprint,
        cartId: cart._id,
        cartVersion: cart.version,
        currency: "RON",
        lines,
        change,
      },
    ],
    { session: transaction },
  );
  const stations = [...new Set(lines.flatMap((line) => line.stations))];
  const tickets = stations.map((station) => ({
    _id: randomUUID(),
    ...common,
    orderId: order._id,
    station,
    placedAt: now,
    change,
    lines: lines
      .filter((line) => line.stations.includes(station))
      .map((line) => ({
        id: line.id,
        name: line.name,
        quantity: line.quantity,
        modifiers: line.modifiers.map((option) => option.name),
        note: line.note,
        course: line.course,
        allergens: byId.get(line.itemId).allergens,
        guest: line.addedBy.name,
        changedAt: now,
      })),
  }));
  const written = await Ticket.insertMany(tickets, { session: transaction });
  cart.$where = { version: cart.version };
  cart.lines = [];
  cart.rounds += 1;
  cart.version += 1;
  cart.change = change;
  await saveCart(cart, { session: transaction });
  const check = await Check.findOne({ sessionId: session._id }).session(transaction);
  check.$where = { version: check.version };
  check.rounds.push({ orderId: order._id, number, amount: RON(amount) });
  check.total.amount += amount;
  check.version += 1;
  check.change = { kind: "order-added", by: actor, at: now };
  await check.save({ session: transaction });
  await Audit.create(
    [
      {
        _id: randomUUID(),
        restaurantId: HOUSE,
        at: now,
        act: "order:place",
        actor,
        sessionId: session._id,
        subject: order._id,
        details: { number, amount },
      },
    ],
    { session: transaction },
  );
  return { order: order.toObject(), cart, check: check.toObject(), tickets: written, replayed: false };
}

const commands = { "cart:add": addLine, "cart:clear": clearCart, "order:place": placeOrder };

tables.on("connection", (socket) => {
  const { sessionId, participantId } = socket.handshake.auth;
  Object.assign(socket.data, { sessionId, participantId });
  socket.join(sessionId);
  for (const [name, run] of Object.entries(commands)) {
    socket.on(name, async (request, ack) => {
      try {
        ack({ success: true, ...(await run(socket, request)) });
      } catch (error) {
        const code = error instanceof Refused ? error.code : "INTERNAL";
        ack({ success: false, error: { code, message: String(error.message), details: {} } });
      }
    });
  }
});

async function seed() {
  await mongoose.connection.dropDatabase();
  await Promise.all([Dish, TableSession, Cart, Order, Ticket, Check, Audit, Counter].map((model) => model.createCollection()));
  await Promise.all([Cart, Order, Ticket, Check, Audit].map((model) => model.createIndexes()));
  const now = new Date();
  await Dish.insertMany(
    Array.from({ length: 50 }, (_, number) => ({
      _id: `dish-${number}`,
      restaurantId: HOUSE,
      categoryId: `category-${number % 8}`,
      name: { en: `Dish of the house ${number}`, ro: `Preparatul casei ${number}` },
      price: 1500 + 130 * number,
      stations: [STATIONS[number % STATIONS.length]],
      course: "MAINS",
      modifierGroups: [
        {
          id: "side",
          minSelect: 0,
          maxSelect: 2,
          options: ["cream", "chilli", "bread"].map((id) => ({ id, name: { en: id, ro: id }, price: 250 })),
        },
      ],
      allergens: ["MILK", "GLUTEN"],
    })),
  );
  for (let table = 0; table < seats; table += 1) {
    const sessionId = `session-${table}`;
    const participants = Array.from({ length: 4 }, (_, seat) => ({
      id: `guest-${table}-${seat}`,
      name: `Guest ${seat}`,
      device: "",
      joinedAt: now,
    }));
    await TableSession.create({
      _id: sessionId,
      restaurantId: HOUSE,
      tableId: `table-${table}`,
      tableName: `T${table}`,
      mode: "FAMILY",
      covers: 4,
      participants,
      openedAt: now,
    });
    await Cart.create({ _id: `cart-${table}`, restaurantId: HOUSE, sessionId, currency: "RON" });
    await Check.create({ _id: `check-${table}`, restaurantId: HOUSE, sessionId, total: RON(0), paid: RON(0) });
  }
}

async function main() {
  await mongoose.connect(url, { writeConcern: { w: "majority", j: true }, readConcernLevel: "majority" });
  await seed();
  server.listen(port, "127.0.0.1");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
