"""Rules of the cart, without anything around it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.base import Actor
from models.cart import MOST_OPERATIONS, REMEMBERED_OPERATIONS, Cart, CartLine
from models.errors import CartFull, CartHeld, NotFound
from models.money import Money

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ANA, ION = Actor(kind="GUEST", id="ana", name="Ana"), Actor(kind="GUEST", id="ion", name="Ion")


def cart(**fields: object) -> Cart:
    return Cart(id="c", restaurant_id="r", session_id="s", currency="RON", **fields)


def line(name: str, by: Actor = ANA, *, quantity: int = 1, price: int = 1250) -> CartLine:
    return CartLine(
        id=name,
        item_id="soup",
        name={"en": "Soup"},
        quantity=quantity,
        unit_price=Money(amount=price, currency="RON"),
        added_by=by,
        added_at=NOW,
    )


def test_the_same_dish_of_two_guests_stays_two_lines() -> None:
    both = cart().add(line("1"), 10, "op-1").add(line("2", ION), 10, "op-2")
    assert [one.added_by.name for one in both.lines] == ["Ana", "Ion"]


def test_a_cart_above_its_limit_is_full() -> None:
    with pytest.raises(CartFull):
        cart().add(line("1"), 1, "op-1").add(line("2"), 1, "op-2")


def test_the_last_operations_of_each_sender_are_remembered() -> None:
    filled = cart()
    for number in range(REMEMBERED_OPERATIONS + 1):
        filled = filled.clear(ANA, NOW, f"op-{number}")
    assert not filled.has_done("op-0")
    assert filled.has_done("op-1")


def test_what_others_do_does_not_make_an_operation_forgotten() -> None:
    filled = cart().clear(ION, NOW, "op-of-ion")
    for number in range(10 * REMEMBERED_OPERATIONS):
        filled = filled.clear(ANA, NOW, f"op-{number}")
    assert filled.has_done("op-of-ion")
    assert len(filled.operations) == REMEMBERED_OPERATIONS + 1


def test_the_operations_of_all_senders_together_are_bounded() -> None:
    filled = cart()
    for number in range(MOST_OPERATIONS + 10):
        filled = filled.clear(Actor(kind="GUEST", id=f"guest-{number}"), NOW, f"op-{number}")
    assert len(filled.operations) == MOST_OPERATIONS


def test_staff_free_a_table_that_a_guest_holds_up() -> None:
    held = cart().held(ANA, 25, NOW)
    with pytest.raises(CartHeld):
        held.released(ION, NOW)
    assert held.released(Actor(kind="STAFF", id="w1", name="Dan"), NOW).hold is None


def test_a_hold_stops_others_and_not_its_holder() -> None:
    held = cart().add(line("1"), 10, "op-1").held(ANA, 25, NOW)
    with pytest.raises(CartHeld):
        held.clear(ION, NOW, "op-2")
    assert held.clear(ANA, NOW, "op-3").lines == ()


def test_a_hold_is_over_when_its_time_is_up() -> None:
    held = cart().held(ANA, 25, NOW)
    assert held.clear(ION, NOW + timedelta(seconds=26), "op-1").lines == ()


def test_holding_on_keeps_the_fence_and_taking_over_raises_it() -> None:
    held = cart().held(ANA, 25, NOW)
    prolonged = held.held(ANA, 25, NOW + timedelta(seconds=10))
    taken = prolonged.held(ION, 25, NOW + timedelta(seconds=60))
    assert held.hold
    assert prolonged.hold
    assert taken.hold
    assert (held.hold.fence, prolonged.hold.fence, taken.hold.fence) == (1, 1, 2)


def test_a_line_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        cart().remove("9", ANA, NOW, "op-1")


def test_an_emptied_cart_begins_a_new_round_without_a_hold() -> None:
    sent = cart().add(line("1"), 10, "op-1").held(ANA, 25, NOW).emptied(ANA, NOW)
    assert (sent.lines, sent.hold, sent.rounds) == ((), None, 1)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 1_000_000)), max_size=20))
def test_the_total_is_the_sum_of_its_lines(lines: list[tuple[int, int]]) -> None:
    filled = cart()
    for number, (quantity, price) in enumerate(lines):
        filled = filled.add(line(str(number), quantity=quantity, price=price), 99, f"op-{number}")
    assert filled.total.amount == sum(quantity * price for quantity, price in lines)


@pytest.mark.parametrize(
    ("by", "fence", "seconds", "expected"),
    [(ANA, 1, 24, True), (ANA, 1, 25, False), (ANA, 2, 0, False), (ION, 1, 0, False)],
    ids=["while it runs", "when its time is up", "under another fence", "another phone"],
)
def test_a_hold_is_ones_own_under_its_fence_while_it_runs(
    by: Actor, fence: int, seconds: int, *, expected: bool
) -> None:
    held = cart().held(ANA, 25, NOW)
    assert held.is_held_by(by, fence, NOW + timedelta(seconds=seconds)) is expected


def test_a_hold_that_was_let_go_or_taken_over_is_nobodys_any_more() -> None:
    held = cart().held(ANA, 25, NOW)
    later = NOW + timedelta(seconds=26)
    assert not held.released(ANA, NOW).is_held_by(ANA, 1, NOW)
    assert not held.held(ION, 25, later).is_held_by(ANA, 1, NOW)
    assert not cart().is_held_by(ANA, 1, NOW)
