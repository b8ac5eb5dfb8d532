"""The seam to whoever takes online payments: what the house asks of a provider, what comes back, and what can go wrong.

Amounts are the house's own `Money`; how a provider writes them is its adapter's affair. Every request that changes
something carries a key of ours, so that asking again, after an answer that was lost, changes nothing more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from models.money import Money
from models.payment_state import Seen, SeenRefund


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid; `payment_id` is the key."""

    restaurant_id: str
    payment_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Return:
    """What of a payment is to be given back; `refund_id` is the key."""

    restaurant_id: str
    payment_id: str
    refund_id: str
    intent_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the provider tells by itself: about a payment, or about a refund of one (`refund_id`)."""

    id: str
    kind: str
    restaurant_id: str
    payment_id: str
    seen: Seen | None = None
    refund_id: str | None = None
    refund: SeenRefund | None = None


class Declined(Exception):  # noqa: N818  (an answer, not a fault)
    """The provider will not do it, and has not: `reason` is its code. Asking again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):  # noqa: N818
    """No answer, or none that tells whether it was done: to be asked again, under the same key."""


class Misconfigured(Exception):  # noqa: N818
    """The provider does not accept our keys, or does not understand us: an operator has to look. Nothing was done."""


class Forged(Exception):  # noqa: N818
    """What came in as a message of the provider has no signature of its own, or one that is too old."""


class Provider(Protocol):
    """Whoever takes payments. Each method raises `Declined`, `Unreachable` or `Misconfigured`."""

    name: str
    publishable_key: str
    """With which the payer's phone speaks to the provider: it may be seen by everybody."""
    script_url: str
    """The script that shows the form in which a card is typed: phones load it from there, and we keep no copy."""
    opens: Mapping[str, str]
    """What pages on which people pay may load besides, by directive of their policy."""

    def step(self, currency: str) -> int:
        """Return of how many minor units of a currency every amount must be a multiple."""

    async def start(self, charge: Charge) -> Seen:
        """Make a payment that waits for its payer, or find the one that was made before."""

    async def look(self, intent_id: str) -> Seen:
        """Ask how far a payment is."""

    async def cancel(self, intent_id: str) -> Seen:
        """Cancel a payment; returns how far it is, which is further when it was too late."""

    async def give_back(self, back: Return) -> SeenRefund:
        """Give money of a payment back, or find the refund that was made a short time before."""

    async def find_refund(self, back: Return) -> SeenRefund | None:
        """Look for a refund that may have been made although its answer was lost; None when it was not."""

    async def look_at_refund(self, provider_id: str) -> SeenRefund:
        """Ask how far a refund is."""

    def read(self, body: bytes, signature: str) -> Notice | None:
        """Return what the provider tells, None for what is none of our business; raises `Forged`."""

    async def close(self) -> None:
        """Let its connections go."""
