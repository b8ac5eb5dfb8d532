"""What one station sees of one order. It has no price field and imports no money: no code path can leak one.

What a line is and which steps it may take stands in `models.ticket_line`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from models.base import Actor, Aggregate, Change
from models.dining import DiningOption
from models.dish import Course
from models.errors import NotFound, StatusConflict, TransitionRefused
from models.status import LineStatus
from models.ticket_line import FINAL, UNFINISHED, TicketLine

REMEMBERED_OPERATIONS = 32


class TicketStatus(StrEnum):
    """On the screens of its station, or cleared from them."""

    OPEN = "OPEN"
    BUMPED = "BUMPED"


class Ticket(Aggregate):
    """The lines of one order at one station, with the table it goes to (and the one the party was moved from)."""

    session_id: str
    homes: tuple[str, ...] = ()
    """The sessions it was in before theirs were merged, the last one on top."""
    order_id: str
    number: int
    round: int
    station: str
    backup: str | None = None
    """The station that shows it, too, because no screen of its own has."""
    table_name: str
    table_was: str | None = None
    dining_option: DiningOption = DiningOption.DINE_IN
    waiter: Actor | None = None
    """Who served the party when it was placed."""
    placed_at: datetime
    status: TicketStatus = TicketStatus.OPEN
    is_priority: bool = False
    """It goes before all others."""
    revision: int = 0
    """Grows when what there is to cook changes otherwise than by a cook's step: a tap that was made on an older one
    means something else.
    """
    lines: tuple[TicketLine, ...] = Field(min_length=1)
    has_expo: bool = False
    """Whether somebody assembles what is cooked: it is shown there until it is run, or until its party leaves."""
    is_shown: bool = True
    """Whether it is on a screen: of its station, or of those who assemble."""
    is_waiting: bool = False
    """Whether something of it is held."""
    seen_at: datetime | None = None
    seen_by: Actor | None = None
    alarmed_at: datetime | None = None
    """When the floor was alarmed that no screen shows it: once for a ticket."""
    assembled_at: datetime | None = None
    ready_at: datetime | None = None
    """When nothing of it was left to be cooked."""
    bumped_at: datetime | None = None
    bumped_from: dict[str, LineStatus] = Field(default_factory=dict)
    """Which lines were changed when it was last cleared or run, and what they were: a recall gives that back. What
    somebody did with a line since is not among it.
    """
    ahead: dict[str, int] = Field(default_factory=dict)
    """How many portions the station had before a line when it was fired."""
    operations: tuple[str, ...] = ()
    """The last operation ids by which it changed."""

    @property
    def is_open(self) -> bool:
        """Whether it is on the screens of its station."""
        return self.status is TicketStatus.OPEN

    @property
    def unfinished(self) -> tuple[TicketLine, ...]:
        """The lines that are still to be cooked: none once the ticket is bumped."""
        return tuple(line for line in self.lines if self.is_open and line.is_unfinished)

    @property
    def is_cleared(self) -> bool:
        """Whether there is something that a recall takes back: it has left its station's screens, or what is not held
        of it was cleared or run there.
        """
        return not self.is_open or bool(self.bumped_from)

    @property
    def is_to_run(self) -> bool:
        """Whether there is something of it, cooked or not, that is neither held nor served; or that was struck before
        it was run: whoever runs the order has seen that.
        """
        return any(line.is_on_pass or not (line.is_held or line.status in FINAL) for line in self.lines)

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id is not None and operation_id in self.operations

    def did(self, operation_id: str | None) -> Self:
        """Remember an operation."""
        if operation_id is None:
            return self
        return self.with_(operations=(*self.operations, operation_id)[-REMEMBERED_OPERATIONS:])

    def is_shown_at(self, stations: Collection[str]) -> bool:
        """Whether it is a ticket of one of these stations, or they stand in for its own."""
        return self.station in stations or self.backup in stations

    def line(self, line_id: str) -> TicketLine:
        """Return a line; raises `NotFound`."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound(line_id=line_id)

    def is_untouched(self, line_id: str) -> bool:
        """Whether nobody has begun to cook a line; raises `NotFound`."""
        return self.line(line_id).status is LineStatus.NEW

    def require_revision(self, revision: int | None) -> None:
        """Raise `StatusConflict` when the screen showed something else to cook; None asks for nothing."""
        if revision is not None and revision != self.revision:
            raise StatusConflict(status=self.status.value)

    # ── what a cook does ──────────────────────────────────────────────────────────────────────────────────────────────

    def step(self, line_id: str, status: LineStatus, expected: LineStatus, by: Actor, now: datetime) -> Self:
        """Move a line on, if it is in the state the cook saw.

        Raises `StatusConflict` (another was quicker), `LineHeld`, `TransitionRefused` or `NotFound`.
        """
        line = self.line(line_id).step(status, expected, now)
        change = Change(kind=f"line-{status.value.lower()}", by=by, line_id=line.id, at=now)
        others = {name: was for name, was in self.bumped_from.items() if name != line.id}
        return self._with_line(line, change, bumped_from=others)

    def acknowledged(self, line_id: str, portions: int | None, by: Actor, now: datetime) -> Self:
        """Record that somebody has seen so many portions of a line struck, all of them when no number is given.

        A ticket of which nothing is left to cook or to see is cleared from the screen by it. Raises `NotFound`.
        """
        line = self.line(line_id)
        known = line.with_acknowledged(line.voided if portions is None else portions, by, now)
        if known is line:
            return self
        return self._with_line(known, Change(kind="strike-acknowledged", by=by, line_id=line.id, at=now))

    def bump(self, by: Actor, now: datetime) -> Self:
        """Clear it from the screen: what was not ready yet is ready now, and what was struck is acknowledged.

        What is held is not cooked: a ticket with such a line stays, for that line.
        """
        lines = self._finished(by, now)
        status = TicketStatus.OPEN if any(line.is_held for line in lines) else TicketStatus.BUMPED
        return self._cleared(Change(kind="bumped", by=by, at=now), lines, status=status)

    def recall(self, by: Actor, now: datetime) -> Self:
        """Bring it back to the screens. Lines that clearing or running it has changed are what they were; where all was
        served, it is ready again. Raises `TransitionRefused` for one that was cancelled whole.
        """
        lines = self._each(
            lambda line: (
                line.at(self.bumped_from[line.id], now)
                if line.id in self.bumped_from and line.status is not LineStatus.CANCELLED
                else line
            )
        )
        if all(line.status in FINAL for line in lines):
            is_back = LineStatus.SERVED
            lines = tuple(line.at(LineStatus.READY, now) if line.status is is_back else line for line in lines)
        if all(line.is_over for line in lines):
            raise TransitionRefused(status=LineStatus.CANCELLED.value)
        change = Change(kind="recalled", by=by, at=now)
        return self._with(change, lines=lines, status=TicketStatus.OPEN, bumped_from={}, revision=self.revision + 1)

    def assembled(self, by: Actor, now: datetime) -> Self:
        """The expediter has all of it together: what is not held is ready to be run."""
        change = Change(kind="assembled", by=by, at=now)
        # What its station has cleared can still be recalled to what it was there.
        together = self.bump(by, now) if self.is_open else self._with(change, lines=self._finished(by, now))
        return together.with_(assembled_at=now, change=change)

    def run(self, by: Actor, now: datetime) -> Self:
        """It is on its way to the table: what is not held is served."""
        ready = self._finished(by, now)
        lines = tuple(line.at(LineStatus.SERVED, now) if line.status is LineStatus.READY else line for line in ready)
        return self._cleared(Change(kind="run", by=by, at=now), lines)

    def seen(self, by: Actor, now: datetime) -> Self:
        """Record that a screen shows it; the first receipt counts."""
        if self.seen_at:
            return self
        return self.with_receipt(by, now).with_(change=Change(kind="seen", by=by, at=now))

    def with_receipt(self, by: Actor, now: datetime) -> Self:
        """Take what somebody has done with it for a receipt: nobody cooks what they have not seen."""
        return self if self.seen_at else self.with_(seen_at=now, seen_by=by)

    # ── what others do with it ────────────────────────────────────────────────────────────────────────────────────────

    def with_voided(self, line_id: str, portions: int, by: Actor, now: datetime) -> Self:
        """Show how many portions of a line were taken off: they are struck until somebody acknowledges it.

        Raises `NotFound`.
        """
        line = self.line(line_id).with_voided(portions, now)
        change = Change(kind="line-voided", by=by, line_id=line.id, at=now)
        return self._with_line(line, change, revision=self.revision + 1)

    def struck(self, by: Actor, now: datetime) -> Self:
        """Its party has left: cancel what is still to be cooked. It stays, struck, until somebody acknowledges it."""
        lines = self._each(lambda line: line.with_voided(line.quantity, now) if line in self.unfinished else line)
        change = Change(kind="struck", by=by, at=now)
        return self._with(change, lines=lines, revision=self.revision + 1, has_expo=False)

    def left(self, by: Actor, now: datetime) -> Self:
        """Its party has left: nobody runs what is ready."""
        return self._with(Change(kind="left", by=by, at=now), has_expo=False)

    def held(self, course: Course, by: Actor, now: datetime, begun: Collection[str] = ()) -> Self:
        """Keep a course back, but for what somebody has begun, here or (`begun`, by line) at another station."""
        lines = self._each(lambda line: line.held(by, now) if line.course is course and line.id not in begun else line)
        if lines == self.lines:
            return self
        return self._with(Change(kind="course-held", by=by, at=now), lines=lines, revision=self.revision + 1)

    def fired(
        self,
        course: Course,
        starts: Mapping[str, datetime],
        by: Actor | None,
        now: datetime,
        *,
        is_by_rule: bool = False,
    ) -> Self:
        """Let what is held of a course be cooked; `starts` says when to begin, by line.

        By the rule of the house only what that rule holds is fired.
        """

        def is_meant(line: TicketLine) -> bool:
            return line.course is course and line.is_held and not (is_by_rule and line.held_by)

        lines = self._each(lambda line: line.fired(starts.get(line.id, now), now) if is_meant(line) else line)
        if lines == self.lines:
            return self
        return self._with(Change(kind="course-fired", by=by, at=now), lines=lines, revision=self.revision + 1)

    def fired_in_time(self, ahead: timedelta, now: datetime) -> Self:
        """Let what was held for a later slot be cooked, `ahead` of when to begin with it."""

        def fired(line: TicketLine) -> TicketLine:
            is_due = line.is_held and line.held_until is not None and line.held_until <= now
            return line.fired(line.held_until + ahead, now) if is_due and line.held_until else line

        lines = self._each(fired)
        if lines == self.lines:
            return self
        return self._with(Change(kind="slot-fired", at=now), lines=lines, revision=self.revision + 1)

    def moved(self, table_name: str, table_was: str | None, by: Actor, now: datetime) -> Self:
        """Follow the party to another table, or back: the same ticket, nothing is fired again."""
        return self.with_(table_name=table_name, table_was=table_was, change=Change(kind="moved", by=by, at=now))

    def prioritized(self, is_priority: bool, by: Actor, now: datetime) -> Self:
        """Put it before all others, or back in its place."""
        if is_priority is self.is_priority:
            return self
        change = Change(kind="prioritized" if is_priority else "unprioritized", by=by, at=now)
        return self.with_(is_priority=is_priority, change=change)

    def is_overlooked(self, before: datetime) -> bool:
        """Whether it is on the screens of its station since a moment, none of them shows it, and nobody was alarmed."""
        return self.is_open and self.seen_at is None and self.alarmed_at is None and self.placed_at <= before

    def alarmed(self, backup: str | None, now: datetime) -> Self:
        """Keep that the floor was told that no screen shows it, and show it at the station that stands in, if any."""
        is_backed_up = backup is not None and backup != self.station
        kind = "backed-up" if is_backed_up else "alarmed"
        return self.with_(
            alarmed_at=now, backup=backup if is_backed_up else self.backup, change=Change(kind=kind, at=now)
        )

    def _finished(self, by: Actor, now: datetime) -> tuple[TicketLine, ...]:
        """Return the lines, ready where they were being cooked; what was struck is acknowledged."""
        return self._each(
            lambda line: (
                line.at(LineStatus.READY, now) if line.status in UNFINISHED and not line.is_held else line
            ).with_acknowledged(line.voided, by, now)
        )

    def _each(self, change: Callable[[TicketLine], TicketLine]) -> tuple[TicketLine, ...]:
        return tuple(change(line) for line in self.lines)

    def _cleared(self, change: Change, lines: tuple[TicketLine, ...], **more: Any) -> Self:
        """Return it with lines that were cleared together, and what they were."""
        moved = {old.id: old.status for old, new in zip(self.lines, lines, strict=True) if old.status is not new.status}
        return self._with(change, lines=lines, bumped_from=moved, **more)

    def _with_line(self, line: TicketLine, change: Change, **more: Any) -> Self:
        return self._with(change, lines=tuple(line if old.id == line.id else old for old in self.lines), **more)

    def _with(self, change: Change, **changes: Any) -> Self:
        """Return it changed, and with what follows from its lines.

        One of which nothing is left leaves the boards, one of which something is to be cooked is on them, and what was
        put together is not together any more once a dish of it is cooked again.
        """
        after = self.with_(change=change, **changes)
        is_whole = not any(line.is_unfinished for line in after.lines)
        is_cooking = any(line.is_unfinished and not line.is_held for line in after.lines)
        is_open = not is_whole or (after.is_open and not all(line.is_over for line in after.lines))
        is_on_pass = after.has_expo and any(line.is_on_pass for line in after.lines)
        return after.with_(
            status=TicketStatus.OPEN if is_open else TicketStatus.BUMPED,
            bumped_at=None if is_open else after.bumped_at or change.at,
            is_shown=is_open or is_on_pass,
            is_waiting=any(line.is_held for line in after.lines),
            ready_at=(after.ready_at or change.at) if is_whole else None,
            assembled_at=None if is_cooking else after.assembled_at,
        )


def in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Return tickets as a screen shows them: what has priority first, then what waits longest."""
    return sorted(tickets, key=place_of)


def place_of(ticket: Ticket) -> str:
    """Return where a ticket stands among others, as a text: texts are in the order of the tickets."""
    placed_at = ticket.placed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return f"{int(not ticket.is_priority)} {placed_at} {ticket.number:010} {ticket.station} {ticket.id}"
