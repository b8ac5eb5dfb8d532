"""How long a dish that is sent now is likely to take at a station: from what it took in the last hours behind as much
work, and from what the station has to do now. Pure; why it is so stands in ADR 0023.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from models.menu_content import MenuContent
from models.station import Wait, WaitBasis

NEAREST = 30
"""Samples that an estimate rests on: those that had most nearly as much work before them."""

FEWEST = 8
"""With fewer samples than this nothing is concluded from them."""

NEWEST = 300
"""Samples of a station that are looked at."""

SOONEST = timedelta(seconds=10)
"""What was ready sooner after a screen first showed it was cooked before, and only bumped then."""

LONGEST = timedelta(hours=2)
"""What took longer was forgotten on the screen, not cooked."""

MINUTE = 60
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a ticket, as far as it is about work and times. Without `starts_at` it is held."""

    portions: int
    is_unfinished: bool
    is_priority: bool = False
    ahead: int | None = None
    seen_at: datetime | None = None
    starts_at: datetime | None = None
    started_at: datetime | None = None
    ready_at: datetime | None = None

    @property
    def is_work(self) -> bool:
        """Whether somebody is to cook it now."""
        return self.is_unfinished and self.starts_at is not None


@dataclass(frozen=True, slots=True)
class Sample:
    """A line that was cooked: how many portions, from when to when, and how many the station had before it."""

    portions: int
    ahead: int
    began_at: datetime
    ready_at: datetime

    @property
    def seconds(self) -> int:
        """How long it took."""
        return (self.ready_at - self.began_at) // SECOND


def sample_of(part: Part) -> Sample | None:
    """Return what a line tells of its station's pace; None where that would be a lie.

    Left out is what was not cooked (yet, or any more), what went before all others, what was not measured when it was
    fired, what was ready within `SOONEST` of being begun or first shown, and what took longer than `LONGEST`.
    """
    if part.ready_at is None or part.starts_at is None or part.ahead is None:
        return None
    if part.is_unfinished or part.is_priority or part.portions < 1:
        return None
    began_at = min(part.starts_at, part.started_at or part.starts_at)
    shown_at = max(began_at, part.seen_at or began_at)
    if part.ready_at - shown_at < SOONEST or part.ready_at - began_at > LONGEST:
        return None
    return Sample(part.portions, part.ahead, began_at, part.ready_at)


def ages(parts: Iterable[Part], now: datetime) -> list[int]:
    """Return for how many seconds what is to be cooked has been waited for; what is to begin later, and what was
    forgotten, is not among it.
    """
    waits = (now - part.starts_at for part in parts if part.is_work and part.starts_at is not None)
    return [wait // SECOND for wait in waits if timedelta() <= wait <= LONGEST]


def prep_minutes(menu: MenuContent) -> dict[str, list[int]]:
    """Return how long the menu says that dishes take, by the station that cooks them."""
    found: dict[str, list[int]] = {}
    for dish in menu.dishes:
        for station in dish.stations:
            found.setdefault(station, []).append(dish.prep_minutes)
    return found


def estimate(
    open_portions: int, samples: Sequence[Sample], waiting: Sequence[int], menu_minutes: Sequence[int], now: datetime
) -> Wait | None:
    """Estimate how long a dish takes that is sent now; None for a station that has no dish on the menu.

    `samples` are those of the station, `waiting` the `ages` of what it has to cook. An estimate is never less than half
    of what is waited for has been waited for already: a station that stands still does not look quick.
    """
    if not menu_minutes:
        return None
    newest = sorted(samples, key=lambda one: one.ready_at, reverse=True)[:NEWEST]
    if len(newest) < FEWEST:
        minutes, long_minutes = _rank(menu_minutes, 50), _rank(menu_minutes, 90)
        basis, count = WaitBasis.MENU, 0
    else:
        minutes, long_minutes = (_minutes(seconds) for seconds in measured(open_portions, newest))
        basis, count = WaitBasis.MEASURED, min(NEAREST, len(newest))
    least = _minutes(_rank(waiting, 50)) if waiting else 0
    return Wait(
        minutes=max(minutes, least),
        long_minutes=max(long_minutes, least),
        basis=basis,
        samples=count,
        measured_at=now,
    )


def measured(open_portions: int, samples: Sequence[Sample]) -> tuple[int, int]:
    """Return in how many seconds half of the dishes, and nine of ten, were ready behind so many portions.

    `samples` has the newest first. Where the nearest had less before them, as while work piles up, what is more is
    added at what a portion more has cost; what is more than was ever seen, at the pace at which the station cooked.
    More work never looks quicker: an estimate is not less than the one for less work.
    """
    pace = Fraction(busy_seconds(samples), sum(one.portions for one in samples))
    cost = min(pace, cost_of_more(samples))
    seen = sorted({one.ahead for one in samples})
    below, half, nine_of_ten = seen[0], 0, 0
    for ahead in seen:
        # A stable sort: of those that are as near, the newest come first.
        near = sorted(samples, key=lambda one: abs(one.ahead - ahead))[:NEAREST]
        times = [one.seconds for one in near]
        more = ceil(cost * max(0, ahead - _rank([one.ahead for one in near], 50)))
        last, half, nine_of_ten = (
            (half, nine_of_ten),
            max(half, _rank(times, 50) + more),
            max(nine_of_ten, _rank(times, 90) + more),
        )
        if ahead >= open_portions:
            # Between two that were seen it is no more than the upper one's.
            above = ceil(cost * (open_portions - below)) if seen[0] < ahead > open_portions else nine_of_ten
            return min(last[0] + above, half), min(last[1] + above, nine_of_ten)
        below = ahead
    beyond = ceil(pace * (open_portions - below))
    return half + beyond, nine_of_ten + beyond


def cost_of_more(samples: Sequence[Sample]) -> Fraction:
    """Return how many seconds longer a dish has taken for each portion more before it: by the third of the samples that
    had most, and the third that had least. Nothing, where more work has not made it longer.
    """
    by_ahead = sorted(samples, key=lambda one: one.ahead)
    third = max(1, len(by_ahead) // 3)
    least, most = by_ahead[:third], by_ahead[-third:]
    ahead = _rank([one.ahead for one in most], 50) - _rank([one.ahead for one in least], 50)
    longer = _rank([one.seconds for one in most], 50) - _rank([one.seconds for one in least], 50)
    return Fraction(max(0, longer), ahead) if ahead else Fraction()


def busy_seconds(samples: Iterable[Sample]) -> int:
    """Return for how long a station had any of these dishes to cook."""
    return sum((end - begin) // SECOND for begin, end in _spells(samples))


def _spells(samples: Iterable[Sample]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the spells of work that the times of samples make together."""
    begin = end = None
    for one in sorted(samples, key=lambda one: one.began_at):
        if begin is None or end is None or one.began_at > end:
            if begin is not None and end is not None:
                yield begin, end
            begin, end = one.began_at, one.ready_at
        else:
            end = max(end, one.ready_at)
    if begin is not None and end is not None:
        yield begin, end


def _rank(values: Sequence[int], percent: int) -> int:
    """Return the nearest-rank percentile of some values, of which there is one at least."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def _minutes(seconds: int) -> int:
    """Return whole minutes, rounded up."""
    return -(-seconds // MINUTE)
