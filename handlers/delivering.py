"""Orders from home, once the kitchen has them: whoever brings them sees where they go, takes them out and hands them
over. What is over and paid is closed.
"""

from datetime import timedelta

from handlers import access
from handlers.context import Context, Done, Reply
from handlers.cooking import stage
from handlers.meal import DeliveryReply, NameDelivery, delivered_order, destination_of, end, meal_of, record
from handlers.messaging import cancel_messages, queue_message
from handlers.registry import FLOOR, Limit, command
from models.cart import Cart
from models.check import Check
from models.customer import Customer
from models.delivery import Delivery, DeliveryStatus
from models.destination import Destination
from models.dining import DiningOption
from models.dining_view import OrderView, order_view
from models.errors import DeliveryFinished, LineHeld, NotFound, TransitionRefused
from models.order import Order
from models.principal import SERVICE
from models.session import TableSession
from models.sms import MessageKind
from models.sms_text import leaving_text

STEPS = Limit(20, per=10)

TOLD_WITHIN = timedelta(minutes=30)
"""A message that an order has left says nothing any more when it is later than this."""


class ShownDelivery(Reply):
    """Where the order goes, and to whom; null once the person was erased.

    With `isZoneByPhone` no zone knows the postal code: zone and fee are those of the place (`point`) that the phone
    named, and nobody has looked whether it lies there.
    """

    order: OrderView
    destination: Destination | None
    is_zone_by_phone: bool


@command("delivery:show", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(NotFound,))
async def show_delivery(ctx: Context, request: NameDelivery) -> ShownDelivery:
    """Read where an order goes: name, phone and address of its customer. Whoever reads it is in the audit log."""
    order, delivery = await delivered_order(ctx, request.order_id)
    ctx.record("delivery-disclosed", session_id=order.session_id, subject=order.id)
    return ShownDelivery(
        order=order_view(order),
        destination=destination_of(ctx, order, delivery),
        is_zone_by_phone=delivery.is_zone_by_phone,
    )


@command(
    "delivery:send", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(DeliveryFinished, NotFound, TransitionRefused)
)
async def send_delivery(ctx: Context, request: NameDelivery) -> DeliveryReply:
    """Say that somebody is on the way with an order; where the house wants it, the customer gets a message.

    From then on nothing can be added to it.
    """
    found, _ = await delivered_order(ctx, request.order_id)
    await access.lock(ctx, found.session_id)
    carts = await ctx.store.members(Cart, "session", found.session_id)
    session = await access.named_session(ctx, found.session_id)
    order, delivery = await delivered_order(ctx, found.id)
    if delivery.status is DeliveryStatus.ON_THE_WAY:
        return DeliveryReply(order=order_view(order))
    if order.dining_option is not DiningOption.DELIVERY:
        raise TransitionRefused(status=delivery.status.value)
    by = ctx.principal.actor
    stored = ctx.store.save(order.sent_out(by, ctx.now))
    for cart in carts:
        ctx.store.save(cart.fenced(session.version, by, ctx.now, "delivery-left", close=True))
    record(ctx, "delivery-sent-out", order, stored)
    if ctx.rules.sms_on_leaving and ctx.texting is not None:
        await _tell(ctx, order, delivery)
    return DeliveryReply(order=order_view(stored))


@command("delivery:done", on=(FLOOR,), roles=SERVICE, limit=STEPS, errors=(DeliveryFinished, LineHeld, NotFound))
async def finish_delivery(ctx: Context, request: NameDelivery) -> DeliveryReply:
    """Say that the customer has it: its dishes are served, and what is paid is closed; else it stays open till then."""
    meal = await meal_of(ctx, request.order_id)
    if meal.delivery.status is DeliveryStatus.DELIVERED and not meal.is_under_way:
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
    await cancel_messages(ctx, meal.order.id)
    record(ctx, "delivery-done", meal.order, stored)
    end(ctx, meal.session, meal.cart, meal.check, meal.check)
    return DeliveryReply(order=order_view(stored))


async def close_settled(ctx: Context, session_id: str) -> Done:
    """Close what was handed over or called off once it is paid."""
    await access.lock(ctx, session_id)
    session = await ctx.store.fresh(TableSession, session_id)
    if session is None or session.is_at_table or not session.is_open:
        return Done()
    (cart,) = await access.every_of(ctx, Cart, session.id)
    (check,) = await access.every_of(ctx, Check, session.id)
    orders = await access.every_of(ctx, Order, session.id)
    if check.is_settled and not any(one.is_under_way for one in orders):
        end(ctx, session, cart, check, check)
    return Done()


async def _tell(ctx: Context, order: Order, delivery: Delivery) -> None:
    """Stage a message to the customer that it has left; whatever is wrong with that, it has left."""
    try:
        destination = destination_of(ctx, order, delivery)
    except Exception:  # noqa: BLE001  (a key that is missing must not keep whoever brings it from leaving)
        return
    customer = await ctx.store.get(Customer, order.customer_id or "")
    if destination is not None and customer is not None:
        text = leaving_text(customer.language, (await access.restaurant(ctx)).name)
        until = ctx.now + TOLD_WITHIN
        queue_message(ctx, kind=MessageKind.NOTICE, phone=destination.phone, text=text, not_after=until, about=order.id)
