"""Commands of whoever assembles what the stations have cooked: all tickets of an order at once.

Two levels: READY says that all of it is together, RUN that it is on its way to the table. The expediter decides: what a
cook has not said to be ready is ready by it. What is held stays as it is.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.cooking import record_acknowledged, stage
from handlers.registry import KITCHEN, Limit, command
from kitchen_display.answer import conflicts_show
from kitchen_display.recalling import recall_tickets
from models.base import Id, OperationId, Request
from models.errors import Forbidden, NotFound, SessionClosed, StatusConflict, TransitionRefused
from models.kitchen_view import TicketView, ticket_view
from models.order import Order
from models.principal import KITCHEN as COOKS
from models.status import LineStatus
from models.ticket import Ticket

STEPS = Limit(30, per=10)
MOST_STATIONS = 50
"""Of one order."""


class Level(StrEnum):
    """`READY`: all of it is together. `RUN`: it is on its way to the table."""

    READY = "READY"
    RUN = "RUN"


class NameOrder(Request):
    """Which order."""

    order_id: Id
    op_id: OperationId | None = None


class BumpOrder(NameOrder):
    """Which order, and how far it is; with the `revisions` of its tickets that the screen showed, by their ids, only if
    there is nothing else to cook since.
    """

    level: Annotated[Level, Field(strict=False)]
    revisions: dict[Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict, max_length=MOST_STATIONS)


class RecallOrder(NameOrder):
    """Which order; with the `revisions` of its tickets that the screen showed, by their ids, only if nobody has
    recalled any of these since.
    """

    revisions: dict[Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict, max_length=MOST_STATIONS)


class OrderTicketsReply(Reply):
    """All tickets of the order, as they are now."""

    tickets: tuple[TicketView, ...]


@command("order:bump", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound, StatusConflict))
async def bump_order(ctx: Context, request: BumpOrder) -> OrderTicketsReply:
    """Say that all of an order is together, or on its way to the table; what is held stays."""
    order, tickets = await _order(ctx, request.order_id)
    if any(one.has_done(request.op_id) for one in tickets):
        return _shown(tickets)
    for ticket in tickets:
        with conflicts_show(ticket):
            ticket.require_revision(request.revisions.get(ticket.id))
    by, is_run = ctx.principal.actor, request.level is Level.RUN
    moved = [(one, one.run(by, ctx.now) if is_run else one.assembled(by, ctx.now)) for one in tickets if one.is_to_run]
    # What changes nothing is remembered, too: when it is repeated, there may be something to run.
    noted = moved or ([(tickets[0], tickets[0])] if request.op_id else [])
    staged = await stage(ctx, order.session_id, [(before, after.did(request.op_id)) for before, after in noted])
    for before, after in moved:
        record_acknowledged(ctx, before, after)
    if moved and is_run:
        _record_run(ctx, order, [before for before, _ in moved], [after for _, after in moved])
    newest = {one.id: one for one in staged.tickets}
    return _shown([newest.get(one.id, one) for one in tickets])


@command(
    "order:recall",
    on=(KITCHEN,),
    roles=COOKS,
    limit=STEPS,
    errors=(NotFound, SessionClosed, StatusConflict, TransitionRefused),
)
async def recall_order(ctx: Context, request: RecallOrder) -> OrderTicketsReply:
    """Bring all tickets of an order back to the stations and to whoever assembles it, as before they were cleared."""
    _, tickets = await _order(ctx, request.order_id)
    return _shown(await recall_tickets(ctx, tickets, request.revisions, request.op_id))


async def _order(ctx: Context, order_id: str) -> tuple[Order, list[Ticket]]:
    """Return an order and all its tickets under the lock of its session, for those who see the tickets of all stations.

    Raises `Forbidden`, or `NotFound`, also while this process has not heard of all of them: then it is decided once
    more on fresh reads.
    """
    if getattr(ctx.principal, "shown_stations", frozenset()):
        raise Forbidden
    found = await ctx.store.get(Order, order_id)
    if found is None:
        raise NotFound(order_id=order_id)
    await access.lock(ctx, found.session_id)
    order = await ctx.store.get(Order, order_id) or found
    tickets = [one for one in await ctx.store.members(Ticket, "session", order.session_id) if one.order_id == order_id]
    cooking = {station for line in order.to_send for station in line.stations}
    if not tickets or not cooking <= {one.station for one in tickets}:
        raise NotFound(order_id=order_id)
    return order, sorted(tickets, key=lambda one: one.id)


def _record_run(ctx: Context, order: Order, before: list[Ticket], after: list[Ticket]) -> None:
    ctx.record(
        "order-run",
        session_id=order.session_id,
        subject=order.id,
        before={"served": _served(before)},
        after={"served": _served(after)},
        number=order.number,
        stations=len(after),
    )


def _served(tickets: list[Ticket]) -> int:
    return sum(line.status is LineStatus.SERVED for one in tickets for line in one.lines)


def _shown(tickets: list[Ticket]) -> OrderTicketsReply:
    return OrderTicketsReply(tickets=tuple(ticket_view(one) for one in tickets))
