"""Raising an alarm on the floor: once for its kind and subject, however often its cause is met."""

from handlers.context import Context
from models.alarm import Alarm, AlarmKind
from models.base import Change


async def raise_alarm(
    ctx: Context,
    kind: AlarmKind,
    subject: str,
    *,
    session_id: str | None = None,
    table_name: str | None = None,
    **details: str | int,
) -> Alarm | None:
    """Stage an alarm; None when the house has it on its floor already.

    The write goes with the command that found the cause, so an alarm is never about something that did not happen.
    """
    for known in await ctx.store.members(Alarm, "open", ctx.store.restaurant_id):
        if known.kind is kind and known.subject == subject:
            return None
    return ctx.store.add(
        Alarm(
            id=ctx.ids.new_id(),
            restaurant_id=ctx.store.restaurant_id,
            kind=kind,
            subject=subject,
            session_id=session_id,
            table_name=table_name,
            details=details,
            raised_at=ctx.now,
            change=Change(kind="raised", at=ctx.now),
        )
    )
