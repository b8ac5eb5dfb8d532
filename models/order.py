"""What a round became: priced lines, immutable but for their states, and the key under which it was placed once."""

import hashlib
from datetime import datetime
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change, Value
from models.menu import Course
from models.money import Money, total
from models.status import LineStatus


class OrderModifier(Value):
    """A chosen option, as it was called and priced when the round was placed."""

    id: str
    name: dict[str, str]
    price: Money


class OrderLine(Value):
    """One dish of a round. `stations` cook it; its status is the slowest of theirs."""

    id: str
    item_id: str
    name: dict[str, str]
    quantity: int = Field(ge=1)
    modifiers: tuple[OrderModifier, ...] = ()
    note: str = ""
    course: Course
    unit_price: Money
    added_by: Actor
    stations: tuple[str, ...]
    status: LineStatus = LineStatus.NEW

    @property
    def price(self) -> Money:
        """Price of all its portions."""
        return self.unit_price.times(self.quantity)


class Order(Aggregate):
    """One round. `(session_id, idempotency_key)` is unique; `fingerprint` is the hash of what was asked under the
    key.
    """

    session_id: str
    owner: str | None = None
    """The participant of an INDIVIDUAL cart, None for a shared one."""
    number: int
    round: int
    table_name: str
    placed_by: Actor
    placed_at: datetime
    idempotency_key: str
    fingerprint: str
    cart_id: str
    cart_version: int
    payment_method: str | None = None
    currency: str
    lines: tuple[OrderLine, ...] = Field(min_length=1)

    @property
    def total(self) -> Money:
        """What the round costs."""
        return total((line.price for line in self.lines), self.currency)

    def with_status(self, line_id: str, status: LineStatus, by: Actor, now: datetime) -> Self:
        """Show the state of one line as the kitchen has it."""
        lines = tuple(line.with_(status=status) if line.id == line_id else line for line in self.lines)
        return self.with_(lines=lines, change=Change(kind=f"line-{status.lower()}", by=by, line_id=line_id, at=now))


def fingerprint(*parts: str) -> str:
    """Return the SHA-256 of what a client asked under an idempotency key."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
