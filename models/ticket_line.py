"""One dish as the cook reads it: a line of a ticket, its states and when each was reached. No prices."""

from datetime import datetime
from typing import Self

from pydantic import Field

from models.base import Actor, Value
from models.dish import Allergen, Course
from models.errors import LineHeld, StatusConflict, TransitionRefused
from models.status import LineStatus

TRANSITIONS: dict[LineStatus, frozenset[LineStatus]] = {
    # What a cook may do. Cancelling is not among it: it changes the check, too.
    LineStatus.NEW: frozenset({LineStatus.IN_PROGRESS, LineStatus.READY}),
    LineStatus.IN_PROGRESS: frozenset({LineStatus.NEW, LineStatus.READY}),
    LineStatus.READY: frozenset({LineStatus.NEW, LineStatus.IN_PROGRESS, LineStatus.SERVED}),
    LineStatus.SERVED: frozenset({LineStatus.READY}),
    LineStatus.CANCELLED: frozenset(),
}

UNFINISHED = frozenset({LineStatus.NEW, LineStatus.IN_PROGRESS})
"""States in which a dish is still to be cooked."""

FINAL = frozenset({LineStatus.SERVED, LineStatus.CANCELLED})

SLOWNESS = (LineStatus.NEW, LineStatus.IN_PROGRESS, LineStatus.READY, LineStatus.SERVED, LineStatus.CANCELLED)
"""Which of several stations a dish waits for: the slowest comes first."""


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
    avoid: tuple[Allergen, ...] = ()
    """What whoever eats it must not get: the allergy note."""
    guest: str = ""
    added_by: Actor | None = None
    """Who added it; None on tickets that were written before this was kept."""
    prep_minutes: int = 0
    status: LineStatus = LineStatus.NEW
    is_held: bool = False
    """Its course is kept back: nobody is to begin."""
    held_by: Actor | None = None
    """Who keeps it back: None is the rule of the house, which fires it by itself when the course before is served."""
    held_until: datetime | None = None
    """When the house fires by itself what it keeps back for a later slot; None for what is kept back as a course."""
    fired_at: datetime | None = None
    """When the kitchen got it to cook; None while it is held."""
    starts_at: datetime | None = None
    """When to begin, so that the dishes of a table are ready together; never before it is fired."""
    started_at: datetime | None = None
    ready_at: datetime | None = None
    served_at: datetime | None = None
    changed_at: datetime

    @property
    def struck(self) -> int:
        """How many portions were taken off that nobody has acknowledged."""
        return self.voided - self.acknowledged

    @property
    def portions(self) -> int:
        """How many are to be cooked, or were."""
        return self.quantity - self.voided

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still to be cooked, now or later."""
        return self.status in UNFINISHED

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to do or to see: it leaves the boards."""
        return self.status in FINAL and not self.struck

    @property
    def is_on_pass(self) -> bool:
        """Whether it stands where dishes are assembled: cooked and not run, or struck before it was run."""
        return self.status is LineStatus.READY or (self.struck > 0 and self.served_at is None)

    def step(self, status: LineStatus, expected: LineStatus, now: datetime) -> Self:
        """Move on, if it is in the state the cook saw.

        Raises `StatusConflict` (another was quicker), `LineHeld` or `TransitionRefused`.
        """
        if self.status is not expected:
            raise StatusConflict(status=self.status.value)
        if self.is_held:
            raise LineHeld(line_id=self.id)
        if status not in TRANSITIONS[self.status]:
            raise TransitionRefused(status=self.status.value)
        return self.at(status, now)

    def at(self, status: LineStatus, now: datetime) -> Self:
        """Return it in a state, with the times of the steps that lie behind it: in their order, whatever the clocks of
        two processes say.
        """
        now = max(one for one in (now, self.fired_at, self.started_at, self.ready_at) if one is not None)
        is_begun, is_cooked = status is not LineStatus.NEW, status not in UNFINISHED
        return self.with_(
            status=status,
            started_at=(self.started_at or now) if is_begun else None,
            ready_at=(self.ready_at or now) if is_cooked else None,
            served_at=now if status is LineStatus.SERVED else None,
            changed_at=now,
        )

    def held(self, by: Actor | None, now: datetime) -> Self:
        """Keep it back, if nobody has begun; what the rule keeps back is somebody's from then on."""
        if self.status is not LineStatus.NEW or (self.is_held and (self.held_by or not by)):
            return self
        return self.with_(is_held=True, held_by=by, held_until=None, fired_at=None, starts_at=None, changed_at=now)

    def fired(self, starts_at: datetime, now: datetime) -> Self:
        """Let it be cooked."""
        return self.with_(
            is_held=False,
            held_by=None,
            held_until=None,
            fired_at=now,
            starts_at=max(starts_at, now),
            changed_at=now,
        )

    def with_voided(self, portions: int, now: datetime) -> Self:
        """Show how many portions were taken off; of what is cancelled whole nothing is kept back."""
        voided = self.with_(voided=portions, changed_at=now)
        if portions < self.quantity:
            return voided
        return voided.with_(status=LineStatus.CANCELLED, is_held=False, held_by=None, held_until=None)

    def with_acknowledged(self, portions: int, by: Actor, now: datetime) -> Self:
        """Record that somebody knows of so many portions that were taken off; never fewer than before."""
        known = min(portions, self.voided)
        if known <= self.acknowledged:
            return self
        return self.with_(acknowledged=known, acknowledged_by=by, acknowledged_at=now)


def slowest(statuses: list[LineStatus]) -> LineStatus:
    """Return the state a dish is in when several stations work on it: cancelled only if all are."""
    return min(statuses, key=SLOWNESS.index)
