"""Where a customer's order goes, and how far it is: part of an order that nobody eats at a table."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from models.base import Actor, Value
from models.money import Money
from models.sealed import Sealed, place_of


class DeliveryStatus(StrEnum):
    """How far it is, besides what the kitchen does: with a courier, handed over, or called off."""

    PREPARING = "PREPARING"
    ON_THE_WAY = "ON_THE_WAY"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class Delivery(Value):
    """`destination` is the sealed copy of name, phone and address, made when the order was placed: a later change of
    the address changes nothing here. None once the person was erased.
    """

    destination: Sealed | None
    last_four: str
    status: DeliveryStatus = DeliveryStatus.PREPARING
    zone: str | None = None
    """Id of the zone it goes to; None when it is taken out."""
    is_zone_by_phone: bool = False
    """Whether no zone knows its postal code, and the zone is that of the place that the customer's phone named."""
    fee: Money
    slot: datetime | None = None
    """The beginning of the slot that was chosen; None for as soon as possible."""
    room: datetime | None = None
    """The beginning of the slot into which its dishes were sold; None where the house has no slots."""
    promised_at: datetime | None = None
    """When it was said to be there, as it was estimated when it was placed."""
    left_at: datetime | None = None
    delivered_at: datetime | None = None
    by: Actor | None = None
    """Who took it, or handed it over."""

    def without_person(self) -> Self:
        """Return it without whom it was for and where it went."""
        return self.with_(destination=None, last_four="")


def destination_place(restaurant_id: str, order_id: str) -> str:
    """Return what the sealed destination of an order is bound to."""
    return place_of(restaurant_id, "orders", order_id, "delivery.destination")
