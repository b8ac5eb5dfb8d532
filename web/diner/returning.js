// @ts-check
/** Coming back from a bank's own page, with what it adds to the address: shown is what became of the payment, and the address is clean again. */
import { show } from "./sections.js";

/** Parameters that a payment service adds, the secret of the payment among them. */
const ADDED = ["payment_intent", "payment_intent_client_secret", "redirect_status"];

export function comeBack() {
  const asked = new URLSearchParams(location.search);
  if (!ADDED.some((name) => asked.has(name))) return;
  for (const name of ADDED) asked.delete(name);
  const rest = asked.size > 0 ? `?${asked}` : "";
  history.replaceState(null, "", location.pathname + rest);
  show("check");
  void import("./paying.js").then(({ follow }) => follow());
}
