"""Sessions: the waiter opens a table for a party, counts its guests, and closes it when nothing is left to do."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from handlers import access, attending
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from handlers.stock import give_back
from models.base import Actor, Id, Note, OperationId, Request
from models.cart import Cart
from models.check import Check, new_check
from models.closing import Remains
from models.dining import DiningOption
from models.dining_view import FloorSessionView, floor_session_view
from models.errors import (
    CheckOpen,
    CheckOverpaid,
    DeliveryUnderWay,
    DishesCooking,
    NotAtTable,
    NotFound,
    OrdersWaiting,
    PaymentPending,
    SessionClosed,
    TableOccupied,
)
from models.house import Table
from models.offer import portions
from models.order import Order, OrderStatus
from models.participant import Seating
from models.payment import Payment
from models.pin import PIN_PURPOSE
from models.principal import SERVICE, Role
from models.session import Mode, SessionStatus, TableSession
from models.staff import Staff
from models.status import LineStatus
from models.ticket import Ticket

MOST_COVERS = 200
"""Of one party."""


class OpenSession(Request):
    """`covers` is the number of guests."""

    table_id: Id
    mode: Annotated[Mode, Field(strict=False)]
    covers: int = Field(ge=1, le=MOST_COVERS)
    op_id: OperationId | None = None


class OpenReply(Reply):
    """`pin` and `table_token` (for the QR code) are told once; a repeat of the operation has neither."""

    session: FloorSessionView
    pin: str | None = None
    table_token: str | None = None


class CloseSession(Request):
    """`reason` lets a manager close although money is owed by the guests or by the house, dishes are cooking or rounds
    wait for approval.
    """

    reason: Note = ""
    op_id: OperationId | None = None


class SetCovers(Request):
    """How many guests there are by now."""

    covers: int = Field(ge=1, le=MOST_COVERS)
    op_id: OperationId | None = None


@command("session:open", on=(FLOOR,), roles=SERVICE, limit=Limit(10, per=10), errors=(TableOccupied,))
async def open_session(ctx: Context, request: OpenSession) -> OpenReply:
    """Open a table for a party and tell its PIN, once."""
    await access.lock(ctx, request.table_id)
    table = await access.table(ctx, request.table_id)
    session_id, pin = ctx.ids.new_id(), ctx.ids.pin()
    if request.op_id and table.opening and table.opening.operation == request.op_id:
        return OpenReply(session=floor_session_view(await access.named_session(ctx, table.opening.session_id)))
    for running in await ctx.store.members(TableSession, "table", table.id):
        raise TableOccupied(session_id=running.id)
    house = await access.restaurant(ctx)
    session = TableSession(
        id=session_id,
        restaurant_id=house.id,
        table_id=table.id,
        table_name=table.name,
        mode=request.mode,
        covers=request.covers,
        pin=ctx.vault.keyed_hash(PIN_PURPOSE, session_id, pin),
        seatings=(Seating(table_id=table.id, table_name=table.name, since=ctx.now),),
        opened_at=ctx.now,
        opened_by=ctx.principal.actor,
        waiter=await _waiter(ctx, table),
    )
    session = ctx.store.add(session)
    ctx.store.save(table.opened(ctx.principal.actor, ctx.now, session.id, request.op_id))
    ctx.store.add(Cart(id=ctx.ids.new_id(), restaurant_id=house.id, session_id=session_id, currency=house.currency))
    ctx.store.add(
        new_check(
            ctx.ids.new_id(),
            house.id,
            session_id,
            house.currency,
            covers=request.covers,
            terms=(await access.menu(ctx)).pricing.terms(DiningOption.DINE_IN),
            now=ctx.now,
        )
    )
    ctx.record(
        "session-opened", session_id=session_id, subject=table.id, mode=request.mode.value, covers=request.covers
    )
    return OpenReply(session=floor_session_view(session), pin=pin, table_token=table.token)


@command(
    "session:set-covers",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(NotAtTable, SessionClosed),
    about_session=True,
)
async def set_covers(ctx: Context, request: SetCovers) -> SessionReply:
    """Say how many guests the party has; its check may get or lose its service charge by it."""
    session = await access.party(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    by = ctx.principal.actor
    check = await access.check(ctx, session)
    stored = ctx.store.save(session.with_covers(request.covers, by, ctx.now).did(request.op_id))
    ctx.store.save(check.with_covers(request.covers, by, ctx.now))
    ctx.record("covers-set", session_id=session.id, before={"covers": session.covers}, after={"covers": request.covers})
    return SessionReply(session=floor_session_view(stored))


@command(
    "session:close",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(CheckOpen, CheckOverpaid, DeliveryUnderWay, DishesCooking, OrdersWaiting, PaymentPending, SessionClosed),
    about_session=True,
)
async def close(ctx: Context, request: CloseSession) -> SessionReply:
    """Close the table once nothing is owed either way, cooked or undecided; its QR code is worth nothing afterwards.

    A manager may close all the same, with a reason: what is not ready is struck, what waits is rejected, a payment on
    its way is cancelled. Parties that were merged into it are closed with it. What somebody ordered from home is handed
    over or called off before.
    """
    await access.lock(ctx, ctx.require_session_id())
    session = await access.session_to_see(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    session.require_open()
    merged = await access.merged_into(ctx, session)
    carts = await access.every_of(ctx, Cart, session.id, *(party.id for party in merged))
    remains = await _remains(ctx, session)
    remains.require_delivered()
    if Role.MANAGER not in ctx.principal.roles or not request.reason:
        remains.require_none()
    by = ctx.principal.actor
    stored = ctx.store.save(session.close(by, ctx.now).did(request.op_id))
    for check in remains.checks:
        ctx.store.save(check.closed(by, ctx.now))
    for payment in await ctx.store.get_each(Payment, remains.payment_ids):
        ctx.store.save(payment.cancelling(by, ctx.now))
    for cart in carts:
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "closed", close=True))
    _end(ctx, session, remains, request.reason)
    if remains.untouched:
        await give_back(ctx, portions(remains.untouched))
    await attending.cancel_requests(ctx, session.id)
    for party in merged:
        ctx.store.save(party.close(by, ctx.now))
        ctx.record(
            "session-closed",
            session_id=party.id,
            before={"status": party.status.value},
            after={"status": SessionStatus.CLOSED.value},
            host=session.id,
        )
    for table in await _left_behind(ctx, (session, *merged)):
        ctx.store.save(table.with_(token=ctx.ids.token(), change=stored.change))
    return SessionReply(session=floor_session_view(stored))


async def _waiter(ctx: Context, table: Table) -> Actor | None:
    """Return who serves a party there: whose table it is, unless they are gone, else the waiter who opens it."""
    if table.waiter:
        theirs = await ctx.store.get(Staff, table.waiter.id)
        if theirs is not None and theirs.is_in_service:
            return table.waiter
    return ctx.principal.actor if Role.WAITER in ctx.principal.roles else None


async def _left_behind(ctx: Context, parties: tuple[TableSession, ...]) -> list[Table]:
    """Return the tables whose codes these parties know and where nobody else sits, as the database has it: their own,
    and those they were moved from.
    """
    leaving = {party.id for party in parties}
    tables = []
    for table_id in sorted({table_id for party in parties for table_id in party.table_ids}):
        sitting = await ctx.store.every(
            TableSession, restaurant_id=ctx.store.restaurant_id, table_id=table_id, status="OPEN"
        )
        if leaving.issuperset(one.id for one in sitting):
            tables.append(await access.table(ctx, table_id))
    return tables


async def _remains(ctx: Context, session: TableSession) -> Remains:
    """Return what is left to do for a session, as the database has it now.

    To be called after the carts were read, which closing saves. A round that was sent before that is then in the
    database; one that is sent later finds another cart. Memory would not do: the stream may have brought the cart of a
    round and not yet its tickets, and a race may have brought the session of a party that was joined by another one,
    and not yet that one's check.
    """
    tickets = await access.every_of(ctx, Ticket, session.id)
    orders = await access.every_of(ctx, Order, session.id)
    checks = await access.every_of(ctx, Check, session.id)
    if not checks:
        raise NotFound(session_id=session.id)
    return Remains(checks, tickets, orders)


def _end(ctx: Context, session: TableSession, remains: Remains, reason: str) -> None:
    """Stage the end of everything that is left, with an audit entry for each."""
    by = ctx.principal.actor
    for ticket in remains.struck(by, ctx.now):
        ctx.store.save(ticket)
    for order in (*remains.cancelled(by, ctx.now), *(one.rejected(reason, by, ctx.now) for one in remains.waiting)):
        ctx.store.save(order)
    for line_id, status in remains.cooking.items():
        _record_end(ctx, "line-cancelled", session, line_id, status, LineStatus.CANCELLED, reason)
    for order in remains.waiting:
        _record_end(ctx, "order-rejected", session, order.id, order.status, OrderStatus.REJECTED, reason)
    ctx.record(
        "session-closed",
        session_id=session.id,
        before={"status": session.status.value},
        after={"status": SessionStatus.CLOSED.value},
        due=remains.owed.amount,
        overpaid=remains.overpaid.amount,
        cooking=len(remains.cooking),
        waiting=len(remains.waiting),
        reason=reason or None,
    )


def _record_end(
    ctx: Context, act: str, session: TableSession, subject: str, before: StrEnum, after: StrEnum, reason: str
) -> None:
    ctx.record(
        act,
        session_id=session.id,
        subject=subject,
        before={"status": before.value},
        after={"status": after.value},
        reason=reason,
    )
