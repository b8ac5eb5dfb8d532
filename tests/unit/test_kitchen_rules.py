"""Tickets, their states and how an order becomes them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import making
from unit.making import COOK, MENU, NOW, OFFER, cart_of, placed

from kitchen_display.board import all_day, board
from models.errors import ItemUnavailable, ModifiersInvalid, StatusConflict, TransitionRefused
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TRANSITIONS, slowest


def ticket(status: LineStatus = LineStatus.NEW) -> Ticket:
    return making.ticket(making.ticket_line(status=status), station="cold")


def test_each_station_gets_one_ticket_with_its_dishes_only() -> None:
    _, tickets = placed(("soup", 1), ("steak", 2), ("soup", 1))
    assert {one.station: [line.quantity for line in one.lines] for one in tickets} == {"cold": [1, 1], "grill": [2]}


def test_a_dish_of_two_stations_is_on_both_tickets() -> None:
    order, tickets = placed(("platter", 1))
    assert sorted(one.station for one in tickets) == ["cold", "grill"]
    assert len(order.lines) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["soup", "steak", "platter", "pizza"]), st.integers(1, 99)), min_size=1))
def test_every_portion_reaches_every_station_that_cooks_it_and_the_total_is_the_menus(
    dishes: list[tuple[str, int]],
) -> None:
    order, tickets = placed(*dishes)
    for dish in MENU.dishes:
        ordered = sum(quantity for name, quantity in dishes if name == dish.id)
        for station in dish.stations:
            cooked = [
                line.quantity
                for one in tickets
                if one.station == station
                for line in one.lines
                if line.name["en"] == dish.id
            ]
            assert sum(cooked) == ordered
    prices = {"soup": 1200, "steak": 6900, "platter": 9900, "pizza": 3700}
    assert order.total.amount == sum(prices[name] * quantity for name, quantity in dishes)


def test_lines_are_shown_at_the_menus_present_price() -> None:
    cart = cart_of(("soup", 1))
    dearer = MENU.with_(dishes=tuple(dish.with_(price=dish.price + 1) for dish in MENU.dishes))
    assert OFFER.repriced(cart) == cart.lines
    assert replace(OFFER, menu=dearer).repriced(cart)[0].unit_price.amount == 1201


@pytest.mark.parametrize(
    ("dish", "modifiers"),
    [
        ("pizza", ()),
        ("pizza", ("small", "large")),
        ("pizza", ("small", "small")),
        ("soup", ("small",)),
        ("pizza", ("x",)),
    ],
)
def test_a_choice_that_the_dish_does_not_offer_is_refused(dish: str, modifiers: tuple[str, ...]) -> None:
    with pytest.raises(ModifiersInvalid):
        MENU.select(dish, modifiers)


def test_a_dish_that_is_86_cannot_be_chosen() -> None:
    with pytest.raises(ItemUnavailable):
        OFFER.select("gone", ())


@pytest.mark.parametrize("before", list(LineStatus))
@pytest.mark.parametrize("after", list(LineStatus))
def test_a_line_takes_exactly_the_steps_of_the_table(before: LineStatus, after: LineStatus) -> None:
    if after in TRANSITIONS[before]:
        assert ticket(before).step("l", after, before, COOK, NOW).lines[0].status is after
    else:
        with pytest.raises(TransitionRefused):
            ticket(before).step("l", after, before, COOK, NOW)


def test_a_cook_who_saw_another_state_is_told() -> None:
    with pytest.raises(StatusConflict):
        ticket(LineStatus.READY).step("l", LineStatus.IN_PROGRESS, LineStatus.NEW, COOK, NOW)


def test_a_bump_makes_the_rest_ready_and_a_recall_gives_back_what_it_was() -> None:
    bumped = ticket(LineStatus.IN_PROGRESS).bump(COOK, NOW)
    assert (bumped.status, bumped.lines[0].status) == (TicketStatus.BUMPED, LineStatus.READY)
    recalled = bumped.recall(COOK, NOW)
    assert (recalled.status, recalled.lines[0].status) == (TicketStatus.OPEN, LineStatus.IN_PROGRESS)


def test_a_dish_of_two_stations_waits_for_the_slower() -> None:
    assert slowest([LineStatus.READY, LineStatus.NEW]) is LineStatus.NEW
    assert slowest([LineStatus.CANCELLED, LineStatus.READY]) is LineStatus.READY


def test_a_board_shows_open_tickets_of_its_stations_longest_waiting_first() -> None:
    old = ticket().with_(id="a", placed_at=NOW.replace(hour=19))
    other = ticket().with_(id="b", station="grill")
    cleared = ticket().with_(id="c").bump(COOK, NOW)
    shown = board([ticket(), other, cleared, old], frozenset({"cold"}))
    assert [one.id for one in shown] == ["a", "t"]


def test_all_day_counts_what_is_still_to_be_cooked() -> None:
    assert all_day([ticket(), ticket(LineStatus.IN_PROGRESS), ticket(LineStatus.READY)]) == {"Soup": 2}
