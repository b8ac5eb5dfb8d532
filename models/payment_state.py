"""How far a payment online can be, what the provider says of it, and what of it is to be given back."""

from collections.abc import Mapping
from enum import StrEnum

from models.base import Value
from models.money import Money
from models.tender import RefundStatus


class PaymentStatus(StrEnum):
    """How far it is."""

    STARTING = "STARTING"
    """The provider has not answered yet."""
    REQUIRES_ACTION = "REQUIRES_ACTION"
    """It waits for the payer: a card to choose, a step to confirm, another card after one was declined."""
    PROCESSING = "PROCESSING"
    """The payer has done all; the provider is at it."""
    SUCCEEDED = "SUCCEEDED"
    """The money is there, and on the check."""
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


ENDS = frozenset(
    {PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED},
)

NEXT: Mapping[PaymentStatus, frozenset[PaymentStatus]] = {
    PaymentStatus.STARTING: ENDS | {PaymentStatus.REQUIRES_ACTION, PaymentStatus.PROCESSING},
    PaymentStatus.REQUIRES_ACTION: ENDS | {PaymentStatus.PROCESSING},
    PaymentStatus.PROCESSING: ENDS,
    **dict.fromkeys(ENDS, frozenset[PaymentStatus]()),
}
"""Where a payment can go from where it is."""


class Step(StrEnum):
    """What the provider has to be asked next."""

    START = "START"
    LOOK = "LOOK"
    CANCEL = "CANCEL"
    REFUND = "REFUND"
    LOOK_AT_REFUND = "LOOK_AT_REFUND"


class Seen(Value):
    """What the provider says of a payment: `asked` is what it takes, `received` what it has taken, `failure` why it
    could not. What it calls cancelled is CANCELLED here, whoever wanted it.
    """

    intent_id: str
    status: PaymentStatus
    asked: Money
    received: Money | None = None
    client_secret: str | None = None
    failure: str | None = None


class SeenRefund(Value):
    """What the provider says of a refund; `payment_intent` is the payment that it is of."""

    provider_id: str
    intent_id: str | None
    status: RefundStatus
    amount: Money
    failure: str | None = None


class OnlineRefund(Value):
    """Money that the provider has to give back. `id` is that of the refund on the tender; until the provider has
    answered there is no `provider_id`.
    """

    id: str
    amount: Money
    status: RefundStatus = RefundStatus.PENDING
    provider_id: str | None = None
    failure: str | None = None


REFUND_NEXT: Mapping[RefundStatus, frozenset[RefundStatus]] = {
    RefundStatus.PENDING: frozenset({RefundStatus.SUCCEEDED, RefundStatus.FAILED}),
    # A bank may send back what was given back already: https://docs.stripe.com/refunds#failed-refunds
    RefundStatus.SUCCEEDED: frozenset({RefundStatus.FAILED}),
    RefundStatus.FAILED: frozenset(),
}
