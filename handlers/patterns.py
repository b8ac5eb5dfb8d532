"""What the house does by itself about suspicious patterns in its audit log: it raises an alarm on the floor."""

from datetime import datetime

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from models.alarm import Alarm, AlarmKind
from models.audit import AuditEntry
from models.base import Nothing
from models.pattern import DEVICE_REFUSED, GIVING_AWAY, LOGIN_FAILED, PIN_FAILED, longest_window, suspicions
from models.store.paging import Page

MOST_ENTRIES = 2_000
"""In one look, of each kind."""

RESOLVED = "alarm-resolved"

READ_APART = ((*GIVING_AWAY, RESOLVED), (PIN_FAILED, LOGIN_FAILED, DEVICE_REFUSED))
"""What staff do, and what strangers can cause: whoever fills the log with failures hides nothing in it."""


async def look_for_patterns(ctx: Context, _: Nothing) -> Done:
    """Raise an alarm for each pattern and subject, once while it is open; what was seen to counts no more."""
    since = ctx.now - longest_window(ctx.rules)
    entries = [
        one
        for acts in READ_APART
        for one in await ctx.store.page(AuditEntry, Page(MOST_ENTRIES, {"act": list(acts)}, since))
    ]
    settled = await _settled(ctx, [one for one in entries if one.act == RESOLVED])
    for found in suspicions(entries, settled, ctx.rules, ctx.now):
        raised = await raise_alarm(ctx, found.kind, found.subject, session_id=None, table_name=None, **found.details)
        if raised:
            ctx.record("pattern-noticed", subject=raised.id, kind=found.kind.value, of=found.subject)
    return Done()


async def _settled(ctx: Context, resolutions: list[AuditEntry]) -> dict[tuple[AlarmKind, str], datetime]:
    """Return when the alarms were resolved, by kind and subject."""
    alarms = await ctx.store.get_each(Alarm, [one.subject for one in resolutions if one.subject])
    resolved = sorted((one.resolved_at, one.kind, one.subject) for one in alarms if one.resolved_at)
    return {(kind, subject): at for at, kind, subject in resolved}
