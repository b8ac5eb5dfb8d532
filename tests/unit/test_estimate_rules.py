"""How long a dish takes: which times count, and what follows from them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit.making import COOK, MENU, NOW, placed, station

from models.cooking import with_ahead
from models.estimate import (
    FEWEST,
    LONGEST,
    NEAREST,
    SECOND,
    SOONEST,
    Part,
    Sample,
    ages,
    busy_seconds,
    cost_of_more,
    estimate,
    measured,
    prep_minutes,
    sample_of,
)
from models.station import Wait, WaitBasis
from models.store.codec import to_document
from models.store.cooked import parts


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
    assert [measured(ahead, quick + slow)[0] for ahead in (0, 20)] == [120, 1200]


def test_while_work_piles_up_what_is_more_is_added_at_what_it_has_cost() -> None:
    # Each portion more before a dish has cost it half a minute.
    piling = [
        sample(300 + 30 * ahead, ahead, ago=1000 * (4 * ahead + turn)) for ahead in range(10) for turn in range(4)
    ]
    assert cost_of_more(piling) == 30
    half, _ = measured(9, piling)
    assert half == 300 + 30 * 9


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


@settings(max_examples=60, deadline=None)
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


@settings(max_examples=40, deadline=None)
@given(SAMPLES, st.integers(0, 90), st.integers(2, 5))
def test_a_kitchen_that_is_so_many_times_slower_takes_so_many_times_longer(
    samples: list[Sample], open_portions: int, times: int
) -> None:
    def slowed(one: Sample) -> Sample:
        began_at, ready_at = (NOW + times * (moment - NOW) for moment in (one.began_at, one.ready_at))
        return replace(one, began_at=began_at, ready_at=ready_at)

    before, after = measured(open_portions, samples), measured(open_portions, [slowed(one) for one in samples])
    rounding = 2 * times  # of what is added
    assert all(0 <= times * one - other <= rounding for one, other in zip(before, after, strict=True))


def evening(cooks: int, chance: Random) -> list[tuple[Wait, int]]:
    """Play four hours of a station with a rush in the middle; returns for each dish what was said and how long it took.

    The cooks need five minutes for a line on average. Two of them are not enough in the rush, four are.
    """
    free, lines, said = [0] * cooks, list[Sample](), list[tuple[Wait, int]]()
    at = 0
    while at < 4 * 3600:
        at += int(chance.expovariate(1 / (110 if 3600 < at < 9000 else 260)))
        now = NOW + timedelta(seconds=at)
        begin = max(at, min(free))
        free[free.index(min(free))] = end = begin + 10 + int(chance.gammavariate(6, 50))
        open_lines = [one for one in lines if one.ready_at > now]
        ahead = sum(one.portions for one in open_lines)
        cooked = [one for one in lines if one.ready_at <= now]
        found = estimate(ahead, cooked, [(now - one.began_at) // SECOND for one in open_lines], [10], now)
        assert found is not None
        said.append((found, end - at))
        lines.append(Sample(1 + int(chance.random() < 0.3), ahead, now, NOW + timedelta(seconds=end)))
    return said


@pytest.mark.parametrize("cooks", [2, 3, 4], ids=["overrun", "just enough", "plenty"])
def test_over_whole_evenings_half_of_the_dishes_and_nearly_nine_of_ten_are_as_quick_as_was_said(cooks: int) -> None:
    said = [one for seed in range(6) for one in evening(cooks, Random(seed)) if one[0].basis is WaitBasis.MEASURED]
    half = sum(took <= 60 * wait.minutes for wait, took in said)
    nine_of_ten = sum(took <= 60 * wait.long_minutes for wait, took in said)
    assert len(said) > 400
    assert 45 < 100 * half // len(said) < 70
    assert 80 < 100 * nine_of_ten // len(said) < 97
