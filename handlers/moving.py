"""Where a party sits: it moves to another table, or back if that was a mistake; its phones and tickets follow."""

from handlers import access, attending
from handlers.context import Context
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from models.base import Id, OperationId, Request
from models.cart import Cart
from models.dining_view import floor_session_view
from models.errors import NotAtTable, SameTable, SessionClosed, SessionMerged, TableOccupied, UndoExpired
from models.principal import SERVICE
from models.session import TableSession
from models.ticket import Ticket


class MoveSession(Request):
    """Where the party goes."""

    table_id: Id
    op_id: OperationId | None = None


class UndoMove(Request):
    """The last move is taken back."""

    op_id: OperationId | None = None


@command(
    "session:move",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(NotAtTable, TableOccupied, SameTable, SessionClosed, SessionMerged),
    about_session=True,
)
async def move(ctx: Context, request: MoveSession) -> SessionReply:
    """Seat the party at another table: phones follow, tickets keep their ids, nothing is fired again."""
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    table = await access.table(ctx, request.table_id)
    moved = session.move(table.id, table.name, ctx.principal.actor, ctx.now).did(request.op_id)
    return await _seat(ctx, "session-moved", session, moved)


@command(
    "session:undo-move",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(NotAtTable, TableOccupied, SessionClosed, SessionMerged, UndoExpired),
    about_session=True,
)
async def undo_move(ctx: Context, request: UndoMove) -> SessionReply:
    """Take the last move back while that is possible: the party sits at its former table as if it had not moved."""
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    back = session.undo_move(ctx.rules.undo_seconds, ctx.principal.actor, ctx.now).did(request.op_id)
    return await _seat(ctx, "session-move-undone", session, back)


async def _seat(ctx: Context, act: str, before: TableSession, after: TableSession) -> SessionReply:
    """Stage that the party sits at another table, and its tickets with it; raises `TableOccupied`.

    Both are read from the database, the tickets after the carts: a round that was sent before that is then among them,
    and one that is sent later finds another cart. The stream may have brought the cart of a round and not yet its
    tickets, and a race the session of a guest and not yet their cart.
    """
    by = ctx.principal.actor
    if await ctx.store.members(TableSession, "table", after.table_id):
        raise TableOccupied(table=after.table_name)
    stored = ctx.store.save(after)
    for cart in await access.every_of(ctx, Cart, before.id):
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "moved"))
    for ticket in await access.every_of(ctx, Ticket, before.id):
        ctx.store.save(ticket.moved(after.table_name, after.table_was_of(ticket.homes), by, ctx.now))
    await attending.move_requests(ctx, before.id, after.table_name)
    ctx.record(
        act,
        session_id=before.id,
        subject=after.table_id,
        before={"table": before.table_name},
        after={"table": after.table_name},
    )
    return SessionReply(session=floor_session_view(stored))
