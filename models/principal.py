"""Who is on the other end of a socket, once it is proved: the only source of identity that a command may trust."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from models.base import Actor


class Role(StrEnum):
    """What one may be. A principal has at least one; a command lists those it serves."""

    STRANGER = "STRANGER"
    """Has shown nothing yet; may only log in."""
    VISITOR = "VISITOR"
    """Holds a table's token, not yet its PIN."""
    GUEST = "GUEST"
    """Joined a session."""
    WAITER = "WAITER"
    CASHIER = "CASHIER"
    CHEF = "CHEF"
    MANAGER = "MANAGER"
    SCREEN = "SCREEN"
    """A paired screen of the kitchen, whoever stands before it."""
    CUSTOMER = "CUSTOMER"
    """Has proved a phone number; orders for delivery or to take out."""
    SMS_PHONE = "SMS_PHONE"
    """An Android phone of the house that sends messages."""


STAFF = frozenset({Role.WAITER, Role.CASHIER, Role.CHEF, Role.MANAGER})
SERVICE = frozenset({Role.WAITER, Role.CASHIER, Role.MANAGER})
WAITERS = frozenset({Role.WAITER, Role.MANAGER})
"""Who stands at the table: what needs a look at the party is not done from the till."""
MANAGEMENT = frozenset({Role.MANAGER})
KITCHEN = frozenset({Role.CHEF, Role.MANAGER, Role.SCREEN})
GUEST = frozenset({Role.GUEST})
AT_TABLE = frozenset({Role.VISITOR, Role.GUEST})
CUSTOMERS = frozenset({Role.CUSTOMER})
SMS_PHONES = frozenset({Role.SMS_PHONE})
ANYONE = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Principal:
    """Base of all: `roles` decide what may be run, `restaurant_id` where."""

    restaurant_id: str
    roles: frozenset[Role]
    address: str
    device: str
    """Hash of the device cookie; empty for a client that has none."""
    device_id: str = field(default="", kw_only=True)
    """The enrolled device it comes from; empty for any other."""

    @property
    def actor(self) -> Actor:
        """How this principal is named in what it does."""
        return Actor(kind="HOUSE", id="")


def the_house(restaurant_id: str, address: str = "") -> Principal:
    """Return who does what a house does by itself; `address` is where what made it do so came from."""
    return Principal(restaurant_id, frozenset(), address, device="")


@dataclass(frozen=True, slots=True)
class Stranger(Principal):
    """Connected, not proved. One on an enrolled device has the house of that device. `challenge` is what an SMS phone
    has to prove itself by, on this connection and on no other.
    """

    restaurant_id: str = ""
    roles: frozenset[Role] = frozenset({Role.STRANGER})
    address: str = ""
    device: str = ""
    challenge: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Visitor(Principal):
    """Came by the table's QR code; may try the PIN."""

    table_id: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="GUEST", id="")


@dataclass(frozen=True, slots=True)
class Guest(Principal):
    """A participant of a session."""

    table_id: str
    session_id: str
    participant_id: str
    name: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="GUEST", id=self.participant_id, name=self.name)


@dataclass(frozen=True, slots=True)
class StaffMember(Principal):
    """Someone of the house, logged in."""

    staff_id: str
    staff_session_id: str
    name: str
    stations: frozenset[str] = field(default_factory=frozenset)
    serving: frozenset[str] | None = None

    @property
    def served_stations(self) -> frozenset[str] | None:
        """The stations for which they look after tickets now; None for all."""
        return (self.stations or None) if self.serving is None else self.serving

    @property
    def shown_stations(self) -> frozenset[str]:
        """The stations whose tickets they see; empty for all."""
        return self.stations

    @property
    def actor(self) -> Actor:
        return Actor(kind="STAFF", id=self.staff_id, name=self.name)

    def known_as(self, roles: frozenset[Role], name: str) -> "StaffMember":
        """Return the same log-in of someone whose roles or name have changed."""
        return replace(self, roles=roles, name=name)


@dataclass(frozen=True, slots=True)
class Screen(Principal):
    """A paired screen of the kitchen: of the named stations, without any of all.

    One that assembles, too, (`shows_all`) shows the tickets of all stations and is none of theirs. `serving`: those of
    its stations that it shows now, as it says itself, none before one was chosen; None for all of them.
    """

    name: str
    stations: frozenset[str] = field(default_factory=frozenset)
    shows_all: bool = False
    serving: frozenset[str] | None = None

    @property
    def served_stations(self) -> frozenset[str] | None:
        """The stations that it is a live screen of; None for all."""
        return (self.stations or None) if self.serving is None else self.serving

    @property
    def shown_stations(self) -> frozenset[str]:
        """The stations whose tickets it shows; empty for all."""
        return frozenset() if self.shows_all else self.stations

    @property
    def actor(self) -> Actor:
        return Actor(kind="SCREEN", id=self.device_id, name=self.name)


@dataclass(frozen=True, slots=True)
class PhoneCustomer(Principal):
    """Someone at home who has proved a phone number. Nothing about the person is in here: only who it is."""

    customer_id: str
    customer_session_id: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="CUSTOMER", id=self.customer_id)


@dataclass(frozen=True, slots=True)
class PairedPhone(Principal):
    """An SMS phone that has proved itself. `epoch` says which of its sockets this is: only the newest counts."""

    epoch: int
    name: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="SMS_PHONE", id=self.device_id, name=self.name)
