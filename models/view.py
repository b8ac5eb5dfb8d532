"""What clients see of the aggregates. Every view has `id` and `version`; nothing secret (PIN, device, key) has a field here.

The kitchen's view is made from the ticket alone, which has no prices. A view is built field by field: a new field of an
aggregate is private until someone adds it here.
"""

from datetime import datetime

from models.base import Actor, Text, Value
from models.cart import Cart, CartLine
from models.check import Check, CheckRound, CheckStatus
from models.house import Table
from models.menu import Category, Dish, Menu, ModifierGroup
from models.money import Money
from models.order import Order, OrderLine
from models.session import Mode, SessionStatus, TableSession
from models.ticket import Ticket, TicketLine, TicketStatus


class View(Value):
    """A small aggregate as a client keeps it: the highest version of each id counts."""

    id: str
    version: int


class ParticipantView(Value):
    """Someone at the table."""

    id: str
    name: str
    joined_at: datetime


class SessionView(View):
    """A session as its guests see it."""

    status: SessionStatus
    mode: Mode
    table_id: str
    table_name: str
    table_was: str | None
    participants: tuple[ParticipantView, ...]
    opened_at: datetime
    closed_at: datetime | None


class FloorSessionView(SessionView):
    """A session as the staff see it."""

    covers: int
    opened_by: Actor


class HoldView(Value):
    """Who sends the order, and until when the others wait."""

    by: Actor
    until: datetime
    fence: int


class CartLineView(Value):
    """One line of a cart, with its price and who added it."""

    id: str
    item_id: str
    name: Text
    quantity: int
    modifiers: tuple[str, ...]
    note: str
    unit_price: Money
    added_by: Actor
    added_at: datetime


class CartView(View):
    """A cart as the guests see it."""

    session_id: str
    owner: str | None
    lines: tuple[CartLineView, ...]
    total: Money
    hold: HoldView | None
    rounds: int


class OrderView(View):
    """An order as the guests and the floor see it."""

    session_id: str
    number: int
    round: int
    table_name: str
    placed_by: Actor
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    total: Money


class CheckView(View):
    """A check: what is owed and what was paid."""

    session_id: str
    status: CheckStatus
    rounds: tuple[CheckRound, ...]
    total: Money
    paid: Money
    due: Money


class TableView(View):
    """A table on the floor."""

    name: str
    zone: str
    seats: int
    position: int


class TicketView(View):
    """A ticket on a kitchen screen. No price, by type."""

    session_id: str
    order_id: str
    number: int
    round: int
    station: str
    table_name: str
    table_was: str | None
    placed_at: datetime
    status: TicketStatus
    lines: tuple[TicketLine, ...]
    seen_at: datetime | None


class MenuView(View):
    """The menu with all its languages, or with one."""

    currency: str
    languages: tuple[str, ...]
    categories: tuple[Category, ...]
    modifier_groups: tuple[ModifierGroup, ...]
    dishes: tuple[Dish, ...]


class StaffView(Value):
    """Someone of the house, to themselves and to colleagues."""

    id: str
    name: str
    login: str
    roles: tuple[str, ...]


def session_view(session: TableSession) -> SessionView:
    """Show a session to its guests."""
    return SessionView.model_construct(**_session_fields(session))


def floor_session_view(session: TableSession) -> FloorSessionView:
    """Show a session to the staff."""
    return FloorSessionView.model_construct(
        **_session_fields(session), covers=session.covers, opened_by=session.opened_by
    )


def _session_fields(session: TableSession) -> dict[str, object]:
    return {
        "id": session.id,
        "version": session.version,
        "status": session.status,
        "mode": session.mode,
        "table_id": session.table_id,
        "table_name": session.table_name,
        "table_was": session.table_was,
        "participants": tuple(
            ParticipantView.model_construct(id=p.id, name=p.name, joined_at=p.joined_at)
            for p in session.participants
            if p.is_in
        ),
        "opened_at": session.opened_at,
        "closed_at": session.closed_at,
    }


def cart_view(cart: Cart) -> CartView:
    """Show a cart."""
    return CartView.model_construct(
        id=cart.id,
        version=cart.version,
        session_id=cart.session_id,
        owner=cart.owner,
        lines=tuple(_cart_line_view(line) for line in cart.lines),
        total=cart.total,
        hold=HoldView.model_construct(by=cart.hold.by, until=cart.hold.until, fence=cart.hold.fence) if cart.hold else None,
        rounds=cart.rounds,
    )


def _cart_line_view(line: CartLine) -> CartLineView:
    return CartLineView.model_construct(**{name: getattr(line, name) for name in CartLineView.model_fields})


def order_view(order: Order) -> OrderView:
    """Show an order."""
    return OrderView.model_construct(**{name: getattr(order, name) for name in OrderView.model_fields})


def check_view(check: Check) -> CheckView:
    """Show a check."""
    return CheckView.model_construct(**{name: getattr(check, name) for name in CheckView.model_fields})


def table_view(table: Table) -> TableView:
    """Show a table to the staff."""
    return TableView.model_construct(**{name: getattr(table, name) for name in TableView.model_fields})


def ticket_view(ticket: Ticket) -> TicketView:
    """Show a ticket to the kitchen."""
    return TicketView.model_construct(**{name: getattr(ticket, name) for name in TicketView.model_fields})


def menu_view(menu: Menu, language: str | None = None) -> MenuView:
    """Show the menu in all its languages, or in one (with the house's fallbacks)."""

    def spoken(text: Text) -> Text:
        if language is None or not text:
            return text
        fallback = next((code for code in (language, *menu.languages) if code in text), None)
        return {language: text[fallback]} if fallback else text

    return MenuView.model_construct(
        id=menu.id,
        version=menu.version,
        currency=menu.currency,
        languages=menu.languages if language is None else (language,),
        categories=tuple(part.with_(name=spoken(part.name)) for part in menu.categories),
        modifier_groups=tuple(
            group.with_(
                name=spoken(group.name),
                options=tuple(option.with_(name=spoken(option.name)) for option in group.options),
            )
            for group in menu.modifier_groups
        ),
        dishes=tuple(
            dish.with_(name=spoken(dish.name), description=spoken(dish.description)) for dish in menu.dishes
        ),
    )


