"""A dish reaches the table: staff on the floor say so, where the kitchen only says that it is ready."""

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.base import Id, Request
from models.errors import SessionClosed, SessionMerged, TransitionRefused
from models.order import Order, OrderLine
from models.principal import SERVICE
from models.status import LineStatus
from models.view import OrderView, order_view


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
    await _serve(ctx, order, line)
    stored = ctx.store.save(order.with_status(line.id, LineStatus.SERVED, ctx.principal.actor, ctx.now))
    ctx.record(
        "line-served",
        session_id=session.id,
        subject=line.id,
        before={"status": line.status.value},
        after={"status": LineStatus.SERVED.value},
        order=order.id,
    )
    return ServeReply(order=order_view(stored))


async def _serve(ctx: Context, order: Order, line: OrderLine) -> None:
    """Move it on the tickets of all stations that cooked it; raises `TransitionRefused` while one is not ready."""
    if line.status is not LineStatus.READY:
        raise TransitionRefused(status=line.status.value)
    for ticket in await access.tickets_of_line(ctx, order, line):
        part = ticket.line(line.id)
        if part.status is not LineStatus.SERVED:
            ctx.store.save(ticket.step(line.id, LineStatus.SERVED, part.status, ctx.principal.actor, ctx.now))
