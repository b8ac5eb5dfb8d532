"""What changes of a house tell clients: its tickets, stations, menu, deliveries, staff and devices."""

from functools import cache

from models.delivery_plan import DeliveryPlan
from models.device import Device
from models.item import Item
from models.item_view import floor_item_view, item_view
from models.kitchen_view import guest_station_view, station_view, ticket_view
from models.menu import Menu
from models.menu_view import menu_view
from models.message import Message, version_in
from models.payload import (
    DeviceChanged,
    FloorItemChanged,
    FloorPlanChanged,
    GuestStationChanged,
    ItemChanged,
    MenuChanged,
    PlanChanged,
    SmsPhoneChanged,
    StaffChanged,
    StationChanged,
    TicketChanged,
)
from models.people_view import device_view, person_view, sms_phone_view
from models.plan_view import floor_plan_view, plan_view
from models.room import (
    CHECKOUT,
    FLOOR,
    KITCHEN,
    TABLE,
    house_room,
    managers_room,
    screens_room,
    station_room,
)
from models.sms_phone import SmsPhone
from models.staff import Staff
from models.station import Station
from models.ticket import Ticket


def of_ticket(ticket: Ticket) -> tuple[Message, ...]:
    """Tell the screens of its station, those of the one that stands in for it, and whoever sees all."""
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


def of_station(station: Station) -> tuple[Message, ...]:
    """Tell the floor and all screens; and guests how long it takes."""
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


def of_person(staff: Staff) -> tuple[Message, ...]:
    """Tell the managers."""
    return (
        Message(
            FLOOR,
            (managers_room(staff.restaurant_id),),
            "staff:changed",
            lambda: StaffChanged.model_construct(staff=person_view(staff), change=staff.change),
        ),
    )


def of_device(device: Device) -> tuple[Message, ...]:
    """Tell the managers."""
    return (
        Message(
            FLOOR,
            (managers_room(device.restaurant_id),),
            "device:changed",
            lambda: DeviceChanged.model_construct(device=device_view(device), change=device.change),
        ),
    )


def of_sms_phone(phone: SmsPhone) -> tuple[Message, ...]:
    """Tell the floor."""
    return (
        Message(
            FLOOR,
            (house_room(phone.restaurant_id),),
            "sms-phone:changed",
            lambda: SmsPhoneChanged.model_construct(sms_phone=sms_phone_view(phone), change=phone.change),
            version=version_in(FLOOR, phone),
        ),
    )


def of_item(item: Item) -> tuple[Message, ...]:
    """Tell everybody; and the floor and the kitchen by whom."""
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


def of_menu(menu: Menu) -> tuple[Message, ...]:
    """Tell everybody who can order; and the floor by whom."""
    view, rooms = cache(lambda: menu_view(menu)), (house_room(menu.restaurant_id),)
    # Which manager has published it is not the guests' business.
    told = menu.change and menu.change.with_(by=None)

    def for_guests() -> MenuChanged:
        return MenuChanged.model_construct(menu=view(), change=told)

    return (
        *(Message(one, rooms, "menu:changed", for_guests) for one in (TABLE, CHECKOUT)),
        Message(FLOOR, rooms, "menu:changed", lambda: MenuChanged.model_construct(menu=view(), change=menu.change)),
    )


def of_plan(plan: DeliveryPlan) -> tuple[Message, ...]:
    """Tell customers; and the floor the whole of it."""
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
