"""What a board shows, in what order, and how many of each dish are to be cooked."""

from datetime import timedelta
from itertools import permutations
from typing import Any

from unit import making
from unit.making import NOW

from kitchen_display.board import all_day, all_day_by_station, board, on_pass
from models.base import Actor
from models.dish import Course
from models.status import LineStatus
from models.ticket import Ticket

COOK = Actor(kind="SCREEN", id="grill")
NOBODYS: frozenset[str] = frozenset()


def ticket(name: str, *dishes: str, minute: int = 0, quantity: int = 1, **fields: Any) -> Ticket:
    """A ticket of the grill; a dish has the same line in every ticket of an order."""
    lines = (
        making.ticket_line(dish, name={"ro": dish, "en": "x"}, quantity=quantity, fired_at=NOW)
        for dish in dishes or ("mici",)
    )
    known = {"id": name, "order_id": name, "placed_at": NOW + timedelta(minutes=minute), "has_expo": True}
    return making.ticket(*lines, **(known | fields))


def names(tickets: list[Ticket]) -> list[str]:
    return [one.id for one in tickets]


def test_a_board_has_what_is_rushed_first_then_what_waits_longest_however_it_is_handed_in() -> None:
    tickets = [
        ticket("a", minute=2),
        ticket("b", minute=1),
        ticket("c", minute=3, is_priority=True),
        ticket("d", minute=1),
    ]
    assert {tuple(names(board(some, NOBODYS))) for some in permutations(tickets)} == {("c", "b", "d", "a")}


def test_a_station_has_its_own_tickets_and_those_for_which_it_stands_in() -> None:
    tickets = [ticket("a"), ticket("b", station="cold"), ticket("c", station="cold", backup="grill")]
    assert names(board(tickets, frozenset({"grill"}))) == ["c", "a"]
    assert names(board(tickets, frozenset({"cold", "grill"}))) == ["b", "c", "a"]


def test_what_is_cooked_is_on_the_pass_until_it_is_run_and_not_on_the_board() -> None:
    bumped, run = ticket("a").bump(COOK, NOW), ticket("b").run(COOK, NOW)
    assert board([bumped, run], NOBODYS) == []
    assert names(on_pass([bumped, run, ticket("c")])) == ["a"]


def test_all_day_counts_portions_to_cook_by_the_first_name_less_what_is_voided_held_or_done() -> None:
    tickets = [
        ticket("a", "mici", "ceafa", quantity=3).with_voided("mici", 1, COOK, NOW),
        ticket("b", "mici", quantity=2).step("mici", LineStatus.IN_PROGRESS, LineStatus.NEW, COOK, NOW),
        ticket("c", "mici").held(Course.MAINS, COOK, NOW),
        ticket("d", "mici").bump(COOK, NOW),
    ]
    assert all_day(tickets) == {"mici": 4, "ceafa": 3}


def test_a_dish_of_two_stations_counts_once_for_the_house_and_at_each_of_them() -> None:
    tickets = [
        ticket("a", "platou", order_id="o"),
        ticket("b", "platou", "salata", order_id="o", station="cold"),
        ticket("c", "platou", order_id="p"),
    ]
    assert all_day(tickets) == {"platou": 2, "salata": 1}
    assert all_day_by_station(tickets) == {"cold": {"platou": 1, "salata": 1}, "grill": {"platou": 2}}


def test_a_dish_counts_for_the_house_as_long_as_one_of_its_stations_has_to_cook_it() -> None:
    tickets = [ticket("a", "platou", order_id="o").bump(COOK, NOW), ticket("b", "platou", order_id="o", station="cold")]
    assert all_day(tickets) == {"platou": 1}
