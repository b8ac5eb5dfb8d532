"""Staging what changes in the kitchen: tickets, and the orders whose states follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.context import Context
from models.cooking import follow, shared_lines
from models.order import Order
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Staged:
    """What changes, as it will be stored: the tickets that were handed in, and their orders."""

    tickets: list[Ticket]
    orders: list[Order]


async def stage(ctx: Context, session_id: str, changed: Sequence[tuple[Ticket, Ticket]]) -> Staged:
    """Stage tickets of one session (as they were and as they are), and what follows on their orders.

    Where several stations cook one dish the order is saved even if its state stays: its version is what makes one
    of two stations that finish at once, in two processes, see the other.
    """
    stored = [ctx.store.save(after) if after is not before else after for before, after in changed]
    newest = {ticket.id: ticket for ticket in stored}
    known: Mapping[str, Ticket] = newest
    if await _have_siblings(ctx, stored):
        known = {one.id: one for one in await ctx.store.members(Ticket, "session", session_id)} | newest
    orders: list[Order] = []
    for order_id in dict.fromkeys(ticket.order_id for ticket in stored):
        order = await ctx.store.get(Order, order_id)
        if order is None:
            continue
        followed = follow(order, known.values(), ctx.principal.actor, ctx.now)
        is_shared = any(
            shared_lines(order, after) and after.lines != before.lines
            for before, after in changed
            if after.order_id == order_id
        )
        orders.append(ctx.store.save(followed) if followed is not order or is_shared else order)
    return Staged(stored, orders)


async def _have_siblings(ctx: Context, tickets: Sequence[Ticket]) -> bool:
    """Whether a dish on these tickets is cooked by a station whose ticket is not among them."""
    present = {(ticket.order_id, ticket.station) for ticket in tickets}
    for order_id in {ticket.order_id for ticket in tickets}:
        order = await ctx.store.get(Order, order_id)
        mine = {part.id for ticket in tickets if ticket.order_id == order_id for part in ticket.lines}
        if order and any(
            (order_id, station) not in present for line in order.lines if line.id in mine for station in line.stations
        ):
            return True
    return False


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
