"""The collections of a house at work: menu, tables and parties, what they order and ask for, what is delivered."""

from models.alarm import Alarm
from models.cart import Cart
from models.delivery_plan import DeliveryPlan
from models.house import Restaurant, Table
from models.item import Item
from models.menu import Menu
from models.menu_draft import MenuDraft
from models.order import Order
from models.service import ServiceRequest
from models.session import TableSession
from models.slot import SlotLoad
from models.station import Station
from models.store.accounting import HAS_HAPPENED
from models.store.kind import OPEN, UNFINISHED, Group, Kind, index, kind
from models.ticket import Ticket

_UNSEEN = {"is_shown": True, "seen_at": None}
_OF_CUSTOMER = {"customer_id": {"$gt": ""}}
"""An equality proves it, as it does not prove a `$type`: so what asks for one customer's can use the index."""

DINING: tuple[Kind, ...] = (
    kind(Restaurant, "restaurants"),
    kind(
        Menu,
        "menus",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", unique=True),),
        acted_on=True,
    ),
    kind(MenuDraft, "menu_drafts", Group("house", "restaurant_id"), indexes=(index("restaurant_id", unique=True),)),
    kind(
        Item,
        "items",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", "item_id", unique=True, name="one_item"),),
        acted_on=True,
    ),
    kind(
        Station,
        "stations",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", "code", unique=True),),
    ),
    kind(
        Table,
        "tables",
        Group("house", "restaurant_id"),
        Group("token", "token", is_global=True),
        indexes=(index("token", unique=True), index("restaurant_id", "name", unique=True)),
    ),
    kind(
        TableSession,
        "table_sessions",
        Group("open", "restaurant_id", ("status", "OPEN")),
        Group("table", "table_id", ("status", "OPEN")),
        indexes=(
            index("restaurant_id", "table_id", unique=True, partialFilterExpression=OPEN, name="one_open_per_table"),
            index("restaurant_id", "status", "-opened_at"),
            index("participants.device", partialFilterExpression=OPEN, name="open_by_device"),
            index("restaurant_id", "closed_at", partialFilterExpression={"closed_at": HAS_HAPPENED}, name="closed"),
            index(
                "restaurant_id",
                "idle_since",
                partialFilterExpression={"idle_since": {"$type": "date"}},
                name="idle_sessions",
            ),
        ),
    ),
    kind(
        Cart,
        "carts",
        Group("session", "session_id"),
        indexes=(
            index("restaurant_id", "session_id"),
            index("restaurant_id", "is_closed", partialFilterExpression={"is_closed": False}, name="open_carts"),
        ),
    ),
    kind(
        Order,
        "orders",
        Group("session", "session_id"),
        Group("customer", "customer_id", ("is_under_way", True)),
        indexes=(
            index("session_id", "idempotency_key", unique=True, name="one_order_per_key"),
            index("restaurant_id", "session_id"),
            index("restaurant_id", "-placed_at"),
            index(
                "restaurant_id",
                "customer_id",
                "idempotency_key",
                unique=True,
                partialFilterExpression=_OF_CUSTOMER,
                name="one_order_per_customers_key",
            ),
            index("restaurant_id", "customer_id", "-placed_at", partialFilterExpression=_OF_CUSTOMER),
            index("restaurant_id", "customer_id", partialFilterExpression={"is_under_way": True}, name="under_way"),
        ),
    ),
    kind(
        Ticket,
        "tickets",
        Group("shown", "restaurant_id", ("is_shown", True)),
        Group("session", "session_id"),
        indexes=(
            index("restaurant_id", "placed_at", partialFilterExpression={"is_shown": True}, name="shown_tickets"),
            index("restaurant_id", "session_id"),
            index("restaurant_id", "is_waiting", partialFilterExpression={"is_waiting": True}, name="held_tickets"),
            index("restaurant_id", "seen_at", partialFilterExpression=_UNSEEN, name="unseen_tickets"),
            index("restaurant_id", "-ready_at", partialFilterExpression={"ready_at": HAS_HAPPENED}, name="cooked"),
            index("restaurant_id", "-bumped_at", "station", "placed_at"),
        ),
    ),
    kind(
        DeliveryPlan,
        "delivery_plans",
        Group("house", "restaurant_id"),
        indexes=(index("restaurant_id", unique=True),),
    ),
    kind(
        SlotLoad,
        "slot_loads",
        Group("house", "restaurant_id"),
        indexes=(
            index("restaurant_id", "begins_at", unique=True, name="one_load_per_slot"),
            index("expires_at", expireAfterSeconds=0),
        ),
    ),
    kind(
        ServiceRequest,
        "service_requests",
        Group("open", "restaurant_id", ("is_finished", False)),
        Group("session", "session_id"),
        indexes=(
            index("restaurant_id", "wish", unique=True, partialFilterExpression=UNFINISHED, name="one_wish"),
            index("restaurant_id", "at", partialFilterExpression=UNFINISHED, name="open_requests"),
            index("restaurant_id", "session_id"),
        ),
    ),
    kind(
        Alarm,
        "alarms",
        Group("open", "restaurant_id", ("status", "OPEN")),
        indexes=(
            index("restaurant_id", "kind", "subject", unique=True, partialFilterExpression=OPEN, name="one_open"),
            index("restaurant_id", "-raised_at"),
        ),
    ),
)
