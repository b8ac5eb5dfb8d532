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


class Refund(Value):
    """Money given back. `key` and `fingerprint` are those of its entry."""

    id: str
    amount: Money
    reason: str
    by: Actor
    approver: Actor | None = None
    at: datetime
    key: str
    fingerprint: str


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
        """What was given back later."""
        return total((refund.amount for refund in self.refunds), self.amount.currency)

    @property
    def kept(self) -> Money:
        """What of it still counts as paid."""
        return self.amount - self.refunded

    def refund(self, refund: Refund) -> Self:
        """Give money back; raises `RefundTooLarge` beyond what was paid to the check. A tip stays with the staff."""
        if refund.amount.amount > self.kept.amount:
            raise RefundTooLarge(left=self.kept.model_dump())
        return self.with_(refunds=(*self.refunds, refund))
