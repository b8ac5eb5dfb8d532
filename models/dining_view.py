"""What clients see of parties, what they order and ask for, tables and alarms."""

from datetime import datetime

from models.alarm import Alarm, AlarmKind, AlarmStatus
from models.base import Actor, Value
from models.cart import Cart, CartLine, Hold
from models.delivery import DeliveryStatus
from models.dining import DiningOption
from models.house import Table
from models.money import Money
from models.order import Order, OrderLine, OrderStatus
from models.service import ServiceKind, ServiceRequest, ServiceStatus
from models.session import Mode, SessionStatus, TableSession
from models.view import View, show


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


def session_view(session: TableSession) -> SessionView:
    """Show a session to its guests."""
    return show(SessionView, session, participants=_participants(session))


def floor_session_view(session: TableSession) -> FloorSessionView:
    """Show a session to the staff."""
    return show(FloorSessionView, session, participants=_participants(session))


def cart_view(cart: Cart) -> CartView:
    """Show a cart."""
    return show(CartView, cart)


def order_view(order: Order) -> OrderView:
    """Show an order."""
    delivery = order.delivery and OrderDeliveryView.model_construct(
        **{name: getattr(order.delivery, name) for name in OrderDeliveryView.model_fields}
    )
    return show(OrderView, order, delivery=delivery)


def table_view(table: Table) -> TableView:
    """Show a table to the staff."""
    return show(TableView, table)


def service_view(request: ServiceRequest) -> ServiceView:
    """Show a request for service."""
    return show(ServiceView, request)


def alarm_view(alarm: Alarm) -> AlarmView:
    """Show an alarm to the staff."""
    return show(AlarmView, alarm)


def _participants(session: TableSession) -> tuple[ParticipantView, ...]:
    return tuple(
        ParticipantView.model_construct(id=one.id, name=one.name, joined_at=one.joined_at)
        for one in session.participants
        if one.is_in
    )
