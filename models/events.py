"""Every message that a change of an aggregate makes: its name, its payload, and the rooms that hear it.

`changed` turns a committed aggregate into messages for rooms (`models.room`), and sync answers with the same messages,
so that a client needs one piece of code to be right.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from models.alarm import Alarm
from models.base import Aggregate
from models.cart import Cart
from models.check import Check
from models.check_view import check_view, computed, floor_check_view
from models.delivery_plan import DeliveryPlan
from models.device import Device
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
from models.item import Item
from models.item_view import floor_item_view, item_view
from models.kitchen_view import guest_station_view, station_view, ticket_view
from models.menu import Menu
from models.menu_view import menu_view
from models.order import Order
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
    Payload,
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
from models.payment import Payment
from models.payment_view import payment_view
from models.people_view import device_view, person_view, sms_phone_view
from models.plan_view import floor_plan_view, plan_view
from models.room import (
    CHECKOUT,
    FLOOR,
    KITCHEN,
    TABLE,
    customer_room,
    house_room,
    managers_room,
    participant_room,
    personal_room,
    screens_room,
    session_room,
    station_room,
)
from models.service import ServiceRequest
from models.session import TableSession
from models.sms_phone import SmsPhone
from models.sms_phone_shown import shown
from models.staff import Staff
from models.station import Station
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Message:
    """One event for everyone in any of `rooms` of a namespace. `payload` is built only when someone listens.

    `version` is that of what is told, where it is another than the aggregate's: each is told once.
    """

    namespace: str
    rooms: tuple[str, ...]
    event: str
    payload: Callable[[], Payload]
    version: int | None = None


def changed(aggregate: Aggregate) -> tuple[Message, ...]:
    """Return the messages of a committed aggregate, none for a private one."""
    make = _MESSAGES.get(type(aggregate))
    return make(aggregate) if make else ()


def version_in(namespace: str, aggregate: Aggregate) -> int:
    """Return the version of an aggregate that those in a namespace know."""
    if isinstance(aggregate, SmsPhone):
        return shown(aggregate).version
    is_told_all = namespace in (FLOOR, KITCHEN)
    return aggregate.guest_version if isinstance(aggregate, Station) and not is_told_all else aggregate.version


def _of_session(session: TableSession) -> tuple[Message, ...]:
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


def _of_cart(cart: Cart) -> tuple[Message, ...]:
    room = personal_room(cart.session_id, cart.owner) if cart.owner else session_room(cart.session_id)

    def payload() -> CartChanged:
        return CartChanged.model_construct(cart=cart_view(cart), change=cart.change)

    return (
        Message(TABLE, (room,), "cart:changed", payload),
        Message(FLOOR, (house_room(cart.restaurant_id),), "cart:changed", payload),
    )


def _of_order(order: Order) -> tuple[Message, ...]:
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


def _of_check(check: Check) -> tuple[Message, ...]:
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


def _of_payment(payment: Payment) -> tuple[Message, ...]:
    return (
        _to_eater(
            payment.customer_id,
            participant_room(payment.participant_id),
            "payment:changed",
            lambda: PaymentChanged.model_construct(payment=payment_view(payment), change=payment.change),
        ),
    )


def _of_ticket(ticket: Ticket) -> tuple[Message, ...]:
    shown_at = (ticket.station, ticket.backup) if ticket.backup else (ticket.station,)
    rooms = (*(station_room(ticket.restaurant_id, one) for one in shown_at), house_room(ticket.restaurant_id))
    return (
        Message(
            KITCHEN,
            rooms,
            "ticket:changed",
            lambda: TicketChanged.model_construct(ticket=ticket_view(ticket), change=ticket.change),
        ),
    )


def _of_station(station: Station) -> tuple[Message, ...]:
    house = station.restaurant_id

    def payload() -> StationChanged:
        return StationChanged.model_construct(station=station_view(station), change=station.change)

    def for_guests() -> GuestStationChanged:
        # Which manager has set it up is not the guests' business.
        return GuestStationChanged.model_construct(station=guest_station_view(station), change=None)

    return (
        *(
            Message(one, (house_room(house),), "station:changed", for_guests, version=version_in(one, station))
            for one in (TABLE, CHECKOUT)
        ),
        Message(FLOOR, (house_room(house),), "station:changed", payload),
        Message(KITCHEN, (screens_room(house),), "station:changed", payload),
    )


def _of_table(table: Table) -> tuple[Message, ...]:
    return (
        Message(
            FLOOR,
            (house_room(table.restaurant_id),),
            "table:changed",
            lambda: TableChanged.model_construct(table=table_view(table), change=table.change),
        ),
    )


def _of_service(request: ServiceRequest) -> tuple[Message, ...]:
    def payload() -> ServiceChanged:
        return ServiceChanged.model_construct(service=service_view(request), change=request.change)

    return (
        Message(TABLE, (session_room(request.session_id),), "service:changed", payload),
        Message(FLOOR, (house_room(request.restaurant_id),), "service:changed", payload),
    )


def _of_alarm(alarm: Alarm) -> tuple[Message, ...]:
    return (
        Message(
            FLOOR,
            (house_room(alarm.restaurant_id),),
            "alarm:changed",
            lambda: AlarmChanged.model_construct(alarm=alarm_view(alarm), change=alarm.change),
        ),
    )


def _of_person(staff: Staff) -> tuple[Message, ...]:
    return (
        Message(
            FLOOR,
            (managers_room(staff.restaurant_id),),
            "staff:changed",
            lambda: StaffChanged.model_construct(staff=person_view(staff), change=staff.change),
        ),
    )


def _of_device(device: Device) -> tuple[Message, ...]:
    return (
        Message(
            FLOOR,
            (managers_room(device.restaurant_id),),
            "device:changed",
            lambda: DeviceChanged.model_construct(device=device_view(device), change=device.change),
        ),
    )


def _of_sms_phone(phone: SmsPhone) -> tuple[Message, ...]:
    return (
        Message(
            FLOOR,
            (house_room(phone.restaurant_id),),
            "sms-phone:changed",
            lambda: SmsPhoneChanged.model_construct(sms_phone=sms_phone_view(phone), change=phone.change),
            version=version_in(FLOOR, phone),
        ),
    )


def _of_item(item: Item) -> tuple[Message, ...]:
    house = item.restaurant_id

    def payload() -> FloorItemChanged:
        return FloorItemChanged.model_construct(item=floor_item_view(item), change=item.change)

    def for_guests() -> ItemChanged:
        # Who sold the last portion is another table's business.
        return ItemChanged.model_construct(item=item_view(item), change=None)

    return (
        *(Message(one, (house_room(house),), "item:changed", for_guests) for one in (TABLE, CHECKOUT)),
        Message(FLOOR, (house_room(house),), "item:changed", payload),
        Message(KITCHEN, (screens_room(house),), "item:changed", payload),
    )


def _of_menu(menu: Menu) -> tuple[Message, ...]:
    view, rooms = cache(lambda: menu_view(menu)), (house_room(menu.restaurant_id),)
    # Which manager has published it is not the guests' business.
    told = menu.change and menu.change.with_(by=None)

    def for_guests() -> MenuChanged:
        return MenuChanged.model_construct(menu=view(), change=told)

    return (
        *(Message(one, rooms, "menu:changed", for_guests) for one in (TABLE, CHECKOUT)),
        Message(FLOOR, rooms, "menu:changed", lambda: MenuChanged.model_construct(menu=view(), change=menu.change)),
    )


def _of_plan(plan: DeliveryPlan) -> tuple[Message, ...]:
    rooms = (house_room(plan.restaurant_id),)
    # Who has set it up or paused it is not the customers' business.
    told = plan.change and plan.change.with_(by=None)
    return (
        Message(
            CHECKOUT,
            rooms,
            "delivery:changed",
            lambda: PlanChanged.model_construct(plan=plan_view(plan), change=told),
        ),
        Message(
            FLOOR,
            rooms,
            "delivery:changed",
            lambda: FloorPlanChanged.model_construct(plan=floor_plan_view(plan), change=plan.change),
        ),
    )


_MESSAGES: dict[type[Aggregate], Callable[[Any], tuple[Message, ...]]] = {
    TableSession: _of_session,
    Cart: _of_cart,
    Order: _of_order,
    Check: _of_check,
    Payment: _of_payment,
    Ticket: _of_ticket,
    Station: _of_station,
    Table: _of_table,
    ServiceRequest: _of_service,
    Alarm: _of_alarm,
    Staff: _of_person,
    Device: _of_device,
    SmsPhone: _of_sms_phone,
    Menu: _of_menu,
    Item: _of_item,
    DeliveryPlan: _of_plan,
}
