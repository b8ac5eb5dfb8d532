"""Zones: the parts of a town that a house brings its dishes to, and what it asks for that.

A zone is known by postal codes, by a line around it on the map, or by both. The place on the map is what a customer's
phone says, and nobody has looked: so it is asked only where no zone knows the postal code.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from models.base import Id, Value
from models.dish import Name, Price
from models.errors import BelowMinimum
from models.money import Money
from models.place import Point, contains

FEWEST_CORNERS = 3
MOST_CORNERS = 100
MOST_PATTERNS = 60
LONGEST_TRAVEL = 240

PostalPattern = Annotated[str, StringConstraints(pattern=r"^([A-Z0-9]{1,10}\*?|\*)$")]
"""A postal code without spaces and hyphens, or how it begins: `010101`, `0101*`; `*` is every one."""


class Zone(Value):
    """A part of the town. `fee`, `free_from` and `minimum` are minor units of the house's currency.

    The last two are about what the dishes come to; `minutes` is the way from the door of the house to that of the
    customer. A polygon closes by itself: its first corner does not stand at the end once more.
    """

    id: Id
    name: Name
    postal_codes: tuple[PostalPattern, ...] = Field(default=(), max_length=MOST_PATTERNS)
    polygon: tuple[Point, ...] = Field(default=(), max_length=MOST_CORNERS)
    fee: Price
    free_from: Price | None = None
    minimum: Price = 0
    minutes: int = Field(ge=0, le=LONGEST_TRAVEL)

    def knows(self, postal_code: str | None) -> bool:
        """Whether a postal code is one of its own."""
        code = postal_key(postal_code) if postal_code else ""
        return bool(code) and any(_fits(pattern, code) for pattern in self.postal_codes)

    def contains(self, point: Point | None) -> bool:
        """Whether a place on the map is in it."""
        return point is not None and bool(self.polygon) and contains(self.polygon, point)

    def require_minimum(self, dishes: Money) -> None:
        """Raise `BelowMinimum` when dishes do not come to what they must."""
        if dishes.amount < self.minimum:
            minimum = Money(amount=self.minimum, currency=dishes.currency)
            raise BelowMinimum(minimum=minimum.model_dump(), amount=dishes.model_dump())


def postal_key(postal_code: str) -> str:
    """Return a postal code as patterns have it: `sw1a 1aa` and `SW1A1AA` are one."""
    return "".join(mark for mark in postal_code.upper() if mark.isalnum())


def _fits(pattern: str, code: str) -> bool:
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern
