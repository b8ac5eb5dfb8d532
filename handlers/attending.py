"""Requests for service follow what happens to their party, and the alarm about one follows the request."""

from handlers.context import Context
from models.alarm import Alarm, AlarmKind, AlarmStatus
from models.service import ServiceRequest


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
