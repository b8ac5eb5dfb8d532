"""How a cart becomes an order and its kitchen tickets: prices from the menu, one ticket for each station, nothing
lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from models.base import Actor
from models.cart import Cart, CartLine
from models.errors import OrderTooLarge
from models.menu import Menu, Selection
from models.money import Money
from models.order import Order, OrderLine, OrderModifier
from models.session import TableSession
from models.ticket import Ticket, TicketLine


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that one round may hold: portions, and minor units of the house's currency."""

    portions: int
    amount: int


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


def place(
    sending: Round, cart: Cart, menu: Menu, session: TableSession, ceiling: Ceiling, new_id: Callable[[], str]
) -> tuple[Order, tuple[Ticket, ...]]:
    """Make the order and a ticket for each station that cooks one of its dishes.

    Raises `OrderTooLarge` above the ceiling, `UnknownItem`, `ItemUnavailable` or `ModifiersInvalid` when the menu
    moved on.
    """
    chosen = [(line, menu.select(line.item_id, line.modifiers)) for line in cart.lines]
    order = Order(
        id=sending.order_id,
        restaurant_id=cart.restaurant_id,
        session_id=session.id,
        owner=cart.owner,
        number=sending.number,
        round=cart.rounds + 1,
        table_name=session.table_name,
        placed_by=sending.by,
        placed_at=sending.at,
        idempotency_key=sending.idempotency_key,
        fingerprint=sending.fingerprint,
        cart_id=cart.id,
        cart_version=cart.version,
        payment_method=sending.payment_method,
        currency=menu.currency,
        lines=tuple(_order_line(line, selection) for line, selection in chosen),
    )
    if sum(line.quantity for line in order.lines) > ceiling.portions:
        raise OrderTooLarge(limit=ceiling.portions)
    if order.total.amount > ceiling.amount:
        raise OrderTooLarge(limit=ceiling.amount)
    stations = dict.fromkeys(station for line in order.lines for station in line.stations)
    tickets = tuple(
        Ticket(
            id=new_id(),
            restaurant_id=order.restaurant_id,
            session_id=session.id,
            order_id=order.id,
            number=order.number,
            round=order.round,
            station=station,
            table_name=session.table_name,
            table_was=session.table_was,
            placed_at=sending.at,
            lines=tuple(
                _ticket_line(line, selection, sending.at)
                for line, selection in chosen
                if station in selection.dish.stations
            ),
        )
        for station in stations
    )
    return order, tickets


def _order_line(line: CartLine, selection: Selection) -> OrderLine:
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
        unit_price=selection.unit_price,
        added_by=line.added_by,
        stations=dish.stations,
    )


def _ticket_line(line: CartLine, selection: Selection, at: datetime) -> TicketLine:
    dish = selection.dish
    return TicketLine(
        id=line.id,
        name=dish.name,
        quantity=line.quantity,
        modifiers=tuple(option.name for option in selection.modifiers),
        note=line.note,
        course=dish.course,
        allergens=dish.allergens,
        guest=line.added_by.name if line.added_by.kind == "GUEST" else "",
        changed_at=at,
    )
