"""What is to be paid for a session, and what was paid. Payment state is kept apart from kitchen state.

Rounds, corrections and tenders are only ever added. Whatever happens: the total is the rounds less the corrections, the
paid amount the tenders less what was given back, and neither falls below zero.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from models.base import Actor, Aggregate, Change
from models.bill import amount_due
from models.check_line import CheckRound
from models.claim import Claim, Pending, Split
from models.correction import Correction, CorrectionKind, Entry, correction
from models.dining import DiningOption
from models.errors import (
    CheckFull,
    DiscountOutOfRange,
    IdempotencyKeyReused,
    LineTakenOff,
    NotFound,
    PaymentTooLarge,
    SessionClosed,
)
from models.money import Money, least, total, zero
from models.order import OrderLine
from models.pricing import Terms
from models.tender import Refund, Tender

MOST_ENTRIES = 500
"""Corrections, payments and refunds of one check: far beyond any evening, and a bound on the document."""


class CheckStatus(StrEnum):
    """Open until the party is gone."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class Check(Aggregate):
    """`total` and `paid` are stored beside the parts that they are the sums of, and set with them.

    `homes` are the sessions that it was in before theirs were merged, the last one on top. `terms` are the house's of
    when it was opened; `number` is that of its bill, once one was shown.
    """

    session_id: str
    homes: tuple[str, ...] = ()
    status: CheckStatus = CheckStatus.OPEN
    dining_option: DiningOption = DiningOption.DINE_IN
    covers: int = 1
    terms: Terms = Terms()
    number: int | None = None
    opened_at: datetime | None = None
    rounds: tuple[CheckRound, ...] = ()
    corrections: tuple[Correction, ...] = ()
    tenders: tuple[Tender, ...] = ()
    split: Split | None = None
    claims: tuple[Claim, ...] = ()
    pending: tuple[Pending, ...] = ()
    total: Money
    paid: Money

    @property
    def due(self) -> Money:
        """What is still owed, never below zero."""
        return self._excess(self.total, self.paid)

    @property
    def overpaid(self) -> Money:
        """What was paid beyond the total, because something was taken off afterwards: it has to be given back."""
        return self._excess(self.paid, self.total)

    def has_order(self, order_id: str) -> bool:
        """Whether an order is on this check."""
        return any(entry.order_id == order_id for entry in self.rounds)

    def with_order(self, entry: CheckRound, by: Actor, now: datetime) -> Self:
        """Put a placed order on the check."""
        return self._settled("order-added", by, now, rounds=(*self.rounds, entry))

    def closed(self, by: Actor, now: datetime) -> Self:
        """End it with the session."""
        return self.with_(status=CheckStatus.CLOSED, change=Change(kind="closed", by=by, at=now))

    # ── what is taken off ─────────────────────────────────────────────────────────────────────────────────────────────

    def portions_left(self, order_id: str, line: OrderLine) -> int:
        """Return how many portions of a line are neither taken off nor made free."""
        return line.quantity - sum(one.quantity or 0 for one in self._about(order_id, line.id))

    def portions_voided(self, order_id: str, line_id: str) -> int:
        """Return how many portions of a line were taken off."""
        return sum(one.quantity or 0 for one in self._about(order_id, line_id) if one.kind is CorrectionKind.VOID)

    def taking_off(
        self, kind: CorrectionKind, order_id: str, line: OrderLine, quantity: int | None, entry: Entry
    ) -> Correction:
        """Return the correction that voids or comps portions of a line, all that are left when no quantity is named.

        After a discount it takes off no more than the check still has. Raises `LineTakenOff`.
        """
        left = self.portions_left(order_id, line)
        portions = left if quantity is None else quantity
        if not 1 <= portions <= left:
            raise LineTakenOff(left=left)
        amount = least(line.unit_price.times(portions), self.total)
        return correction(entry, kind, amount, order_id=order_id, line_id=line.id, quantity=portions)

    def discount(self, amount: int | None, percent: int | None, entry: Entry) -> Correction:
        """Return the correction that takes an amount (minor units) off, or a share (basis points) of what the check
        comes to now. Raises `DiscountOutOfRange`.
        """
        off = self.total.share(percent) if percent is not None else self.total.with_(amount=amount or 0)
        if not 1 <= off.amount <= self.total.amount:
            raise DiscountOutOfRange(left=self.total.model_dump())
        return correction(entry, CorrectionKind.DISCOUNT, off)

    def taken_off_alone(self, actor_id: str) -> int:
        """Return what one person has taken off this check with nobody's approval, in minor units."""
        own = (one for one in self.corrections if one.by.id == actor_id and one.approver is None)
        return sum(one.amount.amount for one in own)

    def given_back_alone(self, actor_id: str) -> int:
        """Return what one person has refunded on this check with nobody's approval, in minor units."""
        refunds = (one for tender in self.tenders for one in tender.refunds)
        return sum(one.amount.amount for one in refunds if one.by.id == actor_id and one.approver is None)

    def corrected(self, correction: Correction) -> Self:
        """Put a correction on the check; raises `SessionClosed` or `CheckFull`."""
        self._require_open().require_room()
        kind = {"VOID": "line-voided", "COMP": "line-comped", "DISCOUNT": "discounted"}[correction.kind]
        corrections = (*self.corrections, correction)
        return self._settled(kind, correction.by, correction.at, correction.line_id, corrections=corrections)

    # ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────

    def paid_by(self, tender: Tender) -> Self:
        """Record a payment; raises `PaymentTooLarge`, `SessionClosed` or `CheckFull`."""
        self._require_open().require_room()
        if tender.amount.amount > self.due.amount:
            raise PaymentTooLarge(due=self.due.model_dump())
        return self._settled("paid", tender.by, tender.at, tenders=(*self.tenders, tender))

    def tender(self, tender_id: str) -> Tender:
        """Return a payment; raises `NotFound`."""
        for tender in self.tenders:
            if tender.id == tender_id:
                return tender
        raise NotFound(tender_id=tender_id)

    def refunded(self, tender_id: str, refund: Refund) -> Self:
        """Give money of a payment back, also after the party is gone; raises `RefundTooLarge`, `NotFound` or
        `CheckFull`.
        """
        self.require_room()
        changed = self.tender(tender_id).refund(refund)
        tenders = tuple(changed if one.id == tender_id else one for one in self.tenders)
        return self._settled("refunded", refund.by, refund.at, tenders=tenders)

    # ── what was entered ──────────────────────────────────────────────────────────────────────────────────────────────

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
        if sum(1 for _ in self._entries()) >= MOST_ENTRIES:
            raise CheckFull(limit=MOST_ENTRIES)

    def _entries(self) -> Iterator[Correction | Tender | Refund]:
        yield from self.corrections
        for tender in self.tenders:
            yield tender
            yield from tender.refunds

    def _about(self, order_id: str, line_id: str) -> Iterator[Correction]:
        return (one for one in self.corrections if (one.order_id, one.line_id) == (order_id, line_id))

    def _require_open(self) -> Self:
        if self.status is CheckStatus.CLOSED:
            raise SessionClosed(session_id=self.session_id)
        return self

    def _excess(self, larger: Money, smaller: Money) -> Money:
        return larger - least(larger, smaller)

    def _settled(self, kind: str, by: Actor, now: datetime, line_id: str | None = None, **parts: Any) -> Self:
        """Replace parts and the sums with them."""
        changed = self.with_(**parts, change=Change(kind=kind, by=by, line_id=line_id, at=now))
        currency = self.total.currency
        return changed.with_(
            total=amount_due(changed.rounds, changed.corrections, currency),
            paid=total((tender.kept for tender in changed.tenders), currency),
        )


def entered(checks: Sequence[Check], key: str, fingerprint: str) -> tuple[Check, str] | None:
    """Return the check on which something was entered under a key, and the id of it; None when nothing was.

    Raises `IdempotencyKeyReused` when something else was asked under the key.
    """
    for check in checks:
        entry_id = check.entered(key, fingerprint)
        if entry_id is not None:
            return check, entry_id
    return None


def with_order(checks: Sequence[Check], order_id: str) -> Check:
    """Return the check that an order is on; raises `NotFound`."""
    for check in checks:
        if check.has_order(order_id):
            return check
    raise NotFound(order_id=order_id)


def with_tender(checks: Sequence[Check], tender_id: str) -> Check:
    """Return the check on which a payment was made; raises `NotFound`."""
    for check in checks:
        if any(tender.id == tender_id for tender in check.tenders):
            return check
    raise NotFound(tender_id=tender_id)


def named(checks: Sequence[Check], check_id: str | None) -> Check:
    """Return the check of an id, the party's own (the first) when none is named; raises `NotFound`."""
    for check in checks:
        if check_id in (None, check.id):
            return check
    raise NotFound(check_id=check_id)


def new_check(
    check_id: str,
    restaurant_id: str,
    session_id: str,
    currency: str,
    *,
    covers: int = 1,
    terms: Terms = Terms(),  # noqa: B008  (immutable)
    now: datetime | None = None,
) -> Check:
    """Return the empty check of a new session."""
    nothing = zero(currency)
    return Check(
        id=check_id,
        restaurant_id=restaurant_id,
        session_id=session_id,
        covers=covers,
        terms=terms,
        opened_at=now,
        total=nothing,
        paid=nothing,
    )
