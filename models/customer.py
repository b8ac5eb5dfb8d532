"""Someone at home who has proved a phone number: how they are found again, and where they want their food.

Phone, name and addresses are sealed (`models.sealed`); the last four digits are all that is ever shown. What is sealed
is opened by commands, with the vault, and never stored open.
"""

from datetime import datetime

from models.base import Aggregate, Value
from models.sealed import BlindIndex, Sealed, place_of

COLLECTION = "customers"

PHONE_INDEX = "phone"
"""What the blind index of a phone number is made for."""


class Address(Value):
    """One address. `details` is the sealed JSON of an `AddressDetails`; `version` is `__v` on the wire."""

    id: str
    version: int = 1
    details: Sealed
    is_default: bool = False
    uses: int = 0
    last_used_at: datetime | None = None
    created_at: datetime


class Customer(Aggregate):
    """A phone customer of one house.

    `phone` is sealed E.164 and `phone_indexes` find it, one for each index key in use; `spent` is in minor units.
    """

    phone: Sealed
    phone_indexes: tuple[BlindIndex, ...]
    last_four: str
    name: Sealed
    language: str = "ro"
    addresses: tuple[Address, ...] = ()
    orders: int = 0
    spent: int = 0
    last_order_at: datetime | None = None
    created_at: datetime
    verified_at: datetime
    erased_at: datetime | None = None
    """When the person was erased: what was sealed is gone, the figures stay."""


def phone_place(restaurant_id: str, customer_id: str) -> str:
    """Return what a customer's sealed phone number is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, "phone")


def name_place(restaurant_id: str, customer_id: str) -> str:
    """Return what a customer's sealed name is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, "name")


def address_place(restaurant_id: str, customer_id: str, address_id: str) -> str:
    """Return what one sealed address is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, f"addresses.{address_id}")
