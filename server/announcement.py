"""What the server says of itself, as types: the greeting, who is connected, and what a client must do next.

These messages come from no aggregate, so `models.events` does not know them. The published documents are made from
these types.
"""

from datetime import datetime

from models.base import Value
from models.payment_view import OnlinePayment
from models.principal import Role


class Me(Value):
    """Who the server takes the connection for. A guest has a participant and a session, staff a house; an enrolled
    device has its id and its house, a screen its stations (none: all); a customer has an id and a house, a visitor
    roles only.
    """

    roles: tuple[Role, ...]
    participant_id: str | None = None
    session_id: str | None = None
    staff_id: str | None = None
    customer_id: str | None = None
    device_id: str | None = None
    stations: tuple[str, ...] | None = None
    shows_all: bool | None = None
    restaurant_id: str | None = None
    name: str | None = None


class Limits(Value):
    """Figures that a client may want to show before it runs into them."""

    cart_lines: int
    quantity: int
    note_length: int
    hold_seconds: int
    round_portions: int


class Hello(Value):
    """The first message of every connection. A client older than `min_protocol` must be brought up to date. An SMS
    phone proves itself by the `challenge`.
    """

    protocol: int
    min_protocol: int
    server_time: datetime
    principal: Me
    limits: Limits
    online_payment: OnlinePayment | None = None
    challenge: str | None = None


class Presence(Value):
    """Who of a session is connected right now, anywhere."""

    id: str
    version: int
    online: tuple[str, ...]


class PresenceChanged(Value):
    """`presence:changed`"""

    presence: Presence


class SyncRequired(Value):
    """Something may have been missed: send `sync:get`."""


class ServerDraining(Value):
    """This process stops: connect again, to whichever answers, at a random moment within `reconnect_within` seconds."""

    reconnect_within: int
