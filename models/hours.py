"""When something is served: windows of weekdays and local time, in the time zone of the house.

A window may end on the next day (`22:00` to `02:00`) and belongs to the day on which it opens. When clocks change, it
opens the first time the clock on the wall shows its beginning or has jumped over it, and closes in the same way: no
window opens twice in one night, and one that lies within the hour that is left out does not open at all.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from models.base import Value

DAY_MINUTES = 24 * 60
AHEAD_DAYS = 9
LONGEST_WAIT = timedelta(days=7, hours=2)
"""What opens and closes at all does so once a week; clocks may change meanwhile."""

_MINUTE = timedelta(minutes=1)


class Weekday(StrEnum):
    """The day of the week, in the time zone of the house."""

    MON = "MON"
    TUE = "TUE"
    WED = "WED"
    THU = "THU"
    FRI = "FRI"
    SAT = "SAT"
    SUN = "SUN"


EVERY_DAY = tuple(Weekday)


class Window(Value):
    """From `opens` until just before `closes` on some days; at or before `opens` it means the next day."""

    days: tuple[Weekday, ...] = Field(default=EVERY_DAY, max_length=7)
    opens: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    closes: Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]

    @property
    def ever_opens(self) -> bool:
        """Whether it has a day and lasts at all; the whole day is `00:00` to `24:00`."""
        return bool(self.days) and self.opens != self.closes

    @property
    def minutes(self) -> tuple[int, int]:
        """From which minute of its day until which; beyond `DAY_MINUTES` it is on the next one."""
        opens, closes = _minutes(self.opens), _minutes(self.closes)
        return opens, closes if closes > opens else closes + DAY_MINUTES

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return from when until when (UTC) it is open if it opens on a day, None when it does not open then."""
        if not self.ever_opens or EVERY_DAY[day.weekday()] not in self.days:
            return None
        opens, closes = self.minutes
        start, end = _first_shown(day, opens, zone), _first_shown(day, closes, zone)
        return (start, end) if start < end else None


Hours = tuple[Window, ...]
"""No window at all: always."""


def is_open(hours: Hours, at: datetime, time_zone: str) -> bool:
    """Whether something with these hours is served at a moment."""
    return not hours or any(start <= at < end for start, end in _spans(hours, at, ZoneInfo(time_zone), days=1))


def next_change(hours: Hours, at: datetime, time_zone: str) -> datetime | None:
    """Return when it is next served, or not served any more (UTC); None if that never changes."""
    if not hours:
        return None
    zone = ZoneInfo(time_zone)
    for start, end in _joined(_spans(hours, at, zone, days=AHEAD_DAYS)):
        if end > at:
            moment = start if start > at else end
            return moment if moment < at + LONGEST_WAIT else None
    return None


def _spans(hours: Hours, at: datetime, zone: ZoneInfo, days: int) -> Iterator[tuple[datetime, datetime]]:
    """Give what is open from yesterday on, on so many days more."""
    today = at.astimezone(zone).date()
    for ahead in range(-1, days):
        for window in hours:
            span = window.span(today + timedelta(days=ahead), zone)
            if span is not None:
                yield span


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return them in order, those that touch or overlap as one."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _first_shown(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the first moment (UTC) at which the clock of a zone shows a time of a day, or a later one."""
    wanted = datetime.combine(day, time()) + timedelta(minutes=minutes)
    moment = wanted.replace(tzinfo=zone).astimezone(UTC)  # fold=0: the first of two
    if _shown(moment, zone) == wanted:
        return moment
    # In an hour that is left out this is as far behind its end as the time is in it: go back to where the clock jumped.
    while _shown(moment - _MINUTE, zone) >= wanted:
        moment -= _MINUTE
    return moment


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
