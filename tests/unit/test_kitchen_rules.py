"""Tickets, their states and how an order becomes them."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kitchen_display.board import all_day, board
from models.base import Actor
from models.cart import Cart, CartLine
from models.dish import Course, Dish, ModifierGroup, Option
from models.errors import ItemUnavailable, ModifiersInvalid, StatusConflict, TransitionRefused
from models.item import Item
from models.menu import Menu
from models.offer import Offer
from models.order import Order, OrderStatus
from models.participant import Seating
from models.pin import KeyedHash
from models.placing import Round, place, tickets_of
from models.session import Mode, TableSession
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus
from models.ticket_line import TRANSITIONS, TicketLine, slowest

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
COOK = Actor(kind="STAFF", id="cook")
ANA = Actor(kind="GUEST", id="ana", name="Ana")

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


SESSION = TableSession(
    id="s",
    restaurant_id="r",
    table_id="t",
    table_name="T6",
    mode=Mode.FAMILY,
    covers=2,
    pin=KeyedHash(key="k", digest="d"),
    seatings=(Seating(table_id="t", table_name="T6", since=NOW),),
    opened_at=NOW,
    opened_by=COOK,
)
ROUND = Round("o", 7, "key", "print", None, ANA, NOW)


def placed(*dishes: tuple[str, int]) -> tuple[Order, tuple[Ticket, ...]]:
    ids = count()
    order = place(ROUND, cart_of(*dishes), OFFER, SESSION, OrderStatus.PLACED)
    return order, tickets_of(order, SESSION, NOW, lambda: f"id{next(ids)}")


def ticket(status: LineStatus = LineStatus.NEW) -> Ticket:
    line = TicketLine(id="l", name={"en": "Soup"}, quantity=1, course=Course.MAINS, status=status, changed_at=NOW)
    return Ticket(
        id="t",
        restaurant_id="r",
        session_id="s",
        order_id="o",
        number=1,
        round=1,
        station="cold",
        table_name="T1",
        placed_at=NOW,
        lines=(line,),
    )


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
