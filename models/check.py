"""What is to be paid for a session, and what was paid. Payment state is kept apart from kitchen state."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from models.base import Actor, Aggregate, Change, Value
from models.money import Money, zero


class CheckStatus(StrEnum):
    """Open until the party is gone."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class CheckRound(Value):
    """One order on the check."""

    order_id: str
    number: int
    amount: Money


class Check(Aggregate):
    """`total` is the sum of its rounds, `paid` of its tenders."""

    session_id: str
    status: CheckStatus = CheckStatus.OPEN
    rounds: tuple[CheckRound, ...] = ()
    total: Money
    paid: Money

    @property
    def due(self) -> Money:
        """What is still owed."""
        return self.total - self.paid

    def with_order(self, entry: CheckRound, by: Actor, now: datetime) -> Self:
        """Put a placed order on the check."""
        return self.with_(
            rounds=(*self.rounds, entry),
            total=self.total + entry.amount,
            change=Change(kind="order-added", by=by, at=now),
        )

    def closed(self, by: Actor, now: datetime) -> Self:
        """End it with the session."""
        return self.with_(status=CheckStatus.CLOSED, change=Change(kind="closed", by=by, at=now))


def new_check(check_id: str, restaurant_id: str, session_id: str, currency: str) -> Check:
    """Return the empty check of a new session."""
    nothing = zero(currency)
    return Check(id=check_id, restaurant_id=restaurant_id, session_id=session_id, total=nothing, paid=nothing)
