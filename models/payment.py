"""A payment online: one try of one phone to pay a part of a check with the provider.

Its state only moves forward, whatever comes late or twice. It belongs to a check by its id, wherever the party of that
check is by now. `next_at` says when the provider has to be asked next: it is lease, backoff and schedule in one.
"""

from datetime import datetime, timedelta
from typing import Self

from models.base import Actor, Aggregate, Change
from models.money import Money
from models.payment_state import ENDS, NEXT, REFUND_NEXT, OnlineRefund, PaymentStatus, Seen, SeenRefund, Step
from models.tender import RefundStatus

LEASE = timedelta(seconds=10)
"""How long whoever asks the provider has for it: longer than an answer can take."""

_FIRST_LOOK, _LONGEST_LOOK = timedelta(seconds=5), timedelta(seconds=60)
_FIRST_RETRY, _LONGEST_RETRY = timedelta(seconds=1), timedelta(seconds=60)
_LONGEST_REFUND_LOOK = timedelta(hours=1)

JITTER = 1_000
"""Whole of what a wait is shortened by: up to half of it."""


class Payment(Aggregate):
    """One try to pay `amount` of a check and a `tip` to the staff.

    `key` and `fingerprint` are those of its request. `client_secret` is for the paying phone alone, and forgotten when
    the payment is decided. `ending` is what it becomes once the provider has cancelled it. `is_finished`: there is
    nothing left to ask the provider.
    """

    check_id: str
    participant_id: str
    """Of a phone customer it is the customer's id."""
    customer_id: str | None = None
    by: Actor
    provider: str
    amount: Money
    tip: Money
    share_id: str | None = None
    key: str
    fingerprint: str
    status: PaymentStatus = PaymentStatus.STARTING
    intent_id: str | None = None
    client_secret: str | None = None
    failure: str | None = None
    ending: PaymentStatus | None = None
    started_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    refunds: tuple[OnlineRefund, ...] = ()
    tries: int = 0
    """How often the provider was asked since something moved."""
    next_at: datetime | None
    is_finished: bool = False

    @property
    def charged(self) -> Money:
        """What the payer pays in all."""
        return self.amount + self.tip

    @property
    def is_decided(self) -> bool:
        """Whether it has succeeded or never will."""
        return self.status in ENDS

    def is_due(self, now: datetime) -> bool:
        """Whether the provider has to be asked now."""
        return not self.is_finished and self.next_at is not None and self.next_at <= now

    def is_late(self, now: datetime) -> bool:
        """Whether the payer has not paid in time."""
        waits = (PaymentStatus.STARTING, PaymentStatus.REQUIRES_ACTION)
        return self.status in waits and now >= self.expires_at

    def end_without_provider(self, now: datetime) -> PaymentStatus | None:
        """Return what a payment becomes that is to end and that the provider has never told us of; None for another.

        Nobody can pay it, whatever the provider has made of it: its client secret was told to no phone.
        """
        end = self.ending or (PaymentStatus.EXPIRED if self.is_late(now) else None)
        return end if self.intent_id is None and not self.is_decided else None

    @property
    def step(self) -> Step | None:
        """What the provider has to be asked next; None when nothing is left to ask.

        One of which no answer has come yet is started again, under the same key: that tells what became of it.
        """
        if not self.is_decided:
            if self.intent_id is None:
                return Step.START
            return Step.CANCEL if self.ending else Step.LOOK
        refund = self.refund_to_ask
        if refund is None:
            return None
        return Step.LOOK_AT_REFUND if refund.provider_id else Step.REFUND

    @property
    def refund_to_ask(self) -> OnlineRefund | None:
        """Which refund the provider has to be asked about next: a new one first, then one after the other."""
        pending = [one for one in self.refunds if one.status is RefundStatus.PENDING]
        new = [one for one in pending if one.provider_id is None]
        return new[0] if new else pending[self.tries % len(pending)] if pending else None

    # ── whose turn it is ──────────────────────────────────────────────────────────────────────────────────────────────

    def claimed(self, now: datetime) -> Self:
        """Have one of all processes ask the provider; nobody else does before the lease is over."""
        return self.with_(
            ending=self.ending or (PaymentStatus.EXPIRED if self.is_late(now) else None),
            tries=self.tries + 1,
            next_at=now + LEASE,
            change=Change(kind="asked", at=now),
        )

    def woken(self, now: datetime) -> Self:
        """Have the provider asked now."""
        return self.with_(next_at=now, change=Change(kind="woken", at=now))

    def postponed(self, now: datetime, jitter: int) -> Self:
        """Have the provider asked again after it could not be reached; `jitter` is from 0 to `JITTER`."""
        wait = _wait(_FIRST_RETRY, self.tries, _LONGEST_RETRY, jitter)
        return self.with_(next_at=now + wait, change=Change(kind="postponed", at=now))

    # ── what becomes of it ────────────────────────────────────────────────────────────────────────────────────────────

    def cancelling(self, by: Actor, now: datetime) -> Self:
        """Have the provider cancel it, because its payer or the staff want that."""
        if self.is_decided or self.ending:
            return self
        change = Change(kind="cancel-requested", by=by, at=now)
        return self.with_(ending=PaymentStatus.CANCELLED, next_at=now, change=change)

    def ended(self, status: PaymentStatus, by: Actor | None, now: datetime, failure: str | None = None) -> Self:
        """End it without money."""
        return self._at(status, now, by).with_(failure=failure or self.failure)

    def is_about(self, seen: Seen) -> bool:
        """Whether what the provider says is about what it was asked for: the same payment, amount and currency."""
        is_whole = seen.status is not PaymentStatus.SUCCEEDED or seen.received == self.charged
        return self.intent_id in (None, seen.intent_id) and seen.asked == self.charged and is_whole

    def contradicts(self, seen: Seen) -> bool:
        """Whether the provider has taken the money of a payment that had ended without."""
        is_paid = seen.status is PaymentStatus.SUCCEEDED
        return is_paid and self.is_decided and self.status is not PaymentStatus.SUCCEEDED

    def moved(self, seen: Seen, now: datetime, jitter: int) -> Self:
        """Take what the provider has answered just now; what lies behind us changes nothing.

        A payment that was processed and waits for its payer again has failed: it is cancelled, so that nobody pays it
        later without our knowing. One that is due although somebody is asking was cancelled or heard of meanwhile: the
        answer is older than that, so it stays due.
        """
        if self.is_decided:
            return self
        status = (self.ending or seen.status) if seen.status is PaymentStatus.CANCELLED else seen.status
        has_failed = self.status is PaymentStatus.PROCESSING and status is PaymentStatus.REQUIRES_ACTION
        is_unheard = self.is_due(now) or (self.ending and self.intent_id is None)
        moved = self._at(status, now) if status in NEXT[self.status] else self
        if moved.is_decided:
            failure = None if status is PaymentStatus.SUCCEEDED else seen.failure or self.failure
            return moved.with_(intent_id=seen.intent_id, failure=failure)
        return moved.with_(
            intent_id=seen.intent_id,
            client_secret=seen.client_secret or self.client_secret,
            failure=seen.failure,
            ending=self.ending or (PaymentStatus.FAILED if has_failed else None),
            next_at=now if has_failed or is_unheard else moved.look_at(now, jitter),
            change=moved.change if moved is not self else Change(kind="looked-at", at=now),
        )

    def look_at(self, now: datetime, jitter: int) -> datetime:
        """Return when to ask next, if nobody tells before: when the time of the payer is up at the latest."""
        longest = _LONGEST_REFUND_LOOK if self.is_decided else _LONGEST_LOOK
        look = now + _wait(_FIRST_LOOK, self.tries, longest, jitter)
        is_waiting = self.status is PaymentStatus.REQUIRES_ACTION and now < self.expires_at
        return min(look, self.expires_at) if is_waiting else look

    def _at(self, status: PaymentStatus, now: datetime, by: Actor | None = None) -> Self:
        """Be in another state from now on."""
        is_decided = status in ENDS
        return self.with_(
            status=status,
            tries=0,
            client_secret=None if is_decided else self.client_secret,
            decided_at=now if is_decided else None,
            next_at=None if is_decided else self.next_at,
            is_finished=is_decided,
            change=Change(kind=status.value.lower().replace("_", "-"), by=by, at=now),
        )

    # ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def refunding(self, refund_id: str, amount: Money, by: Actor, now: datetime) -> Self:
        """Have money of it given back."""
        refund = OnlineRefund(id=refund_id, amount=amount)
        change = Change(kind="refund-requested", by=by, at=now)
        return self.with_(refunds=(*self.refunds, refund), tries=0, next_at=now, is_finished=False, change=change)

    def refund(self, refund_id: str) -> OnlineRefund | None:
        """Return a refund; None when there is none of that id."""
        return next((one for one in self.refunds if one.id == refund_id), None)

    def refund_moved(self, refund: OnlineRefund, seen: SeenRefund, now: datetime, jitter: int) -> Self:
        """Take what the provider says of a refund; what lies behind us changes nothing."""
        status = seen.status if seen.status in REFUND_NEXT[refund.status] else refund.status
        failure = seen.failure if status is RefundStatus.FAILED else None
        return self._refunds_with(
            refund.with_(status=status, provider_id=seen.provider_id, failure=failure or refund.failure), now, jitter
        )

    def refund_refused(self, refund: OnlineRefund, failure: str, now: datetime, jitter: int) -> Self:
        """Note that the provider will not give it back."""
        return self._refunds_with(refund.with_(status=RefundStatus.FAILED, failure=failure), now, jitter)

    def is_about_refund(self, refund: OnlineRefund, seen: SeenRefund) -> bool:
        """Whether what the provider says is about the refund that it was asked for."""
        is_ours = refund.provider_id in (None, seen.provider_id) and seen.intent_id in (None, self.intent_id)
        return is_ours and seen.amount == refund.amount

    def _refunds_with(self, changed: OnlineRefund, now: datetime, jitter: int) -> Self:
        refunds = tuple(changed if one.id == changed.id else one for one in self.refunds)
        is_open = any(one.status is RefundStatus.PENDING for one in refunds)
        is_new = any(one.status is RefundStatus.PENDING and one.provider_id is None for one in refunds)
        look = now if is_new else self.look_at(now, jitter)
        kind = f"refund-{changed.status.value.lower()}"
        return self.with_(
            refunds=refunds,
            next_at=look if is_open else None,
            is_finished=not is_open,
            change=Change(kind=kind, at=now),
        )


class ProviderEvent(Aggregate):
    """A message of the provider that was taken: its `id` is the provider's, so that it is taken once."""

    at: datetime
    expires_at: datetime


def _wait(first: timedelta, tries: int, longest: timedelta, jitter: int) -> timedelta:
    """Return a wait that doubles with each try, shortened by up to half of it."""
    whole = min(first * (1 << min(tries, 12)), longest)
    return whole * (2 * JITTER - jitter) // (2 * JITTER)
