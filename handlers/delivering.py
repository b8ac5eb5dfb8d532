"""Orders from home, once the kitchen has them: whoever brings them sees where they go, takes them out, hands them over,
or calls them off. What is paid and handed over is closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers import access
from handlers import plan as planning
from handlers.approval import Approval, Giving, authorise
from handlers.context import Context, Done, Reply
from handlers.cooking import stage
from handlers.messaging import queue_message
from handlers.registry import FLOOR, Limit, command
from handlers.stock import give_back
from models.allowance import GivingKind
from models.base import Id, OperationId, Reason, Request
from models.cart import Cart
from models.check import Check
from models.correction import Correction, CorrectionKind, Entry
from models.customer import Customer
from models.delivery import Delivery, DeliveryStatus, destination_place
from models.destination import Destination
from models.dining import DiningOption
from models.errors import (
    ApproverRefused,
    ApproverRequired,
    CheckFull,
    DailyCeiling,
    DeliveryFinished,
    LineHeld,
    LoginLocked,
    NotFound,
    TransitionRefused,
)
from models.money import total
from models.offer import portions
from models.order import Order, OrderLine
from models.payment import Payment
from models.principal import SERVICE
from models.session import SessionStatus, TableSession
from models.sms import MessageKind
from models.sms_text import leaving_text
from models.status import LineStatus
from models.ticket import Ticket
from models.view import OrderView, order_view

STEPS = Limit(20, per=10)

TOLD_WITHIN = timedelta(minutes=30)
"""A message that an order has left says nothing any more when it is later than this."""


class NameDelivery(Request):
    """Which order; a repeat changes nothing, so its `opId` is not looked at."""

    order_id: Id
    op_id: OperationId | None = None


class CancelDelivery(NameDelivery):
    """Which order, and why; above the house's limit with a manager's PIN, like every void."""

    reason: Reason
    approval: Approval | None = None


class DeliveryReply(Reply):
    """The order as it is now."""

    order: OrderView


class ShownDelivery(Reply):
    """Where the order goes, and to whom; null once the person was erased."""

    order: OrderView
    destination: Destination | None


@dataclass(frozen=True, slots=True)
class _Meal:
    """All that belongs to an order from home, as the database has it, read after the cart: what staff add at the same
    moment finds another cart.
    """

    session: TableSession
    order: Order
    orders: list[Order]
    delivery: Delivery
    cart: Cart
    check: Check
    tickets: list[Ticket]

    def tickets_of(self, order: Order) -> list[Ticket]:
        return [one for one in self.tickets if one.order_id == order.id]


@command("delivery:show", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(NotFound,))
async def show_delivery(ctx: Context, request: NameDelivery) -> ShownDelivery:
    """Read where an order goes: name, phone and address of its customer. Whoever reads it is in the audit log."""
    order, delivery = await _order(ctx, request.order_id)
    ctx.record("delivery-disclosed", session_id=order.session_id, subject=order.id)
    return ShownDelivery(order=order_view(order), destination=_destination(ctx, order, delivery))


@command(
    "delivery:send", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(DeliveryFinished, NotFound, TransitionRefused)
)
async def send_delivery(ctx: Context, request: NameDelivery) -> DeliveryReply:
    """Say that somebody is on the way with an order; where the house wants it, the customer gets a message."""
    found, _ = await _order(ctx, request.order_id)
    await access.lock(ctx, found.session_id)
    order, delivery = await _order(ctx, found.id)
    if delivery.status is DeliveryStatus.ON_THE_WAY:
        return DeliveryReply(order=order_view(order))
    if order.dining_option is not DiningOption.DELIVERY:
        raise TransitionRefused(status=delivery.status.value)
    by = ctx.principal.actor
    stored = ctx.store.save(order.sent_out(by, ctx.now))
    _record(ctx, "delivery-sent-out", order, stored)
    if ctx.rules.sms_on_leaving and ctx.texting is not None:
        await _tell(ctx, order, delivery)
    return DeliveryReply(order=order_view(stored))


@command("delivery:done", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(DeliveryFinished, LineHeld, NotFound))
async def finish_delivery(ctx: Context, request: NameDelivery) -> DeliveryReply:
    """Say that the customer has it: its dishes are served, and what is paid is closed; else it stays open till then."""
    meal = await _meal(ctx, request.order_id)
    if meal.delivery.status is DeliveryStatus.DELIVERED:
        return DeliveryReply(order=order_view(meal.order))
    for line in (line for one in meal.tickets for line in one.lines if line.is_held):
        raise LineHeld(line_id=line.id)
    by, handed_over = ctx.principal.actor, {}
    for order in meal.orders:
        done = order.handed_over(by, ctx.now)
        run = [(one, one.run(by, ctx.now)) for one in meal.tickets_of(order) if one.is_to_run]
        staged = await stage(ctx, meal.session.id, run, done) if run else None
        handed_over[order.id] = staged.orders[0] if staged else ctx.store.save(done)
    stored = handed_over[meal.order.id]
    _record(ctx, "delivery-done", meal.order, stored)
    _end(ctx, meal.session, meal.cart, meal.check, meal.check)
    return DeliveryReply(order=order_view(stored))


@command(
    "delivery:cancel",
    on=(FLOOR,),
    roles=SERVICE,
    limit=STEPS,
    errors=(ApproverRefused, ApproverRequired, CheckFull, DailyCeiling, DeliveryFinished, LoginLocked, NotFound),
)
async def cancel_delivery(ctx: Context, request: CancelDelivery) -> DeliveryReply:
    """Call an order off, with a reason that its customer is told.

    All that is left of it comes off the check, the kitchen sees it struck, stock and slot are given back. What was paid
    has to be given back.
    """
    meal = await _meal(ctx, request.order_id)
    if meal.delivery.status is DeliveryStatus.CANCELLED:
        return DeliveryReply(order=order_view(meal.order))
    by = ctx.principal.actor
    off = {one.id: one.called_off(request.reason, by, ctx.now) for one in meal.orders}
    check, taken = await _voided(ctx, meal, request)
    stored = _strike(ctx, meal, off)[meal.order.id]
    await _give_back(ctx, meal, taken)
    for payment in await ctx.store.get_each(Payment, [one.payment_id for one in check.pending]):
        ctx.store.save(payment.cancelling(by, ctx.now))
    _record(ctx, "delivery-cancelled", meal.order, stored, reason=request.reason, amount=meal.check.total.amount)
    _end(ctx, meal.session, meal.cart, meal.check, check.without_delivery_fee(by, ctx.now))
    return DeliveryReply(order=order_view(stored))


async def close_settled(ctx: Context, session_id: str) -> Done:
    """Close what was handed over or called off once it is paid."""
    await access.lock(ctx, session_id)
    session = await ctx.store.fresh(TableSession, session_id)
    if session is None or session.is_at_table or not session.is_open:
        return Done()
    of_session = {"restaurant_id": ctx.store.restaurant_id, "session_id": session.id}
    (cart,) = await ctx.store.every(Cart, **of_session)
    (check,) = await ctx.store.every(Check, **of_session)
    orders = await ctx.store.every(Order, **of_session)
    if check.is_settled and not any(one.is_under_way for one in orders):
        _end(ctx, session, cart, check, check)
    return Done()


async def _order(ctx: Context, order_id: str) -> tuple[Order, Delivery]:
    """Return an order from home; what staff have added to one stands for that one. Raises `NotFound`."""
    found = await ctx.store.get(Order, order_id)
    if found is None or found.customer_id is None:
        raise NotFound(order_id=order_id)
    for one in [found] if found.delivery else await ctx.store.members(Order, "session", found.session_id):
        if one.delivery is not None:
            return one, one.delivery
    raise NotFound(order_id=order_id)


async def _meal(ctx: Context, order_id: str) -> _Meal:
    """Return all that belongs to an order from home, to end it; raises `NotFound`."""
    found, _ = await _order(ctx, order_id)
    await access.lock(ctx, found.session_id)
    of_session = {"restaurant_id": ctx.store.restaurant_id, "session_id": found.session_id}
    session = await access.named_session(ctx, found.session_id)
    carts = await ctx.store.members(Cart, "session", session.id)
    tickets = await ctx.store.every(Ticket, **of_session)
    orders = await ctx.store.every(Order, **of_session)
    check = await access.check(ctx, session)
    order = next(one for one in orders if one.id == found.id)
    if order.delivery is None or not carts:
        raise NotFound(order_id=order_id)
    return _Meal(session, order, orders, order.delivery, carts[0], check, tickets)


def _destination(ctx: Context, order: Order, delivery: Delivery) -> Destination | None:
    if delivery.destination is None:
        return None
    return Destination.of(ctx.vault.unseal(destination_place(order.restaurant_id, order.id), delivery.destination))


async def _tell(ctx: Context, order: Order, delivery: Delivery) -> None:
    """Stage a message to the customer that it has left; whatever is wrong with that, it has left."""
    try:
        destination = _destination(ctx, order, delivery)
    except Exception:  # noqa: BLE001  (a key that is missing must not keep whoever brings it from leaving)
        return
    customer = await ctx.store.get(Customer, order.customer_id or "")
    if destination is not None and customer is not None:
        text = leaving_text(customer.language, (await access.restaurant(ctx)).name)
        until = ctx.now + TOLD_WITHIN
        queue_message(ctx, kind=MessageKind.NOTICE, phone=destination.phone, text=text, not_after=until)


async def _voided(ctx: Context, meal: _Meal, request: CancelDelivery) -> tuple[Check, list[OrderLine]]:
    """Return the check without all that was left on it, and what came off, with a second person where one is needed."""
    check, by = meal.check, ctx.principal.actor
    taken: list[tuple[OrderLine, Correction]] = []
    for order in meal.orders:
        for line in order.to_send:
            if check.portions_left(order.id, line):
                entry = Entry(ctx.ids.new_id(), ctx.ids.new_id(), "", by, ctx.now, request.reason)
                voiding = check.taking_off(CorrectionKind.VOID, order.id, line, None, entry)
                taken.append((line.with_(quantity=voiding.quantity), voiding))
    amount = total((line.price for line, _ in taken), check.currency).amount
    giving = Giving(GivingKind.VOID, amount, check.taken_off_alone(by.id), "delivery:cancel")
    approver = await authorise(ctx, request.approval, giving) if taken else None
    for line, voiding in taken:
        before, check = check, check.corrected(voiding.with_(approver=approver))
        ctx.record(
            "line-voided",
            session_id=meal.session.id,
            subject=line.id,
            before={"total": before.total.amount},
            after={"total": check.total.amount},
            check=check.id,
            correction=voiding.id,
            amount=line.price.amount,
            reason=request.reason,
            approver=approver.id if approver else None,
            order=voiding.order_id,
            quantity=line.quantity,
        )
    return check, [line for line, _ in taken]


def _strike(ctx: Context, meal: _Meal, orders: dict[str, Order]) -> dict[str, Order]:
    """Stage that the kitchen sees all of it struck, and that of the orders nothing comes; returns these."""
    by = ctx.principal.actor
    for ticket in meal.tickets:
        struck = ticket
        for line in ticket.lines:
            struck = struck.with_voided(line.id, line.quantity, by, ctx.now)
        ctx.store.save(struck)
    stored = {}
    for order in orders.values():
        lines = tuple(line.with_(status=LineStatus.CANCELLED, is_held=False) for line in order.lines)
        stored[order.id] = ctx.store.save(order.with_(lines=lines))
    return stored


async def _give_back(ctx: Context, meal: _Meal, taken: Sequence[OrderLine]) -> None:
    """Stage that others can have what nobody has begun to cook, and the room in the slot; and that the customer has not
    ordered it.
    """
    begun = {line.id for ticket in meal.tickets for line in ticket.lines if line.status is not LineStatus.NEW}
    customer_id, room = meal.order.customer_id or "", meal.delivery.room
    await access.lock(ctx, customer_id)
    customer = await ctx.store.get(Customer, customer_id)
    if customer is not None:
        ctx.store.save(customer.not_ordered(meal.order.worth))
    if room is not None:
        await access.lock(ctx, planning.lock_of(ctx, room))
        await planning.give_back(ctx, room, sum(line.quantity for line in meal.order.lines))
    untouched = tuple(line for line in taken if line.id not in begun)
    if untouched:
        await give_back(ctx, portions(untouched))


def _end(ctx: Context, session: TableSession, cart: Cart, before: Check, check: Check) -> None:
    """Stage that nothing more can be added, if nothing is owed either way: else it stays open until it is paid."""
    by = ctx.principal.actor
    if not check.is_settled:
        ctx.store.save(cart.fenced(session.version, by, ctx.now, "delivery-ended"))
        if check is not before:
            ctx.store.save(check)
        return
    stored = ctx.store.save(session.close(by, ctx.now))
    ctx.store.save(check.closed(by, ctx.now))
    ctx.store.save(cart.fenced(stored.version, by, ctx.now, "closed", close=True))
    ctx.record(
        "session-closed",
        session_id=session.id,
        before={"status": session.status.value},
        after={"status": SessionStatus.CLOSED.value},
    )


def _record(ctx: Context, act: str, before: Order, after: Order, **details: str | int) -> None:
    was, now = before.delivery, after.delivery
    ctx.record(
        act,
        session_id=before.session_id,
        subject=before.id,
        before={"status": was.status.value if was else None},
        after={"status": now.status.value if now else None},
        number=before.number,
        **details,
    )
