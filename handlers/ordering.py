"""Orders from home: what one would come to, and placing it, once, whole, or not at all. What was ordered can be read.

An order from home is a session of its own, without a table (ADR 0028): its cart, its check and its tickets are like
all others.
"""

from datetime import UTC, datetime

from handlers import access, addressing
from handlers import plan as planning
from handlers.context import Context, Reply
from handlers.home import OrderFromHome, QuoteOrder, asked_of, destination_of, quote_of, session_of
from handlers.registry import CHECKOUT, Limit, command
from handlers.stock import reserve
from handlers.ticketing import order_number, send_to_kitchen
from models.base import Nothing
from models.check import Check
from models.check_view import CheckView, check_view
from models.customer import Customer
from models.delivery import destination_place
from models.dining import DiningOption
from models.dining_view import OrderView, order_view
from models.errors import (
    AddressNotServed,
    BelowMinimum,
    DeliveryOff,
    DeliveryPaused,
    IdempotencyKeyReused,
    ItemUnavailable,
    KitchenBusy,
    ModifiersInvalid,
    NotFound,
    OnlinePaymentOff,
    OrderInProgress,
    OrderTooLarge,
    OutcomeUnknown,
    PriceChanged,
    SlotFull,
    SlotRefused,
    UnknownItem,
)
from models.order import Order
from models.patience import warning
from models.principal import CUSTOMERS
from models.quote import Quoted
from models.quote_view import QuoteView, quote_view
from models.session import TableSession
from models.store.paging import Latest
from models.tender import TenderMethod

SHOWN = 20
"""Orders that are listed."""

EVER = datetime(2000, 1, 1, tzinfo=UTC)

ERRORS = (
    AddressNotServed,
    BelowMinimum,
    DeliveryOff,
    DeliveryPaused,
    ItemUnavailable,
    ModifiersInvalid,
    NotFound,
    OrderTooLarge,
    SlotFull,
    SlotRefused,
    UnknownItem,
)


class QuoteReply(Reply):
    """What it would come to now, and when it would be there."""

    quote: QuoteView


class HomeOrderReply(Reply):
    """The order and its check; `replayed` when the key had been used for it before."""

    order: OrderView
    check: CheckView
    replayed: bool = False


class HomeOrdersReply(Reply):
    """One's last orders, the newest first; what became of older ones is on paper."""

    orders: tuple[OrderView, ...]


@command("order:quote", on=(CHECKOUT,), roles=CUSTOMERS, limit=Limit(20, per=10), errors=ERRORS)
async def quote_order(ctx: Context, request: QuoteOrder) -> QuoteReply:
    """Say what an order would come to, where it would be brought from which minimum on, and when it would be there."""
    customer = await addressing.customer(ctx)
    return QuoteReply(quote=quote_view(await quote_of(ctx, customer, request, session_of(ctx, customer, request))))


@command(
    "order:place",
    on=(CHECKOUT,),
    roles=CUSTOMERS,
    limit=Limit(10, per=10),
    errors=(
        *ERRORS,
        IdempotencyKeyReused,
        KitchenBusy,
        OnlinePaymentOff,
        OrderInProgress,
        OutcomeUnknown,
        PriceChanged,
    ),
)
async def place_from_home(ctx: Context, request: OrderFromHome) -> HomeOrderReply:
    """Order from home: the order, its tickets, its check and its slot, in one transaction."""
    await access.lock(ctx, ctx.principal.actor.id)
    customer, asked = await addressing.customer(ctx), asked_of(request)
    key = {"customer_id": customer.id, "idempotency_key": request.idempotency_key}
    known = await ctx.store.first(Order, restaurant_id=customer.restaurant_id, **key)
    if known is not None:
        if known.fingerprint != asked:
            raise IdempotencyKeyReused
        return await _replayed(ctx, known)
    session = session_of(ctx, customer, request)
    quote = await quote_of(ctx, customer, request, session, asked)
    if request.expected_total not in (None, quote.check.total.amount):
        raise PriceChanged(quote=quote_view(quote).model_dump(mode="json", by_alias=True))
    if request.payment_method is TenderMethod.ONLINE and ctx.online is None:
        raise OnlinePaymentOff
    refused = warning(await access.stations(ctx), quote.order.stations, request.accept_wait)
    if refused and request.slot is None:
        raise refused
    number = await ctx.ids.once("number", lambda: order_number(ctx))
    return await _place(ctx, customer, request, session, quote.numbered(number))


@command("order:list", on=(CHECKOUT,), roles=CUSTOMERS, limit=Limit(10, per=10))
async def list_own_orders(ctx: Context, request: Nothing) -> HomeOrdersReply:
    """List one's last orders."""
    customer = await addressing.customer(ctx)
    found = await ctx.store.latest(Order, Latest("placed_at", EVER, SHOWN, {"customer_id": customer.id}))
    return HomeOrdersReply(orders=tuple(order_view(one) for one in found))


async def _place(
    ctx: Context, customer: Customer, request: OrderFromHome, session: TableSession, quote: Quoted
) -> HomeOrderReply:
    plan = await planning.require_plan(ctx)
    if quote.slot is not None and plan.slots is not None:
        # Who sells into the same slot waits; between processes the version decides.
        await access.lock(ctx, planning.lock_of(ctx, quote.slot.begins_at))
        await planning.take(ctx, quote.slot, plan.slots, quote.portions)
    await reserve(ctx, quote.order)
    delivery = quote.delivery.with_(
        destination=ctx.vault.seal(
            destination_place(customer.restaurant_id, quote.order.id), destination_of(ctx, customer, request).text
        ),
        last_four=customer.last_four,
    )
    order = await send_to_kitchen(ctx, quote.order.with_(delivery=delivery), session, quote.ready_by)
    ctx.store.add(session)
    ctx.store.add(quote.cart.emptied(ctx.principal.actor, ctx.now))
    check, stored = ctx.store.add(quote.check), ctx.store.add(order)
    counted = customer.ordered(order.worth, ctx.now)
    is_brought = request.dining_option is DiningOption.DELIVERY
    ctx.store.save(
        addressing.used(counted, request.address_id, ctx.now) if is_brought and request.address_id else counted
    )
    ctx.record(
        "order-placed",
        session_id=session.id,
        subject=order.id,
        after={"status": order.status.value},
        number=order.number,
        amount=order.total.amount,
        dining_option=order.dining_option.value,
        zone=delivery.zone,
    )
    return HomeOrderReply.model_construct(order=order_view(stored), check=check_view(check))


async def _replayed(ctx: Context, order: Order) -> HomeOrderReply:
    checks = await ctx.store.members(Check, "session", order.session_id)
    if not checks:
        raise NotFound
    return HomeOrderReply.model_construct(order=order_view(order), check=check_view(checks[0]), replayed=True)
