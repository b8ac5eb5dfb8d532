"""An order from home is called off: all that is left of it comes off the check, nobody cooks it, others can have what
it took, and its customer is told why.
"""

from handlers import access
from handlers import plan as planning
from handlers.approval import Approval, Giving, authorise
from handlers.context import Context
from handlers.meal import DeliveryReply, Meal, NameDelivery, end, meal_of, record
from handlers.messaging import cancel_messages
from handlers.registry import FLOOR, Limit, command
from handlers.stock import give_back
from models.allowance import GivingKind
from models.base import Reason
from models.check import Check
from models.closing import Remains
from models.correction import Correction, CorrectionKind, Entry
from models.customer import Customer
from models.delivery import DeliveryStatus
from models.dining_view import order_view
from models.errors import (
    ApproverRefused,
    ApproverRequired,
    CheckFull,
    DailyCeiling,
    DeliveryFinished,
    LoginLocked,
    NotFound,
)
from models.money import total
from models.offer import portions
from models.order import Order, OrderLine
from models.payment import Payment
from models.principal import SERVICE
from models.status import LineStatus


class CancelDelivery(NameDelivery):
    """Which order, and why; above the house's limit with a manager's PIN, like every void."""

    reason: Reason
    approval: Approval | None = None


@command(
    "delivery:cancel",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(20, per=10),
    errors=(ApproverRefused, ApproverRequired, CheckFull, DailyCeiling, DeliveryFinished, LoginLocked, NotFound),
)
async def cancel_delivery(ctx: Context, request: CancelDelivery) -> DeliveryReply:
    """Call an order off, with a reason that its customer is told.

    All that is left of it comes off the check, the kitchen sees it struck, stock and slot are given back. What was paid
    has to be given back.
    """
    meal = await meal_of(ctx, request.order_id)
    if meal.delivery.status is DeliveryStatus.CANCELLED and not meal.is_under_way:
        return DeliveryReply(order=order_view(meal.order))
    by = ctx.principal.actor
    off = {one.id: one.called_off(request.reason, by, ctx.now) for one in meal.orders}
    check = await _voided(ctx, meal, request)
    stored = _strike(ctx, meal, off)[meal.order.id]
    await _give_back(ctx, meal)
    for payment in await ctx.store.get_each(Payment, [one.payment_id for one in check.pending]):
        ctx.store.save(payment.cancelling(by, ctx.now))
    await cancel_messages(ctx, meal.order.id)
    record(ctx, "delivery-cancelled", meal.order, stored, reason=request.reason, amount=meal.check.total.amount)
    end(ctx, meal.session, meal.cart, meal.check, check.without_delivery_fee(by, ctx.now))
    return DeliveryReply(order=order_view(stored))


async def _voided(ctx: Context, meal: Meal, request: CancelDelivery) -> Check:
    """Return the check without all that was left on it, with a second person where one is needed."""
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
    return check


def _strike(ctx: Context, meal: Meal, orders: dict[str, Order]) -> dict[str, Order]:
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


async def _give_back(ctx: Context, meal: Meal) -> None:
    """Stage that others can have what nobody has begun to cook, made free or not, and the room in the slot; and that
    the customer has not ordered it. What was voided before has been given back then.
    """
    left = [
        line.with_(quantity=line.quantity - voided)
        for order in meal.orders
        for line in order.lines
        if (voided := meal.check.portions_voided(order.id, line.id)) < line.quantity
    ]
    customer_id, fee = meal.order.customer_id or "", meal.delivery.fee
    await access.lock(ctx, customer_id)
    customer = await ctx.store.get(Customer, customer_id)
    if customer is not None:
        ctx.store.save(customer.not_ordered(total((line.price for line in left), fee.currency).amount + fee.amount))
    await planning.recount(ctx, meal.delivery.room, -sum(line.quantity for line in left))
    untouched = Remains([meal.check], meal.tickets, meal.orders).untouched
    if untouched:
        await give_back(ctx, portions(untouched))
