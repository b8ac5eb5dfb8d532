"""Every message that a change of an aggregate makes: its name, its payload, and the rooms that hear it.

`changed` turns a committed aggregate into messages for rooms (`models.room`), and sync answers with the same messages,
so that a client needs one piece of code to be right.
"""

from collections.abc import Callable
from typing import Any

from models.alarm import Alarm
from models.base import Aggregate
from models.cart import Cart
from models.check import Check
from models.delivery_plan import DeliveryPlan
from models.device import Device
from models.house import Table
from models.house_events import of_device, of_item, of_menu, of_person, of_plan, of_sms_phone, of_station, of_ticket
from models.item import Item
from models.menu import Menu
from models.message import Message
from models.order import Order
from models.party_events import of_alarm, of_cart, of_check, of_order, of_payment, of_service, of_session, of_table
from models.payment import Payment
from models.service import ServiceRequest
from models.session import TableSession
from models.sms_phone import SmsPhone
from models.staff import Staff
from models.station import Station
from models.ticket import Ticket


def changed(aggregate: Aggregate) -> tuple[Message, ...]:
    """Return the messages of a committed aggregate, none for a private one."""
    make = _MESSAGES.get(type(aggregate))
    return make(aggregate) if make else ()


_MESSAGES: dict[type[Aggregate], Callable[[Any], tuple[Message, ...]]] = {
    TableSession: of_session,
    Cart: of_cart,
    Order: of_order,
    Check: of_check,
    Payment: of_payment,
    Ticket: of_ticket,
    Station: of_station,
    Table: of_table,
    ServiceRequest: of_service,
    Alarm: of_alarm,
    Staff: of_person,
    Device: of_device,
    SmsPhone: of_sms_phone,
    Menu: of_menu,
    Item: of_item,
    DeliveryPlan: of_plan,
}
