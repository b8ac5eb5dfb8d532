"""Amounts of money: integer minor units of one currency, and nothing else. No float ever touches them."""

from collections.abc import Iterable

from pydantic import Field

from models.base import Value


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

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} cannot be added to {self.currency}")
        return other


def zero(currency: str) -> Money:
    """Return nothing, in a currency."""
    return Money(amount=0, currency=currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency."""
    result = zero(currency)
    for amount in amounts:
        result = result + amount
    return result
