"""How a cart becomes an order, and an order its kitchen tickets: prices from the menu, one ticket for each station,
nothing lost.

The two steps are apart because the first round of a session may have to wait for a waiter's tap between them. So an
order keeps all that its tickets need, and a menu that changes meanwhile changes nothing that the guest saw.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.base import Actor
from models.cart import Cart, CartLine
from models.dish import Course, Selection
from models.money import Money
from models.offer import Offer
from models.order import Order, OrderLine, OrderModifier, OrderStatus
from models.session import TableSession
from models.ticket import Ticket
from models.ticket_line import TicketLine


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


def has_to_wait(by: Actor, orders: Iterable[Order]) -> bool:
    """Whether the first-order gate keeps a round back: a guest's, while none of the session's rounds is approved.

    What staff place passes and counts as approved.
    """
    return by.kind == "GUEST" and all(one.status is not OrderStatus.PLACED for one in orders)


def place(sending: Round, cart: Cart, offer: Offer, session: TableSession, status: OrderStatus) -> Order:
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
        dining_option=offer.dining_option,
        customer_id=session.customer_id,
        is_under_way=session.customer_id is not None,
        currency=offer.menu.currency,
        lines=tuple(_order_line(line, offer.select_line(line), offer) for line in cart.lines),
    )


def with_held(order: Order, held: Collection[Course]) -> Order:
    """Show on an order which of its courses are kept back when it is sent."""
    if not held:
        return order
    lines = tuple(line.with_(is_held=True) if line.course in held else line for line in order.lines)
    return order.with_(lines=lines)


def with_kept(order: Order, kept: Collection[str]) -> Order:
    """Show on an order which of its lines are kept back for a later slot."""
    return order.with_(lines=tuple(line.with_(is_held=True) if line.id in kept else line for line in order.lines))


def tickets_of(
    order: Order,
    session: TableSession,
    at: datetime,
    new_id: Callable[[], str],
    *,
    has_expo: bool = False,
    starts: Mapping[str, datetime] | None = None,
    kept: Mapping[str, datetime] | None = None,
) -> tuple[Ticket, ...]:
    """Make a ticket for each station that cooks one of the order's dishes; `at` is when the kitchen gets them.

    `starts` says when to begin, by line, where that is later. What the order shows as held is held; `kept` says until
    when, of what is for a later slot.
    """
    when = starts or {}
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
            dining_option=order.dining_option,
            waiter=order.waiter,
            placed_at=at,
            is_priority=order.is_priority,
            has_expo=has_expo,
            is_waiting=any(line.is_held for line in order.to_send if station in line.stations),
            lines=tuple(
                _ticket_line(line, at, when.get(line.id, at), (kept or {}).get(line.id))
                for line in order.to_send
                if station in line.stations
            ),
        )
        for station in stations
    )


def _order_line(line: CartLine, selection: Selection, offer: Offer) -> OrderLine:
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
        allergens=selection.allergens,
        avoid=line.avoid,
        prep_minutes=dish.prep_minutes,
        unit_price=selection.unit_price,
        tax=offer.menu.pricing.tax(selection.tax_class, offer.dining_option),
        added_by=line.added_by,
        stations=dish.stations,
    )


def _ticket_line(line: OrderLine, at: datetime, starts_at: datetime, held_until: datetime | None) -> TicketLine:
    return TicketLine(
        id=line.id,
        item_id=line.item_id,
        name=line.name,
        quantity=line.quantity,
        modifiers=tuple(option.name for option in line.modifiers),
        option_ids=tuple(option.id for option in line.modifiers),
        note=line.note,
        course=line.course,
        allergens=line.allergens,
        avoid=line.avoid,
        prep_minutes=line.prep_minutes,
        is_held=line.is_held,
        held_until=held_until,
        fired_at=None if line.is_held else at,
        starts_at=None if line.is_held else starts_at,
        guest=line.added_by.name if line.added_by.kind == "GUEST" else "",
        # Whether two orders come from one customer is not the kitchen's business.
        added_by=line.added_by.with_(id="") if line.added_by.kind == "CUSTOMER" else line.added_by,
        changed_at=at,
    )
