"""What a check has and what it comes to: its parts, its sums, and the one way in which both are changed.

Rounds, corrections and tenders are only ever added. Whatever happens: the total is that of the bill (`models.bill`),
the paid amount the tenders less what was given back, and neither falls below zero.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from models.base import Actor, Aggregate, Change
from models.check_line import CheckLine, CheckRound
from models.claim import Claim, Pending, Split
from models.correction import Correction
from models.dining import DiningOption
from models.errors import CheckFull, IdempotencyKeyReused, NotFound, SessionClosed
from models.money import Money, least, total
from models.pricing import Terms
from models.reckoning import reckon
from models.tender import Refund, Tender

MOST_ENTRIES = 500
"""Corrections, claims, payments and refunds of one check: far beyond any evening, and a bound on the document."""


class CheckStatus(StrEnum):
    """Open until the party is gone."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class CheckContent(Aggregate):
    """`total` and `paid` are stored beside the parts that they are the sums of, and set with them.

    `homes` are the sessions that it was in before theirs were merged, the last one on top. `terms` are the house's of
    when it was opened; `number` is that of its receipt on the business day `number_date`, once one was shown.
    `operations` are the last operation ids of its claims and splits, so that a repeat changes nothing.
    """

    session_id: str
    customer_id: str | None = None
    """Who ordered from home what is on it."""
    homes: tuple[str, ...] = ()
    status: CheckStatus = CheckStatus.OPEN
    dining_option: DiningOption = DiningOption.DINE_IN
    covers: int = 1
    terms: Terms = Terms()
    number: int | None = None
    number_date: str | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    rounds: tuple[CheckRound, ...] = ()
    corrections: tuple[Correction, ...] = ()
    tenders: tuple[Tender, ...] = ()
    split: Split | None = None
    claims: tuple[Claim, ...] = ()
    pending: tuple[Pending, ...] = ()
    operations: tuple[str, ...] = ()
    total: Money
    paid: Money

    @property
    def currency(self) -> str:
        """In which it is paid."""
        return self.total.currency

    @property
    def due(self) -> Money:
        """What is still owed, never below zero."""
        return self._excess(self.total, self.paid)

    @property
    def overpaid(self) -> Money:
        """What was paid beyond the total, because something was taken off afterwards: it has to be given back."""
        return self._excess(self.paid, self.total)

    @property
    def payable(self) -> Money:
        """What can be paid now: what is owed and not yet on its way, never below zero."""
        return self._excess(self.due, total((one.amount for one in self.pending), self.currency))

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed either way, and nobody is paying."""
        return self.total == self.paid and not self.pending

    def has_order(self, order_id: str) -> bool:
        """Whether an order is on this check."""
        return any(entry.order_id == order_id for entry in self.rounds)

    def has_line(self, line_id: str) -> bool:
        """Whether a line is on this check."""
        return any(line.id == line_id for entry in self.rounds for line in entry.lines)

    def line(self, line_id: str) -> CheckLine:
        """Return a line; raises `NotFound`."""
        for entry in self.rounds:
            for line in entry.lines:
                if line.id == line_id:
                    return line
        raise NotFound(line_id=line_id)

    def with_order(self, entry: CheckRound, by: Actor, now: datetime) -> Self:
        """Put a placed order on the check."""
        return self._settled("order-added", by, now, rounds=(*self.rounds, entry))

    def with_covers(self, covers: int, by: Actor, now: datetime) -> Self:
        """Say how many guests there are: it decides on the service charge."""
        return self._settled("covers-set", by, now, covers=covers)

    def without_delivery_fee(self, by: Actor, now: datetime) -> Self:
        """Nobody brings it: what was not brought costs nothing."""
        return self._settled("delivery-cancelled", by, now, terms=self.terms.with_(delivery_fee=0))

    def closed(self, by: Actor, now: datetime) -> Self:
        """End it with the session."""
        change = Change(kind="closed", by=by, at=now)
        return self.with_(status=CheckStatus.CLOSED, closed_at=now, change=change)

    def numbered(self, number: int, date: str, by: Actor, now: datetime) -> Self:
        """Give it the number that its receipts have, on a business day; also after the party is gone."""
        return self.with_(number=number, number_date=date, change=Change(kind="numbered", by=by, at=now))

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def did(self, operation_id: str | None) -> Self:
        """Remember an operation id; the last 64 are kept."""
        return self.with_(operations=(*self.operations, operation_id)[-64:]) if operation_id else self

    def entered(self, key: str, fingerprint: str) -> str | None:
        """Return the id of what was entered under a key, None when nothing was.

        Raises `IdempotencyKeyReused` when something else was asked under it.
        """
        for one in self._entries():
            if one.key == key:
                if one.fingerprint != fingerprint:
                    raise IdempotencyKeyReused
                return one.id
        return None

    def require_room(self) -> None:
        """Raise `CheckFull` when the check can hold no more."""
        if sum(1 for _ in self._entries()) + len(self.pending) >= MOST_ENTRIES:
            raise CheckFull(limit=MOST_ENTRIES)

    def _entries(self) -> Iterator[Correction | Tender | Refund]:
        yield from self.corrections
        for tender in self.tenders:
            yield tender
            yield from tender.refunds

    def require_open(self) -> Self:
        """Return it; raises `SessionClosed` once the party is gone."""
        if self.status is CheckStatus.CLOSED:
            raise SessionClosed(session_id=self.session_id)
        return self

    def _excess(self, larger: Money, smaller: Money) -> Money:
        return larger - least(larger, smaller)

    def _settled(self, kind: str, by: Actor, now: datetime, line_id: str | None = None, **parts: Any) -> Self:
        """Replace parts and the sums with them."""
        changed = self.with_(**parts, change=Change(kind=kind, by=by, line_id=line_id, at=now))
        return changed.with_(
            total=Money(amount=reckon(changed).total, currency=self.currency),
            paid=total((tender.kept for tender in changed.tenders), self.currency),
        )
