"""One payment on a check, and what of it was given back."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from models.base import Actor, Value
from models.errors import RefundTooLarge
from models.money import Money, total


class TenderMethod(StrEnum):
    """How it was paid: over the counter, at a card terminal that staff read off, or from a phone by the provider."""

    CASH = "CASH"
    CARD_TERMINAL = "CARD_TERMINAL"
    ONLINE = "ONLINE"


class RefundStatus(StrEnum):
    """Whether the money is back: over the counter at once, online when the provider says so."""

    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    """The provider could not give it back: the house still has it, so it counts as paid."""


class Refund(Value):
    """Money given back: `amount` of what was paid to the check, and of the `tip`. `key` and `fingerprint` are those of
    its entry. `failed_at`: when it turned out that the provider could not.
    """

    id: str
    amount: Money
    tip: Money | None = None
    status: RefundStatus = RefundStatus.SUCCEEDED
    failed_at: datetime | None = None
    reason: str
    by: Actor
    approver: Actor | None = None
    at: datetime
    key: str
    fingerprint: str

    @property
    def total(self) -> Money:
        """What the guest gets."""
        return self.amount + self.tip if self.tip else self.amount

    @property
    def worth(self) -> int:
        """The same in minor units."""
        return self.total.amount


class Tender(Value):
    """`amount` goes to the check, `tip` to the staff; of cash that was `given` the rest is `change`.

    `share_id` is the share of the check that it pays, None for the check as such; `payment_id` what it was online.
    `key` and `fingerprint` are those of its entry.
    """

    id: str
    method: TenderMethod
    amount: Money
    tip: Money
    given: Money | None = None
    reference: str = ""
    share_id: str | None = None
    payment_id: str | None = None
    by: Actor
    at: datetime
    refunds: tuple[Refund, ...] = ()
    key: str
    fingerprint: str

    @property
    def change(self) -> Money | None:
        """What the guest got back at once; None for what was not paid in cash."""
        return None if self.given is None else self.given - self.amount - self.tip

    @property
    def refunded(self) -> Money:
        """What was given back later, or is on its way back."""
        given = (refund.amount for refund in self.refunds if refund.status is not RefundStatus.FAILED)
        return total(given, self.amount.currency)

    @property
    def kept(self) -> Money:
        """What of it still counts as paid."""
        return self.amount - self.refunded

    @property
    def tip_refunded(self) -> Money:
        """What of the tip was given back later."""
        given = (one.tip for one in self.refunds if one.tip and one.status is not RefundStatus.FAILED)
        return total(given, self.tip.currency)

    @property
    def tip_kept(self) -> Money:
        """What of the tip the staff still have."""
        return self.tip - self.tip_refunded

    def refund(self, refund: Refund) -> Self:
        """Give money back; raises `RefundTooLarge` beyond what was paid, to the check or as a tip."""
        tip = refund.tip.amount if refund.tip else 0
        if refund.amount.amount > self.kept.amount or tip > self.tip_kept.amount:
            raise RefundTooLarge(left=self.kept.model_dump(), tip_left=self.tip_kept.model_dump())
        return self.with_(refunds=(*self.refunds, refund))

    def refund_decided(self, refund_id: str, status: RefundStatus, now: datetime) -> Self:
        """Note whether the provider has given money back; what it could not give back counts as paid again."""
        decided = {"status": status, "failed_at": now if status is RefundStatus.FAILED else None}
        refunds = (one.with_(**decided) if one.id == refund_id else one for one in self.refunds)
        return self.with_(refunds=tuple(refunds))
