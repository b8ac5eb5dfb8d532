"""Orders: a cart is sent, once, whole, or not at all; and what was sent can be read."""

from typing import Annotated

from pydantic import Field, StringConstraints

from handlers import access
from handlers.context import Context, Reply
from handlers.recounting import recount
from handlers.registry import FLOOR, TABLE, Limit, command
from handlers.stock import reserve
from handlers.ticketing import enter_round, order_number, send_to_kitchen
from models.base import Actor, Nothing, OperationId, Request
from models.cart import Cart
from models.ceiling import require_within
from models.dining_view import CartView, OrderView, cart_view, order_view
from models.errors import (
    CartChanged,
    CartEmpty,
    CartHeld,
    DeliveryFinished,
    HoldLost,
    IdempotencyKeyReused,
    ItemUnavailable,
    KitchenBusy,
    ModifiersInvalid,
    NotJoined,
    OrderInProgress,
    OrderTooLarge,
    OutcomeUnknown,
    SessionClosed,
    UnknownItem,
)
from models.order import Order, OrderStatus, fingerprint
from models.patience import minutes_of, warning
from models.placing import Round, has_to_wait, place
from models.principal import GUEST, SERVICE, Guest
from models.session import TableSession

LONGEST_WAIT = 1_000_000
"""Minutes that a guest can agree to: more than any estimate."""


class PlaceOrder(Request):
    """`cart_version` is the version that the guest saw; the key names this sending and every repeat of it.

    With the `fence` of one's own hold it is sent only while that hold runs; without one the version alone decides.
    `accept_wait` is the wait in minutes that the guest has agreed to: it is no part of what is sent.
    """

    idempotency_key: OperationId
    cart_version: int = Field(ge=1)
    fence: int | None = Field(default=None, ge=1)
    accept_wait: int | None = Field(default=None, ge=0, le=LONGEST_WAIT)
    payment_method: Annotated[str, StringConstraints(pattern=r"^[A-Z_]{1,20}$")] | None = None


class PlaceReply(Reply):
    """The order; `replayed` when the key had been used for it before. `cart` is the emptied one, at the first time.

    `waits` is how many minutes a dish sent now takes at each of its stations that there is an estimate of.
    """

    order: OrderView
    cart: CartView | None = None
    replayed: bool = False
    waits: dict[str, int] = Field(default_factory=dict)


class OrdersReply(Reply):
    """All rounds, oldest first."""

    orders: tuple[OrderView, ...]


@command(
    "order:place",
    on=(TABLE, FLOOR),
    roles=GUEST | SERVICE,
    limit=Limit(20, per=10),
    errors=(
        CartChanged,
        CartEmpty,
        CartHeld,
        DeliveryFinished,
        HoldLost,
        IdempotencyKeyReused,
        ItemUnavailable,
        KitchenBusy,
        ModifiersInvalid,
        NotJoined,
        OrderInProgress,
        OrderTooLarge,
        OutcomeUnknown,
        SessionClosed,
        UnknownItem,
    ),
    about_session=True,
)
async def place_order(ctx: Context, request: PlaceOrder) -> PlaceReply:
    """Send the cart to the kitchen: the order, its tickets, the emptied cart and the check, in one transaction.

    Where the house wants the first round of a session approved, a guest's order waits, without tickets and off the
    check, until `order:approve` or `order:reject`.
    """
    await access.lock(ctx, ctx.require_session_id())
    session = await access.session_to_see(ctx)
    # The cart first: the order of whatever emptied it is then among the orders, so that no repeat is told CART_CHANGED.
    cart = await access.cart_to_see(ctx, session)
    asked = _asked(cart.owner, request)
    orders = await ctx.store.members(Order, "session", session.id)
    for order in orders:
        if order.idempotency_key == request.idempotency_key:
            # A round that came with a merged party was sent from a cart of another kind, perhaps.
            was_theirs = order.homes and order.owner in (None, ctx.principal.actor.id)
            if order.fingerprint not in (asked, _asked(order.owner, request) if was_theirs else asked):
                raise IdempotencyKeyReused
            waits = minutes_of(await access.stations(ctx), order.stations)
            return PlaceReply(order=order_view(order), replayed=True, waits=waits)
    session = await access.newest_session(ctx, session.require_open(), cart)
    await _require_as_seen(ctx, cart, request)
    await _require_patience(ctx, cart, request)
    sending = Round(
        order_id=ctx.ids.new_id(),
        number=await ctx.ids.once("number", lambda: order_number(ctx)),
        idempotency_key=request.idempotency_key,
        fingerprint=asked,
        payment_method=request.payment_method,
        by=ctx.principal.actor,
        at=ctx.now,
    )
    return await _place(ctx, sending, cart, session, orders)


@command("order:list", on=(TABLE, FLOOR), roles=GUEST | SERVICE, limit=Limit(10, per=10), about_session=True)
async def list_orders(ctx: Context, request: Nothing) -> OrdersReply:
    """List the rounds of the session that the principal may see."""
    session = await access.session_to_see(ctx)
    mine = access.own_cart_of(ctx, session)
    orders = [
        one
        for one in await ctx.store.members(Order, "session", session.id)
        if one.owner in (None, mine) or mine is None
    ]
    return OrdersReply(orders=tuple(order_view(one) for one in sorted(orders, key=lambda one: one.placed_at)))


def _asked(owner: str | None, request: PlaceOrder) -> str:
    """Return the fingerprint of what is asked of the cart of an owner."""
    return fingerprint(owner or "", str(request.cart_version), request.payment_method or "")


async def _require_as_seen(ctx: Context, cart: Cart, request: PlaceOrder) -> None:
    """Refuse to send what the guest has not seen: another version, other prices. New prices are shown, then asked
    again.
    """
    by = ctx.principal.actor
    if request.fence is not None and not cart.is_held_by(by, request.fence, ctx.now):
        raise HoldLost(cart=_shown(cart))
    cart.require_free(by, ctx.now)
    if cart.version != request.cart_version:
        raise CartChanged(cart=_shown(cart))
    if not cart.lines:
        raise CartEmpty
    lines = (await access.offer(ctx, cart.dining_option)).repriced(cart)
    if lines != cart.lines:
        raise CartChanged(cart=_shown(ctx.store.save(cart.repriced(lines, by, ctx.now))))


async def _require_patience(ctx: Context, cart: Cart, request: PlaceOrder) -> None:
    """Warn a guest of a station that has more to cook than it is set up for; raises `KitchenBusy` unless the wait is
    accepted. Staff know.
    """
    if not isinstance(ctx.principal, Guest):
        return
    menu = await access.menu(ctx)
    dishes = (menu.dishes_by_id.get(line.item_id) for line in cart.lines)
    codes = dict.fromkeys(code for dish in dishes if dish for code in dish.stations)
    refused = warning(await access.stations(ctx), codes, request.accept_wait)
    if refused:
        raise refused


async def _place(ctx: Context, sending: Round, cart: Cart, session: TableSession, orders: list[Order]) -> PlaceReply:
    is_waiting = ctx.rules.first_order_gate and await _has_to_wait(ctx, sending.by, session, orders)
    status = OrderStatus.WAITING if is_waiting else OrderStatus.PLACED
    order = place(sending, cart, await access.offer(ctx, cart.dining_option), session, status)
    require_within(ctx.rules, order, orders)
    if not is_waiting:
        await recount(ctx, order, sum(line.quantity for line in order.lines), order.total.amount)
        await reserve(ctx, order)
        order = await send_to_kitchen(ctx, await enter_round(ctx, order, session), session)
    stored = ctx.store.add(order)
    emptied = ctx.store.save(cart.emptied(sending.by, ctx.now))
    ctx.record(
        "order-placed",
        session_id=session.id,
        subject=order.id,
        after={"status": status.value},
        number=order.number,
        amount=order.total.amount,
    )
    waits = minutes_of(await access.stations(ctx), order.stations)
    return PlaceReply.model_construct(order=order_view(stored), cart=cart_view(emptied), waits=waits)


async def _has_to_wait(ctx: Context, by: Actor, session: TableSession, orders: list[Order]) -> bool:
    """Whether the gate keeps a round back. Approving an earlier one writes nothing that placing writes, too: where
    there is one that waits, as far as this process has heard, the database is asked.
    """
    waits = has_to_wait(by, orders)
    if waits and orders:
        waits = has_to_wait(by, await access.every_of(ctx, Order, session.id))
    return waits


def _shown(cart: Cart) -> dict[str, object]:
    return cart_view(cart).model_dump(mode="json", by_alias=True)
