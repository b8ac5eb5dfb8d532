"""Alarms on the floor: somebody has seen to it."""

from handlers.context import Context, Reply
from handlers.registry import FLOOR, Limit, command
from models.alarm import Alarm
from models.base import Id, OperationId, Request
from models.dining_view import AlarmView, alarm_view
from models.errors import NotFound
from models.principal import SERVICE


class ResolveAlarm(Request):
    """Which alarm. `op_id` may be sent as anywhere and is not looked at: what is resolved stays so."""

    alarm_id: Id
    op_id: OperationId | None = None


class AlarmReply(Reply):
    """The alarm as it is now."""

    alarm: AlarmView


@command("alarm:resolve", on=(FLOOR,), roles=SERVICE, limit=Limit(30, per=10), errors=(NotFound,))
async def resolve_alarm(ctx: Context, request: ResolveAlarm) -> AlarmReply:
    """Say that somebody has seen to it; one that was resolved stays as it is, and its cause may raise a new one."""
    found = await ctx.store.get(Alarm, request.alarm_id)
    if found is None:
        raise NotFound(alarm_id=request.alarm_id)
    if not found.is_open:
        return AlarmReply(alarm=alarm_view(found))
    stored = ctx.store.save(found.resolved(ctx.principal.actor, ctx.now))
    ctx.record(
        "alarm-resolved",
        session_id=found.session_id,
        subject=found.id,
        before={"status": found.status.value},
        after={"status": stored.status.value},
        kind=found.kind.value,
    )
    return AlarmReply(alarm=alarm_view(stored))
