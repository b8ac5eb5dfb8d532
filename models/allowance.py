"""What a person has given away on one business day, by kind: voids, comps, discounts, refunds; with ceilings on it.

It is written in the transaction of the act, so that a person on two tablets, on whatever servers, has one allowance. An
act that somebody else approves is on the approver's: it is their word that gave it away. A ceiling holds for what is
done alone, so an approver's figure refuses no approval; what they approve leaves them less to do alone.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change
from models.errors import DailyCeiling
from models.rules import Rules

KEPT = timedelta(days=40)
"""How long a day's figures are kept: long enough for somebody to look at a month of them."""


class GivingKind(StrEnum):
    """By which act something is given away."""

    VOID = "VOID"
    COMP = "COMP"
    DISCOUNT = "DISCOUNT"
    REFUND = "REFUND"


class Allowance(Aggregate):
    """One person's of one day. `scope` names both; `given` is in minor units."""

    scope: str
    person: Actor
    given: dict[GivingKind, int] = Field(default_factory=dict)
    expires_at: datetime

    def left(self, kind: GivingKind, rules: Rules) -> int:
        """Return what this person may still give away alone, where there is a ceiling."""
        return max(0, ceiling(kind, rules) - self.given.get(kind, 0))

    def allows(self, kind: GivingKind, amount: int, rules: Rules) -> bool:
        """Whether this person may give an amount away alone."""
        return not ceiling(kind, rules) or amount <= self.left(kind, rules)

    def require_left(self, kind: GivingKind, amount: int, rules: Rules) -> None:
        """Raise `DailyCeiling` when an amount is more than this person may still give away alone."""
        if not self.allows(kind, amount, rules):
            raise DailyCeiling(kind=kind.value, limit=ceiling(kind, rules), left=self.left(kind, rules))

    def with_given(self, kind: GivingKind, amount: int, by: Actor, now: datetime) -> Self:
        """Add what was given away, by this person or by another whom they approved."""
        given = self.given | {kind: self.given.get(kind, 0) + amount}
        return self.with_(given=given, change=Change(kind="given", by=by, at=now))


def ceiling(kind: GivingKind, rules: Rules) -> int:
    """Return the most that a person may give away alone on one day, in minor units; 0 means that there is none."""
    limit: int = getattr(rules, f"{kind.value.lower()}_day_amount")
    return limit


def scope_of(person: Actor, day: str) -> str:
    """Return what a person's allowance of a business day (`2026-11-21`) is found by."""
    return f"{day}/{person.id}"


def new_allowance(entry_id: str, restaurant_id: str, person: Actor, day: str, now: datetime) -> Allowance:
    """Return the allowance of someone who has given nothing away on this day."""
    scope = scope_of(person, day)
    return Allowance(id=entry_id, restaurant_id=restaurant_id, scope=scope, person=person, expires_at=now + KEPT)
