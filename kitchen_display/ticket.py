"""Commands of the kitchen screens. Each changes the ticket and, with it, the state that guests and waiters see on
the order.
"""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from handlers import access
from handlers.context import Context, Reply
from handlers.cooking import record_acknowledged, stage
from handlers.registry import KITCHEN, Limit, command
from handlers.sync import MOST_LETTERS
from kitchen_display.answer import conflicts_show, newest
from kitchen_display.board import all_day, all_day_by_station, board, on_pass, place_on_board
from kitchen_display.recalling import recall_tickets, require_party
from models.base import Id, OperationId, Request
from models.errors import LineHeld, NotFound, SessionClosed, StatusConflict, TransitionRefused
from models.events import changed
from models.kitchen_view import TicketView, ticket_view
from models.principal import KITCHEN as COOKS
from models.status import LineStatus
from models.store.paging import Latest
from models.ticket import Ticket, TicketStatus
from models.ticket_line import SLOWNESS, UNFINISHED

STEPS = Limit(30, per=10)

Place = Annotated[
    str,
    StringConstraints(max_length=300, pattern=r"^[01] [01] [0-9T:.+\-]+ [0-9]+ [A-Za-z0-9_\-]+ [A-Za-z0-9_\-]+$"),
]
"""Where a ticket stands on a board: see `place_on_board`."""

MOST_BUMPED = 100
LONGEST_BUMPED = timedelta(days=1)
"""How far back the last bumped tickets are looked for: no party stays longer."""


class GetBoard(Request):
    """`station` narrows the board to one station by its code. `after` is the `next` of the answer before."""

    station: Id | None = None
    after: Place | None = None


class BoardReply(Reply):
    """Open tickets, the longest waiting first, and how many of each dish are still to be cooked. `on_pass` is what is
    cooked and not run yet, on screens that show all stations.

    With `next` there is more of both; the numbers are those of the whole board.
    """

    tickets: tuple[TicketView, ...]
    on_pass: tuple[TicketView, ...]
    all_day: dict[str, int]
    all_day_by_station: dict[str, dict[str, int]]
    next: str | None = None


class ListTickets(Request):
    """`station` narrows the list to one station by its code."""

    station: Id | None = None


class TicketsReply(Reply):
    """Tickets that were bumped, the last one first."""

    tickets: tuple[TicketView, ...]


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
    op_id: OperationId | None = None


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
    op_id: OperationId | None = None


class BumpTicket(NameTicket):
    """Which ticket; with the `revision` that the screen showed, it is cleared only if there is nothing else to cook
    since.
    """

    revision: int | None = Field(default=None, ge=0)


class RecallTicket(NameTicket):
    """Which ticket; with the `revision` that the screen showed, it comes back only if nobody has recalled it since."""

    revision: int | None = Field(default=None, ge=0)


class TicketReply(Reply):
    """The ticket as it is now."""

    ticket: TicketView


@command("board:get", on=(KITCHEN,), roles=COOKS, limit=Limit(10, per=10))
async def get_board(ctx: Context, request: GetBoard) -> BoardReply:
    """Read the board: every open ticket of one's stations, in order, page by page when it is large."""
    wanted = _stations(ctx, request.station)
    shown = await ctx.store.members(Ticket, "shown", ctx.store.restaurant_id)
    tickets = board(shown, wanted)
    on_page, following = _page(ctx, [*tickets, *([] if wanted else on_pass(shown))], request.after or "")
    return BoardReply.model_construct(
        tickets=tuple(ticket_view(one) for one in on_page if one.is_open),
        on_pass=tuple(ticket_view(one) for one in on_page if not one.is_open),
        all_day=all_day(tickets),
        all_day_by_station=all_day_by_station(tickets),
        next=following,
    )


@command("ticket:list", on=(KITCHEN,), roles=COOKS, limit=Limit(10, per=10), errors=(NotFound,))
async def list_tickets(ctx: Context, request: ListTickets) -> TicketsReply:
    """List the last hundred tickets that were bumped at one's stations, the last one first: what can be recalled."""
    found = await ctx.store.latest(Ticket, last_bumped(_stations(ctx, request.station), ctx.now))
    return TicketsReply.model_construct(tickets=tuple(ticket_view(one) for one in found))


@command("ticket:seen", on=(KITCHEN,), roles=COOKS, limit=STEPS)
async def mark_seen(ctx: Context, request: SeenTickets) -> SeenReply:
    """Say which tickets the screen shows: the kitchen has them, once a screen of their station says so."""
    found = await ctx.store.get_each(Ticket, list(dict.fromkeys(request.ticket_ids)))
    mine = [ticket for ticket in found if access.cooks_for(ctx, ticket)]
    # By order, not by party: while a merge is being heard of, one ticket of an order may have moved and not the other.
    by_order: dict[str, list[tuple[Ticket, Ticket]]] = {}
    for ticket in mine:
        if ticket.seen_at is None:
            changed = (ticket, ticket.seen(ctx.principal.actor, ctx.now))
            by_order.setdefault(ticket.order_id, []).append(changed)
    for changes in by_order.values():
        await stage(ctx, changes[0][0].session_id, changes)
    return SeenReply(seen=tuple(ticket.id for ticket in mine))


@command(
    "line:set-status",
    on=(KITCHEN,),
    roles=COOKS,
    limit=STEPS,
    errors=(LineHeld, NotFound, SessionClosed, StatusConflict, TransitionRefused),
)
async def set_status(ctx: Context, request: SetStatus) -> TicketReply:
    """Move a line on: in progress, ready, served, or back. What a party that has left had is not cooked again."""
    ticket = await access.ticket(ctx, request.ticket_id)
    if ticket.has_done(request.op_id):
        return TicketReply(ticket=ticket_view(ticket))
    with conflicts_show(ticket):
        changed = ticket.step(request.line_id, request.status, request.expected, ctx.principal.actor, ctx.now)
    if request.status in UNFINISHED and request.expected not in UNFINISHED:
        await require_party(ctx, ticket.session_id, "line-set-back")
    if SLOWNESS.index(request.status) < SLOWNESS.index(request.expected):
        ctx.record(
            "line-set-back",
            session_id=ticket.session_id,
            subject=request.line_id,
            before={"status": request.expected.value},
            after={"status": request.status.value},
            ticket=ticket.id,
            station=ticket.station,
        )
    return await _stored(ctx, ticket, changed.did(request.op_id))


@command("line:acknowledge", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound,))
async def acknowledge(ctx: Context, request: AcknowledgeLine) -> TicketReply:
    """Say that one has seen what was struck of a line; of a ticket that is struck whole, the last one clears it."""
    ticket = await access.ticket(ctx, request.ticket_id)
    changed = ticket.acknowledged(request.line_id, request.voided, ctx.principal.actor, ctx.now)
    if changed is ticket:
        ticket = await newest(ctx, ticket)
        changed = ticket.acknowledged(request.line_id, request.voided, ctx.principal.actor, ctx.now)
    if changed is ticket or ticket.has_done(request.op_id):
        return TicketReply(ticket=ticket_view(ticket))
    record_acknowledged(ctx, ticket, changed)
    return await _stored(ctx, ticket, changed.did(request.op_id))


@command("ticket:bump", on=(KITCHEN,), roles=COOKS, limit=STEPS, errors=(NotFound, StatusConflict))
async def bump(ctx: Context, request: BumpTicket) -> TicketReply:
    """Clear a ticket from the screen: all of it is ready, and what was struck is acknowledged; what is held stays."""
    ticket = await access.ticket(ctx, request.ticket_id)
    if not ticket.is_open:
        ticket = await newest(ctx, ticket)
    if not ticket.is_open or ticket.has_done(request.op_id):
        return TicketReply(ticket=ticket_view(ticket))
    with conflicts_show(ticket):
        ticket.require_revision(request.revision)
    bumped = ticket.bump(ctx.principal.actor, ctx.now)
    record_acknowledged(ctx, ticket, bumped)
    return await _stored(ctx, ticket, bumped.did(request.op_id))


@command(
    "ticket:recall",
    on=(KITCHEN,),
    roles=COOKS,
    limit=STEPS,
    errors=(NotFound, SessionClosed, StatusConflict, TransitionRefused),
)
async def recall(ctx: Context, request: RecallTicket) -> TicketReply:
    """Bring a bumped ticket back to the screens; what clearing it has made ready is what it was before."""
    ticket = await access.ticket(ctx, request.ticket_id)
    revisions = {} if request.revision is None else {ticket.id: request.revision}
    (stored,) = await recall_tickets(ctx, [ticket], revisions, request.op_id)
    return TicketReply(ticket=ticket_view(stored))


async def _stored(ctx: Context, before: Ticket, after: Ticket) -> TicketReply:
    (stored,) = (await stage(ctx, before.session_id, [(before, after)])).tickets
    return TicketReply(ticket=ticket_view(stored))


def _page(ctx: Context, tickets: list[Ticket], after: str) -> tuple[list[Ticket], str | None]:
    """Return as many of the tickets that come after a place as one answer holds, and the place of the last one if there
    are more. Whatever changes its place meanwhile is told like all else.
    """
    found = [one for one in tickets if place_on_board(one) > after]
    letters = 0
    for count, ticket in enumerate(found):
        letters += sum(len(ctx.texts.of(ticket, message)) for message in changed(ticket))
        if count and letters > MOST_LETTERS:
            return found[:count], place_on_board(found[count - 1])
    return found, None


def last_bumped(stations: frozenset[str], now: datetime) -> Latest:
    """Return what was bumped last at some stations, at all of them when none is named."""
    wanted = sorted(stations)
    of_theirs = {"$or": [{"station": {"$in": wanted}}, {"backup": {"$in": wanted}}]} if wanted else {}
    query = {"status": TicketStatus.BUMPED.value, **of_theirs}
    return Latest("bumped_at", now - LONGEST_BUMPED, MOST_BUMPED, query)


def _stations(ctx: Context, station: str | None) -> frozenset[str]:
    """Return whose tickets are asked for, none for all of the house; raises `NotFound` for what is not one's own."""
    mine: frozenset[str] = getattr(ctx.principal, "shown_stations", frozenset())
    if station and mine and station not in mine:
        raise NotFound(station=station)
    return frozenset({station}) if station else mine
