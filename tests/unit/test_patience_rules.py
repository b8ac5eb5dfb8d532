"""What guests are told of waiting times: before they send, and with what they have sent."""

from datetime import timedelta

import pytest
from unit.making import COOK, NOW, placed, station

from models.cooking import follow, sent, with_ahead
from models.dish import Course
from models.errors import KitchenBusy
from models.patience import minutes_of, warning
from models.station import Wait, WaitBasis
from models.ticket import Ticket


def wait(minutes: int, long_minutes: int) -> Wait:
    return Wait(minutes=minutes, long_minutes=long_minutes, basis=WaitBasis.MEASURED, measured_at=NOW)


STATIONS = {
    "cold": station("cold", 9, wait(5, 9), busy=20),
    "grill": station("grill", 30, wait(25, 40), busy=20),
    "pizza": station("pizza", 30, busy=20),
}


def test_a_busy_station_is_warned_of_with_the_slowest_of_the_round() -> None:
    refused = warning(STATIONS, ["cold", "grill"], None)
    assert isinstance(refused, KitchenBusy)
    assert refused.details == {"minutes": 40, "stations": {"grill": 40}}


@pytest.mark.parametrize(
    ("codes", "accepted"),
    [(["cold"], None), (["grill"], 40), (["grill", "cold"], 60), (["pizza"], None), (["gone"], None)],
    ids=["not busy", "accepted", "accepted more", "without an estimate", "no station of the house"],
)
def test_otherwise_nothing_stands_in_the_way(codes: list[str], accepted: int | None) -> None:
    assert warning(STATIONS, codes, accepted) is None


def test_who_accepted_less_is_warned_again() -> None:
    assert warning(STATIONS, ["grill"], 39) is not None


def test_waits_are_those_of_stations_with_an_estimate() -> None:
    assert minutes_of(STATIONS, ["grill", "cold", "pizza", "gone"]) == {"grill": 25, "cold": 5}


def test_a_dish_is_expected_when_the_slowest_of_its_stations_has_it() -> None:
    order, tickets = placed(("platter", 1), ("pizza", 1))
    platter, pizza = sent(order, tickets, STATIONS).lines
    assert platter.expected_at == tickets[0].lines[0].starts_at + timedelta(minutes=25)
    assert pizza.expected_at is None


def test_a_held_dish_is_expected_from_when_it_is_fired_and_then_stays_promised() -> None:
    order, tickets = placed(("steak", 1))
    (held,) = (one.held(Course.MAINS, COOK, NOW) for one in tickets)
    order = follow(sent(order, tickets, STATIONS), [held], COOK, NOW)
    assert order.lines[0].expected_at is None
    later = NOW + timedelta(minutes=20)
    fired = held.fired(Course.MAINS, {}, COOK, later)
    order = follow(order, [fired], COOK, later, STATIONS)
    assert order.lines[0].expected_at == later + timedelta(minutes=25)
    slower = {"grill": station("grill", 50, wait(45, 60))}
    assert follow(order, [fired.seen(COOK, later)], COOK, later, slower).lines[0].expected_at == (
        later + timedelta(minutes=25)
    )


def test_what_was_before_a_line_is_noted_when_it_is_fired() -> None:
    _, tickets = placed(("steak", 1))
    (new,) = (with_ahead(None, one, STATIONS) for one in tickets)
    line = new.lines[0].id
    assert new.ahead == {line: 30}
    held: Ticket = new.held(Course.MAINS, COOK, NOW)
    calm = {"grill": station("grill", 2)}
    assert with_ahead(new, held, calm).ahead == {line: 30}
    fired = held.fired(Course.MAINS, {}, COOK, NOW)
    assert with_ahead(held, fired, calm).ahead == {line: 2}
    assert with_ahead(fired, fired.seen(COOK, NOW), STATIONS) == fired.seen(COOK, NOW)
