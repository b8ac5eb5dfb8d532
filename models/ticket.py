"""What one station sees of one order. It has no price field and imports no money: no code path can leak one.

Line states follow a plain transition table; `SLOWNESS` tells which of several stations a dish waits for.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change, Value
from models.dish import Allergen, Course
from models.errors import NotFound, StatusConflict, TransitionRefused
from models.status import LineStatus

TRANSITIONS: dict[LineStatus, frozenset[LineStatus]] = {
    # What a cook may do. Cancelling is not among it: it changes the check, too.
    LineStatus.NEW: frozenset({LineStatus.IN_PROGRESS, LineStatus.READY}),
    LineStatus.IN_PROGRESS: frozenset({LineStatus.NEW, LineStatus.READY}),
    LineStatus.READY: frozenset({LineStatus.IN_PROGRESS, LineStatus.SERVED}),
    LineStatus.SERVED: frozenset({LineStatus.READY}),
    LineStatus.CANCELLED: frozenset(),
}

UNFINISHED = frozenset({LineStatus.NEW, LineStatus.IN_PROGRESS})
"""States in which a dish is still to be cooked."""

SLOWNESS = (LineStatus.NEW, LineStatus.IN_PROGRESS, LineStatus.READY, LineStatus.SERVED, LineStatus.CANCELLED)


class TicketStatus(StrEnum):
    """On the screen, or cleared from it."""

    OPEN = "OPEN"
    BUMPED = "BUMPED"


class TicketLine(Value):
    """One dish as the cook reads it. `id` is the id of the order's line."""

    id: str
    item_id: str = ""
    """The dish on the menu, and in `option_ids` the chosen options: what a cook says is sold out."""
    name: dict[str, str]
    quantity: int = Field(ge=1)
    voided: int = Field(default=0, ge=0)
    """Portions taken off after it was sent: not to be cooked, or not any more."""
    acknowledged: int = Field(default=0, ge=0)
    """How many of these somebody at the station has taken note of: what is more is struck."""
    acknowledged_by: Actor | None = None
    acknowledged_at: datetime | None = None
    modifiers: tuple[dict[str, str], ...] = ()
    option_ids: tuple[str, ...] = ()
    note: str = ""
    course: Course
    allergens: tuple[Allergen, ...] = ()
    guest: str = ""
    added_by: Actor | None = None
    """Who added it; None on tickets that were written before this was kept."""
    status: LineStatus = LineStatus.NEW
    changed_at: datetime

    @property
    def struck(self) -> int:
        """How many portions were taken off that nobody has acknowledged."""
        return self.voided - self.acknowledged

    def with_acknowledged(self, portions: int, by: Actor, now: datetime) -> Self:
        """Record that somebody knows of so many portions that were taken off; never fewer than before."""
        known = min(portions, self.voided)
        if known <= self.acknowledged:
            return self
        return self.with_(acknowledged=known, acknowledged_by=by, acknowledged_at=now)


class Ticket(Aggregate):
    """The lines of one order at one station, with the table it goes to (and the one the party was moved from)."""

    session_id: str
    homes: tuple[str, ...] = ()
    """The sessions it was in before theirs were merged, the last one on top."""
    order_id: str
    number: int
    round: int
    station: str
    table_name: str
    table_was: str | None = None
    placed_at: datetime
    status: TicketStatus = TicketStatus.OPEN
    lines: tuple[TicketLine, ...] = Field(min_length=1)
    seen_at: datetime | None = None
    bumped_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.status is TicketStatus.OPEN

    @property
    def unfinished(self) -> tuple[TicketLine, ...]:
        """The lines that are still to be cooked: none once the ticket is bumped."""
        return tuple(line for line in self.lines if self.is_open and line.status in UNFINISHED)

    def line(self, line_id: str) -> TicketLine:
        """Return a line; raises `NotFound`."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound(line_id=line_id)

    def is_untouched(self, line_id: str) -> bool:
        """Whether nobody has begun to cook a line; raises `NotFound`."""
        return self.line(line_id).status is LineStatus.NEW

    def step(self, line_id: str, status: LineStatus, expected: LineStatus, by: Actor, now: datetime) -> Self:
        """Move a line on, if it is in the state the cook saw.

        Raises `StatusConflict` (another was quicker), `TransitionRefused` or `NotFound`.
        """
        line = self.line(line_id)
        if line.status is not expected:
            raise StatusConflict(status=line.status.value)
        if status not in TRANSITIONS[line.status]:
            raise TransitionRefused(status=line.status.value)
        return self._with_line(line.with_(status=status, changed_at=now), by, now)

    def with_voided(self, line_id: str, portions: int, by: Actor, now: datetime) -> Self:
        """Show how many portions of a line were taken off: they are struck until somebody acknowledges it.

        Raises `NotFound`.
        """
        line = self.line(line_id)
        status = LineStatus.CANCELLED if portions >= line.quantity else line.status
        return self._with_line(line.with_(voided=portions, status=status, changed_at=now), by, now, "line-voided")

    def acknowledged(self, line_id: str, portions: int | None, by: Actor, now: datetime) -> Self:
        """Record that somebody has seen so many portions of a line struck, all of them when no number is given.

        A ticket of which nothing is left to cook or to see is cleared from the screen by it. Raises `NotFound`.
        """
        line = self.line(line_id)
        known = line.with_acknowledged(line.voided if portions is None else portions, by, now)
        if known is line:
            return self
        changed = self._with_line(known, by, now, "strike-acknowledged")
        is_over = all(one.status is LineStatus.CANCELLED and not one.struck for one in changed.lines)
        return changed.with_(status=TicketStatus.BUMPED, bumped_at=now) if is_over and self.is_open else changed

    def seen(self, by: Actor, now: datetime) -> Self:
        """Record that a screen shows it; the first receipt counts."""
        return self if self.seen_at else self.with_(seen_at=now, change=Change(kind="seen", by=by, at=now))

    def bump(self, by: Actor, now: datetime) -> Self:
        """Clear it from the screen: what was not ready yet is ready now, and what was struck is acknowledged."""
        known = (line.with_acknowledged(line.voided, by, now) for line in self.lines)
        lines = tuple(
            line.with_(status=LineStatus.READY, changed_at=now) if line.status in UNFINISHED else line for line in known
        )
        return self.with_(
            lines=lines, status=TicketStatus.BUMPED, bumped_at=now, change=Change(kind="bumped", by=by, at=now)
        )

    def struck(self, by: Actor, now: datetime) -> Self:
        """Cancel what is still to be cooked: it stays, struck, until somebody acknowledges it."""
        lines = tuple(
            line.with_(status=LineStatus.CANCELLED, voided=line.quantity, changed_at=now)
            if line in self.unfinished
            else line
            for line in self.lines
        )
        return self.with_(lines=lines, change=Change(kind="struck", by=by, at=now))

    def recall(self, by: Actor, now: datetime) -> Self:
        """Bring it back to the screen, its lines as they are."""
        return self.with_(status=TicketStatus.OPEN, bumped_at=None, change=Change(kind="recalled", by=by, at=now))

    def moved(self, table_name: str, table_was: str | None, by: Actor, now: datetime) -> Self:
        """Follow the party to another table, or back: the same ticket, nothing is fired again."""
        return self.with_(table_name=table_name, table_was=table_was, change=Change(kind="moved", by=by, at=now))

    def _with_line(self, line: TicketLine, by: Actor, now: datetime, kind: str | None = None) -> Self:
        lines = tuple(line if old.id == line.id else old for old in self.lines)
        change = Change(kind=kind or f"line-{line.status.value.lower()}", by=by, line_id=line.id, at=now)
        return self.with_(lines=lines, change=change)


def slowest(statuses: list[LineStatus]) -> LineStatus:
    """Return the state a dish is in when several stations work on it: cancelled only if all are."""
    return min(statuses, key=SLOWNESS.index)
