"""Amounts of money: integer minor units of one currency, and nothing else. No float ever touches them."""

from collections.abc import Iterable

from pydantic import Field

from models.base import Value

LARGEST_AMOUNT = 1_000_000_000
"""Most minor units that anyone may name in a request."""


class Money(Value):
    """An amount in minor units (`1250` RON is 12.50 lei) of an ISO 4217 currency."""

    amount: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._same(other).amount, currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - self._same(other).amount, currency=self.currency)

    def times(self, quantity: int) -> "Money":
        """Multiply by a whole number."""
        return Money(amount=self.amount * quantity, currency=self.currency)

    def share(self, basis_points: int) -> "Money":
        """Return a share of it in hundredths of a percent; half a minor unit is rounded up (amounts from zero on)."""
        return Money(amount=(self.amount * basis_points + 5_000) // 10_000, currency=self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return other


def zero(currency: str) -> Money:
    """Return nothing, in a currency."""
    return Money(amount=0, currency=currency)


def least(one: Money, other: Money) -> Money:
    """Return the smaller of two amounts of one currency."""
    return one if (one - other).amount <= 0 else other


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result
