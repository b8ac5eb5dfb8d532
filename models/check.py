"""What is to be paid for a session, and what was paid. Payment state is kept apart from kitchen state.

Its content is in `models.check_content`, what is taken off in `models.check_corrected`; here are payments, and who pays
what. What each share comes to is in `models.split`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from models.base import Actor
from models.check_content import MOST_ENTRIES
from models.check_corrected import CorrectedCheck
from models.claim import Claim, Pending, Split, SplitMethod, unclaimed
from models.errors import (
    CheckFull,
    ClaimTooLarge,
    LineBeingPaid,
    LineTakenOff,
    NotFound,
    PaymentTooLarge,
    SplitTooLarge,
)
from models.money import Money, zero
from models.pricing import Terms
from models.tender import Refund, RefundStatus, Tender


class Check(CorrectedCheck):
    """A check that can be paid, claimed and divided."""

    # ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────

    def paid_by(self, tender: Tender) -> Self:
        """Record a payment that staff took; raises `PaymentTooLarge`, `SessionClosed` or `CheckFull`."""
        self.require_open().require_room()
        self._require_payable(tender.amount)
        return self._settled("paid", tender.by, tender.at, tenders=(*self.tenders, tender))

    def with_pending(self, pending: Pending) -> Self:
        """Note that a payment is on its way, with the lines that its payer has claimed; raises `PaymentTooLarge`,
        `SessionClosed` or `CheckFull`.
        """
        self.require_open().require_room()
        self._require_payable(pending.amount)
        line_ids = tuple(one.line_id for one in self.claims if one.by.id == pending.by.id)
        kept = (*self.pending, pending.with_(line_ids=line_ids))
        return self._settled("payment-started", pending.by, pending.at, pending=kept)

    def without_pending(self, payment_id: str, by: Actor, now: datetime) -> Self:
        """Note that a payment will not come; also when it was not on its way."""
        kept = tuple(one for one in self.pending if one.payment_id != payment_id)
        return self._settled("payment-ended", by, now, pending=kept)

    def received(self, tender: Tender) -> Self:
        """Book money that has come in by itself (`payment_id`), whatever happened meanwhile: also on a closed check,
        and beyond what is due by now.
        """
        kept = tuple(one for one in self.pending if one.payment_id != tender.payment_id)
        return self._settled("paid", tender.by, tender.at, pending=kept, tenders=(*self.tenders, tender))

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

    def refund_decided(self, tender_id: str, refund_id: str, status: RefundStatus, by: Actor, now: datetime) -> Self:
        """Note whether the provider has given money back; what it could not give back counts as paid again."""
        changed = self.tender(tender_id).refund_decided(refund_id, status, now)
        tenders = tuple(changed if one.id == tender_id else one for one in self.tenders)
        return self._settled(f"refund-{status.value.lower()}", by, now, tenders=tenders)

    def given_back_alone(self, actor_id: str) -> int:
        """Return what one person has refunded on this check, tips and all, with nobody's approval, in minor units."""
        refunds = (one for tender in self.tenders for one in tender.refunds)
        return sum(one.worth for one in refunds if one.by.id == actor_id and one.approver is None)

    # ── who pays what ─────────────────────────────────────────────────────────────────────────────────────────────────

    def claimed(self, claim: Claim, now: datetime, by: Actor | None = None) -> Self:
        """Have a participant pay for a part of a line, instead of what they had claimed of it; `by` is who says so when
        it is not they.

        Raises `NotFound`, `LineTakenOff`, `LineBeingPaid`, `ClaimTooLarge`, `SessionClosed` or `CheckFull`.
        """
        kept = self._claims_without(claim.line_id, claim.by.id)
        if not self._portions_left(claim.line_id):
            raise LineTakenOff(left=0)
        left = unclaimed(kept, claim.line_id)
        if left * claim.of < claim.parts:
            raise ClaimTooLarge(line_id=claim.line_id, parts=left.numerator, of=left.denominator)
        if len(kept) >= MOST_ENTRIES:
            raise CheckFull(limit=MOST_ENTRIES)
        return self._settled("line-claimed", by or claim.by, now, claim.line_id, claims=(*kept, claim))

    def unclaimed(self, line_id: str, participant_id: str, by: Actor, now: datetime) -> Self:
        """Take back what a participant has claimed of a line; raises `NotFound`, `LineBeingPaid` or `SessionClosed`."""
        kept = self._claims_without(line_id, participant_id)
        if len(kept) == len(self.claims):
            raise NotFound(line_id=line_id)
        return self._settled("line-unclaimed", by, now, line_id, claims=kept)

    def divided(self, split: Split | None, by: Actor, now: datetime) -> Self:
        """Divide it, or no more; raises `SplitTooLarge` (AMOUNTS), `NotFound` (a line) or `SessionClosed`."""
        self.require_open()
        if split is not None:
            if split.method is SplitMethod.AMOUNTS and sum(one.amount or 0 for one in split.parts) > self.total.amount:
                raise SplitTooLarge(total=self.total.model_dump())
            for part in split.parts:
                for line_id in part.line_ids:
                    self.line(line_id)
        return self._settled("divided", by, now, split=split)

    def _claims_without(self, line_id: str, participant_id: str) -> tuple[Claim, ...]:
        """Return the claims but for one, which may be changed now."""
        self.require_open().line(line_id)
        if any(line_id in one.line_ids for one in self.pending):
            raise LineBeingPaid(line_id=line_id)
        return tuple(one for one in self.claims if (one.line_id, one.by.id) != (line_id, participant_id))

    def _require_payable(self, amount: Money) -> None:
        if amount.amount > self.payable.amount:
            raise PaymentTooLarge(due=self.due.model_dump(), payable=self.payable.model_dump())


def entered(checks: Sequence[Check], key: str, fingerprint: str) -> tuple[Check, str] | None:
    """Return the check on which something was entered under a key, and the id of it; None when nothing was.

    Raises `IdempotencyKeyReused` when something else was asked under the key.
    """
    for check in checks:
        entry_id = check.entered(key, fingerprint)
        if entry_id is not None:
            return check, entry_id
    return None


def done(checks: Sequence[Check], operation_id: str) -> Check | None:
    """Return the check on which a claim or a division was made under an operation id; None when none was."""
    return next((check for check in checks if check.has_done(operation_id)), None)


def with_line(checks: Sequence[Check], line_id: str) -> Check:
    """Return the check that a line is on; raises `NotFound`."""
    for check in checks:
        if check.has_line(line_id):
            return check
    raise NotFound(line_id=line_id)


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


def with_payment(check: Check, payment_id: str) -> Tender | None:
    """Return what a payment online has become on a check; None while it has not come in."""
    return next((one for one in check.tenders if one.payment_id == payment_id), None)


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
