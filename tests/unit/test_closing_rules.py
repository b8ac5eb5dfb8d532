"""What keeps a session open, and how everything that is left ends when a manager closes it all the same."""

from datetime import UTC, datetime

import pytest
from unit import making

from models.base import Actor
from models.check import new_check
from models.check_line import CheckLine, CheckRound
from models.closing import Remains
from models.errors import CheckOpen, CheckOverpaid, DishesCooking, OrdersWaiting
from models.money import Money
from models.order import Order, OrderStatus
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus

NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
MANAGER = Actor(kind="STAFF", id="m1", name="Ioana")
FEE = Money(amount=1_200, currency="RON")
PLACED = {"restaurant_id": "r", "session_id": "s", "number": 7, "round": 1, "table_name": "T6", "placed_at": NOW}
PAID = new_check("k", "r", "s", "RON")
SOUP = CheckLine(id="soup", item_id="soup", name={"en": "Soup"}, quantity=1, unit_price=FEE, by=MANAGER)
OWED = PAID.with_order(CheckRound(order_id="o", number=7, amount=FEE, lines=(SOUP,)), MANAGER, NOW)


def ticket(station: str, *, is_open: bool = True, **lines: LineStatus) -> Ticket:
    """A ticket with lines in states: `soup=LineStatus.NEW`."""
    return making.ticket(
        *(making.ticket_line(name, name={"en": name}, status=status) for name, status in lines.items()),
        id=station,
        station=station,
        status=TicketStatus.OPEN if is_open else TicketStatus.BUMPED,
        **PLACED,
    )


def order(*, status: OrderStatus = OrderStatus.PLACED, **lines: LineStatus) -> Order:
    """A round with lines in states."""
    made = (making.order_line(name, name={"en": name}, status=state) for name, state in lines.items())
    return making.order(*made, status=status, **PLACED)


def states(order: Order) -> dict[str, LineStatus]:
    return {line.id: line.status for line in order.lines}


def test_a_session_with_nothing_left_may_be_closed() -> None:
    done = ticket("grill", soup=LineStatus.READY, steak=LineStatus.SERVED, pie=LineStatus.CANCELLED)
    Remains([PAID], [done], [order(soup=LineStatus.READY)]).require_none()


def test_money_on_any_check_keeps_it_open() -> None:
    with pytest.raises(CheckOpen) as refused:
        Remains([PAID, OWED, OWED.with_(id="k2")], [], []).require_none()
    assert refused.value.details == {"due": {"amount": 2_400, "currency": "RON"}}


def test_money_that_the_house_owes_keeps_it_open() -> None:
    overpaid = PAID.with_(paid=FEE)
    with pytest.raises(CheckOverpaid) as refused:
        Remains([PAID, overpaid], [], []).require_none()
    assert refused.value.details == {"overpaid": {"amount": 1_200, "currency": "RON"}}
    with pytest.raises(CheckOpen):
        Remains([OWED, overpaid], [], []).require_none()


@pytest.mark.parametrize("status", [LineStatus.NEW, LineStatus.IN_PROGRESS])
def test_a_dish_that_is_still_to_be_cooked_keeps_it_open(status: LineStatus) -> None:
    with pytest.raises(DishesCooking) as refused:
        Remains([PAID], [ticket("grill", soup=status, steak=LineStatus.READY)], []).require_none()
    assert refused.value.details == {"lines": 1}


def test_a_dish_of_two_stations_is_counted_once() -> None:
    both = [ticket("grill", platter=LineStatus.NEW), ticket("cold", platter=LineStatus.IN_PROGRESS)]
    assert Remains([PAID], both, []).cooking == {"platter": LineStatus.NEW}


def test_a_ticket_that_was_bumped_is_cooked() -> None:
    Remains([PAID], [ticket("grill", is_open=False, soup=LineStatus.IN_PROGRESS)], []).require_none()


def test_a_round_that_waits_keeps_it_open() -> None:
    with pytest.raises(OrdersWaiting) as refused:
        Remains([PAID], [], [order(status=OrderStatus.WAITING, soup=LineStatus.NEW)]).require_none()
    assert refused.value.details == {"orders": ["o"]}


def test_what_is_not_ready_is_struck_and_stays_on_its_ticket() -> None:
    grill = ticket("grill", soup=LineStatus.NEW, steak=LineStatus.IN_PROGRESS, pie=LineStatus.READY)
    (struck,) = Remains([PAID], [grill, ticket("cold", cake=LineStatus.READY)], []).struck(MANAGER, NOW)
    assert struck.is_open
    assert {line.id: line.status for line in struck.lines} == {
        "soup": LineStatus.CANCELLED,
        "steak": LineStatus.CANCELLED,
        "pie": LineStatus.READY,
    }


def test_bumping_a_struck_ticket_leaves_its_lines_cancelled() -> None:
    struck = ticket("grill", soup=LineStatus.NEW).struck(MANAGER, NOW)
    assert struck.bump(MANAGER, NOW).lines[0].status is LineStatus.CANCELLED


def test_the_order_shows_what_was_cancelled() -> None:
    grill = ticket("grill", soup=LineStatus.NEW, pie=LineStatus.READY)
    (changed,) = Remains([PAID], [grill], [order(soup=LineStatus.NEW, pie=LineStatus.READY)]).cancelled(MANAGER, NOW)
    assert states(changed) == {"soup": LineStatus.CANCELLED, "pie": LineStatus.READY}


def test_a_dish_that_one_of_two_stations_has_finished_is_what_that_one_made() -> None:
    both = [ticket("grill", platter=LineStatus.IN_PROGRESS), ticket("cold", is_open=False, platter=LineStatus.READY)]
    (changed,) = Remains([PAID], both, [order(platter=LineStatus.IN_PROGRESS)]).cancelled(MANAGER, NOW)
    assert states(changed) == {"platter": LineStatus.READY}


def test_an_order_of_which_all_is_ready_stays_as_it_is() -> None:
    done = Remains([PAID], [ticket("grill", soup=LineStatus.READY)], [order(soup=LineStatus.READY)])
    assert done.cancelled(MANAGER, NOW) == []
