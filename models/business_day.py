"""The accounting days of a house, one after the other: each begins where the one before it has ended.

So every moment is in exactly one of them, also where the house changes its cut-off hour or its time zone: what was
accounted for stays as it is, and the day of the change is longer or shorter for once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from models.base import Value
from models.house import Restaurant


class BusinessDay(Value):
    """From `since` on (UTC) and before `until`; `date` is `2026-11-21`."""

    date: str
    since: datetime
    until: datetime

    def covers(self, moment: datetime | None) -> bool:
        """Whether something happened in it."""
        return moment is not None and self.since <= moment < self.until

    @property
    def month(self) -> str:
        """The month in which it is: `2026-11`."""
        return self.date[:7]

    @property
    def ends_month(self) -> bool:
        """Whether the next one is in another month."""
        return next_date(self.date)[:7] != self.month


def next_date(date: str) -> str:
    """Return the day after a day."""
    return (datetime.fromisoformat(date) + timedelta(days=1)).date().isoformat()


def day_of(moment: datetime, house: Restaurant) -> BusinessDay:
    """Return the accounting day of a moment."""
    date = house.business_date(moment)
    return BusinessDay(date=date, since=house.day_start(date), until=house.day_start(next_date(date)))


def day_after(last: BusinessDay, house: Restaurant) -> BusinessDay:
    """Return the accounting day after another one."""
    date = next_date(last.date)
    return BusinessDay(date=date, since=last.until, until=max(last.until, house.day_start(next_date(date))))


def days_until(first: BusinessDay, now: datetime, house: Restaurant) -> Iterator[BusinessDay]:
    """Yield a day and those after it, up to the one that is not over yet."""
    day = first
    yield day
    while day.until <= now:
        day = day_after(day, house)
        yield day


def spans(first: str, last: str, final: str) -> Iterator[str]:
    """Yield the months (`2026-10`) and the days that make up the days from `first` to `last`, as far as `final`.

    A month stands for its days where all of them are meant and over.
    """
    date, end = first, min(last, final)
    while date <= end:
        month_end = _month_end(date)
        if date.endswith("-01") and month_end <= end:
            yield date[:7]
            date = next_date(month_end)
        else:
            yield date
            date = next_date(date)


def _month_end(date: str) -> str:
    later = datetime.fromisoformat(f"{date[:7]}-28").replace(tzinfo=UTC) + timedelta(days=4)
    return (later - timedelta(days=later.day)).date().isoformat()
