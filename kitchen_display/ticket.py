"""Commands of the kitchen screens. Each changes the ticket and, with it, the state that guests and waiters see on
the order.
"""

from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import KITCHEN, Limit, command
from kitchen_display.board import all_day, board
from models.base import Id, OperationId, Request
from models.errors import NotFound, StatusConflict, TransitionRefused
from models.order import Order
from models.principal import KITCHEN as COOKS
from models.status import LineStatus
from models.ticket import Ticket, slowest
from models.view import TicketView, ticket_view

STEPS = Limit(30, per=10)


class GetBoard(Request):
    """`station` narrows the board to one station by its code."""

    station: Id | None = None


class BoardReply(Reply):
    """Open tickets, the longest waiting first, and how many of each dish are still to be cooked."""

    tickets: tuple[TicketView, ...]
    all_day: dict[str, int]


class SeenTickets(Request):
    """The tickets that the screen shows."""

    ticket_ids: tuple[Id, ...] = Field(min_length=1, max_length=200)


class SeenReply(Reply):
    """Those of them that exist and are recorded as seen."""

    seen: tuple[str, ...]


class SetStatus(Request):
    """`expected` is the state the cook saw: of two cooks one wins."""

    ticket_id: Id
    line_id: Id
    status: Annotated[LineStatus, Field(strict=False)]
    expected: Annotated[LineStatus, Field(strict=False)]


class AcknowledgeLine(Request):
    """`voided` is how many portions the screen showed taken off: what was struck since then stays struck. Without it,
    all that are taken off by now.
    """

    ticket_id: Id
    line_id: Id
    voided: int | None = Field(default=None, ge=1)
    op_id: OperationId | None = None


class NameTicket(Request):
    """Which ticket."""

    ticket_id: Id


class TicketReply(Reply):
    """The ticket as it is now."""

    ticket: TicketView


@command("board:get", on=(KITCHEN,), roles=COOKS, limit=Limit(10, per=10))
async def get_board(ctx: Context, request: GetBoard) -> BoardReply:
    """Read the board: every open ticket of one's stations, in order."""
    mine: frozenset[str] = getattr(ctx.principal, "stations", frozenset())
    wanted = frozenset({request.station}) if request.station else mine
    if request.station and mine and request.station not in mine:
        raise NotFound(station=request.station)
    tickets = board(await ctx.store.members(Ticket, "open", ctx.store.restaurant_id), wanted)
    return BoardReply.model_construct(tickets=tuple(ticket_view(one) for one in tickets), all_day=all_day(tickets))


@command("ticket:seen", on=(KITCHEN,), roles=COOKS, limit=STEPS)
async def mark_seen(ctx: Context, request: SeenTickets) -> SeenReply:
    """Say which tickets the screen shows: the kitchen has them."""
    seen: list[str] = []
    mine: frozenset[str] = getattr(ctx.principal, "stations", frozenset())
    for ticket_id in dict.fromkeys(request.ticket_ids):
        found = await ctx.store.get(Ticket, ticket_id)
        if found is None or (mine and found.station not in mine):
            continue
        seen.append(found.id)
        if found.seen_at is None:
            ctx.store.save(found.seen(ctx.principal.actor, ctx.now))
    return SeenReply(seen=tuple(seen))


@command(
    "line:set-status", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound, StatusConflict, TransitionRefused)
)
async def set_status(ctx: Context, request: SetStatus) -> TicketReply:
    """Move a line on: in progress, ready, or back."""
    ticket = await access.ticket(ctx, request.ticket_id)
    try:
        changed = ticket.step(request.line_id, request.status, request.expected, ctx.principal.actor, ctx.now)
    except StatusConflict as conflict:
        conflict.details["ticket"] = ticket_view(ticket).model_dump(mode="json", by_alias=True)
        raise
    return await _stored(ctx, ticket, changed)


@command("line:acknowledge", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound,))
async def acknowledge(ctx: Context, request: AcknowledgeLine) -> TicketReply:
    """Say that one has seen what was struck of a line; of a ticket that is struck whole, the last one clears it."""
    ticket = await access.ticket(ctx, request.ticket_id)
    changed = ticket.acknowledged(request.line_id, request.voided, ctx.principal.actor, ctx.now)
    if changed is ticket:
        return TicketReply(ticket=ticket_view(ticket))
    _record_acknowledged(ctx, ticket, changed)
    return TicketReply(ticket=ticket_view(ctx.store.save(changed)))


@command("ticket:bump", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound,))
async def bump(ctx: Context, request: NameTicket) -> TicketReply:
    """Clear a ticket from the screen; what was not ready is ready, and what was struck is acknowledged."""
    ticket = await access.ticket(ctx, request.ticket_id)
    if not ticket.is_open:
        return TicketReply(ticket=ticket_view(ticket))
    bumped = ticket.bump(ctx.principal.actor, ctx.now)
    _record_acknowledged(ctx, ticket, bumped)
    return await _stored(ctx, ticket, bumped)


@command("ticket:recall", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound,))
async def recall(ctx: Context, request: NameTicket) -> TicketReply:
    """Bring a bumped ticket back to the screen."""
    ticket = await access.ticket(ctx, request.ticket_id)
    if ticket.is_open:
        return TicketReply(ticket=ticket_view(ticket))
    return await _stored(ctx, ticket, ticket.recall(ctx.principal.actor, ctx.now))


def _record_acknowledged(ctx: Context, before: Ticket, after: Ticket) -> None:
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


async def _stored(ctx: Context, before: Ticket, after: Ticket) -> TicketReply:
    """Stage the ticket and the order whose states follow from it.

    Where several stations cook one dish the order is saved even if its state stays: its version is what makes one
    of two stations that finish at once, in two processes, see the other.
    """
    stored = ctx.store.save(after)
    order = await ctx.store.get(Order, after.order_id)
    if order is not None:
        shared = {line.id for line in order.lines if len(line.stations) > 1} & {part.id for part in after.lines}
        siblings = await _siblings(ctx, after) if shared else []
        moved = order
        for line in order.lines:
            states = [part.status for ticket in (*siblings, after) for part in ticket.lines if part.id == line.id]
            if states and slowest(states) is not line.status:
                moved = moved.with_status(line.id, slowest(states), ctx.principal.actor, ctx.now)
        if moved is not order or (shared and after.lines != before.lines):
            ctx.store.save(moved)
    return TicketReply(ticket=ticket_view(stored))


async def _siblings(ctx: Context, ticket: Ticket) -> list[Ticket]:
    """Return the tickets of the other stations that cook dishes of the same order."""
    tickets = await ctx.store.members(Ticket, "session", ticket.session_id)
    return [one for one in tickets if one.order_id == ticket.order_id and one.id != ticket.id]
