// The documents of the usual server: the same aggregates that Comanda stores, as Mongoose schemas.
"use strict";

const mongoose = require("mongoose");
const { Schema } = mongoose;

const text = { en: String, ro: String };
const money = { amount: { type: Number, required: true }, currency: { type: String, required: true } };
const actor = { kind: String, id: String, name: String };
const part = (fields) => new Schema(fields, { _id: false, id: false });
const change = part({ kind: { type: String, required: true }, by: actor, lineId: String, at: Date });
const document = (fields, indexes = []) => {
  const schema = new Schema(
    { _id: String, restaurantId: { type: String, required: true }, version: { type: Number, default: 1 }, change, ...fields },
    { versionKey: false, optimisticConcurrency: false, id: false, autoIndex: false },
  );
  indexes.forEach(([keys, options]) => schema.index(keys, options));
  return schema;
};

const option = part({ id: String, name: text, price: Number });
const cartLine = part({
  id: { type: String, required: true },
  itemId: { type: String, required: true },
  name: text,
  quantity: { type: Number, required: true, min: 1, max: 99 },
  modifiers: [String],
  note: { type: String, maxlength: 200 },
  unitPrice: money,
  addedBy: actor,
  addedAt: Date,
});
const orderLine = part({
  id: String,
  itemId: String,
  name: text,
  quantity: Number,
  modifiers: [part({ id: String, name: text, price: money })],
  note: String,
  course: String,
  unitPrice: money,
  addedBy: actor,
  stations: [String],
  status: { type: String, default: "NEW" },
});
const ticketLine = part({
  id: String,
  name: text,
  quantity: Number,
  modifiers: [text],
  note: String,
  course: String,
  allergens: [String],
  guest: String,
  status: { type: String, default: "NEW" },
  changedAt: Date,
});

module.exports = {
  Dish: mongoose.model(
    "Dish",
    document({
      categoryId: String,
      name: text,
      price: { type: Number, required: true },
      stations: [String],
      course: String,
      modifierGroups: [part({ id: String, minSelect: Number, maxSelect: Number, options: [option] })],
      allergens: [String],
      isAvailable: { type: Boolean, default: true },
    }),
  ),
  TableSession: mongoose.model(
    "TableSession",
    document({
      tableId: String,
      tableName: String,
      mode: String,
      covers: Number,
      status: { type: String, default: "OPEN" },
      participants: [part({ id: String, name: String, device: String, joinedAt: Date, leftAt: Date })],
      openedAt: Date,
    }),
  ),
  Cart: mongoose.model(
    "Cart",
    document(
      {
        sessionId: { type: String, required: true },
        currency: String,
        lines: [cartLine],
        hold: part({ by: actor, until: Date, fence: Number }),
        rounds: { type: Number, default: 0 },
        operations: [String],
      },
      [[{ sessionId: 1 }, { unique: true }]],
    ),
  ),
  Order: mongoose.model(
    "Order",
    document(
      {
        sessionId: { type: String, required: true },
        number: Number,
        round: Number,
        tableName: String,
        placedBy: actor,
        placedAt: Date,
        idempotencyKey: { type: String, required: true },
        fingerprint: String,
        cartId: String,
        cartVersion: Number,
        currency: String,
        lines: [orderLine],
      },
      [
        [{ sessionId: 1, idempotencyKey: 1 }, { unique: true }],
        [{ restaurantId: 1, sessionId: 1 }, {}],
        [{ restaurantId: 1, placedAt: -1 }, {}],
      ],
    ),
  ),
  Ticket: mongoose.model(
    "Ticket",
    document(
      {
        sessionId: String,
        orderId: String,
        number: Number,
        round: Number,
        station: String,
        tableName: String,
        placedAt: Date,
        status: { type: String, default: "OPEN" },
        lines: [ticketLine],
      },
      [
        [{ restaurantId: 1, placedAt: 1 }, { partialFilterExpression: { status: "OPEN" } }],
        [{ restaurantId: 1, sessionId: 1 }, {}],
        [{ restaurantId: 1, orderId: 1 }, {}],
      ],
    ),
  ),
  Check: mongoose.model(
    "Check",
    document(
      {
        sessionId: { type: String, required: true },
        status: { type: String, default: "OPEN" },
        rounds: [part({ orderId: String, number: Number, amount: money })],
        total: money,
        paid: money,
      },
      [[{ sessionId: 1 }, { unique: true }]],
    ),
  ),
  Audit: mongoose.model(
    "Audit",
    document(
      { at: Date, act: String, actor, sessionId: String, subject: String, details: Schema.Types.Mixed },
      [[{ restaurantId: 1, at: -1 }, {}], [{ restaurantId: 1, sessionId: 1 }, {}]],
    ),
  ),
  Counter: mongoose.model("Counter", document({ value: Number })),
};
