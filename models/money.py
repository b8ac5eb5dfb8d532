"""Amounts of money: integer minor units of one currency, and nothing else. No float ever touches them.

**The rounding rule**, for every amount that is computed (docs/money.md has examples):

1. A single share of an amount is rounded half up to a whole minor unit (`portion`).
2. An amount that is divided into parts is divided by `apportion`: every part is rounded down, and what is left over
   goes, one minor unit each, to the parts with the largest remainders, the earlier one of two equals. So the parts add
   up.

Nothing else in the house rounds.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Annotated

from iso4217 import Currency as Iso4217
from pydantic import AfterValidator, Field

from models.base import Value

LARGEST_AMOUNT = 1_000_000_000
"""Most minor units that anyone may name in a request."""

WHOLE = 10_000
"""All of an amount, in basis points (hundredths of a percent)."""


@cache
def exponent(currency: str) -> int:
    """Return how many digits the minor unit of an ISO 4217 currency has: 2 for RON, 0 for JPY, 3 for KWD.

    Raises `ValueError` for what is no currency, and for what has no minor unit (gold).
    """
    digits: int | None = Iso4217(currency).exponent
    if digits is None:
        raise ValueError(f"{currency} has no minor unit")
    return digits


def is_currency(code: str) -> bool:
    """Whether something can be paid in it."""
    try:
        exponent(code)
    except ValueError:
        return False
    return True


def _known(code: str) -> str:
    exponent(code)
    return code


Currency = Annotated[str, AfterValidator(_known)]
"""The code of an ISO 4217 currency, checked: the type of every field by which a currency enters the house."""


def portion(amount: int, numerator: int, denominator: int) -> int:
    """Return a share of an amount (from zero on), half a minor unit rounded up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def apportion(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount (from zero on) in proportion to weights (from zero on) by largest remainder; the parts add up.

    Where the amount is at most the sum of the weights, no part is more than its weight. Weights that are all zero count
    as equal. Raises `ValueError` for a negative number, and for an amount that nobody is there to take.
    """
    if amount < 0 or (weights and min(weights) < 0):
        raise ValueError("only amounts and weights from zero on are divided")
    whole = sum(weights)
    if not whole:
        if amount and not weights:
            raise ValueError("an amount without parts")
        weights, whole = [1] * len(weights), len(weights)
    if not amount:
        return [0] * len(weights)
    parts = [amount * weight // whole for weight in weights]
    left = amount - sum(parts)
    if left:
        remainders = [amount * weight % whole for weight in weights]
        for index in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:left]:
            parts[index] += 1
    return parts


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
        return Money(amount=portion(self.amount, basis_points, WHOLE), currency=self.currency)

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
