"""Measuring how long dishes take, in every house: which stations have to be looked at, and what is found of them.

Every few seconds two queries over all houses say what the stations show and what they have to cook. A third one brings
what was cooked since the last look, in the houses that are looked at; what was cooked before that is remembered. A
house in which nothing is to be cooked, and whose estimates are what its menu says, is left alone until that menu
changes.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.estimating import Measured, is_shown, show_wait
from models.base import Aggregate
from models.estimate import Sample, ages, estimate, prep_minutes, sample_of
from models.menu import Menu
from models.rules import Rules
from models.station import StationKind, Wait, WaitBasis
from models.store.cooked import Row, all_stations, cooked_tickets, parts, shown_tickets
from models.store.work import Work
from server.duties import Due, Duty

SECONDS = 5.0

OVERLAP = timedelta(minutes=1)
"""What was cooked shortly before the last look may have been written after it, by a clock that is behind."""

MOST_NEW = 50
"""Houses of which all that was cooked in the last hours is read in one look; the others have their turn in the next."""

KEPT_SECONDS = 2.0
"""Of the time for looking: when no more is left, the other houses are looked at the next time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a ticket tells of its station's pace, and when nothing was left of it to be cooked."""

    station: str
    ready_at: datetime | None
    samples: tuple[Sample, ...]

    def since(self, moment: datetime) -> "Told":
        """Return it with what was ready at a moment or later: a ticket may stand at the pass for hours."""
        return Told(self.station, self.ready_at, tuple(one for one in self.samples if one.ready_at >= moment))


class Estimating:
    """What one process knows of what was cooked."""

    def __init__(self, rules: Rules) -> None:
        self.duty = Duty("estimate-waits", SECONDS, self._find, show_wait)
        self._span = timedelta(hours=rules.wait_hours)
        self._cooked: dict[str, dict[str, Told]] = {}
        """By house, of all that are looked at, and by ticket."""
        self._read_until: datetime | None = None
        self._speechless: set[str] = set()
        """Houses of which a look has found that there is nothing to be said of what nothing is shown of."""
        self._changed: set[str] = set()
        """Houses with another menu than what is shown was made from."""
        self._is_any_changed = False

    def notice(self, aggregate: Aggregate) -> None:
        """Hear of something that was committed, here or elsewhere."""
        if isinstance(aggregate, Menu):
            self._changed.add(aggregate.restaurant_id)

    def look_at_all(self) -> None:
        """What was committed is not known: any menu may be another one."""
        self._is_any_changed = True

    async def _find(self, work: Work, now: datetime) -> Sequence[Due]:
        stations = await all_stations(work)
        if self._is_any_changed:
            self._is_any_changed = False
            self._changed |= stations.keys()
        shown = await shown_tickets(work, list(stations))
        busy = [house for house in stations if house in shown]
        others = (house for house in stations if house not in shown and self._is_to_look_at(house, stations[house]))
        looked_at = await self._read(work, [*busy, *others], now)
        found: list[Due] = []
        for house in looked_at:
            if work.seconds_left < KEPT_SECONDS:
                break
            found += await self._look(work, house, stations[house], shown.get(house, ()), now)
            await asyncio.sleep(0)  # a house in full swing is some milliseconds: a phone waits for none but its own
        return found

    def _is_to_look_at(self, house: str, stations: Iterable[Row]) -> bool:
        """Whether a house in which nothing is to be cooked may be shown otherwise than it is."""
        cooking = [one for one in stations if one["kind"] == StationKind.PREP]
        if house in self._changed or any(one["open_portions"] for one in cooking):
            return True
        waits = [one["wait"] for one in cooking]
        if any(wait and wait["basis"] == WaitBasis.MEASURED for wait in waits):
            return True
        return None in waits and house not in self._speechless

    async def _read(self, work: Work, houses: Sequence[str], now: datetime) -> list[str]:
        """Read what was cooked in houses since the last look; returns those of which all is known."""
        known = [house for house in houses if house in self._cooked]
        new = [house for house in houses if house not in self._cooked][:MOST_NEW]
        since = now - self._span
        rows = await cooked_tickets(work, new, since)
        rows |= await cooked_tickets(work, known, max(since, (self._read_until or since) - OVERLAP))
        kept = {house: self._cooked.get(house, {}) for house in (*known, *new)}
        for house, cooked in kept.items():
            cooked |= {ticket["_id"]: _told(ticket) for ticket in rows.get(house, ())}
            kept[house] = {one: told for one, told in cooked.items() if told.ready_at and told.ready_at >= since}
        self._cooked = kept
        self._read_until = now
        return list(kept)

    async def _look(
        self, work: Work, house: str, stations: Sequence[Row], shown: Sequence[Row], now: datetime
    ) -> list[Due]:
        work.restaurant_id = house
        menus = await work.members(Menu, "house", house)
        if not menus:
            return []
        minutes = prep_minutes(menus[0])
        # What is shown may have been recalled since it was cooked.
        cooked = self._cooked.get(house, {}) | {ticket["_id"]: _told(ticket) for ticket in shown}
        told = [one.since(now - self._span) for one in cooked.values()]
        found = [(one, _measured(one, shown, told, minutes, now)) for one in stations]
        due = [Due(house, one) for station, one in found if not is_shown(*_stored(station), one)]
        if not due:  # else we look once more whether it was done
            self._changed.discard(house)
            self._speechless.add(house)
        return due


def _measured(
    station: Row, shown: Sequence[Row], cooked: Iterable[Told], minutes: Mapping[str, Sequence[int]], now: datetime
) -> Measured:
    code = station["code"]
    now_there = [part for ticket in shown if ticket["station"] == code for part in parts(ticket)]
    samples = [sample for told in cooked if told.station == code for sample in told.samples]
    open_portions = sum(part.portions for part in now_there if part.is_work)
    wait = estimate(open_portions, samples, ages(now_there, now), minutes.get(code, ()), now)
    return Measured(station["_id"], open_portions, wait)


def _stored(station: Row) -> tuple[int, Wait | None]:
    return station["open_portions"], Wait(**station["wait"]) if station["wait"] else None


def _told(ticket: Row) -> Told:
    samples = tuple(sample for part in parts(ticket) if (sample := sample_of(part)))
    return Told(ticket["station"], ticket["ready_at"], samples)
