"""What is not sent yet: the lines of a session (FAMILY) or of one participant (INDIVIDUAL).

Every write of a command that a guest runs goes through the cart's version, so whatever must stop guests (a close, a
move) saves the cart too: `fence` records the session's version, and an older copy of the session is then known to
be stale.
"""

from datetime import datetime, timedelta
from typing import Self

from pydantic import Field, computed_field

from models.base import Actor, Aggregate, Change, OperationId, Value
from models.dining import DiningOption
from models.dish import Allergen
from models.errors import CartFull, CartHeld, NotFound, seconds_until
from models.money import Money, total

REMEMBERED_OPERATIONS = 32
"""Of each sender: as many as a phone can have on their way when its network goes (bursts of 30)."""

MOST_OPERATIONS = 512
"""Of all senders together."""

BROUGHT_OPERATIONS = 512
"""Remembered of all carts that were merged: those of eight phones, each with a cart of its own."""

MOST_PORTIONS = 99
"""Of one line."""


class CartLine(Value):
    """One dish with its modifiers. `unit_price` is what the guest was shown; placing prices it anew from the menu."""

    id: str
    item_id: str
    name: dict[str, str]
    quantity: int = Field(ge=1)
    modifiers: tuple[str, ...] = ()
    note: str = ""
    avoid: tuple[Allergen, ...] = ()
    """What whoever eats it must not get: the kitchen is told so that it cannot be overlooked."""
    unit_price: Money
    added_by: Actor
    added_at: datetime
    is_available: bool = True
    """False while it cannot be had: it stays in the cart, and the cart cannot be sent with it."""
    left: int | None = None
    """How many portions there are for it, while these are fewer than it asks for; None: enough."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def price(self) -> Money:
        """Price of all its portions, as shown."""
        return self.unit_price.times(self.quantity)


class Hold(Value):
    """One phone reviews and sends while the others wait, until it sends, lets go or the time is up.

    `fence` grows with each hold, so that a phone that comes back late is told that its hold is no longer the one.
    """

    by: Actor
    until: datetime
    fence: int


class Cart(Aggregate):
    """`owner` is the participant of an INDIVIDUAL cart, None for the shared one."""

    session_id: str
    homes: tuple[str, ...] = ()
    """The sessions it was in before theirs were merged, the last one on top."""
    session_version: int = 0
    owner: str | None = None
    currency: str
    dining_option: DiningOption = DiningOption.DINE_IN
    lines: tuple[CartLine, ...] = ()
    hold: Hold | None = None
    holds: int = 0
    rounds: int = 0
    is_closed: bool = False
    operations: dict[OperationId, str] = Field(default_factory=dict)
    """The last operation ids, oldest first, with who sent them: a busy table does not make a phone's own forgotten."""
    brought: tuple[OperationId, ...] = ()
    """Operations on other carts, whose phones use this one since a merge or its end: repeated, they change nothing."""
    line_homes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The carts from which lines came with merged parties, by the line's id, the last one on top."""

    @property
    def total(self) -> Money:
        """What the lines would cost at the prices shown."""
        return total((line.price for line in self.lines), self.currency)

    def has_done(self, operation_id: str) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations or operation_id in self.brought

    def require_free(self, by: Actor, now: datetime) -> None:
        """Raise `CartHeld` while another phone holds the checkout."""
        if self.hold and self.hold.by.id != by.id and self.hold.until > now:
            raise CartHeld(held_by=self.hold.by.name, retry_after=seconds_until(self.hold.until, now))

    def is_held_by(self, by: Actor, fence: int, now: datetime) -> bool:
        """Whether the hold with that fence is theirs and still runs."""
        hold = self.hold
        return hold is not None and hold.by.id == by.id and hold.fence == fence and hold.until > now

    def line(self, line_id: str) -> CartLine:
        """Return a line; raises `NotFound`."""
        for line in self.lines:
            if line.id == line_id:
                return line
        raise NotFound(line_id=line_id)

    def add(self, line: CartLine, limit: int, operation_id: str) -> Self:
        """Add a line; the same dish from two guests stays two lines. Raises `CartFull` or `CartHeld`."""
        self.require_free(line.added_by, line.added_at)
        if len(self.lines) >= limit:
            raise CartFull(limit=limit)
        return self._changed("line-added", line.added_by, line.added_at, operation_id, (*self.lines, line), line.id)

    def replace(self, line: CartLine, by: Actor, now: datetime, operation_id: str) -> Self:
        """Put a changed line in the place of the one with its id; raises `NotFound` or `CartHeld`."""
        self.require_free(by, now)
        self.line(line.id)
        lines = tuple(line if old.id == line.id else old for old in self.lines)
        return self._changed("line-updated", by, now, operation_id, lines, line.id)

    def remove(self, line_id: str, by: Actor, now: datetime, operation_id: str) -> Self:
        """Take a line out; raises `NotFound` or `CartHeld`."""
        self.require_free(by, now)
        self.line(line_id)
        lines = tuple(line for line in self.lines if line.id != line_id)
        return self._changed("line-removed", by, now, operation_id, lines, line_id)

    def clear(self, by: Actor, now: datetime, operation_id: str) -> Self:
        """Take all lines out; raises `CartHeld`."""
        self.require_free(by, now)
        return self._changed("cleared", by, now, operation_id, ())

    def held(self, by: Actor, seconds: int, now: datetime) -> Self:
        """Give the checkout to one phone, or prolong it; raises `CartHeld`."""
        self.require_free(by, now)
        is_same = self.hold is not None and self.hold.by.id == by.id and self.hold.until > now
        fence = self.hold.fence if is_same and self.hold else self.holds + 1
        hold = Hold(by=by, until=now + timedelta(seconds=seconds), fence=fence)
        return self.with_(hold=hold, holds=fence, change=Change(kind="held", by=by, at=now))

    def released(self, by: Actor, now: datetime) -> Self:
        """Let the checkout go; raises `CartHeld` when it is another's. Staff may free a table that a guest holds up."""
        if by.kind != "STAFF":
            self.require_free(by, now)
        return self.with_(hold=None, change=Change(kind="released", by=by, at=now))

    def without_hold_of(self, participant_id: str) -> Self:
        """Let the checkout go if a participant holds it who is gone."""
        is_theirs = self.hold is not None and self.hold.by.id == participant_id
        return self.with_(hold=None) if is_theirs else self

    def emptied(self, by: Actor, now: datetime) -> Self:
        """The lines were sent: a new round begins."""
        return self.with_(lines=(), hold=None, rounds=self.rounds + 1, change=Change(kind="placed", by=by, at=now))

    def repriced(self, lines: tuple[CartLine, ...], by: Actor, now: datetime) -> Self:
        """Show the present prices after the menu changed."""
        return self.with_(lines=lines, hold=None, change=Change(kind="repriced", by=by, at=now))

    def marked(self, lines: tuple[CartLine, ...], now: datetime) -> Self:
        """Show which lines can be had by now."""
        return self.with_(lines=lines, change=Change(kind="availability", at=now))

    def fenced(self, session_version: int, by: Actor, now: datetime, kind: str, *, close: bool = False) -> Self:
        """Move the version because the session changed in a way that guests' commands must notice."""
        return self.with_(
            session_version=session_version,
            is_closed=self.is_closed or close,
            hold=None if close else self.hold,
            change=Change(kind=kind, by=by, at=now),
        )

    def _changed(
        self,
        kind: str,
        by: Actor,
        now: datetime,
        operation_id: str,
        lines: tuple[CartLine, ...],
        line_id: str | None = None,
    ) -> Self:
        operations = self.operations | {operation_id: by.id}
        if len(self.operations) >= REMEMBERED_OPERATIONS:
            mine = [one for one, sender in self.operations.items() if sender == by.id]
            for one in mine[: len(mine) + 1 - REMEMBERED_OPERATIONS]:
                del operations[one]
            if len(operations) > MOST_OPERATIONS:
                del operations[next(iter(operations))]
        return self.with_(lines=lines, operations=operations, change=Change(kind=kind, by=by, line_id=line_id, at=now))
