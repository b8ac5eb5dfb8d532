"""What changes of a party, its rounds, its checks and its table tell clients."""

from collections.abc import Callable
from functools import cache

from models.alarm import Alarm
from models.cart import Cart
from models.check import Check
from models.check_view import check_view, computed, floor_check_view
from models.dining_view import (
    alarm_view,
    cart_view,
    floor_session_view,
    order_view,
    service_view,
    session_view,
    table_view,
)
from models.house import Table
from models.message import Message
from models.order import Order
from models.payload import (
    AlarmChanged,
    CartChanged,
    CheckChanged,
    FloorCheckChanged,
    FloorSessionChanged,
    OrderChanged,
    Payload,
    PaymentChanged,
    ServiceChanged,
    SessionChanged,
    TableChanged,
)
from models.payment import Payment
from models.payment_view import payment_view
from models.room import (
    CHECKOUT,
    FLOOR,
    TABLE,
    customer_room,
    house_room,
    participant_room,
    personal_room,
    session_room,
)
from models.service import ServiceRequest
from models.session import TableSession


def of_session(session: TableSession) -> tuple[Message, ...]:
    """Tell its guests and the floor, each as much as is theirs to know."""
    event = "session:changed" if session.is_open else "session:closed"
    return (
        Message(
            TABLE,
            (session_room(session.id),),
            event,
            lambda: SessionChanged.model_construct(session=session_view(session), change=session.change),
        ),
        Message(
            FLOOR,
            (house_room(session.restaurant_id),),
            event,
            lambda: FloorSessionChanged.model_construct(session=floor_session_view(session), change=session.change),
        ),
    )


def of_cart(cart: Cart) -> tuple[Message, ...]:
    """Tell those whose cart it is, and the floor."""
    room = personal_room(cart.session_id, cart.owner) if cart.owner else session_room(cart.session_id)

    def payload() -> CartChanged:
        return CartChanged.model_construct(cart=cart_view(cart), change=cart.change)

    return (
        Message(TABLE, (room,), "cart:changed", payload),
        Message(FLOOR, (house_room(cart.restaurant_id),), "cart:changed", payload),
    )


def of_order(order: Order) -> tuple[Message, ...]:
    """Tell those who eat it, and the floor."""
    room = personal_room(order.session_id, order.owner) if order.owner else session_room(order.session_id)

    def payload() -> OrderChanged:
        return OrderChanged.model_construct(order=order_view(order), change=order.change)

    return (
        _to_eater(order.customer_id, room, "order:changed", payload),
        Message(FLOOR, (house_room(order.restaurant_id),), "order:changed", payload),
    )


def _to_eater(customer_id: str | None, room: str, event: str, payload: Callable[[], Payload]) -> Message:
    """Tell those who eat it: a room of the table, or the customer at home who ordered it."""
    if customer_id is not None:
        return Message(CHECKOUT, (customer_room(customer_id),), event, payload)
    return Message(TABLE, (room,), event, payload)


def of_check(check: Check) -> tuple[Message, ...]:
    """Tell those who eat what is on it, and the floor, who also see why and by whom."""
    common = cache(lambda: computed(check))
    return (
        _to_eater(
            check.customer_id,
            session_room(check.session_id),
            "check:changed",
            lambda: CheckChanged.model_construct(check=check_view(check, common()), change=check.change),
        ),
        Message(
            FLOOR,
            (house_room(check.restaurant_id),),
            "check:changed",
            lambda: FloorCheckChanged.model_construct(check=floor_check_view(check, common()), change=check.change),
        ),
    )


def of_payment(payment: Payment) -> tuple[Message, ...]:
    """Tell its payer, and nobody else."""
    return (
        _to_eater(
            payment.customer_id,
            participant_room(payment.participant_id),
            "payment:changed",
            lambda: PaymentChanged.model_construct(payment=payment_view(payment), change=payment.change),
        ),
    )


def of_table(table: Table) -> tuple[Message, ...]:
    """Tell the floor."""
    return (
        Message(
            FLOOR,
            (house_room(table.restaurant_id),),
            "table:changed",
            lambda: TableChanged.model_construct(table=table_view(table), change=table.change),
        ),
    )


def of_service(request: ServiceRequest) -> tuple[Message, ...]:
    """Tell the party that asked, and the floor."""

    def payload() -> ServiceChanged:
        return ServiceChanged.model_construct(service=service_view(request), change=request.change)

    return (
        Message(TABLE, (session_room(request.session_id),), "service:changed", payload),
        Message(FLOOR, (house_room(request.restaurant_id),), "service:changed", payload),
    )


def of_alarm(alarm: Alarm) -> tuple[Message, ...]:
    """Tell the floor."""
    return (
        Message(
            FLOOR,
            (house_room(alarm.restaurant_id),),
            "alarm:changed",
            lambda: AlarmChanged.model_construct(alarm=alarm_view(alarm), change=alarm.change),
        ),
    )
