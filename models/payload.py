"""What messages to clients carry, by subject: the snapshot of an aggregate, and what has just changed in it."""

from models.base import Change, Value
from models.check_view import CheckView, FloorCheckView
from models.dining_view import AlarmView, CartView, FloorSessionView, OrderView, ServiceView, SessionView, TableView
from models.item_view import FloorItemView, ItemView
from models.kitchen_view import GuestStationView, StationView, TicketView
from models.menu_view import MenuView
from models.payment_view import PaymentView
from models.people_view import DeviceView, PersonView, SmsPhoneView
from models.plan_view import FloorPlanView, PlanView


class SessionChanged(Value):
    """`session:changed` and `session:closed` at the table."""

    session: SessionView
    change: Change | None


class FloorSessionChanged(Value):
    """`session:changed` and `session:closed` on the floor."""

    session: FloorSessionView
    change: Change | None


class CartChanged(Value):
    """`cart:changed`"""

    cart: CartView
    change: Change | None


class OrderChanged(Value):
    """`order:changed`"""

    order: OrderView
    change: Change | None


class CheckChanged(Value):
    """`check:changed` at the table."""

    check: CheckView
    change: Change | None


class FloorCheckChanged(Value):
    """`check:changed` on the floor."""

    check: FloorCheckView
    change: Change | None


class PaymentChanged(Value):
    """`payment:changed`"""

    payment: PaymentView
    change: Change | None


class TicketChanged(Value):
    """`ticket:changed`"""

    ticket: TicketView
    change: Change | None


class GuestStationChanged(Value):
    """`station:changed` at the table."""

    station: GuestStationView
    change: Change | None


class StationChanged(Value):
    """`station:changed` on the floor and in the kitchen."""

    station: StationView
    change: Change | None


class TableChanged(Value):
    """`table:changed`"""

    table: TableView
    change: Change | None


class ServiceChanged(Value):
    """`service:changed`"""

    service: ServiceView
    change: Change | None


class AlarmChanged(Value):
    """`alarm:changed`"""

    alarm: AlarmView
    change: Change | None


class StaffChanged(Value):
    """`staff:changed`"""

    staff: PersonView
    change: Change | None


class DeviceChanged(Value):
    """`device:changed`"""

    device: DeviceView
    change: Change | None


class SmsPhoneChanged(Value):
    """`sms-phone:changed`"""

    sms_phone: SmsPhoneView
    change: Change | None


class ItemChanged(Value):
    """`item:changed` at the table."""

    item: ItemView
    change: Change | None


class FloorItemChanged(Value):
    """`item:changed` on the floor and in the kitchen."""

    item: FloorItemView
    change: Change | None


class MenuChanged(Value):
    """`menu:changed`"""

    menu: MenuView
    change: Change | None


class PlanChanged(Value):
    """`delivery:changed` for customers."""

    plan: PlanView
    change: Change | None


class FloorPlanChanged(Value):
    """`delivery:changed` on the floor."""

    plan: FloorPlanView
    change: Change | None


Payload = (
    SessionChanged
    | FloorSessionChanged
    | CartChanged
    | OrderChanged
    | CheckChanged
    | FloorCheckChanged
    | PaymentChanged
    | TicketChanged
    | GuestStationChanged
    | StationChanged
    | TableChanged
    | ServiceChanged
    | AlarmChanged
    | StaffChanged
    | DeviceChanged
    | SmsPhoneChanged
    | MenuChanged
    | ItemChanged
    | FloorItemChanged
    | PlanChanged
    | FloorPlanChanged
)
