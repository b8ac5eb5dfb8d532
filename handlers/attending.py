"""Who attends to whom: tables and parties go from waiter to waiter, and requests for service follow their party."""

from collections.abc import Sequence

from handlers.context import Context
from models.alarm import Alarm, AlarmKind, AlarmStatus
from models.base import Actor
from models.house import Table
from models.service import ServiceRequest
from models.session import TableSession


async def move_requests(ctx: Context, session_id: str, table_name: str) -> None:
    """Stage that the requests of a party that was moved name its new table, and the alarms about them, too."""
    for request in await _unfinished(ctx, session_id):
        ctx.store.save(request.moved(table_name, ctx.principal.actor, ctx.now))
        await move_alarm(ctx, request, table_name)


async def move_alarm(ctx: Context, request: ServiceRequest, table_name: str) -> None:
    """Stage that the alarm about a request names its new table, if it was escalated."""
    for alarm in await _alarms(ctx, request):
        ctx.store.save(alarm.moved(table_name, ctx.principal.actor, ctx.now))


async def cancel_requests(ctx: Context, session_id: str) -> None:
    """Stage that nobody has to go to a party that has left."""
    for request in await _unfinished(ctx, session_id):
        ctx.store.save(request.cancelled(ctx.principal.actor, ctx.now))
        await resolve_alarm(ctx, request)


async def resolve_alarm(ctx: Context, request: ServiceRequest) -> None:
    """Stage that the alarm about a request is over, if it was escalated."""
    for alarm in await _alarms(ctx, request):
        ctx.store.save(alarm.resolved(ctx.principal.actor, ctx.now))


async def give(
    ctx: Context, waiter: Actor | None, tables: Sequence[Table], sessions: Sequence[TableSession], op_id: str | None
) -> tuple[list[Table], list[TableSession]]:
    """Stage that tables, sessions and what these ask for are another waiter's, or nobody's; returns them as given."""
    by, now = ctx.principal.actor, ctx.now
    given = [ctx.store.save(one.given_to(waiter, by, now, op_id)) for one in tables]
    served = [ctx.store.save(one.given_to(waiter, by, now).did(op_id)) for one in sessions]
    moved, house = {one.id for one in sessions}, ctx.store.restaurant_id
    requests = await ctx.store.every(ServiceRequest, restaurant_id=house, is_finished=False) if moved else []
    for request in requests:
        if request.session_id in moved:
            ctx.store.save(request.given_to(waiter, by, now))
    return given, served


async def release_section(ctx: Context, staff_id: str) -> None:
    """Stage that nobody has the tables and parties of someone who is gone: others see at once what is to be taken."""
    house = ctx.store.restaurant_id
    tables = await ctx.store.every(Table, restaurant_id=house)
    sessions = await ctx.store.every(TableSession, restaurant_id=house, status="OPEN")
    await give(
        ctx,
        None,
        [one for one in tables if one.waiter and one.waiter.id == staff_id],
        [one for one in sessions if one.waiter and one.waiter.id == staff_id],
        None,
    )


async def _unfinished(ctx: Context, session_id: str) -> list[ServiceRequest]:
    """Return the requests of a session that wait, from the database: asking writes the session, so whoever saves the
    session, too, has missed none.
    """
    house = ctx.store.restaurant_id
    return await ctx.store.every(ServiceRequest, restaurant_id=house, session_id=session_id, is_finished=False)


async def _alarms(ctx: Context, request: ServiceRequest) -> list[Alarm]:
    """Return the open alarm about a request, from the database: its request may have become known before it."""
    if request.escalated_at is None:
        return []
    return await ctx.store.every(
        Alarm,
        restaurant_id=ctx.store.restaurant_id,
        kind=AlarmKind.SERVICE_WAITING.value,
        subject=request.id,
        status=AlarmStatus.OPEN.value,
    )
