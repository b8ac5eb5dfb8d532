// The rules of the kitchen's board by themselves: where a ticket stands, in what order, how old its lines are, and what a tap
// will have done.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as board from "../../kitchen_display/static/board.js";
import { foreseen, foreseenItems } from "../../kitchen_display/static/foreseen.js";
import { coursesOf, isAtPass, orderOf, revisionsOf, stageOf } from "../../kitchen_display/static/order.js";
import { shared } from "../../kitchen_display/static/sharing.js";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const at = (minutes) => new Date(NOON + minutes * 60_000).toISOString();
const STATION = { ages: { MAINS: { amber: 10, red: 20 }, STARTERS: { amber: 5, red: 8 } } };

let lines = 0;

function line(status = "NEW", more = {}) {
  return {
    id: `line ${(lines += 1)}`, itemId: "mici", name: { ro: "Mici", en: "Grilled rolls" }, quantity: 1, voided: 0, acknowledged: 0,
    modifiers: [], optionIds: [], note: "", course: "MAINS", allergens: [], avoid: [], guest: "", status, isHeld: false,
    firedAt: at(0), startsAt: at(0), servedAt: null, ...more,
  };
}

const held = (more = {}) => line("NEW", { isHeld: true, firedAt: null, startsAt: null, ...more });

function ticket(own, more = {}) {
  return {
    id: "ticket", orderId: "order", sessionId: "session", station: "grill", backup: null, number: 1, placedAt: at(0), status: "OPEN",
    isPriority: false, revision: 1, hasExpo: true, assembledAt: null, lines: own, ...more,
  };
}

const command = (name, payload) => ({ opId: name, name, payload });

test("a ticket stands in the column of its slowest unfinished line", () => {
  const columns = [["NEW", "READY"], ["IN_PROGRESS", "READY"], ["IN_PROGRESS", "NEW"], ["READY", "SERVED"], ["READY", "CANCELLED"]].map(
    (states) => board.columnOf(ticket(states.map((state) => line(state)))),
  );
  assert.deepEqual(columns, ["NEW", "IN_PROGRESS", "NEW", "READY", "READY"]);
});

test("what is held does not keep a ticket from being ready, and alone it stands where it came in", () => {
  assert.equal(board.columnOf(ticket([line("READY"), held()])), "READY");
  assert.equal(board.columnOf(ticket([held()])), "NEW");
});

test("a ticket is on the board of its station and of its backup while it is open", () => {
  const [grill, cold, all] = [new Set(["grill"]), new Set(["cold"]), new Set()];
  const one = ticket([line()]);
  assert.deepEqual([grill, cold, all].map((stations) => board.isOnBoard(one, stations)), [true, false, true]);
  assert.equal(board.isOnBoard({ ...one, backup: "cold" }, cold), true);
  assert.equal(board.isOnBoard({ ...one, status: "BUMPED" }, grill), false);
});

test("what has priority comes first, then what waits longest", () => {
  const tickets = [
    ticket([], { id: "d", placedAt: at(2), number: 4 }),
    ticket([], { id: "b", placedAt: at(1), number: 2 }),
    ticket([], { id: "c", placedAt: at(1), number: 2, station: "pizza" }),
    ticket([], { id: "a", placedAt: at(9), number: 9, isPriority: true }),
  ];
  assert.equal(tickets.sort(board.inOrder).map(({ id }) => id).join(""), "abcd");
});

test("a line ages from the moment at which it was to be begun, by the bounds of its station for its course", () => {
  const age = (one, minutes) => board.ageOf(one, STATION, NOON + minutes * 60_000);
  assert.deepEqual([9, 10, 19, 20].map((minutes) => age(line(), minutes).tone), ["green", "amber", "amber", "red"]);
  assert.equal(age(line("NEW", { course: "STARTERS" }), 8).tone, "red");
  assert.deepEqual(age(line("NEW", { startsAt: at(15) }), 17), { tone: "green", minutes: 2 });
  assert.deepEqual(age(line("NEW", { startsAt: at(15) }), 11.5), { tone: "waiting", minutes: 4 });
  assert.deepEqual(age(line("NEW", { startsAt: at(15) }), 14.95), { tone: "green", minutes: 0 });
});

test("what a cook has begun early is not shown as waiting, and what is held or ready does not age", () => {
  const later = NOON + 90 * 60_000;
  assert.equal(board.ageOf(line("IN_PROGRESS", { startsAt: at(120) }), STATION, later).tone, "green");
  assert.equal(board.ageOf(held(), STATION, later).tone, "held");
  assert.equal(board.ageOf(line("READY"), STATION, later).tone, "done");
});

test("a ticket is as urgent as the most urgent of its lines", () => {
  const own = [line("READY"), held(), line("NEW", { course: "STARTERS" }), line()];
  assert.equal(board.toneOf(own, STATION, NOON + 9 * 60_000), "red");
  assert.equal(board.toneOf([line("READY"), held()], STATION, NOON), "done");
});

test("served and cancelled lines leave the board, what is struck stays until it is acknowledged", () => {
  const cancelled = line("CANCELLED", { quantity: 2, voided: 2 });
  assert.equal(board.isShown(line("SERVED")), false);
  assert.equal(board.isShown(cancelled), true);
  assert.equal(board.isShown({ ...cancelled, acknowledged: 2 }), false);
});

test("lines stand by course in the order of a dinner, and a course that is held says so", () => {
  const own = [held({ course: "DESSERTS" }), line("NEW", { course: "STARTERS" }), line(), line("SERVED", { course: "DRINKS" })];
  assert.deepEqual(
    board.byCourse(own).map(({ course, isHeld }) => [course, isHeld]),
    [["STARTERS", false], ["MAINS", false], ["DESSERTS", true]],
  );
});

test("all-day counts what is to be cooked: not what is ready, held or taken off", () => {
  const own = [line("NEW", { quantity: 3, voided: 1 }), line("IN_PROGRESS"), line("READY"), held(), line("NEW", { itemId: "soup", name: { ro: "Ciorbă" } })];
  assert.deepEqual(board.allDay([ticket(own)]).map(({ itemId, count }) => [itemId, count]), [["mici", 3], ["soup", 1]]);
});

test("all-day counts a dish that two stations cook once", () => {
  const salad = line();
  const tickets = [ticket([salad]), ticket([salad], { id: "other", station: "cold" })];
  assert.equal(board.allDay(tickets)[0].count, 1);
});

test("a tap takes a line one step on, and none beyond ready; a held one stays", () => {
  assert.deepEqual([line(), line("IN_PROGRESS"), line("READY"), held()].map(board.nextOf), ["IN_PROGRESS", "READY", null, null]);
});

test("a ticket takes along to a column what may go there", () => {
  const own = [line(), line("IN_PROGRESS"), line("READY"), held(), line("SERVED")];
  assert.deepEqual(board.movedBy(ticket(own), "READY"), own.slice(0, 2));
  assert.deepEqual(board.movedBy(ticket(own), "NEW"), own.slice(1, 3));
});

test("a dish is sold out until its time has come", () => {
  const out = { isAvailable: false, until: at(5) };
  assert.deepEqual([0, 6].map((minutes) => board.isOut(out, NOON + minutes * 60_000)), [true, false]);
  assert.equal(board.isOut({ isAvailable: false, until: null }, NOON), true);
});

test("an order at the pass is cooking, then ready, then to run", () => {
  const [grill, cold] = [ticket([line("READY")]), ticket([line()], { id: "cold" })];
  assert.equal(stageOf([grill, cold]), "COOKING");
  const ready = ticket([line("READY"), held()], { id: "cold", status: "BUMPED" });
  assert.equal(stageOf([grill, ready]), "READY");
  assert.equal(stageOf([{ ...grill, assembledAt: at(1) }, { ...ready, assembledAt: at(1) }]), "RUN");
});

test("the pass shows what a station has cleared while a dish of it waits to be run", () => {
  assert.equal(isAtPass(ticket([line("READY")], { status: "BUMPED" })), true);
  assert.equal(isAtPass(ticket([line("SERVED")], { status: "BUMPED" })), false);
  assert.equal(isAtPass(ticket([line("READY")], { status: "BUMPED", hasExpo: false })), false);
});

test("the pass shows what was struck before it was run until somebody acknowledges it", () => {
  const struck = line("CANCELLED", { quantity: 2, voided: 2 });
  const cleared = (one) => ticket([one], { status: "BUMPED" });
  assert.equal(isAtPass(cleared(struck)), true);
  assert.equal(isAtPass(cleared({ ...struck, acknowledged: 2 })), false);
  assert.equal(isAtPass(cleared(line("SERVED", { quantity: 2, voided: 1, servedAt: at(9) }))), false);
});

test("an order is put together from the tickets of its stations, with what the screen showed of each", () => {
  const tickets = [ticket([line()], { revision: 3 }), ticket([line()], { id: "cold", station: "cold" }), ticket([line()], { id: "x", orderId: "x" })];
  const order = orderOf("order", tickets);
  assert.deepEqual(order.tickets.map(({ station }) => station), ["cold", "grill"]);
  assert.deepEqual(revisionsOf(order), { cold: 1, ticket: 3 });
  assert.equal(orderOf("gone", tickets), null);
});

test("a course can be fired that is held, and held that nobody has begun", () => {
  const own = [held({ course: "DESSERTS" }), line(), line("IN_PROGRESS", { course: "STARTERS" })];
  assert.deepEqual(coursesOf([ticket(own)]), { held: ["DESSERTS"], open: ["MAINS"] });
});

test("taps show at once, in the order in which they will be sent", () => {
  const [one] = [line()];
  const step = (status, expected) => command("line:set-status", { ticketId: "ticket", lineId: one.id, status, expected });
  const taps = [step("IN_PROGRESS", "NEW"), step("READY", "IN_PROGRESS")];
  assert.equal(foreseen(ticket([one]), taps).lines[0].status, "READY");
  assert.equal(foreseen(ticket([one]), taps.slice(1)).lines[0].status, "NEW");
});

test("a bump clears a ticket and makes its lines ready; for what is held it stays", () => {
  const bump = command("ticket:bump", { ticketId: "ticket", revision: 1 });
  const bumped = foreseen(ticket([line(), line("IN_PROGRESS")]), [bump]);
  assert.deepEqual([bumped.status, ...bumped.lines.map(({ status }) => status)], ["BUMPED", "READY", "READY"]);
  const kept = foreseen(ticket([line(), held()]), [bump]);
  assert.deepEqual([kept.status, ...kept.lines.map(({ status }) => status)], ["OPEN", "READY", "NEW"]);
});

test("a bump of what has changed meanwhile shows nothing: it will be refused", () => {
  const now = ticket([line()], { revision: 2 });
  assert.equal(foreseen(now, [command("ticket:bump", { ticketId: "ticket", revision: 1 })]), now);
  assert.equal(foreseen(now, [command("order:bump", { orderId: "order", level: "RUN", revisions: { ticket: 1 } })]), now);
});

test("a bump that is taken back before it is sent leaves the ticket on the board", () => {
  const taps = [command("ticket:bump", { ticketId: "ticket", revision: 1 }), command("ticket:recall", { ticketId: "ticket" })];
  assert.equal(foreseen(ticket([line()]), taps).status, "OPEN");
});

test("a command about another ticket changes nothing", () => {
  const own = ticket([line()]);
  assert.equal(foreseen(own, [command("ticket:bump", { ticketId: "other" }), command("order:recall", { orderId: "other" })]), own);
});

test("an order that is assembled is at the pass, and one that is run is gone", () => {
  const bump = (level) => command("order:bump", { orderId: "order", level });
  const assembled = foreseen(ticket([line()]), [bump("READY")]);
  assert.equal(stageOf([assembled]), "RUN");
  assert.equal(isAtPass(foreseen(assembled, [bump("RUN")])), false);
});

test("a course is held and fired for all tickets of a party", () => {
  const hold = command("course:hold", { sessionId: "session", course: "MAINS" });
  const kept = foreseen(ticket([line(), line("IN_PROGRESS")]), [hold]);
  assert.deepEqual(kept.lines.map(({ isHeld }) => isHeld), [true, false]);
  assert.equal(foreseen(kept, [command("course:fire", { sessionId: "session", course: "MAINS" })]).lines[0].isHeld, false);
});

test("what is said to be sold out is sold out at once, and back at once", () => {
  const set = (state, more) => command("item:set-availability", { itemId: "mici", state, ...more });
  const [out] = foreseenItems([], [set("OUT", { until: at(60) })]);
  assert.deepEqual([out.isAvailable, out.until], [false, at(60)]);
  assert.equal(foreseenItems([out], [set("AVAILABLE")])[0].isAvailable, true);
});

test("lines that are as they were stay the same objects in a new body of their ticket", () => {
  const before = ticket([line(), line("NEW", { note: "hot" }), line()]);
  const told = structuredClone({ ...before, version: 2, lines: [before.lines[2], { ...before.lines[1], note: "cold" }, line()] });
  const after = shared(told, before);
  assert.deepEqual(after, told);
  assert.equal(after.lines[0], before.lines[2]);
  assert.notEqual(after.lines[1], before.lines[1]);
  assert.equal(shared(told, undefined), told);
});
