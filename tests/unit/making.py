"""What unit tests of the kitchen stand on: tickets, their lines and stations, each with as little said as a test needs;
and rounds that were placed from a small menu.
"""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from models.base import Actor
from models.cart import Cart, CartLine
from models.dish import Course, Dish, ModifierGroup, Option
from models.item import Item
from models.menu import Menu
from models.money import Money
from models.offer import Offer
from models.order import Order, OrderLine, OrderStatus
from models.participant import Seating
from models.pin import KeyedHash
from models.placing import Round, place, tickets_of
from models.session import Mode, TableSession
from models.station import Station, Wait
from models.ticket import Ticket
from models.ticket_line import TicketLine

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
COOK = Actor(kind="STAFF", id="cook")
ANA = Actor(kind="GUEST", id="ana", name="Ana")


def ticket_line(line_id: str = "l", **fields: Any) -> TicketLine:
    """One soup of the main course, that nobody has begun."""
    known = {"id": line_id, "name": {"en": "Soup"}, "quantity": 1, "course": Course.MAINS, "changed_at": NOW}
    return TicketLine(**(known | fields))


def ticket(*lines: TicketLine, **fields: Any) -> Ticket:
    """A ticket of the grill with these lines, with one soup when none is named."""
    known = {
        "id": "t",
        "restaurant_id": "r",
        "session_id": "s",
        "order_id": "o",
        "number": 1,
        "round": 1,
        "station": "grill",
        "table_name": "T1",
        "placed_at": NOW,
        "lines": lines or (ticket_line(),),
    }
    return Ticket(**(known | fields))


def order_line(line_id: str = "l", **fields: Any) -> OrderLine:
    """One soup of the grill, that nobody has begun."""
    known = {"id": line_id, "item_id": "soup", "name": {"en": "Soup"}, "quantity": 1, "course": Course.MAINS}
    known |= {"unit_price": Money(amount=1200, currency="RON"), "added_by": ANA, "stations": ("grill",)}
    return OrderLine(**(known | fields))


def order(*lines: OrderLine, **fields: Any) -> Order:
    """A round with these lines, with one soup when none is named."""
    known = {
        "id": "o",
        "restaurant_id": "r",
        "session_id": "s",
        "number": 1,
        "round": 1,
        "table_name": "T6",
        "placed_by": ANA,
        "placed_at": NOW,
        "idempotency_key": "k",
        "fingerprint": "f",
        "cart_id": "c",
        "cart_version": 1,
        "currency": "RON",
        "lines": lines or (order_line(),),
    }
    return Order(**(known | fields))


def station(code: str, open_portions: int = 0, wait: Wait | None = None, busy: int | None = None) -> Station:
    """A station that cooks."""
    return Station(
        id=code,
        restaurant_id="r",
        code=code,
        name={"en": code},
        open_portions=open_portions,
        wait=wait,
        busy_portions=busy,
    )


def session(**fields: Any) -> TableSession:
    """A party of two at a table."""
    known = {
        "id": "s",
        "restaurant_id": "r",
        "table_id": "t",
        "table_name": "T6",
        "mode": Mode.FAMILY,
        "covers": 2,
        "pin": KeyedHash(key="k", digest="d"),
        "seatings": (Seating(table_id="t", table_name="T6", since=NOW),),
        "opened_at": NOW,
        "opened_by": COOK,
    }
    return TableSession(**(known | fields))


# ── a round ───────────────────────────────────────────────────────────────────────────────────────────────────────────

MENU = Menu(
    id="m",
    restaurant_id="r",
    currency="RON",
    languages=("en",),
    categories=({"id": "all", "name": {"en": "All"}},),
    modifier_groups=(
        ModifierGroup(
            id="size",
            name={"en": "Size"},
            min_select=1,
            max_select=1,
            options=(Option(id="small", name={"en": "Small"}), Option(id="large", name={"en": "Large"}, price=500)),
        ),
    ),
    dishes=tuple(
        Dish(id=name, category_id="all", name={"en": name}, price=price, stations=stations, course=Course.MAINS, **more)
        for name, price, stations, more in (
            ("soup", 1200, ("cold",), {}),
            ("steak", 6900, ("grill",), {}),
            ("platter", 9900, ("grill", "cold"), {}),
            ("pizza", 3200, ("pizza",), {"modifier_groups": ("size",)}),
            ("gone", 100, ("cold",), {}),
        )
    ),
)

SOLD_OUT = Item(id="i", restaurant_id="r", item_id="gone", is_out=True)
OFFER = Offer(MENU, {"gone": SOLD_OUT}, "Europe/Bucharest", NOW)


def cart_of(*dishes: tuple[str, int]) -> Cart:
    lines = tuple(
        CartLine(
            id=f"l{number}",
            item_id=dish,
            name={"en": dish},
            quantity=quantity,
            modifiers=("large",) if dish == "pizza" else (),
            unit_price=MENU.select(dish, ("large",) if dish == "pizza" else ()).unit_price,
            added_by=ANA,
            added_at=NOW,
        )
        for number, (dish, quantity) in enumerate(dishes)
    )
    return Cart(id="c", restaurant_id="r", session_id="s", currency="RON", lines=lines)


SESSION = session()
ROUND = Round("o", 7, "key", "print", None, ANA, NOW)


def placed(*dishes: tuple[str, int]) -> tuple[Order, tuple[Ticket, ...]]:
    ids = count()
    order = place(ROUND, cart_of(*dishes), OFFER, SESSION, OrderStatus.PLACED)
    return order, tickets_of(order, SESSION, NOW, lambda: f"id{next(ids)}")
