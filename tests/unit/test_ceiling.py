"""Ceilings on what may be ordered, and the gate that keeps the first round back."""

from datetime import UTC, datetime

import pytest
from unit import making

from models.base import Actor
from models.ceiling import Size, require_within, size
from models.errors import OrderNotWaiting, OrderTooLarge
from models.money import Money
from models.order import Order, OrderStatus
from models.placing import has_to_wait
from models.rules import Rules
from models.status import LineStatus

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ANA = Actor(kind="GUEST", id="ana", name="Ana")
WAITER = Actor(kind="STAFF", id="w1", name="Radu")


def order(name: str, *portions: int, price: int = 1_000, status: OrderStatus = OrderStatus.PLACED) -> Order:
    """A round with a line for each number of portions."""
    unit_price = Money(amount=price, currency="RON")
    lines = (
        making.order_line(f"{name}-{number}", quantity=quantity, unit_price=unit_price)
        for number, quantity in enumerate(portions)
    )
    return making.order(*lines, id=name, status=status, idempotency_key=name)


def test_the_size_of_rounds_is_their_lines_their_portions_and_their_price() -> None:
    assert size([order("1", 2, 3), order("2", 1, price=500)]) == Size(lines=3, portions=6, amount=5_500)


@pytest.mark.parametrize(
    ("figure", "scope", "what", "left"),
    [
        ({"cart_lines": 1}, "round", "lines", 1),
        ({"round_portions": 4}, "round", "portions", 4),
        ({"round_amount": 4_999}, "round", "amount", 4_999),
        ({"session_lines": 4}, "session", "lines", 1),
        ({"session_portions": 9}, "session", "portions", 4),
        ({"session_amount": 9_999}, "session", "amount", 4_999),
    ],
)
def test_a_round_above_a_ceiling_is_told_which_and_what_is_left(
    figure: dict[str, int], scope: str, what: str, left: int
) -> None:
    with pytest.raises(OrderTooLarge) as refused:
        require_within(Rules(**figure), order("2", 2, 3), [order("1", 1, 1, 3)])
    assert refused.value.details == {"scope": scope, "what": what, "limit": next(iter(figure.values())), "left": left}


@pytest.mark.parametrize(
    "figure",
    [
        {"cart_lines": 2},
        {"round_portions": 5},
        {"round_amount": 5_000},
        {"session_lines": 5},
        {"session_portions": 10},
        {"session_amount": 10_000},
    ],
)
def test_a_round_that_just_reaches_a_ceiling_is_within_it(figure: dict[str, int]) -> None:
    require_within(Rules(**figure), order("2", 2, 3), [order("1", 1, 1, 3)])


def test_what_was_rejected_does_not_count_and_what_waits_does() -> None:
    rules = Rules(session_portions=10)
    require_within(rules, order("2", 5), [order("1", 9, status=OrderStatus.REJECTED)])
    with pytest.raises(OrderTooLarge):
        require_within(rules, order("2", 5), [order("1", 9, status=OrderStatus.WAITING)])


def test_a_round_does_not_count_against_itself() -> None:
    waiting = order("1", 9, status=OrderStatus.WAITING)
    require_within(Rules(session_portions=10), waiting, [waiting])


def test_a_session_that_is_beyond_its_ceiling_already_has_nothing_left() -> None:
    with pytest.raises(OrderTooLarge) as refused:
        require_within(Rules(session_portions=5), order("2", 1), [order("1", 9)])
    assert refused.value.details["left"] == 0


@pytest.mark.parametrize("rounds", [[], [OrderStatus.WAITING], [OrderStatus.REJECTED, OrderStatus.WAITING]])
def test_a_guests_round_waits_while_none_is_approved(rounds: list[OrderStatus]) -> None:
    assert has_to_wait(ANA, [order(str(number), 1, status=status) for number, status in enumerate(rounds)])


def test_one_approved_round_opens_the_gate() -> None:
    assert not has_to_wait(ANA, [order("1", 1, status=OrderStatus.WAITING), order("2", 1)])


def test_what_staff_place_passes() -> None:
    assert not has_to_wait(WAITER, [])


def test_a_rejected_round_is_cancelled_line_by_line_and_says_why() -> None:
    rejected = order("1", 1, 2, status=OrderStatus.WAITING).rejected("nobody sits there", WAITER, NOW)
    assert (rejected.status, rejected.reason, rejected.decided_by) == (
        OrderStatus.REJECTED,
        "nobody sits there",
        WAITER,
    )
    assert {line.status for line in rejected.lines} == {LineStatus.CANCELLED}


def test_an_approved_round_is_as_it_was_placed() -> None:
    waiting = order("1", 1, 2, status=OrderStatus.WAITING)
    approved = waiting.approved(WAITER, NOW)
    assert (approved.status, approved.lines, approved.number) == (OrderStatus.PLACED, waiting.lines, waiting.number)


@pytest.mark.parametrize("status", [OrderStatus.PLACED, OrderStatus.REJECTED])
def test_what_is_decided_is_not_decided_again(status: OrderStatus) -> None:
    decided = order("1", 1, status=status)
    with pytest.raises(OrderNotWaiting):
        decided.approved(WAITER, NOW)
    with pytest.raises(OrderNotWaiting):
        decided.rejected("no", WAITER, NOW)
