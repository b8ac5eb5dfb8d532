"""What each namespace is, who comes there, how one proves oneself, and what one is told: for the published documents.

Commands are read from the registry. Which messages an aggregate makes is decided in `models.events`; a test makes one
of each and compares.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from handlers.registry import CHECKOUT, FLOOR, KITCHEN, SMS, TABLE
from models.base import Value
from models.errors import Forbidden, JoinRefused, Refusal, SessionExpired, TooManySockets, Unavailable
from models.payload import (
    AlarmChanged,
    CartChanged,
    CheckChanged,
    DeviceChanged,
    FloorCheckChanged,
    FloorItemChanged,
    FloorPlanChanged,
    FloorSessionChanged,
    GuestStationChanged,
    ItemChanged,
    MenuChanged,
    OrderChanged,
    PaymentChanged,
    PlanChanged,
    ServiceChanged,
    SessionChanged,
    SmsPhoneChanged,
    StaffChanged,
    StationChanged,
    TableChanged,
    TicketChanged,
)
from models.principal import AT_TABLE, CUSTOMERS, SMS_PHONES, STAFF, Role
from models.sms_wire import CancelMessage, PingPhone, SendMessage
from server.announcement import Hello, PresenceChanged, ServerDraining, SyncRequired


class Auth(BaseModel):
    """What a client puts into `auth` of its Socket.IO CONNECT packet; more than this is not looked at."""

    model_config = ConfigDict(alias_generator=to_camel)

    language: str | None = Field(
        default=None,
        description="`en` or `ro`: the language of error messages. Without it the browser's Accept-Language counts.",
    )


class TableAuth(Auth):
    """The table's token is always needed, unless the session token is still good."""

    table: str | None = Field(
        default=None, max_length=64, description="The table's token: the last part of the link in its QR code."
    )
    session_token: str | None = Field(
        default=None, max_length=1000, description="`sessionToken` from the ack of `session:join`."
    )


class StaffAuth(Auth):
    """Nothing is needed: who proves nothing is a stranger and may log in."""

    access_token: str | None = Field(
        default=None, max_length=1000, description="`accessToken` from the ack of `staff:login` or `staff:refresh`."
    )
    device_token: str | None = Field(
        default=None, max_length=1000, description="`deviceToken` from the ack of `device:pair`."
    )


class KitchenAuth(StaffAuth):
    """A screen may say which of its stations it shows now: it is a live screen of those alone."""

    shows: tuple[str, ...] | None = Field(
        default=None,
        max_length=20,
        description="Codes of the stations that the screen shows now, of those that it is for; without it all of them. "
        "An empty list: of several none yet, until somebody has chosen.",
    )


class PhoneAuth(Auth):
    """Nothing: an SMS phone proves itself by `sms:register`."""


class CheckoutAuth(Auth):
    """One proof is enough: the cookie of `verify-code` (from a listed Origin), or its token."""

    token: str | None = Field(
        default=None, max_length=1000, description="`token` from `verify-code` or from the last refresh."
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A message that the server sends. `is_snapshot`: `sync:get` and the snapshots in acks bring it, too."""

    event: str
    payload: type[Value]
    summary: str
    is_snapshot: bool = True


@dataclass(frozen=True, slots=True)
class Namespace:
    """One namespace. `proofs` name the security schemes, each enough by itself; `refusals` can answer a CONNECT."""

    path: str
    title: str
    summary: str
    proof: str
    auth: type[Auth]
    proofs: tuple[str, ...]
    refusals: tuple[type[Refusal], ...]
    roles: frozenset[Role]
    told: tuple[Told, ...]

    @property
    def key(self) -> str:
        """Its name in the documents."""
        return self.path.strip("/")


HELLO = Told("hello", Hello, "The first message after the connect: who one is, and what is allowed.", is_snapshot=False)
SYNC_REQUIRED = Told(
    "sync:required", SyncRequired, "Something may have been missed: send `sync:get`.", is_snapshot=False
)
DRAINING = Told(
    "server:draining",
    ServerDraining,
    "This process is about to stop: connect again, at a random moment within the time named.",
    is_snapshot=False,
)

_ORDER = Told("order:changed", OrderChanged, "A round was sent, or one of its lines moved on.")
_CHECK = Told("check:changed", CheckChanged, "What is to be paid, or what was paid, has changed.")
_SERVICE = Told("service:changed", ServiceChanged, "The party asked for service, or somebody has seen to it.")
_FLOOR_CHECK = Told("check:changed", FloorCheckChanged, "What is to be paid, or what was paid, has changed.")
_MENU = Told("menu:changed", MenuChanged, "The menu has changed, in all its languages.")
_STATION = "A station has other screens, more or less to do, or was set up anew."
_ITEM = "A dish or option is sold out, can be had again, or is counted. What is never told of can be had."
_CLOSED = "The party has left and the table was closed."
_PLAN = "Where, when or for how much the house delivers has changed, or it has paused or resumed."

NAMESPACES = (
    Namespace(
        TABLE,
        "Diners",
        "Phones at a table: join with the PIN, share a cart, send rounds, follow the dishes.",
        "`auth.table` makes a visitor, who may try the PIN. A visitor becomes a guest by `session:join`. Afterwards "
        "the device cookie (from a listed Origin) or `auth.sessionToken` makes the same guest again, without the PIN.",
        TableAuth,
        ("deviceCookie", "tableToken", "sessionToken"),
        (JoinRefused, TooManySockets, Unavailable),
        AT_TABLE,
        (
            HELLO,
            Told(
                "session:changed", SessionChanged, "Someone joined or left, the party moved, or the PIN is a new one."
            ),
            Told("session:closed", SessionChanged, _CLOSED),
            Told("presence:changed", PresenceChanged, "Someone connected or was cut off.", is_snapshot=False),
            Told("cart:changed", CartChanged, "The cart has changed, by whomever."),
            _ORDER,
            _CHECK,
            Told("payment:changed", PaymentChanged, "A payment of this phone has moved on; told to its payer alone."),
            _SERVICE,
            _MENU,
            Told("item:changed", ItemChanged, _ITEM),
            Told("station:changed", GuestStationChanged, "How long the dishes of a station take has changed."),
            SYNC_REQUIRED,
            DRAINING,
        ),
    ),
    Namespace(
        FLOOR,
        "Staff",
        "Tablets of waiters, cashiers and managers: open and close tables, order for a party, move it, see the floor.",
        "Nothing makes a stranger, who may log in by `staff:login`. Afterwards the device cookie (from a listed "
        "Origin) or `auth.accessToken` makes the same person again until the log-in ends. A tablet that `device:pair` "
        "made one of the house shows `auth.deviceToken` or its cookie besides: on it people may log in by PIN.",
        StaffAuth,
        ("deviceCookie", "accessToken", "deviceToken"),
        (Unavailable,),
        STAFF | {Role.STRANGER},
        (
            HELLO,
            Told("table:changed", TableChanged, "A table of the house has changed."),
            Told("alarm:changed", AlarmChanged, "Something needs somebody at once, or was seen to."),
            Told("session:changed", FloorSessionChanged, "A table was opened, or a party changed or moved."),
            Told("session:closed", FloorSessionChanged, _CLOSED),
            Told("cart:changed", CartChanged, "A cart of a party has changed, by whomever."),
            _ORDER,
            _FLOOR_CHECK,
            _SERVICE,
            _MENU,
            Told("item:changed", FloorItemChanged, _ITEM),
            Told("station:changed", StationChanged, _STATION),
            Told("delivery:changed", FloorPlanChanged, _PLAN),
            Told("staff:changed", StaffChanged, "Someone was hired, changed or revoked; told to managers only."),
            Told("device:changed", DeviceChanged, "A device was enrolled, paired or revoked; told to managers only."),
            Told("sms-phone:changed", SmsPhoneChanged, "An SMS phone came, went, or has told how it is."),
            SYNC_REQUIRED,
            DRAINING,
        ),
    ),
    Namespace(
        CHECKOUT,
        "Phone customers",
        "People at home who have proved a phone number: order for delivery or to take out, and follow it.",
        "`auth.token`, or the cookie from `verify-code` with a listed Origin. Whoever shows neither is refused.",
        CheckoutAuth,
        ("checkoutCookie", "checkoutToken"),
        (SessionExpired, Unavailable),
        CUSTOMERS,
        (
            HELLO,
            _ORDER,
            _CHECK,
            Told("payment:changed", PaymentChanged, "A payment of this customer has moved on."),
            Told("delivery:changed", PlanChanged, _PLAN),
            _MENU,
            Told("item:changed", ItemChanged, _ITEM),
            Told("station:changed", GuestStationChanged, "How long the dishes of a station take has changed."),
            SYNC_REQUIRED,
            DRAINING,
        ),
    ),
    Namespace(
        KITCHEN,
        "Kitchen screens",
        "Screens of the stations: tickets as they come, one touch for each step. Nothing here has a price.",
        "As on the floor; staff who are neither CHEF nor MANAGER are refused. A paired screen is somebody itself, by "
        "`auth.deviceToken` or its cookie, without anyone's log-in.",
        KitchenAuth,
        ("deviceCookie", "accessToken", "deviceToken"),
        (Forbidden, Unavailable),
        STAFF | {Role.STRANGER, Role.SCREEN},
        (
            HELLO,
            Told("ticket:changed", TicketChanged, "A ticket is new, moved with its party, or was worked on."),
            Told("station:changed", StationChanged, _STATION),
            Told("item:changed", FloorItemChanged, _ITEM),
            SYNC_REQUIRED,
            DRAINING,
        ),
    ),
    Namespace(
        SMS,
        "SMS phones",
        "Android phones of the house that send its messages: they come in by `sms:register`, are given messages, and "
        "say what became of them.",
        "Nothing is shown with the CONNECT, and nothing but `hello` is heard before `sms:register`: with a one-time "
        "code of `device:enrol` the first time, then with an answer to the `challenge` of `hello`. Whoever has not "
        "registered after ten seconds is cut off. Of two connections of one phone the newer one counts.",
        PhoneAuth,
        (),
        (Unavailable,),
        SMS_PHONES | {Role.STRANGER},
        (
            HELLO,
            Told("sms:send", SendMessage, "Send this message, once the ack of `accepted` counts.", is_snapshot=False),
            Told("sms:cancel", CancelMessage, "Do not send this message any more.", is_snapshot=False),
            Told("sms:ping", PingPhone, "Answer with `sms:pong`: the app lives.", is_snapshot=False),
            DRAINING,
        ),
    ),
)
