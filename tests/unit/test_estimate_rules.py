"""How long a dish takes: which times count, and what follows from them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.test_kitchen_rules import MENU, placed

from models.base import Actor
from models.cooking import follow, sent, with_ahead
from models.dish import Course
from models.errors import KitchenBusy
from models.estimate import (
    FEWEST,
    LONGEST,
    NEAREST,
    SOONEST,
    Part,
    Sample,
    ages,
    busy_seconds,
    estimate,
    measured,
    prep_minutes,
    sample_of,
)
from models.patience import minutes_of, warning
from models.station import Station, Wait, WaitBasis
from models.store.codec import to_document
from models.store.cooked import parts
from models.ticket import Ticket

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
COOK = Actor(kind="STAFF", id="cook")


def sample(seconds: int, ahead: int = 0, *, ago: int = 0, portions: int = 1) -> Sample:
    """A line that took so long and was ready so many seconds ago."""
    ready_at = NOW - timedelta(seconds=ago)
    return Sample(portions, ahead, ready_at - timedelta(seconds=seconds), ready_at)


def cooked(seconds: int = 300, **otherwise: object) -> Part:
    """A line that a screen showed at once and that was ready after so long."""
    began_at = NOW - timedelta(seconds=seconds)
    part = Part(
        portions=1,
        is_unfinished=False,
        ahead=3,
        seen_at=began_at,
        starts_at=began_at,
        started_at=began_at,
        ready_at=NOW,
    )
    return replace(part, **otherwise)  # type: ignore[arg-type]


def station(code: str, open_portions: int = 0, wait: Wait | None = None, busy: int | None = None) -> Station:
    return Station(
        id=code,
        restaurant_id="r",
        code=code,
        name={"en": code},
        open_portions=open_portions,
        wait=wait,
        busy_portions=busy,
    )


def wait(minutes: int, long_minutes: int) -> Wait:
    return Wait(minutes=minutes, long_minutes=long_minutes, basis=WaitBasis.MEASURED, measured_at=NOW)


# ── which times count ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_time_runs_from_when_a_line_was_to_be_begun_until_it_was_ready() -> None:
    told = sample_of(cooked(300, portions=2))
    assert told is not None
    assert (told.seconds, told.portions, told.ahead) == (300, 2, 3)


def test_who_begins_before_the_time_has_taken_longer() -> None:
    told = sample_of(cooked(300, started_at=NOW - timedelta(seconds=400), seen_at=NOW - timedelta(seconds=500)))
    assert told is not None
    assert told.seconds == 400


def test_a_dish_that_a_screen_showed_late_has_taken_as_long_as_the_guest_waited() -> None:
    told = sample_of(cooked(900, seen_at=NOW - timedelta(seconds=300)))
    assert told is not None
    assert told.seconds == 900


@pytest.mark.parametrize(
    "lie",
    [
        cooked(ready_at=None),
        cooked(starts_at=None),
        cooked(ahead=None),
        cooked(portions=0),
        cooked(is_priority=True),
        cooked(is_unfinished=True),
        cooked(900, seen_at=NOW - SOONEST + timedelta(seconds=1)),
        cooked(900, seen_at=NOW),
        cooked(int(LONGEST.total_seconds()) + 1),
        cooked(300, starts_at=NOW + timedelta(minutes=5), started_at=NOW),
    ],
    ids=[
        "not ready",
        "held",
        "not measured when it was fired",
        "voided whole",
        "before all others",
        "recalled",
        "bumped within seconds of being shown",
        "bumped unseen",
        "forgotten on the screen",
        "bumped before it was to be begun",
    ],
)
def test_what_would_lie_is_left_out(lie: Part) -> None:
    assert sample_of(cooked()) is not None
    assert sample_of(lie) is None


def test_a_stored_ticket_tells_its_times() -> None:
    _, (one,) = placed(("soup", 2))
    measured_ticket = with_ahead(None, one, {"cold": station("cold", 7)}).seen(COOK, NOW)
    ready = measured_ticket.bump(COOK, NOW + timedelta(minutes=6))
    (waiting,) = parts(to_document(measured_ticket))
    assert (waiting.is_work, waiting.portions, waiting.ahead) == (True, 2, 7)
    (part,) = parts(to_document(ready))
    told = sample_of(part)
    assert told is not None
    assert (told.seconds, told.portions, told.ahead) == (360, 2, 7)


# ── what follows from them ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_estimate_is_the_median_and_nine_of_ten_in_whole_minutes_rounded_up() -> None:
    found = estimate(0, [sample(60 * minutes + 1) for minutes in range(10)], [], [25], NOW)
    assert found == Wait(minutes=5, long_minutes=9, basis=WaitBasis.MEASURED, samples=10, measured_at=NOW)


def test_it_rests_on_what_had_as_much_work_before_it() -> None:
    quick, slow = [sample(120, 0)] * NEAREST, [sample(1200, 20)] * NEAREST
    assert [measured(ahead, quick + slow)[0] for ahead in (0, 9, 11, 20)] == [120, 120, 1200, 1200]


def test_of_as_near_ones_the_newest_count() -> None:
    older, newer = [sample(900, ago=3600)] * NEAREST, [sample(300, ago=60)] * NEAREST
    found = estimate(0, older + newer, [], [10], NOW)
    assert found is not None
    assert found.minutes == 5


def test_more_work_than_was_ever_seen_is_added_at_the_measured_pace() -> None:
    # Twenty portions, one after the other, a minute each.
    samples = [sample(60, 5, ago=60 * number) for number in range(20)]
    assert busy_seconds(samples) == 1200
    assert measured(5, samples) == (60, 60)
    assert measured(15, samples) == (60 + 10 * 60, 60 + 10 * 60)


def test_spells_without_work_slow_nobody_down() -> None:
    evening = [sample(60, ago=0), sample(90, ago=30), sample(60, ago=3600)]
    assert busy_seconds(evening) == 120 + 60


def test_a_station_that_stands_still_does_not_look_quick() -> None:
    samples = [sample(120)] * FEWEST
    found = estimate(3, samples, [1500, 1560, 60], [10], NOW)
    assert found is not None
    assert (found.minutes, found.long_minutes) == (25, 25)
    on_menu = estimate(3, [], [1500], [10], NOW)
    assert on_menu is not None
    assert on_menu.minutes == 25


def test_with_too_few_times_the_menu_speaks_and_nothing_is_guessed() -> None:
    found = estimate(40, [sample(3000)] * (FEWEST - 1), [], [5, 10, 10, 25], NOW)
    assert found == Wait(minutes=10, long_minutes=25, basis=WaitBasis.MENU, samples=0, measured_at=NOW)


def test_of_a_station_that_serves_nothing_there_is_no_estimate() -> None:
    assert estimate(0, [sample(300)] * 50, [], [], NOW) is None
    assert prep_minutes(MENU).keys() == {"cold", "grill", "pizza"}


def test_what_is_to_begin_later_or_was_forgotten_is_not_waited_for() -> None:
    waiting = [
        Part(portions=1, is_unfinished=True, starts_at=NOW - timedelta(minutes=4)),
        Part(portions=1, is_unfinished=True, starts_at=NOW + timedelta(minutes=4)),
        Part(portions=1, is_unfinished=True, starts_at=NOW - timedelta(hours=9)),
        Part(portions=1, is_unfinished=True),
        Part(portions=1, is_unfinished=False, starts_at=NOW - timedelta(minutes=9)),
    ]
    assert ages(waiting, NOW) == [240]


SAMPLES = st.lists(
    st.builds(
        sample, st.integers(10, 7200), st.integers(0, 60), ago=st.integers(0, 10_000), portions=st.integers(1, 9)
    ),
    min_size=FEWEST,
    max_size=80,
)


@settings(max_examples=150, deadline=None)
@given(SAMPLES, st.lists(st.integers(0, 7200), max_size=20), st.integers(0, 90), st.integers(0, 90))
def test_more_work_never_looks_quicker_and_nine_of_ten_never_quicker_than_half(
    samples: list[Sample], waiting: list[int], some: int, more: int
) -> None:
    less, later = (estimate(count, samples, waiting, [10], NOW) for count in (some, some + more))
    assert less is not None
    assert later is not None
    assert 0 < less.minutes <= less.long_minutes
    assert (less.minutes, less.long_minutes) <= (later.minutes, later.long_minutes)
    assert less.long_minutes <= later.long_minutes


@settings(max_examples=100, deadline=None)
@given(SAMPLES, st.integers(0, 90), st.integers(2, 5))
def test_a_kitchen_that_is_so_many_times_slower_takes_so_many_times_longer(
    samples: list[Sample], open_portions: int, times: int
) -> None:
    def slowed(one: Sample) -> Sample:
        began_at, ready_at = (NOW + times * (moment - NOW) for moment in (one.began_at, one.ready_at))
        return replace(one, began_at=began_at, ready_at=ready_at)

    before, after = measured(open_portions, samples), measured(open_portions, [slowed(one) for one in samples])
    rounding = times  # of what is beyond all that was seen
    assert all(0 <= times * one - other <= rounding for one, other in zip(before, after, strict=True))


# ── what guests are told ──────────────────────────────────────────────────────────────────────────────────────────────

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
