// @ts-check
/** Where parties sit: they move, are brought together and parted again; each can be taken back. */
import { beat } from "@comanda/ui/clock.js";
import { tellDone } from "@comanda/ui/toast.js";
import { post, sessions } from "./feed.js";
import { ofPerson } from "./leaving.js";
import { go, partyId } from "./place.js";
import { say } from "./text.js";
import { connection } from "./who.js";

/** So long a move can be taken back, as the server has it unless its operator says otherwise. */
const UNDO_MS = 120_000;

/** @typedef {import("./feed.js").Session} Session */

/** When parties were moved, by whomever, in milliseconds. @type {import("@preact/signals").Signal<ReadonlyMap<string, number>>} */
const movedAt = ofPerson(new Map());

/**
 * Note every move that is told of, so that any tablet can take it back. One that was opened since is told what happened last to a party,
 * and to its carts, which moved with it: one of the two may have been something else.
 */
export function followMoves() {
  connection.state.listen(({ snapshot, change, before }) => {
    const isParty = snapshot.kind === "session";
    if (!change || !(isParty || (snapshot.kind === "cart" && before === null))) return;
    const id = isParty ? snapshot.id : snapshot.body.sessionId;
    if (change.kind === "moved") movedAt.value = new Map(movedAt.peek()).set(id, Date.parse(change.at));
    else if (change.kind === "move-undone") noted(id);
  });
}

/** @param {string} sessionId */
function noted(sessionId) {
  const left = new Map(movedAt.peek());
  left.delete(sessionId);
  movedAt.value = left;
}

/** Whether the last move of a party can still be taken back. @param {Session} session */
export const canUndoMove = ({ id, tableWas }) => tableWas !== null && beat.value - (movedAt.value.get(id) ?? -UNDO_MS) < UNDO_MS;

/**
 * @param {Session} session
 * @param {{id: string, name: string}} table
 */
export async function move(session, table) {
  const reply = await post("session:move", { sessionId: session.id, tableId: table.id });
  if (!reply) return;
  movedAt.value = new Map(movedAt.peek()).set(session.id, connection.now());
  tellDone(say("moved", { from: session.tableName, to: table.name }), () => undoMove(session.id));
}

/** @param {string} sessionId */
export async function undoMove(sessionId) {
  const reply = await post("session:undo-move", { sessionId });
  if (!reply) return;
  noted(sessionId);
  tellDone(say("moved.back", { table: reply.session.tableName }), null);
}

/**
 * Bring a party to another one's table.
 * @param {Session} from
 * @param {Session} into
 */
export async function merge(from, into) {
  const reply = await post("session:merge", { from: from.id, into: into.id });
  if (!reply) return;
  // Who looked at the party that was merged goes on looking at it where it is now.
  if (partyId.peek() === from.id) go("tables", into.id);
  tellDone(say("merged", { from: from.tableName, into: into.tableName }), () => unmerge(from));
}

/** @param {Pick<Session, "id" | "tableName">} session the one that had been merged */
export async function unmerge(session) {
  const reply = await post("session:unmerge", { sessionId: session.id });
  if (reply) tellDone(say("unmerged", { table: session.tableName }), null);
}

/**
 * Take a merged party out again and seat it somewhere else.
 * @param {Session} session
 * @param {{id: string, name: string}} table
 */
export async function apart(session, table) {
  if (await post("session:unmerge", { sessionId: session.id })) await move(session, table);
}

/** Parties that were merged into one. @param {string} hostId */
export const mergedInto = (hostId) => [...sessions.value.values()].filter((one) => one.mergedInto === hostId);
