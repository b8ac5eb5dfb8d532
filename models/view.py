"""What clients see of the aggregates. Every view has `id` and `version`; nothing secret (PIN, device, key) has a
field here.

The kitchen's view is made from the ticket alone, which has no prices. A view is built field by field: a new field of an
aggregate is private until someone adds it here.
"""

from datetime import datetime
from typing import Any, TypeVar, cast

from models.alarm import Alarm, AlarmKind, AlarmStatus
from models.base import Actor, Aggregate, Text, Value
from models.cart import Cart, CartLine, Hold
from models.delivery import DeliveryStatus
from models.device import Device, DeviceKind, DeviceStatus
from models.dining import DiningOption
from models.dish import Course
from models.house import Table
from models.money import Money
from models.order import Order, OrderLine, OrderStatus
from models.payment import Payment
from models.payment_state import PaymentStatus
from models.principal import Role
from models.service import ServiceKind, ServiceRequest, ServiceStatus
from models.session import Mode, SessionStatus, TableSession
from models.sms_phone import PausedReason, PhoneStatus, SimState, SmsPhone
from models.sms_phone_shown import shown
from models.staff import Staff
from models.station import Age, Station, StationKind, Wait
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TicketLine

V = TypeVar("V", bound="View")


class View(Value):
    """A small aggregate as a client keeps it: the highest version of each id counts."""

    id: str
    version: int


class ParticipantView(Value):
    """Someone at the table."""

    id: str
    name: str
    joined_at: datetime


class SessionView(View):
    """A session as its guests see it."""

    status: SessionStatus
    mode: Mode
    table_id: str
    table_name: str
    table_was: str | None
    tables: tuple[str, ...]
    merged_into: str | None
    participants: tuple[ParticipantView, ...]
    opened_at: datetime
    closed_at: datetime | None


class FloorSessionView(SessionView):
    """A session as the staff see it."""

    dining_option: DiningOption
    covers: int
    opened_by: Actor
    waiter: Actor | None
    idle_since: datetime | None
    admits_until: datetime | None


class CartView(View):
    """A cart as the guests see it."""

    session_id: str
    owner: str | None
    lines: tuple[CartLine, ...]
    total: Money
    hold: Hold | None
    rounds: int


class OrderDeliveryView(Value):
    """How far an order from home is. Where it goes is told to whoever brings it, on demand, and to nobody else."""

    status: DeliveryStatus
    last_four: str
    zone: str | None
    fee: Money
    slot: datetime | None
    promised_at: datetime | None
    left_at: datetime | None
    delivered_at: datetime | None
    by: Actor | None


class OrderView(View):
    """An order as the guests and the floor see it."""

    session_id: str
    number: int
    round: int
    table_name: str
    dining_option: DiningOption
    delivery: OrderDeliveryView | None
    status: OrderStatus
    placed_by: Actor
    placed_at: datetime
    decided_by: Actor | None
    decided_at: datetime | None
    reason: str | None
    is_priority: bool
    lines: tuple[OrderLine, ...]
    total: Money


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


class TableView(View):
    """A table on the floor."""

    name: str
    zone: str
    seats: int
    position: int
    waiter: Actor | None


class ServiceView(View):
    """A request for service, as the party and the floor see it."""

    session_id: str
    table_name: str
    waiter: Actor | None
    kind: ServiceKind
    note: str
    by: Actor
    at: datetime
    status: ServiceStatus
    taken_by: Actor | None
    taken_at: datetime | None
    resolved_by: Actor | None
    resolved_at: datetime | None
    escalated_at: datetime | None


class OnlinePayment(Value):
    """With whom guests pay online, the script with which their phones show the form, and the key with which they speak
    to them: no secret.
    """

    provider: str
    publishable_key: str
    script_url: str


class PaymentView(View):
    """A payment online as its payer sees it, and nobody else."""

    check_id: str
    status: PaymentStatus
    provider: str
    amount: Money
    tip: Money
    charged: Money
    share_id: str | None
    client_secret: str | None
    failure: str | None
    is_ending: bool
    started_at: datetime
    expires_at: datetime
    decided_at: datetime | None


class AlarmView(View):
    """An alarm on the floor."""

    kind: AlarmKind
    status: AlarmStatus
    subject: str
    session_id: str | None
    table_name: str | None
    details: dict[str, str | int]
    raised_at: datetime
    resolved_at: datetime | None
    resolved_by: Actor | None


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


class StaffView(Value):
    """Someone of the house, to themselves."""

    id: str
    name: str
    login: str
    roles: tuple[str, ...]


class PersonView(View):
    """Someone of the house, to its managers."""

    name: str
    login: str
    roles: tuple[Role, ...]
    is_active: bool
    has_password: bool
    has_pin: bool


class DeviceView(View):
    """A tablet, a screen or an SMS phone, to the managers."""

    kind: DeviceKind
    name: str
    stations: tuple[str, ...]
    status: DeviceStatus
    enrolled_by: Actor
    enrolled_at: datetime
    code_ends_at: datetime | None
    paired_at: datetime | None
    revoked_at: datetime | None


class SimView(Value):
    """A card of an SMS phone, and the parts of messages that it was given this month (`2026-11`)."""

    slot: int
    operator: str
    state: SimState
    month: str
    month_parts: int


class SmsPhoneView(View):
    """An SMS phone, as the floor sees it: nothing of what it sends, and to whom."""

    device_id: str
    name: str
    status: PhoneStatus
    last_seen_at: datetime | None
    gone_at: datetime | None
    app: str
    battery: int | None
    is_charging: bool | None
    signal: int | None
    sims: tuple[SimView, ...]
    probe_at: datetime | None
    paused_reason: PausedReason | None
    paused_at: datetime | None
    paused_by: Actor | None
    health: int
    sent: int
    failed: int
    codes: int
    codes_used: int


def session_view(session: TableSession) -> SessionView:
    """Show a session to its guests."""
    return _show(SessionView, session, participants=_participants(session))


def floor_session_view(session: TableSession) -> FloorSessionView:
    """Show a session to the staff."""
    return _show(FloorSessionView, session, participants=_participants(session))


def cart_view(cart: Cart) -> CartView:
    """Show a cart."""
    return _show(CartView, cart)


def order_view(order: Order) -> OrderView:
    """Show an order."""
    delivery = order.delivery and OrderDeliveryView.model_construct(
        **{name: getattr(order.delivery, name) for name in OrderDeliveryView.model_fields}
    )
    return _show(OrderView, order, delivery=delivery)


def station_view(station: Station) -> StationView:
    """Show a station to the floor and the kitchen."""
    return _show(StationView, station, ages=station.all_ages)


def guest_station_view(station: Station) -> GuestStationView:
    """Show guests how long a station takes."""
    return _show(GuestStationView, station, version=station.guest_version)


def table_view(table: Table) -> TableView:
    """Show a table to the staff."""
    return _show(TableView, table)


def service_view(request: ServiceRequest) -> ServiceView:
    """Show a request for service."""
    return _show(ServiceView, request)


def payment_view(payment: Payment) -> PaymentView:
    """Show a payment to its payer."""
    return _show(PaymentView, payment, is_ending=payment.ending is not None and not payment.is_decided)


def alarm_view(alarm: Alarm) -> AlarmView:
    """Show an alarm to the staff."""
    return _show(AlarmView, alarm)


def person_view(staff: Staff) -> PersonView:
    """Show someone of the house to its managers."""
    return _show(PersonView, staff, has_password=staff.password_hash is not None, has_pin=staff.pin is not None)


def device_view(device: Device) -> DeviceView:
    """Show a device to the managers."""
    return _show(DeviceView, device)


def sms_phone_view(phone: SmsPhone) -> SmsPhoneView:
    """Show an SMS phone to the floor: its work as the floor was told of it last."""
    last = shown(phone)
    sims = tuple(
        SimView.model_construct(
            slot=one.slot, operator=one.operator, state=one.state, month=month, month_parts=month_parts
        )
        for one, (month, month_parts) in zip(phone.sims, last.sims, strict=True)
    )
    return _show(
        SmsPhoneView,
        phone,
        version=last.version,
        sims=sims,
        probe_at=phone.breaker.probe_at,
        health=last.health,
        sent=last.sent,
        failed=last.failed,
        codes=last.codes,
        codes_used=last.codes_used,
    )


def ticket_view(ticket: Ticket) -> TicketView:
    """Show a ticket to the kitchen."""
    return _show(TicketView, ticket)


def _show(view: type[V], aggregate: Aggregate, **instead: Any) -> V:
    """Copy the fields that a view has, without validating anew what is valid already."""
    shown = {name: getattr(aggregate, name) for name in _FIELDS[view] if name not in instead}
    return cast("V", view.model_construct(**shown, **instead))


def _participants(session: TableSession) -> tuple[ParticipantView, ...]:
    return tuple(
        ParticipantView.model_construct(id=one.id, name=one.name, joined_at=one.joined_at)
        for one in session.participants
        if one.is_in
    )


_FIELDS: dict[type[View], tuple[str, ...]] = {
    view: tuple(view.model_fields)
    for view in (
        SessionView,
        FloorSessionView,
        CartView,
        OrderView,
        TableView,
        AlarmView,
        PaymentView,
        ServiceView,
        TicketView,
        GuestStationView,
        StationView,
        PersonView,
        DeviceView,
        SmsPhoneView,
    )
}
