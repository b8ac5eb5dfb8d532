"""Someone at home who has proved a phone number: how they are found again, and where they want their food.

Phone, name and addresses are sealed (`models.sealed`); the last four digits are all that is ever shown. What is sealed
is opened by commands, with the vault, and never stored open.
"""

from datetime import UTC, datetime
from typing import Self

from models.base import Aggregate, Value
from models.errors import AddressLimitExceeded, NotFound
from models.sealed import GONE, BlindIndex, Reseal, Sealed, place_of

COLLECTION = "customers"

NEVER = datetime.min.replace(tzinfo=UTC)

PHONE_INDEX = "phone"
"""What the blind index of a phone number is made for."""


class Address(Value):
    """One address. `details` is the sealed JSON of an `AddressDetails`; `version` is `__v` on the wire: it grows with
    what its owner sees of it and can change, not with its use.
    """

    id: str
    version: int = 1
    details: Sealed
    is_default: bool = False
    uses: int = 0
    last_used_at: datetime | None = None
    created_at: datetime

    def after(self, before: Self | None) -> Self:
        """Return it with the version it has after what it was before, None for nothing."""
        if before is None:
            return self
        is_same = (self.details, self.is_default) == (before.details, before.is_default)
        return self.with_(version=before.version + (0 if is_same else 1))


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
    """When the person was erased: what was sealed is `GONE`, the figures stay."""

    @property
    def addresses_by_use(self) -> tuple[Address, ...]:
        """The addresses as they are listed: the most used first, then the last used, then the newest."""
        return tuple(
            sorted(
                self.addresses,
                key=lambda one: (one.uses, one.last_used_at or NEVER, one.created_at, one.id),
                reverse=True,
            )
        )

    def address(self, address_id: str) -> Address:
        """Return an address; raises `NotFound`."""
        for one in self.addresses:
            if one.id == address_id:
                return one
        raise NotFound(address_id=address_id)

    def with_address(self, address: Address, most: int) -> Self:
        """Add an address, the first one as the default; raises `AddressLimitExceeded` when there are `most`."""
        if len(self.addresses) >= most:
            raise AddressLimitExceeded(limit=most)
        return self._keeping((*self.addresses, address), address.id if address.is_default else None)

    def with_changed(self, address_id: str, details: Sealed, *, make_default: bool) -> Self:
        """Give an address another content, and make it the default or leave that as it is. Raises `NotFound`.

        There is no way to have no default: another address becomes it instead.
        """
        found = self.address(address_id)
        changed = found.with_(details=details)
        others = tuple(changed if one is found else one for one in self.addresses)
        return self._keeping(others, address_id if make_default else None)

    def without_address(self, address_id: str) -> Self:
        """Remove an address; the first by use of the others becomes the default if it was. Raises `NotFound`."""
        gone = self.address(address_id)
        return self._keeping(tuple(one for one in self.addresses if one is not gone), None)

    def with_use(self, address_id: str, now: datetime) -> Self:
        """Count that something was ordered to an address; raises `NotFound`."""
        found = self.address(address_id)
        used = found.with_(uses=found.uses + 1, last_used_at=now)
        return self.with_(addresses=tuple(used if one is found else one for one in self.addresses))

    def erased(self, now: datetime) -> Self:
        """Return what is left without the person: ids, and how much was ordered."""
        return self.with_(phone=GONE, phone_indexes=(), last_four="", name=GONE, addresses=(), erased_at=now)

    def resealed(self, reseal: Reseal) -> Self:
        """Have all that is sealed of them sealed anew."""
        house = self.restaurant_id
        return self.with_(
            phone=reseal(phone_place(house, self.id), self.phone),
            name=reseal(name_place(house, self.id), self.name),
            addresses=tuple(
                one.with_(details=reseal(address_place(house, self.id, one.id), one.details)) for one in self.addresses
            ),
        )

    def ordered(self, amount: int, now: datetime) -> Self:
        """Count an order of so much, in minor units."""
        return self.with_(orders=self.orders + 1, spent=self.spent + amount, last_order_at=now)

    def recounted(self, amount: int) -> Self:
        """Count that what was ordered has become worth so much more, or, below zero, less."""
        return self.with_(spent=max(0, self.spent + amount))

    def not_ordered(self, amount: int) -> Self:
        """Count no more an order that was called off."""
        return self.with_(orders=max(0, self.orders - 1), spent=max(0, self.spent - amount))

    def _keeping(self, addresses: tuple[Address, ...], default: str | None) -> Self:
        """Have these addresses, exactly one of them the default: the named one, else the one that is, else the first
        by use.
        """
        before = {one.id: one for one in self.addresses}
        if default is None:
            listed = self.with_(addresses=addresses).addresses_by_use
            default = next((one.id for one in sorted(listed, key=lambda one: not one.is_default)), None)
        return self.with_(
            addresses=tuple(one.with_(is_default=one.id == default).after(before.get(one.id)) for one in addresses)
        )


def phone_place(restaurant_id: str, customer_id: str) -> str:
    """Return what a customer's sealed phone number is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, "phone")


def name_place(restaurant_id: str, customer_id: str) -> str:
    """Return what a customer's sealed name is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, "name")


def address_place(restaurant_id: str, customer_id: str, address_id: str) -> str:
    """Return what one sealed address is bound to."""
    return place_of(restaurant_id, COLLECTION, customer_id, f"addresses.{address_id}")
