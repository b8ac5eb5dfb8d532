"""Rush: an order goes before all others, because somebody on the floor or in the kitchen says so."""

from handlers import access
from handlers.context import Context, Reply
from handlers.cooking import stage
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.base import Change, Id, OperationId, Request
from models.dining_view import OrderView, order_view
from models.errors import NotFound, SessionClosed
from models.kitchen_view import TicketView, ticket_view
from models.order import Order
from models.principal import KITCHEN as COOKS
from models.principal import SERVICE
from models.ticket import Ticket

CHANGES = Limit(20, per=10)
ERRORS = (NotFound, SessionClosed)


class PrioritizeOrder(Request):
    """Which order, and whether it goes before all others."""

    order_id: Id
    is_priority: bool
    op_id: OperationId | None = None


class PriorityReply(Reply):
    """The order as it is now."""

    order: OrderView


class PriorityTicketsReply(Reply):
    """The tickets of the order that one's screen shows, as they are now."""

    tickets: tuple[TicketView, ...]


@command("order:prioritize", on=(FLOOR,), roles=SERVICE, limit=CHANGES, errors=ERRORS)
async def prioritize(ctx: Context, request: PrioritizeOrder) -> PriorityReply:
    """Have an order cooked before all others, or in its turn; one that waits for a waiter's tap, once it has that."""
    order, _ = await _prioritize(ctx, request)
    return PriorityReply(order=order_view(order))


@command("order:prioritize", on=(KITCHEN,), roles=COOKS, limit=CHANGES, errors=ERRORS)
async def prioritize_tickets(ctx: Context, request: PrioritizeOrder) -> PriorityTicketsReply:
    """Cook an order before all others, or in its turn, at all its stations."""
    _, tickets = await _prioritize(ctx, request)
    mine = sorted((one for one in tickets if access.shows(ctx, one)), key=lambda one: one.id)
    return PriorityTicketsReply(tickets=tuple(ticket_view(one) for one in mine))


async def _prioritize(ctx: Context, request: PrioritizeOrder) -> tuple[Order, list[Ticket]]:
    """Stage it on the order and on all its tickets. The session is saved, too: it remembers the operation, and of
    whoever closes the table, sends the round or prioritizes it at the same moment, on whatever servers, one is first.
    """
    found = await ctx.store.get(Order, request.order_id)
    if found is None:
        raise NotFound(order_id=request.order_id)
    await access.lock(ctx, found.session_id)
    order = await ctx.store.get(Order, request.order_id) or found
    session = (await access.named_session(ctx, order.session_id)).require_open()
    # Of the database: where a ticket is not known yet, no write would prove it.
    tickets = [one for one in await access.every_of(ctx, Ticket, session.id) if one.order_id == order.id]
    _require_theirs(ctx, order, tickets)
    is_same = order.is_priority is request.is_priority
    if (request.op_id and session.has_done(request.op_id)) or (is_same and not request.op_id):
        return order, tickets
    by = ctx.principal.actor
    kind = "order-prioritized" if request.is_priority else "order-unprioritized"
    ctx.store.save(session.with_(change=Change(kind=kind, by=by, at=ctx.now)).did(request.op_id))
    if is_same:
        return order, tickets
    changed = [(one, one.prioritized(request.is_priority, by, ctx.now)) for one in tickets]
    prioritized = order.prioritized(request.is_priority, by, ctx.now)
    staged = await stage(ctx, session.id, changed, prioritized)
    stored = next(iter(staged.orders), None) or ctx.store.save(prioritized)
    ctx.record(
        kind,
        session_id=session.id,
        subject=order.id,
        before={"is_priority": order.is_priority},
        after={"is_priority": stored.is_priority},
        number=order.number,
    )
    return stored, staged.tickets


def _require_theirs(ctx: Context, order: Order, tickets: list[Ticket]) -> None:
    """Raise `NotFound` on a screen for an order of which it shows no ticket."""
    if ctx.namespace == KITCHEN and not any(access.shows(ctx, one) for one in tickets):
        raise NotFound(order_id=order.id)
