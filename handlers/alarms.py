"""Raising an alarm on the floor, once for its kind and subject, however often its cause is met; and ending one whose
cause is over.
"""

from handlers.context import Context
from models.alarm import Alarm, AlarmKind, AlarmStatus
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
    One that stands in memory is asked of the database: it may have been resolved on another process a moment ago.
    """
    for known in await ctx.store.members(Alarm, "open", ctx.store.restaurant_id):
        if known.kind is kind and known.subject == subject:
            current = await ctx.store.fresh(Alarm, known.id)
            if current is not None and current.status is AlarmStatus.OPEN:
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


async def end_alarm(ctx: Context, kind: AlarmKind, subject: str) -> None:
    """Stage that what an alarm was about is over: nobody has to see to it any more.

    It is asked of the database: an alarm that another process raised a moment ago is not in this one's memory yet.
    """
    house = ctx.store.restaurant_id
    for known in await ctx.store.every(Alarm, restaurant_id=house, kind=kind.value, subject=subject, status="OPEN"):
        stored = ctx.store.save(known.resolved(None, ctx.now))
        ctx.record(
            "alarm-resolved",
            session_id=known.session_id,
            subject=known.id,
            before={"status": known.status.value},
            after={"status": stored.status.value},
            kind=kind.value,
        )
