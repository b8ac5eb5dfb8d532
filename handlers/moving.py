"""Where a party sits: it moves to another table, and its phones and tickets follow."""

from handlers import access, attending
from handlers.context import Context
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from models.base import Id, OperationId, Request
from models.cart import Cart
from models.errors import (
    SameTable,
    SessionClosed,
    TableOccupied,
)
from models.principal import SERVICE
from models.session import TableSession
from models.ticket import Ticket
from models.view import floor_session_view


class MoveSession(Request):
    """Where the party goes."""

    table_id: Id
    op_id: OperationId | None = None


@command(
    "session:move",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(TableOccupied, SameTable, SessionClosed),
    about_session=True,
)
async def move(ctx: Context, request: MoveSession) -> SessionReply:
    """Seat the party at another table: phones follow, tickets keep their ids, nothing is fired again."""
    session = await access.session(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    table = await access.table(ctx, request.table_id)
    by, was = ctx.principal.actor, session.table_name
    moved = session.move(table.id, table.name, by, ctx.now).did(request.op_id)
    if await ctx.store.members(TableSession, "table", table.id):
        raise TableOccupied(table=table.name)
    stored = ctx.store.save(moved)
    for cart in await ctx.store.members(Cart, "session", session.id):
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "moved"))
    for ticket in await ctx.store.members(Ticket, "session", session.id):
        ctx.store.save(ticket.moved(table.name, was, by, ctx.now))
    await attending.move_requests(ctx, session.id, table.name)
    ctx.record("session-moved", session_id=session.id, subject=table.id, table_was=was, table=table.name)
    return SessionReply(session=floor_session_view(stored))
