"""Whose table is whose: tables are given to a waiter, and at the end of a shift all of them go to the next one."""

from collections.abc import Sequence

from pydantic import Field

from handlers import access, attending
from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.audit import Facts
from models.base import Actor, Id, OperationId, Request
from models.dining_view import FloorSessionView, TableView, floor_session_view, table_view
from models.errors import Forbidden, NotFound, NotInService
from models.house import Table
from models.principal import WAITERS, Role
from models.session import TableSession
from models.staff import Staff


class AssignSection(Request):
    """Which tables go to whom; `staff_id` null: to nobody."""

    table_ids: tuple[Id, ...] = Field(min_length=1, max_length=100)
    staff_id: Id | None
    op_id: OperationId | None = None


class HandOverShift(Request):
    """Who takes over; a manager may also say from whom (`from`), else it is one's own shift."""

    to: Id
    source: Id | None = Field(default=None, alias="from")
    op_id: OperationId | None = None


class SectionReply(Reply):
    """The tables and the sessions that changed hands, as they are now."""

    tables: tuple[TableView, ...]
    sessions: tuple[FloorSessionView, ...]


@command("section:assign", on=(FLOOR,), roles=WAITERS, limit=Limit(10, per=10), errors=(NotFound, NotInService))
async def assign_section(ctx: Context, request: AssignSection) -> SectionReply:
    """Give tables, and the parties at them, to a waiter, or to nobody; a waiter may take tables on themselves only."""
    if Role.MANAGER not in ctx.principal.roles and request.staff_id != ctx.principal.actor.id:
        raise Forbidden
    waiter = await _server(ctx, request.staff_id) if request.staff_id else None
    tables = [await access.table(ctx, table_id) for table_id in dict.fromkeys(request.table_ids)]
    sessions = await ctx.store.members_of_each(TableSession, "table", [table.id for table in tables])
    if any(table.has_done(request.op_id) for table in tables):
        return _reply(tables, sessions)
    reply = _reply(*await attending.give(ctx, waiter, tables, sessions, request.op_id))
    ctx.record(
        "section-assigned",
        subject=waiter.id if waiter else None,
        before=_waiters(tables, sessions),
        after=dict.fromkeys(_waiters(tables, sessions), waiter.id if waiter else None),
    )
    return reply


@command("shift:handover", on=(FLOOR,), roles=WAITERS, limit=Limit(10, per=10), errors=(NotFound, NotInService))
async def hand_over_shift(ctx: Context, request: HandOverShift) -> SectionReply:
    """Give all tables and parties of one waiter to another, at once.

    What they are is read from the database: a table that was opened on another server a moment ago is among them, or
    the versions differ and it is done again.
    """
    giver = await _giver(ctx, request.source)
    taker = await _server(ctx, request.to)
    house = ctx.store.restaurant_id
    tables = await ctx.store.every(Table, restaurant_id=house)
    sessions = await ctx.store.every(TableSession, restaurant_id=house, status="OPEN")
    repeated = [one for one in tables if one.has_done(request.op_id)]
    served = [one for one in sessions if request.op_id and one.has_done(request.op_id)]
    if repeated or served:
        return _reply(repeated, served)
    tables = [one for one in tables if one.waiter and one.waiter.id == giver]
    sessions = [one for one in sessions if one.waiter and one.waiter.id == giver]
    if taker.id == giver or not (tables or sessions):
        return _reply(tables, sessions)
    reply = _reply(*await attending.give(ctx, taker, tables, sessions, request.op_id))
    before = _waiters(tables, sessions)
    ctx.record("shift-handed-over", subject=taker.id, before=before, after=dict.fromkeys(before, taker.id), giver=giver)
    return reply


async def _giver(ctx: Context, named: str | None) -> str:
    """Return whose shift ends: one's own, or that of someone of the house, at work or not, whom a manager names."""
    if named is None or named == ctx.principal.actor.id:
        return ctx.principal.actor.id
    if Role.MANAGER not in ctx.principal.roles:
        raise Forbidden
    if await ctx.store.get(Staff, named) is None:
        raise NotFound(staff_id=named)
    return named


async def _server(ctx: Context, staff_id: str) -> Actor:
    """Return someone who may have tables, as the database has them; raises `NotFound` or `NotInService`."""
    found = await ctx.store.fresh(Staff, staff_id)
    if found is None:
        raise NotFound(staff_id=staff_id)
    if not found.is_in_service:
        raise NotInService(staff_id=staff_id)
    return found.actor


def _waiters(tables: Sequence[Table], sessions: Sequence[TableSession]) -> Facts:
    """Return who has what, by id."""
    had = {table.id: table.waiter for table in tables} | {session.id: session.waiter for session in sessions}
    return {one: waiter.id if waiter else None for one, waiter in had.items()}


def _reply(tables: Sequence[Table], sessions: Sequence[TableSession]) -> SectionReply:
    return SectionReply(
        tables=tuple(table_view(one) for one in tables),
        sessions=tuple(floor_session_view(one) for one in sessions),
    )
