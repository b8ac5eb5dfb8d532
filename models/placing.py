"""How a cart becomes an order, and an order its kitchen tickets: prices from the menu, one ticket for each station,
nothing lost.

The two steps are apart because the first round of a session may have to wait for a waiter's tap between them. So an
order keeps all that its tickets need, and a menu that changes meanwhile changes nothing that the guest saw.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from models.base import Actor
from models.cart import Cart, CartLine
from models.dining import DiningOption
from models.dish import Selection
from models.errors import ItemUnavailable
from models.menu import Menu
from models.money import Money
from models.order import Order, OrderLine, OrderModifier, OrderStatus
from models.session import TableSession
from models.ticket import Ticket, TicketLine


@dataclass(frozen=True, slots=True)
class Round:
    """What identifies one sending of a cart."""

    order_id: str
    number: int
    idempotency_key: str
    fingerprint: str
    payment_method: str | None
    by: Actor
    at: datetime


def repriced(cart: Cart, menu: Menu) -> tuple[CartLine, ...]:
    """Return the cart's lines at the menu's present prices; raises what `Menu.select` raises."""
    return tuple(line.with_(unit_price=menu.select(line.item_id, line.modifiers).unit_price) for line in cart.lines)


def has_to_wait(by: Actor, orders: Iterable[Order]) -> bool:
    """Whether the first-order gate keeps a round back: a guest's, while none of the session's rounds is approved.

    What staff place passes and counts as approved.
    """
    return by.kind == "GUEST" and all(one.status is not OrderStatus.PLACED for one in orders)


def place(sending: Round, cart: Cart, menu: Menu, session: TableSession, status: OrderStatus) -> Order:
    """Make the order of a cart.

    Raises `UnknownItem`, `ItemUnavailable` or `ModifiersInvalid` when the menu moved on.
    """
    return Order(
        id=sending.order_id,
        restaurant_id=cart.restaurant_id,
        session_id=session.id,
        owner=cart.owner,
        number=sending.number,
        round=cart.rounds + 1,
        table_name=session.table_name,
        waiter=session.waiter,
        status=status,
        placed_by=sending.by,
        placed_at=sending.at,
        idempotency_key=sending.idempotency_key,
        fingerprint=sending.fingerprint,
        cart_id=cart.id,
        cart_version=cart.version,
        payment_method=sending.payment_method,
        currency=menu.currency,
        lines=tuple(_order_line(line, menu.select(line.item_id, line.modifiers), menu) for line in cart.lines),
    )


def tickets_of(order: Order, session: TableSession, at: datetime, new_id: Callable[[], str]) -> tuple[Ticket, ...]:
    """Make a ticket for each station that cooks one of the order's dishes; `at` is when the kitchen is to begin."""
    stations = dict.fromkeys(station for line in order.to_send for station in line.stations)
    return tuple(
        Ticket(
            id=new_id(),
            restaurant_id=order.restaurant_id,
            session_id=session.id,
            homes=order.homes,
            order_id=order.id,
            number=order.number,
            round=order.round,
            station=station,
            table_name=session.table_name,
            table_was=session.table_was_of(order.homes),
            placed_at=at,
            lines=tuple(_ticket_line(line, at) for line in order.to_send if station in line.stations),
        )
        for station in stations
    )


def require_available(order: Order, menu: Menu) -> None:
    """Raise `ItemUnavailable` when a dish of a round that waited cannot be had any more; its price may have changed."""
    had = {dish.id for dish in menu.dishes if dish.is_available}
    for line in order.lines:
        if line.item_id not in had:
            raise ItemUnavailable(item_id=line.item_id, line_id=line.id)


def _order_line(line: CartLine, selection: Selection, menu: Menu) -> OrderLine:
    dish, currency = selection.dish, selection.unit_price.currency
    return OrderLine(
        id=line.id,
        item_id=dish.id,
        name=dish.name,
        quantity=line.quantity,
        modifiers=tuple(
            OrderModifier(id=option.id, name=option.name, price=Money(amount=option.price, currency=currency))
            for option in selection.modifiers
        ),
        note=line.note,
        course=dish.course,
        allergens=dish.allergens,
        unit_price=selection.unit_price,
        tax=menu.pricing.tax(dish.tax_class, DiningOption.DINE_IN),
        added_by=line.added_by,
        stations=dish.stations,
    )


def _ticket_line(line: OrderLine, at: datetime) -> TicketLine:
    return TicketLine(
        id=line.id,
        name=line.name,
        quantity=line.quantity,
        modifiers=tuple(option.name for option in line.modifiers),
        note=line.note,
        course=line.course,
        allergens=line.allergens,
        guest=line.added_by.name if line.added_by.kind == "GUEST" else "",
        added_by=line.added_by,
        changed_at=at,
    )
