"""Taking back what was ordered and not sent to the kitchen yet: a round that waits at the first-order gate, or a part.

Nothing of it is cooked, on the check or taken from the stock; the order keeps what was ordered, and says what of it was
cancelled. Once a round is sent, `handlers.correcting` takes it off. It saves the session, as approving does: of a guest
who cancels and a waiter who approves at once, on whatever servers, one is first.
"""

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, TABLE, Limit, command
from models.base import Change, Id, OperationId, Reason, Request
from models.dining_view import OrderView, order_view
from models.errors import Forbidden, LineCancelled, NotFound, NotJoined, OrderNotWaiting, OrderSent, SessionClosed
from models.order import Order
from models.principal import GUEST, WAITERS
from models.session import TableSession

CHANGES = Limit(20, per=10)
MOST_LINES = 200
"""Named in one request."""


class CancelOwnOrder(Request):
    """Which lines of which round; all that are left of it without `line_ids`."""

    order_id: Id
    line_ids: tuple[Id, ...] | None = Field(default=None, min_length=1, max_length=MOST_LINES)
    op_id: OperationId


class CancelOrder(CancelOwnOrder):
    """Which lines of which round, all that are left of it without `line_ids`, and why: the guests are told."""

    reason: Reason


class CancelReply(Reply):
    """The order as it is now; `replayed` when the operation had been carried out before."""

    order: OrderView
    replayed: bool = False


@command(
    "order:cancel",
    on=(TABLE,),
    roles=GUEST,
    limit=CHANGES,
    errors=(Forbidden, LineCancelled, NotFound, NotJoined, OrderNotWaiting, OrderSent, SessionClosed),
)
async def cancel_own(ctx: Context, request: CancelOwnOrder) -> CancelReply:
    """Take back a round of one's own, or lines of it, as long as it waits for a waiter's tap."""
    session = await access.session(ctx)
    order = await access.order(ctx, session, request.order_id)
    mine = ctx.principal.actor.id
    if order.owner not in (None, mine):
        raise NotFound(order_id=order.id)
    if order.placed_by.id != mine:
        raise Forbidden
    return _cancel(ctx, session, order, request, None)


@command(
    "order:cancel",
    on=(FLOOR,),
    roles=WAITERS,
    limit=CHANGES,
    errors=(LineCancelled, NotFound, OrderNotWaiting, OrderSent, SessionClosed),
    about_session=True,
)
async def cancel(ctx: Context, request: CancelOrder) -> CancelReply:
    """Cancel a round that waits, or lines of it, for a reason that the guests are told."""
    session = await access.session(ctx)
    order = await access.order(ctx, session, request.order_id)
    return _cancel(ctx, session, order, request, request.reason)


def _cancel(
    ctx: Context, session: TableSession, order: Order, request: CancelOwnOrder, reason: str | None
) -> CancelReply:
    by = ctx.principal.actor
    if session.has_done(request.op_id):
        return CancelReply(order=order_view(order), replayed=True)
    try:
        cancelled = order.cancelled(request.line_ids, reason, by, ctx.now)
    except (LineCancelled, OrderNotWaiting, OrderSent) as refusal:
        refusal.details["order"] = order_view(order).model_dump(mode="json", by_alias=True)
        raise
    change = Change(kind="order-cancelled", by=by, at=ctx.now)
    ctx.store.save(session.with_(change=change).did(request.op_id))
    stored = ctx.store.save(cancelled)
    ctx.record(
        "order-cancelled",
        session_id=session.id,
        subject=order.id,
        before={"status": order.status.value, "lines": len(order.to_send)},
        after={"status": stored.status.value, "lines": len(stored.to_send)},
        number=order.number,
        reason=reason,
    )
    return CancelReply(order=order_view(stored))
