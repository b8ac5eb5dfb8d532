"""Staging what changes in the kitchen: tickets, and the orders whose states follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers import access
from handlers.alarms import end_alarm
from handlers.context import Context
from handlers.registry import KITCHEN
from models.alarm import AlarmKind
from models.cooking import follow, is_any_fired, is_told, with_ahead
from models.order import Order
from models.status import LineStatus
from models.ticket import Ticket

COOKED = frozenset({LineStatus.READY, LineStatus.SERVED})


@dataclass(frozen=True, slots=True)
class Staged:
    """What changes, as it will be stored: the tickets that were handed in, and their orders."""

    tickets: list[Ticket]
    orders: list[Order]


async def stage(
    ctx: Context, session_id: str, changed: Sequence[tuple[Ticket, Ticket]], order: Order | None = None
) -> Staged:
    """Stage tickets of one session (as they were and as they are), and what follows on their orders.

    The order is saved even if its state stays: its version is what makes one of two stations that finish a dish at
    once, in two processes, see the other, and what shows that this process had heard of a ticket and not yet of its
    order. The other stations' tickets are read from the database, after the order: a refusal may have brought the order
    as it is now to this process, which has not yet heard of what another cook did with their ticket.

    What is done with a ticket that no screen has shown may be its receipt, and ends the alarm about it. `order` is one
    of theirs that changes otherwise, too, as it is then.
    """
    changed = [(before, _with_receipt(ctx, before, after)) for before, after in changed]
    for before, after in changed:
        if before.alarmed_at and before.seen_at is None and (after.seen_at is not None or not after.is_open):
            await end_alarm(ctx, AlarmKind.TICKET_UNSEEN, before.id)
    is_any_new = any(is_any_fired(before, after) for before, after in changed)
    stations = await access.stations(ctx) if is_any_new else {}
    changed = [(before, with_ahead(before, after, stations)) for before, after in changed]
    stored = [ctx.store.save(after) if after is not before else after for before, after in changed]
    newest = {ticket.id: ticket for ticket in stored}
    orders_of = {one: await ctx.store.get(Order, one) for one in dict.fromkeys(ticket.order_id for ticket in stored)}
    known: Mapping[str, Ticket] = newest
    shared = [one.id for one in orders_of.values() if one and _have_siblings(one, stored)]
    if shared:
        of_orders = {"restaurant_id": ctx.store.restaurant_id, "session_id": session_id, "order_id": {"$in": shared}}
        known = {one.id: one for one in await ctx.store.every(Ticket, **of_orders)} | newest
    orders: list[Order] = []
    for order_id, known_order in orders_of.items():
        if known_order is None:
            continue
        newest_order = order if order and order.id == order_id else known_order
        followed = follow(newest_order, known.values(), ctx.principal.actor, ctx.now, stations)
        is_worked_on = any(is_told(before, after) for before, after in changed if after.order_id == order_id)
        is_changed = followed is not known_order or is_worked_on
        orders.append(ctx.store.save(followed) if is_changed else known_order)
    return Staged(stored, orders)


def _with_receipt(ctx: Context, before: Ticket, after: Ticket) -> Ticket:
    """Return a ticket as seen when a screen of its station has changed it, or when it has left the screens cooked."""
    if after is before or after.seen_at is not None:
        return after
    is_theirs = ctx.namespace == KITCHEN and access.cooks_for(ctx, before)
    is_cooked = not after.is_open and any(line.status in COOKED for line in after.lines)
    return after.with_receipt(ctx.principal.actor, ctx.now) if is_theirs or is_cooked else after


def _have_siblings(order: Order, tickets: Sequence[Ticket]) -> bool:
    """Whether a dish of an order that is on these tickets is cooked by a station whose ticket is not among them."""
    own = [ticket for ticket in tickets if ticket.order_id == order.id]
    present, dishes = {ticket.station for ticket in own}, {part.id for ticket in own for part in ticket.lines}
    return any(not present.issuperset(line.stations) for line in order.lines if line.id in dishes)


def record_acknowledged(ctx: Context, before: Ticket, after: Ticket) -> None:
    """Note in the log what the kitchen has seen struck: what it cooks all the same, it cooks knowingly."""
    for was, line in zip(before.lines, after.lines, strict=True):
        if line.acknowledged > was.acknowledged:
            ctx.record(
                "strike-acknowledged",
                session_id=before.session_id,
                subject=line.id,
                before={"acknowledged": was.acknowledged},
                after={"acknowledged": line.acknowledged},
                ticket=before.id,
                station=before.station,
            )
