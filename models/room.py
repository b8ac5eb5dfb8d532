"""Who hears what: rooms, and which of them a principal is entitled to. Room names exist only here."""

from models.principal import KITCHEN as COOKS
from models.principal import (
    MANAGEMENT,
    SERVICE,
    Guest,
    PairedPhone,
    PhoneCustomer,
    Principal,
    Screen,
    StaffMember,
    Visitor,
)

TABLE, FLOOR, KITCHEN, CHECKOUT, SMS = "/table", "/floor", "/kitchen", "/checkout", "/sms"


def session_room(session_id: str) -> str:
    """Everyone who joined a session."""
    return f"session:{session_id}"


def participant_room(participant_id: str) -> str:
    """All sockets of one participant, wherever their party is now: only what is theirs alone is sent to it."""
    return f"participant:{participant_id}"


def personal_room(session_id: str, participant_id: str) -> str:
    """All sockets of one participant in one session: whoever was led to another session hears nothing late of this."""
    return f"personal:{session_id}:{participant_id}"


def house_room(restaurant_id: str) -> str:
    """Everyone of a namespace in one house: phones at its tables, joined or not, its floor, its expo screens."""
    return f"house:{restaurant_id}"


def station_room(restaurant_id: str, station: str) -> str:
    """The screens of one station."""
    return f"station:{restaurant_id}:{station}"


def screens_room(restaurant_id: str) -> str:
    """Every kitchen connection of a house, whatever it shows."""
    return f"screens:{restaurant_id}"


def login_room(staff_session_id: str) -> str:
    """Every connection of one log-in; nothing is sent to it, it finds those that must go when the log-in ends."""
    return f"login:{staff_session_id}"


def staff_room(staff_id: str) -> str:
    """Every connection of one person; nothing is sent to it, it finds those whose rights change."""
    return f"staff:{staff_id}"


def device_room(device_id: str) -> str:
    """Every connection of one enrolled device: it finds those that must go with it, and an SMS phone is given its
    messages in it.
    """
    return f"device:{device_id}"


def managers_room(restaurant_id: str) -> str:
    """The managers of a house: its people and its devices are nobody else's business."""
    return f"managers:{restaurant_id}"


def customer_room(customer_id: str) -> str:
    """Every connection of one phone customer."""
    return f"customer:{customer_id}"


def proof_room(customer_session_id: str) -> str:
    """Every connection that rests on one proof of a phone number; nothing is sent to it, it finds those that must go
    when that ends.
    """
    return f"proof:{customer_session_id}"


def visitors_room(table_id: str) -> str:
    """Everyone who came by a table's QR code and has not joined; nothing is sent to it, it finds those whose code
    ends.
    """
    return f"visitors:{table_id}"


def entitled(principal: Principal, namespace: str) -> frozenset[str]:
    """Return the rooms of a principal in a namespace; nobody else's business is ever among them."""
    if isinstance(principal, Guest) and namespace == TABLE:
        return frozenset(
            {
                session_room(principal.session_id),
                participant_room(principal.participant_id),
                personal_room(principal.session_id, principal.participant_id),
                house_room(principal.restaurant_id),
            }
        )
    if isinstance(principal, Visitor) and namespace == TABLE:
        return frozenset({visitors_room(principal.table_id), house_room(principal.restaurant_id)})
    if isinstance(principal, PhoneCustomer):
        own = {customer_room(principal.customer_id), proof_room(principal.customer_session_id)}
        return frozenset(own | {house_room(principal.restaurant_id)}) if namespace == CHECKOUT else frozenset()
    place = frozenset({device_room(principal.device_id)}) if principal.device_id else frozenset()
    if namespace == SMS:
        return place if isinstance(principal, PairedPhone) else frozenset()
    if isinstance(principal, StaffMember):
        self = frozenset({login_room(principal.staff_session_id), staff_room(principal.staff_id)})
        return place | self | _of_staff(principal, namespace)
    if isinstance(principal, Screen) and namespace == KITCHEN:
        return place | _of_cooks(principal.restaurant_id, principal.shown_stations)
    return place


def _of_staff(principal: StaffMember, namespace: str) -> frozenset[str]:
    house = principal.restaurant_id
    if namespace == FLOOR and principal.roles & SERVICE:
        managed = {managers_room(house)} if principal.roles & MANAGEMENT else set()
        return frozenset({house_room(house)} | managed)
    if namespace == KITCHEN and principal.roles & COOKS:
        return _of_cooks(house, principal.shown_stations)
    return frozenset()


def _of_cooks(house: str, stations: frozenset[str]) -> frozenset[str]:
    shown = {station_room(house, station) for station in stations} or {house_room(house)}
    return frozenset(shown | {screens_room(house)})
