"""Sessions: the waiter opens a table for a party, and closes it when nothing is owed."""

from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from handlers.reply import SessionReply
from models.base import Id, Note, OperationId, Request
from models.cart import Cart
from models.check import new_check
from models.errors import (
    CheckOpen,
    SessionClosed,
    TableOccupied,
)
from models.participant import Seating
from models.pin import PIN_PURPOSE
from models.principal import SERVICE, Role
from models.session import Mode, TableSession
from models.view import FloorSessionView, floor_session_view


class OpenSession(Request):
    """`covers` is the number of guests."""

    table_id: Id
    mode: Annotated[Mode, Field(strict=False)]
    covers: int = Field(ge=1, le=200)
    op_id: OperationId | None = None


class OpenReply(Reply):
    """`pin` and `table_token` (for the QR code) are told once; a repeat of the operation has neither."""

    session: FloorSessionView
    pin: str | None = None
    table_token: str | None = None


class CloseSession(Request):
    """`reason` lets a manager close although money is owed."""

    reason: Note = ""
    op_id: OperationId | None = None


@command("session:open", on=(FLOOR,), roles=SERVICE, limit=Limit(10, per=10), errors=(TableOccupied,))
async def open_session(ctx: Context, request: OpenSession) -> OpenReply:
    """Open a table for a party and tell its PIN, once."""
    await access.lock(ctx, request.table_id)
    table = await access.table(ctx, request.table_id)
    session_id, pin = ctx.ids.new_id(), ctx.ids.pin()
    for running in await ctx.store.members(TableSession, "table", table.id):
        if request.op_id and running.has_done(request.op_id):
            return OpenReply(session=floor_session_view(running))
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
    ).did(request.op_id)
    session = ctx.store.add(session)
    ctx.store.add(Cart(id=ctx.ids.new_id(), restaurant_id=house.id, session_id=session_id, currency=house.currency))
    ctx.store.add(new_check(ctx.ids.new_id(), house.id, session_id, house.currency))
    ctx.record(
        "session-opened", session_id=session_id, subject=table.id, mode=request.mode.value, covers=request.covers
    )
    return OpenReply(session=floor_session_view(session), pin=pin, table_token=table.token)


@command(
    "session:close",
    on=(FLOOR,),
    roles=SERVICE,
    limit=Limit(10, per=10),
    errors=(CheckOpen, SessionClosed),
    about_session=True,
)
async def close(ctx: Context, request: CloseSession) -> SessionReply:
    """Close the table once nothing is owed; its QR code is worth nothing afterwards."""
    await access.lock(ctx, ctx.require_session_id())
    session = await access.session_to_see(ctx)
    if request.op_id and session.has_done(request.op_id):
        return SessionReply(session=floor_session_view(session))
    session.require_open()
    check = await access.check(ctx, session)
    by_manager = Role.MANAGER in ctx.principal.roles and bool(request.reason)
    if check.due.amount > 0 and not by_manager:
        raise CheckOpen(due=check.due.model_dump())
    by = ctx.principal.actor
    stored = ctx.store.save(session.close(by, ctx.now).did(request.op_id))
    ctx.store.save(check.closed(by, ctx.now))
    for cart in await ctx.store.members(Cart, "session", session.id):
        ctx.store.save(cart.fenced(stored.version, by, ctx.now, "closed", close=True))
    table = await access.table(ctx, session.table_id)
    ctx.store.save(table.with_(token=ctx.ids.token(), change=stored.change))
    ctx.record("session-closed", session_id=session.id, due=check.due.amount, reason=request.reason or None)
    return SessionReply(session=floor_session_view(stored))
