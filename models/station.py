"""A station of the kitchen: what it is set up for, which screens it has now, and how long it takes."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import Field, model_validator

from models.base import Actor, Aggregate, Change, Text, Value
from models.dish import Course

REMEMBERED_OPERATIONS = 8


class StationKind(StrEnum):
    """`PREP` cooks; `EXPO` assembles what the others cooked and sees their tickets."""

    PREP = "PREP"
    EXPO = "EXPO"


class Age(Value):
    """After how many minutes a line is late (amber), and too late (red): never before it is late."""

    amber: int = Field(ge=1, le=240)
    red: int = Field(ge=1, le=240)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.red < self.amber:
            raise ValueError("red comes after amber")
        return self


AGES: dict[Course, Age] = {
    Course.DRINKS: Age(amber=4, red=8),
    Course.STARTERS: Age(amber=10, red=15),
    Course.MAINS: Age(amber=15, red=25),
    Course.DESSERTS: Age(amber=8, red=15),
}
"""Where a station says nothing else."""


class WaitBasis(StrEnum):
    """What an estimate rests on: what the station took in the last hours, or what the menu says of its dishes."""

    MEASURED = "MEASURED"
    MENU = "MENU"


class Wait(Value):
    """How long a dish that is sent now is likely to take: `minutes` half of them, `long_minutes` nine of ten."""

    minutes: int = Field(ge=0)
    long_minutes: int = Field(ge=0)
    basis: WaitBasis
    samples: int = Field(default=0, ge=0)
    """On how many dishes it rests."""
    measured_at: datetime
    """Since when that is said."""


def is_said(wait: Wait | None, shown: Wait | None) -> bool:
    """Whether what is shown says the same to people as a wait."""
    if wait is None or shown is None:
        return wait is shown
    return (wait.minutes, wait.long_minutes, wait.basis) == (shown.minutes, shown.long_minutes, shown.basis)


class LiveScreens(Value):
    """How many screens of a station are connected to one process of the server."""

    process: str
    count: int = Field(ge=1)


class Station(Aggregate):
    """A place that cooks a class of dishes. Dishes name it by `code` (`grill`)."""

    code: str
    name: Text
    kind: StationKind = StationKind.PREP
    position: int = 0
    backup: str | None = None
    """The station that gets a ticket which no screen of this one shows in time."""
    busy_portions: int | None = Field(default=None, ge=1)
    """With more portions than this to cook, guests are warned before they send; None: never."""
    ages: dict[Course, Age] = Field(default_factory=dict)
    """Where it differs from `AGES`."""
    live: tuple[LiveScreens, ...] = ()
    dark_since: datetime | None = None
    """When its last screen went."""
    alarmed_at: datetime | None = None
    """When the floor was alarmed that it has no screen: once, until it has one again."""
    open_portions: int = Field(default=0, ge=0)
    """What there was to cook at the last look."""
    wait: Wait | None = None
    told_version: int | None = None
    """The version in which that changed last what guests are told of; None: this one, as far as is known."""
    operations: tuple[str, ...] = ()

    @property
    def guest_version(self) -> int:
        """The version that guests know: of what changes here all evening they are told of the wait alone."""
        return self.version if self.told_version is None else self.told_version

    @property
    def screens(self) -> int:
        """How many screens show it now."""
        return sum(one.count for one in self.live)

    @property
    def is_live(self) -> bool:
        """Whether a screen shows it now."""
        return bool(self.live)

    def is_overdue(self, before: datetime) -> bool:
        """Whether it cooks, has had no screen since a moment (or never had one), and nobody was alarmed about it."""
        is_dark = self.kind is StationKind.PREP and not self.is_live and self.alarmed_at is None
        return is_dark and (self.dark_since is None or self.dark_since <= before)

    @property
    def is_busy(self) -> bool:
        """Whether it has more to cook than it is set up for."""
        return self.busy_portions is not None and self.open_portions > self.busy_portions

    @property
    def all_ages(self) -> dict[Course, Age]:
        """When lines of each course are late."""
        return AGES | self.ages

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def with_screens(self, process: str, count: int, now: datetime) -> Self:
        """Show how many of its screens are connected to a process; the same when that is known."""
        others = tuple(one for one in self.live if one.process != process)
        live = (*others, LiveScreens(process=process, count=count)) if count else others
        if set(live) == set(self.live):
            return self
        dark_since = None if live else now if self.live else self.dark_since
        alarmed_at = None if live else self.alarmed_at
        change = Change(kind="screens", at=now)
        return self._changed(change, live=live, dark_since=dark_since, alarmed_at=alarmed_at)

    def without_processes(self, dead: frozenset[str], now: datetime) -> Self:
        """Show that processes are gone, and their screens with them."""
        station = self
        for one in self.live:
            if one.process in dead:
                station = station.with_screens(one.process, 0, now)
        return station

    def alarmed(self, now: datetime) -> Self:
        """Keep that the floor was told that it has no screen."""
        return self._changed(Change(kind="alarmed", at=now), alarmed_at=now)

    def measured(self, open_portions: int, wait: Wait | None, now: datetime) -> Self:
        """Show how much there is to cook and how long that takes; what says the same stays as it was said."""
        change = Change(kind="measured", at=now)
        if is_said(wait, self.wait):
            return self._changed(change, open_portions=open_portions)
        return self.with_(open_portions=open_portions, wait=wait, told_version=self.version + 1, change=change)

    def set_up(
        self,
        *,
        backup: str | None,
        busy_portions: int | None,
        ages: dict[Course, Age],
        by: Actor,
        now: datetime,
        operation_id: str | None,
    ) -> Self:
        """Change what it is set up for."""
        operations = (*self.operations, operation_id)[-REMEMBERED_OPERATIONS:] if operation_id else self.operations
        change = Change(kind="set-up", by=by, at=now)
        return self._changed(change, backup=backup, busy_portions=busy_portions, ages=ages, operations=operations)

    def _changed(self, change: Change, **changes: Any) -> Self:
        """Return it changed in what guests are not told of."""
        return self.with_(change=change, told_version=self.guest_version, **changes)
