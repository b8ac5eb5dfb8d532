"""Parties that sit together: one is merged into another's session, its host, and taken out again with all its own.

Both sessions, every cart from which phones go away or to which they come, and everything that moves is saved. So
whatever is done to one of them at the same moment, on whatever server, conflicts and is decided once more.
"""

from pydantic import Field

from handlers import access, attending
from handlers.context import Context
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from models.base import Id, OperationId, Request
from models.cart import Cart
from models.check import Check
from models.dining_view import floor_session_view
from models.errors import NotAtTable, NotFound, NotMerged, SameSession, SessionClosed, SessionMerged
from models.merging import Act, Merge, Unmerge
from models.merging_cart import CartsMoved, carts_merged, carts_unmerged
from models.order import Order
from models.principal import SERVICE
from models.service import ServiceRequest
from models.session import TableSession
from models.ticket import Ticket


class MergeSessions(Request):
    """Which session is merged into which."""

    from_: Id = Field(alias="from")
    into: Id
    op_id: OperationId | None = None


class UnmergeSession(Request):
    """The session that had been merged is named."""

    op_id: OperationId | None = None


@command(
    "session:merge",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(NotAtTable, NotFound, SameSession, SessionClosed, SessionMerged),
)
async def merge(ctx: Context, request: MergeSessions) -> SessionReply:
    """Bring a party to another one's session, its host: lines, rounds, checks, tickets and phones.

    Nothing is fired again; the host is answered. Its PIN counts, and the codes of both tables lead to it.
    """
    for session_id in sorted({request.from_, request.into}):
        await access.lock(ctx, session_id)
    session = await access.named_session(ctx, request.from_)
    host = await access.named_session(ctx, request.into)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(host))
    if session.id == host.id:
        raise SameSession
    session.require_at_table()
    host.require_at_table()
    keys = {one.idempotency_key for one in await ctx.store.members(Order, "session", host.id)}
    act = Merge(session.require_open(), host.require_open(), ctx.principal.actor, ctx.now, keys)
    own, theirs = await _carts(ctx, session, host)
    carts = carts_merged(act, own, theirs, ctx.ids.new_id)
    _, stored = await _stage(ctx, act, carts, "session-merged", request.op_id)
    return SessionReply(session=floor_session_view(stored))


@command(
    "session:unmerge",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(NotAtTable, NotFound, NotMerged, SessionClosed, SessionMerged),
    about_session=True,
)
async def unmerge(ctx: Context, request: UnmergeSession) -> SessionReply:
    """Take a merged party out again, with what came with it and the lines that its guests have added since.

    Rounds that were sent meanwhile stay with the host. The party's own PIN counts again.
    """
    session = await access.named_session(ctx, ctx.require_session_id())
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    session.require_at_table()
    if session.merged_into is None:
        raise NotMerged
    for session_id in sorted({session.id, session.merged_into}):
        await access.lock(ctx, session_id)
    host = await access.named_session(ctx, session.merged_into)
    act = Unmerge(session, host.require_open(), ctx.principal.actor, ctx.now)
    carts = carts_unmerged(act, *await _carts(ctx, session, host))
    stored, _ = await _stage(ctx, act, carts, "session-unmerged", request.op_id)
    return SessionReply(session=floor_session_view(stored))


async def _carts(ctx: Context, session: TableSession, host: TableSession) -> tuple[list[Cart], list[Cart]]:
    """Return the carts of a party and of its host, the shared one first, from the database: of a guest who has joined
    through another server this process may know and not yet of their cart.
    """
    found = await access.every_of(ctx, Cart, session.id, host.id)
    found.sort(key=lambda cart: (cart.owner is not None, cart.id))
    return [one for one in found if one.session_id == session.id], [one for one in found if one.session_id == host.id]


async def _stage(
    ctx: Context, act: Act, carts: CartsMoved, name: str, operation_id: str | None
) -> tuple[TableSession, TableSession]:
    """Stage everything that moves, in the order in which other processes are to hear of it.

    The rounds come before the carts, so that a repeated sending finds its round where it finds the cart. The sessions
    come last: by them phones are led to their party and told to catch up.
    """
    orders = await _stage_belongings(ctx, act)
    offer = await access.offer(ctx)
    for cart in (*carts.left, *carts.entered):
        ctx.store.save(offer.limited(cart), above=carts.above)
    for cart in carts.added:
        ctx.store.add(offer.limited(cart), above=carts.above)
    session, host = act.sessions()
    stored = ctx.store.save(session.did(operation_id)), ctx.store.save(host)
    ctx.record(
        name,
        session_id=session.id,
        subject=host.id,
        before={"merged_into": act.session.merged_into, "tables": ", ".join(act.host.tables)},
        after={"merged_into": session.merged_into, "tables": ", ".join(host.tables)},
        orders=orders,
        participants=abs(len(act.host.participants) - len(host.participants)),
    )
    return stored


async def _stage_belongings(ctx: Context, act: Act) -> int:
    """Stage the new home of rounds, checks, tickets and service requests; return how many rounds there are.

    They are read from the database, after the carts: a round that was sent before that is then among them, and one that
    is sent later finds another cart. The stream may have brought the cart of a round and not yet its tickets. The
    tickets come after the rounds, whose approval makes them.
    """
    orders = [one for one in await access.every_of(ctx, Order, act.source.id) if act.moves(one.homes)]
    for order in orders:
        ctx.store.save(act.order(order))
    for check in await access.every_of(ctx, Check, act.source.id):
        if act.moves(check.homes):
            ctx.store.save(act.check(check))
    for ticket in await access.every_of(ctx, Ticket, act.source.id):
        if act.moves(ticket.homes):
            ctx.store.save(act.ticket(ticket))
    for service in await access.every_of(ctx, ServiceRequest, act.source.id):
        if act.moves(service.homes):
            moved = ctx.store.save(act.request(service))
            await attending.move_alarm(ctx, service, moved.table_name)
    return len(orders)
