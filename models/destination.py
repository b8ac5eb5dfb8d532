"""Where an order from home goes, and to whom: what is sealed on the order when it is placed."""

from typing import Self

from models.address import AddressDetails
from models.base import Value
from models.place import Point


class Destination(Value):
    """Name, phone (E.164) and address of a customer as they were then; `address` is None for what is fetched."""

    name: str
    phone: str
    address: AddressDetails | None = None
    point: Point | None = None
    """Where the customer's own phone says that it is."""

    @property
    def text(self) -> str:
        """It as it is sealed."""
        return self.model_dump_json()

    @classmethod
    def of(cls, text: str) -> Self:
        """Return what was sealed. It was checked when it was saved: a newer rule does not take it away."""
        return cls.model_validate_json(text)
