// @ts-check
/** The rounds of a party: what waits for a tap, what is cooked, ready and served, course by course. */
import { useEffect } from "preact/hooks";
import { html } from "@comanda/ui/html.js";
import { Icon } from "@comanda/ui/icon.js";
import { language } from "@comanda/ui/language.js";
import { allergens } from "@comanda/ui/menu/allergens.js";
import { written } from "@comanda/ui/money.js";
import { tellDone } from "@comanda/ui/toast.js";
import { quoted } from "@comanda/ui/words.js";
import { age } from "./age.js";
import { of, orders, post } from "./feed.js";
import { Reason } from "./reason.js";
import { close, open } from "./sheet.js";
import { isCooking } from "./standing.js";
import { called, named, say } from "./text.js";
import { may } from "./who.js";

/**
 * @typedef {import("./feed.js").Order} Order
 * @typedef {import("./feed.js").OrderLine} OrderLine
 * @typedef {import("./feed.js").Session} Session
 */

/** In the order in which they are served. @type {import("../client/protocol.js").Course[]} */
const COURSES = ["DRINKS", "STARTERS", "MAINS", "DESSERTS"];

/** @param {{session: Session}} props */
export function Rounds({ session }) {
  const mine = orders.value.filter((one) => one.sessionId === session.id).reverse();
  if (mine.length === 0) return html`<p class="empty">${say("rounds.none")}</p>`;
  return html`<div class="rounds">
    <${Courses} session=${session} rounds=${mine} />
    ${mine.map((order) => html`<${Round} key=${order.id} order=${order} />`)}
  </div>`;
}

/** What of each course can be kept back or fired. @param {{session: Session, rounds: Order[]}} props */
function Courses({ session, rounds }) {
  const lines = rounds.filter((one) => one.status === "PLACED").flatMap((one) => one.lines);
  const open = COURSES.map((course) => ({ course, mine: lines.filter((one) => one.course === course &&
    one.status === "NEW") })).filter(({ mine }) => mine.length > 0);
  if (open.length === 0 || !may("course:fire")) return null;
  return html`<ul class="courses rows" aria-label=${say("courses")}>
    ${open.map(({ course, mine }) => {
      const held = mine.filter((one) => one.isHeld).length;
      return html`<li key=${course}>
        <span><b>${called("course", course)}</b> <small>
          ${held ? say("courses.held", { count: held }) : say("courses.cooking", { count: mine.length })}</small></span>
        <span class="pair">
          ${held > 0 && html`<button type="button" class="primary" onClick=${() => post("course:fire", { sessionId: session.id, course })}>
            <${Icon} name="fire" />${say("fire")}</button>`}
          ${held < mine.length && html`<button type="button" onClick=${() => post("course:hold", { sessionId: session.id, course })}>
            <${Icon} name="pause" />${say("hold")}</button>`}
        </span>
      </li>`;
    })}
  </ul>`;
}

/** @param {{order: Order}} props */
export function Round({ order }) {
  const isOpen = order.lines.some((one) => isCooking(one.status));
  return html`<article class="round" data-status=${order.status} aria-label=${say("round", { number: order.number })}>
    <header>
      <b>#${order.number}</b>
      <span>${order.placedBy.name || say("guest")} · ${age(order.placedAt)}</span>
      <span class="sum">${written(order.total, language.value)}</span>
    </header>
    ${order.status !== "PLACED" && html`<p class="verdict">${called("order", order.status)}${order.reason ? `: ${order.reason}` : ""}</p>`}
    <ul class="lines">${order.lines.map((line) => html`<${Line} key=${line.id} order=${order} line=${line} />`)}</ul>
    <footer>
      ${order.status === "WAITING" && may("order:approve") && html`<${Decide} order=${order} />`}
      ${order.status === "PLACED" && isOpen && may("order:prioritize") &&
        html`<button type="button" aria-pressed=${String(order.isPriority)}
          onClick=${() => post("order:prioritize", { orderId: order.id, isPriority: !order.isPriority })}><${Icon} name="star" />${say("priority")}</button>`}
    </footer>
  </article>`;
}

/** @param {{order: Order, line: OrderLine}} props */
function Line({ order, line }) {
  return html`<li data-status=${line.status} data-held=${String(line.isHeld)}>
    <span class="count">${line.quantity}×</span>
    <span class="what">${named(line.name)}
      ${line.modifiers.length > 0 && html`<small>${line.modifiers.map((one) => named(one.name)).join(", ")}</small>`}
      ${line.note && html`<small class="note">${quoted(line.note)}</small>`}
      ${line.avoid.length > 0 && html`<small class="avoid"><${Icon} name="warning" />${say("avoid", { allergens: allergens(line.avoid) })}</small>`}
    </span>
    <span class="status">${line.isHeld && line.status === "NEW" ? say("held") : called("status", line.status)}</span>
    ${line.status === "READY" && may("line:serve") && html`<button type="button" class="primary" onClick=${() => serve(order, line)}>${say("serve")}</button>`}
  </li>`;
}

/**
 * Say that a dish is on the table.
 * @param {Pick<Order, "id" | "sessionId">} order
 * @param {Pick<OrderLine, "id">} line
 */
export const serve = (order, line) => post("line:serve", { sessionId: order.sessionId, orderId: order.id, lineId: line.id });

/** The tap that a first round waits for. @param {{order: Order}} props */
export function Decide({ order }) {
  return html`<span class="pair">
    <button type="button" onClick=${() => open(() => html`<${Rejecting} orderId=${order.id} />`)}>${say("reject")}</button>
    <button type="button" class="primary" onClick=${() => post("order:approve", asked(order))}><${Icon} name="check" />${say("approve")}</button>
  </span>`;
}

/** @param {Order} order */
const asked = (order) => ({ sessionId: order.sessionId, orderId: order.id });

/** Why a first round is sent back; nobody is asked any more when somebody else has decided. @param {{orderId: string}} props */
function Rejecting({ orderId }) {
  const order = of("order").value.get(orderId);
  const isDecided = order?.status !== "WAITING";
  useEffect(() => {
    if (!isDecided) return;
    close();
    if (order) tellDone(say("decided", { number: order.number, verdict: called("order", order.status), name: order.decidedBy?.name || say("guest") }), null);
  }, [isDecided]);
  if (!order || isDecided) return null;
  const reject = (/** @type {string} */ reason) => {
    close();
    post("order:reject", { ...asked(order), reason });
  };
  return html`<${Reason} heading=${say("reject.heading", { number: order.number })} text=${say("reject.text")} go=${say("reject")} onGo=${reject}
    usual=${[say("reject.unknown"), say("reject.busy"), say("reject.mistake")]} />`;
}
