"""A dish reaches the table: staff on the floor say so, where the kitchen only says that it is ready."""

from handlers import access
from handlers.context import Context, Reply
from handlers.cooking import stage
from handlers.registry import FLOOR, Limit, command
from models.base import Id, Request
from models.dining_view import OrderView, order_view
from models.errors import SessionClosed, SessionMerged, TransitionRefused
from models.order import Order, OrderLine
from models.principal import SERVICE
from models.session import TableSession
from models.status import LineStatus


class ServeLine(Request):
    """Which dish is on the table."""

    order_id: Id
    line_id: Id


class ServeReply(Reply):
    """The order as it is now."""

    order: OrderView


@command(
    "line:serve",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(30, per=10),
    errors=(SessionClosed, SessionMerged, TransitionRefused),
    about_session=True,
)
async def serve_line(ctx: Context, request: ServeLine) -> ServeReply:
    """Say that a dish that was ready is on the table."""
    session = await access.session(ctx)
    order = await access.order(ctx, session, request.order_id)
    line = order.line(request.line_id)
    if line.status is LineStatus.SERVED:
        return ServeReply(order=order_view(order))
    # Serving writes nothing that closing a table writes, too: so it is asked of the database.
    newest = await ctx.store.fresh(TableSession, session.id) or session
    stored = await _serve(ctx, newest.require_open(), order, line)
    ctx.record(
        "line-served",
        session_id=session.id,
        subject=line.id,
        before={"status": line.status.value},
        after={"status": LineStatus.SERVED.value},
        order=order.id,
    )
    return ServeReply(order=order_view(stored))


async def _serve(ctx: Context, session: TableSession, order: Order, line: OrderLine) -> Order:
    """Move it on the tickets of all stations that cooked it; raises `TransitionRefused` while one is not ready."""
    if line.status is not LineStatus.READY:
        raise TransitionRefused(status=line.status.value)
    by = ctx.principal.actor
    tickets = await access.tickets_of_line(ctx, order, line)
    parts = [(ticket, ticket.line(line.id).status) for ticket in tickets]
    changed = [
        (ticket, ticket.step(line.id, LineStatus.SERVED, status, by, ctx.now))
        for ticket, status in parts
        if status is not LineStatus.SERVED
    ]
    return next(iter((await stage(ctx, session.id, changed)).orders), order)
