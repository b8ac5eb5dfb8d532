// @ts-check
/** Tells a guest who looks elsewhere what has become of what was ordered: that a dish is ready, or a round was sent back. */
import { signal } from "@preact/signals";
import { tellDone, tellRefused } from "@comanda/ui/toast.js";
import { connection } from "./party.js";
import { named, say } from "./meal_text.js";
import { section } from "./sections.js";

/** What happened last, for those who hear the page instead of seeing dishes move. */
export const announced = signal("");

/** Follow the rounds of the party. */
export function startNews() {
  connection.state.listen(({ snapshot, before }) => {
    // What was missed while one was away is on the page of orders; only what happens now is told.
    if (snapshot.kind !== "order" || !before || connection.status.peek() !== "live") return;
    const order = /** @type {import("./meal.js").Order} */ (snapshot.body);
    const was = new Map(/** @type {import("./meal.js").Order} */ (before).lines.map((line) => [line.id, line.status]));
    const ready = order.lines.filter((line) => line.status === "READY" && was.get(line.id) !== "READY");
    const isHere = section.peek() === "orders";
    if (ready.length > 0) {
      announced.value = say("news.ready", { dish: ready.map(({ name }) => named(name)).join(", ") });
      if (!isHere) tellDone(announced.peek(), null);
    }
    if (order.status === "REJECTED" && before.status !== "REJECTED" && !isHere) tellRefused(say("news.rejected", { reason: order.reason ?? "" }));
  });
}
