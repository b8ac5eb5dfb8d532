"""The duties about what waits: see `handlers.waiting` for what is done, `models.store.waiting` for how it is found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.waiting import escalate, mark_busy, mark_idle
from models.store.waiting import Found, overlooked_requests, quiet_sessions, sessions_busy_again
from models.store.work import Work
from server.duties import Due, Duty


async def find_overlooked(work: Work, before: datetime) -> Sequence[Due]:
    """Find requests that nobody takes."""
    return _due(await overlooked_requests(work, before))


async def find_quiet(work: Work, before: datetime) -> Sequence[Due]:
    """Find parties that do nothing."""
    return _due(await quiet_sessions(work, before))


async def find_busy_again(work: Work, now: datetime) -> Sequence[Due]:
    """Find idle parties that do something again."""
    return _due(await sessions_busy_again(work))


ESCALATION = Duty(
    "escalation", 5, find_overlooked, escalate, age=lambda rules: timedelta(seconds=rules.service_escalation_seconds)
)
IDLENESS = Duty("idleness", 30, find_quiet, mark_idle, age=lambda rules: timedelta(minutes=rules.idle_minutes))
ACTIVITY = Duty("activity", 30, find_busy_again, mark_busy)


def _due(found: Found) -> list[Due]:
    return [Due(house, subject) for house, subject in found]
