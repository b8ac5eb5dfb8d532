"""What clients see of tickets and stations. A view of a ticket is made from the ticket alone, which has no prices."""

from datetime import datetime

from models.base import Actor, Text
from models.dining import DiningOption
from models.dish import Course
from models.station import Age, Station, StationKind, Wait
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TicketLine
from models.view import View, show


class GuestStationView(View):
    """A station as guests know it: how long its dishes take."""

    code: str
    name: Text
    wait: Wait | None


class StationView(GuestStationView):
    """A station as the floor and the kitchen see it."""

    kind: StationKind
    position: int
    backup: str | None
    busy_portions: int | None
    ages: dict[Course, Age]
    screens: int
    is_live: bool
    is_busy: bool
    open_portions: int


class TicketView(View):
    """A ticket on a kitchen screen. No price, by type."""

    session_id: str
    order_id: str
    number: int
    round: int
    station: str
    table_name: str
    table_was: str | None
    dining_option: DiningOption
    waiter: Actor | None
    backup: str | None
    placed_at: datetime
    status: TicketStatus
    is_priority: bool
    revision: int
    has_expo: bool
    lines: tuple[TicketLine, ...]
    seen_at: datetime | None
    assembled_at: datetime | None
    ready_at: datetime | None
    bumped_at: datetime | None


def station_view(station: Station) -> StationView:
    """Show a station to the floor and the kitchen."""
    return show(StationView, station, ages=station.all_ages)


def guest_station_view(station: Station) -> GuestStationView:
    """Show guests how long a station takes."""
    return show(GuestStationView, station, version=station.guest_version)


def ticket_view(ticket: Ticket) -> TicketView:
    """Show a ticket to the kitchen."""
    return show(TicketView, ticket)
