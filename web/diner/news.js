// @ts-check
/** Tells a guest who looks elsewhere what has become of what was ordered: that a dish is ready, or a round was sent back. */
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { connection } from "./party.js";
import { named, say } from "./meal_text.js";
import { section } from "./sections.js";

/** Follow the rounds of the party. */
export function startNews() {
  connection.state.listen(({ snapshot, before }) => {
    // What was missed while one was away is on the page of orders; only what happens now is told.
    if (snapshot.kind !== "order" || !before || section.peek() === "orders" || connection.status.peek() !== "live") return;
    const order = /** @type {import("./meal.js").Order} */ (snapshot.body);
    const was = new Map(/** @type {import("./meal.js").Order} */ (before).lines.map((line) => [line.id, line.status]));
    const ready = order.lines.filter((line) => line.status === "READY" && was.get(line.id) !== "READY");
    if (ready.length > 0) tellDone(say("news.ready", { dish: ready.map(({ name }) => named(name)).join(", ") }), null);
    if (order.status === "REJECTED" && before.status !== "REJECTED") tellRefused(say("news.rejected", { reason: order.reason ?? "" }));
  });
}
