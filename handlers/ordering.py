"""Orders from home: what one would come to, and placing it, once, whole, or not at all. What was ordered can be read.

An order from home is a session of its own, without a table (ADR 0028): its cart, its check and its tickets are like
all others.
"""

from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator
from pydantic_core import to_json

from handlers import access, addressing
from handlers import plan as planning
from handlers.context import Context, Reply
from handlers.registry import CHECKOUT, Limit, command
from handlers.stock import reserve
from handlers.ticketing import order_number, send_to_kitchen
from models.base import Id, Nothing, OperationId, Request
from models.check import Check
from models.check_view import CheckView, check_view
from models.customer import Customer, name_place, phone_place
from models.delivery import destination_place
from models.destination import Destination
from models.dining import DiningOption
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
from models.money import LARGEST_AMOUNT
from models.order import Order, fingerprint
from models.patience import warning
from models.pin import PIN_PURPOSE
from models.place import Coordinates, point_of
from models.placing import Round
from models.principal import CUSTOMERS
from models.quote import Quoted, Situation, Wanted, WantedItem, quoted
from models.quote_view import QuoteView, quote_view
from models.session import Mode, TableSession
from models.store.paging import Latest
from models.tender import TenderMethod
from models.view import OrderView, order_view

MOST_ITEMS = 100
LONGEST_WAIT = 1_000_000
"""Minutes that a customer can agree to: more than any estimate."""

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


class QuoteOrder(Request):
    """What is wanted, and where to: an address of one's own, or for a quote just a place on the map.

    `slot` is the beginning of one that `slots` of a quote named; without it, as soon as possible.
    """

    items: tuple[WantedItem, ...] = Field(min_length=1, max_length=MOST_ITEMS)
    dining_option: Annotated[DiningOption, Field(strict=False)] = DiningOption.DELIVERY
    address_id: Id | None = None
    location: Coordinates | None = None
    slot: AwareDatetime | None = None

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.dining_option is DiningOption.DELIVERY and not self._has_place:
            raise ValueError("what is brought needs an address")
        return self

    @property
    def _has_place(self) -> bool:
        return self.address_id is not None or self.location is not None


class OrderFromHome(QuoteOrder):
    """The key names this order and every repeat of it. With `expected_total` (minor units) it is placed only at that
    total. `accept_wait` is the wait in minutes that the customer has agreed to. Both are no part of what is ordered.
    """

    idempotency_key: OperationId
    payment_method: Annotated[TenderMethod, Field(strict=False)]
    expected_total: int | None = Field(default=None, ge=0, le=LARGEST_AMOUNT)
    accept_wait: int | None = Field(default=None, ge=0, le=LONGEST_WAIT)

    @property
    def _has_place(self) -> bool:
        return self.address_id is not None


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
    return QuoteReply(quote=quote_view(await _quoted(ctx, customer, request, _session(ctx, customer, request))))


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
    customer, asked = await addressing.customer_to_change(ctx), _asked(request)
    key = {"customer_id": customer.id, "idempotency_key": request.idempotency_key}
    known = await ctx.store.first(Order, restaurant_id=customer.restaurant_id, **key)
    if known is not None:
        if known.fingerprint != asked:
            raise IdempotencyKeyReused
        return await _replayed(ctx, known)
    session = _session(ctx, customer, request)
    quote = await _quoted(ctx, customer, request, session, asked)
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


def _session(ctx: Context, customer: Customer, request: QuoteOrder) -> TableSession:
    """Return the session of an order: at no table, and behind a PIN that nobody is told."""
    session_id = ctx.ids.new_id()
    return TableSession(
        id=session_id,
        restaurant_id=customer.restaurant_id,
        table_id=session_id,
        table_name="",
        mode=Mode.FAMILY,
        covers=0,
        pin=ctx.vault.keyed_hash(PIN_PURPOSE, session_id, ctx.ids.token()),
        seatings=(),
        opened_at=ctx.now,
        opened_by=ctx.principal.actor,
        dining_option=request.dining_option,
        customer_id=customer.id,
    )


async def _quoted(
    ctx: Context, customer: Customer, request: QuoteOrder, session: TableSession, asked: str = ""
) -> Quoted:
    """Return what is asked for as an order that could be placed now."""
    is_brought = request.dining_option is DiningOption.DELIVERY
    address = request.address_id if is_brought else None
    wanted = Wanted(
        items=request.items,
        dining_option=request.dining_option,
        postal_code=addressing.details_of(ctx, customer, address).postal_code if address else None,
        point=point_of(request.location) if request.location else None,
        slot=request.slot,
    )
    house = Situation(
        offer=await access.offer(ctx, request.dining_option),
        plan=await planning.require_plan(ctx),
        loads=await planning.loads(ctx),
        stations=await access.stations(ctx),
        rules=ctx.rules,
        others=await ctx.store.members(Order, "customer", customer.id),
    )
    key, method = "", None
    if isinstance(request, OrderFromHome):
        key, method = request.idempotency_key, request.payment_method.value
    sending = Round(
        order_id=ctx.ids.new_id(),
        number=0,
        idempotency_key=key,
        fingerprint=asked,
        payment_method=method,
        by=ctx.principal.actor,
        at=ctx.now,
    )
    return quoted(wanted, house, session, sending, ctx.ids.new_id)


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
            destination_place(customer.restaurant_id, quote.order.id), _destination(ctx, customer, request).text
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


def _destination(ctx: Context, customer: Customer, request: OrderFromHome) -> Destination:
    """Return the copy of who ordered and where it goes: whatever they change later changes nothing of it."""
    is_brought = request.dining_option is DiningOption.DELIVERY
    address_id = request.address_id if is_brought else None
    house, unseal = customer.restaurant_id, ctx.vault.unseal
    return Destination(
        name=unseal(name_place(house, customer.id), customer.name),
        phone=unseal(phone_place(house, customer.id), customer.phone),
        address=addressing.details_of(ctx, customer, address_id) if address_id else None,
        point=point_of(request.location) if request.location and is_brought else None,
    )


async def _replayed(ctx: Context, order: Order) -> HomeOrderReply:
    checks = await ctx.store.members(Check, "session", order.session_id)
    if not checks:
        raise NotFound
    return HomeOrderReply.model_construct(order=order_view(order), check=check_view(checks[0]), replayed=True)


def _asked(request: OrderFromHome) -> str:
    """Return the fingerprint of what is ordered."""
    return fingerprint(
        request.dining_option,
        request.address_id or "",
        request.location or "",
        request.payment_method,
        request.slot.astimezone(UTC).isoformat() if request.slot else "",
        to_json(request.items).decode(),
    )
