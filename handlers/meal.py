"""An order from home and all that belongs to it, as commands need it that bring it to its end."""

from dataclasses import dataclass

from handlers import access
from handlers.context import Context, Reply
from models.base import Id, OperationId, Request
from models.cart import Cart
from models.check import Check
from models.delivery import Delivery, destination_place
from models.destination import Destination
from models.dining_view import OrderView
from models.errors import NotFound
from models.order import Order
from models.session import SessionStatus, TableSession
from models.ticket import Ticket


class NameDelivery(Request):
    """Which order; a repeat changes nothing, so its `opId` is not looked at."""

    order_id: Id
    op_id: OperationId | None = None


class DeliveryReply(Reply):
    """The order as it is now."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class Meal:
    """All of it, as the database has it, read after the cart: what staff add at the same moment finds another cart."""

    session: TableSession
    order: Order
    orders: list[Order]
    delivery: Delivery
    cart: Cart
    check: Check
    tickets: list[Ticket]

    @property
    def is_under_way(self) -> bool:
        """Whether somebody waits for any of it."""
        return any(one.is_under_way for one in self.orders)

    def tickets_of(self, order: Order) -> list[Ticket]:
        """Return the tickets of one of its orders."""
        return [one for one in self.tickets if one.order_id == order.id]


async def delivered_order(ctx: Context, order_id: str) -> tuple[Order, Delivery]:
    """Return an order from home; what staff have added to one stands for that one. Raises `NotFound`."""
    found = await ctx.store.get(Order, order_id)
    if found is None or found.customer_id is None:
        raise NotFound(order_id=order_id)
    for one in [found] if found.delivery else await ctx.store.members(Order, "session", found.session_id):
        if one.delivery is not None:
            return one, one.delivery
    raise NotFound(order_id=order_id)


async def meal_of(ctx: Context, order_id: str) -> Meal:
    """Return all that belongs to an order from home under the lock of its session, to end it; raises `NotFound`."""
    found, _ = await delivered_order(ctx, order_id)
    await access.lock(ctx, found.session_id)
    session = await access.named_session(ctx, found.session_id)
    carts = await ctx.store.members(Cart, "session", session.id)
    tickets = await access.every_of(ctx, Ticket, session.id)
    orders = await access.every_of(ctx, Order, session.id)
    check = await access.check(ctx, session)
    order = next(one for one in orders if one.id == found.id)
    if order.delivery is None or not carts:
        raise NotFound(order_id=order_id)
    return Meal(session, order, orders, order.delivery, carts[0], check, tickets)


def destination_of(ctx: Context, order: Order, delivery: Delivery) -> Destination | None:
    """Return where an order goes and to whom, None once the person was erased."""
    if delivery.destination is None:
        return None
    return Destination.of(ctx.vault.unseal(destination_place(order.restaurant_id, order.id), delivery.destination))


def end(ctx: Context, session: TableSession, cart: Cart, before: Check, check: Check) -> None:
    """Stage that nothing more can be added, and that all of it is closed, if nothing is owed either way: else the rest
    stays open until it is paid.
    """
    by = ctx.principal.actor
    if not check.is_settled:
        ctx.store.save(cart.fenced(session.version, by, ctx.now, "delivery-ended", close=True))
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


def record(ctx: Context, act: str, before: Order, after: Order, **details: str | int) -> None:
    """Stage the audit entry of a step of a delivery."""
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
