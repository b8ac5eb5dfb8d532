"""The first-order gate: a waiter lets a round that waits go to the kitchen, or sends it back with a reason.

Both save the session, which moving, merging and closing save too. So a round never goes to a table that the party has
just left, and of two who decide at once, on whatever server, one does.
"""

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from handlers.stock import reserve
from handlers.ticketing import enter_round, send_to_kitchen
from models.base import Change, Id, OperationId, Reason, Request
from models.ceiling import require_within
from models.dining_view import OrderView, order_view
from models.errors import ItemUnavailable, NotFound, OrderNotWaiting, OrderTooLarge, SessionClosed
from models.order import Order, OrderStatus
from models.principal import WAITERS
from models.session import TableSession


class ApproveOrder(Request):
    """Which round may go to the kitchen."""

    order_id: Id
    op_id: OperationId | None = None


class RejectOrder(Request):
    """Which round is sent back; the guests are told the reason."""

    order_id: Id
    reason: Reason
    op_id: OperationId | None = None


class DecisionReply(Reply):
    """The order as it is now; `replayed` when the operation had been carried out before."""

    order: OrderView
    replayed: bool = False


@command(
    "order:approve",
    on=(FLOOR,),
    roles=WAITERS,
    limit=Limit(20, per=10),
    errors=(ItemUnavailable, NotFound, OrderNotWaiting, OrderTooLarge, SessionClosed),
    about_session=True,
)
async def approve(ctx: Context, request: ApproveOrder) -> DecisionReply:
    """Let a waiting round go to the kitchen and onto the check, as it was placed and at the prices the guest saw."""
    session = await access.session(ctx)
    order = await access.order(ctx, session, request.order_id)
    if request.op_id and session.has_done(request.op_id):
        return DecisionReply(order=order_view(order), replayed=True)
    _require_waiting(order)
    (await access.offer(ctx)).require_there(order)
    rounds = await ctx.store.members(Order, "session", session.id)
    require_within(ctx.rules, order, [one for one in rounds if one.status is OrderStatus.PLACED])
    approved = await enter_round(ctx, order.approved(ctx.principal.actor, ctx.now), session)
    await reserve(ctx, approved)
    sent = await send_to_kitchen(ctx, approved, session)
    return _decided(ctx, session, order, sent, request.op_id)


@command(
    "order:reject",
    on=(FLOOR,),
    roles=WAITERS,
    limit=Limit(20, per=10),
    errors=(NotFound, OrderNotWaiting, SessionClosed),
    about_session=True,
)
async def reject(ctx: Context, request: RejectOrder) -> DecisionReply:
    """Send a waiting round back with a reason that the guests are told; none of it is cooked."""
    session = await access.session(ctx)
    order = await access.order(ctx, session, request.order_id)
    if request.op_id and session.has_done(request.op_id):
        return DecisionReply(order=order_view(order), replayed=True)
    _require_waiting(order)
    rejected = order.rejected(request.reason, ctx.principal.actor, ctx.now)
    return _decided(ctx, session, order, rejected, request.op_id)


def _require_waiting(order: Order) -> None:
    if not order.is_waiting:
        raise OrderNotWaiting(order=order_view(order).model_dump(mode="json", by_alias=True))


def _decided(
    ctx: Context, session: TableSession, before: Order, after: Order, operation_id: str | None
) -> DecisionReply:
    act = "order-approved" if after.status is OrderStatus.PLACED else "order-rejected"
    change = Change(kind=act, by=ctx.principal.actor, at=ctx.now)
    ctx.store.save(session.with_(change=change).did(operation_id))
    stored = ctx.store.save(after)
    ctx.record(
        act,
        session_id=session.id,
        subject=after.id,
        before={"status": before.status.value},
        after={"status": after.status.value},
        number=after.number,
        amount=after.total.amount,
        reason=after.reason,
    )
    return DecisionReply(order=order_view(stored))
