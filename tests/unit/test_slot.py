"""Slots: whole spans within the hours of a house, across both clock changes, with room counted in portions."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import SlotFull
from models.hours import Weekday, Window
from models.slot import KEPT, SlotLoad, SlotRule, new_slot_load

BUCHAREST = "Europe/Bucharest"
WINTER, SUMMER = "+02:00", "+03:00"
FRIDAY = "2026-11-20T12:00"


def at(moment: str, offset: str = WINTER) -> datetime:
    """Return a moment as the clock in Bucharest shows it, in UTC."""
    return datetime.fromisoformat(moment + offset).astimezone(UTC)


def moments(from_day: int, to_day: int) -> st.SearchStrategy[datetime]:
    """Moments of 2026, to the second."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return st.integers(from_day * 86_400, to_day * 86_400).map(lambda seconds: begin + timedelta(seconds=seconds))


def rule(*hours: Window, minutes: int = 60, cap: int = 10, days: int = 0) -> SlotRule:
    return SlotRule(hours=hours, minutes=minutes, cap=cap, days=days)


def begins(rule: SlotRule, now: datetime) -> list[datetime]:
    return [slot.begins_at for slot in rule.slots(now, BUCHAREST)]


def shown(rule: SlotRule, now: datetime) -> list[str]:
    """The slots as the clock of the house shows their beginnings."""
    return [f"{one.astimezone(ZoneInfo(BUCHAREST)):%a %H:%M}" for one in begins(rule, now)]


EVENING = Window(opens="18:00", closes="21:00")
LUNCH = Window(opens="12:00", closes="13:30")
NIGHT = Window(days=(Weekday.FRI,), opens="22:00", closes="02:00")
ALWAYS = Window(opens="00:00", closes="24:00")


def test_slots_begin_when_a_window_opens_and_the_last_one_is_whole() -> None:
    assert shown(rule(LUNCH, EVENING), at(FRIDAY)) == ["Fri 12:00", "Fri 18:00", "Fri 19:00", "Fri 20:00"]


def test_a_slot_that_has_begun_is_there_until_it_ends() -> None:
    assert shown(rule(EVENING), at("2026-11-20T18:59")) == ["Fri 18:00", "Fri 19:00", "Fri 20:00"]
    assert shown(rule(EVENING), at("2026-11-20T19:00")) == ["Fri 19:00", "Fri 20:00"]


def test_the_days_ahead_are_those_of_the_clock_in_the_house() -> None:
    assert shown(rule(EVENING, days=1, minutes=180), at("2026-11-20T23:59")) == ["Sat 18:00"]
    assert shown(rule(EVENING, days=1, minutes=180), at("2026-11-21T00:00")) == ["Sat 18:00", "Sun 18:00"]


def test_a_night_belongs_to_the_day_on_which_it_began() -> None:
    assert shown(rule(NIGHT), at("2026-11-21T00:30")) == ["Sat 00:00", "Sat 01:00"]
    assert shown(rule(NIGHT), at("2026-11-20T23:30")) == ["Fri 23:00", "Sat 00:00", "Sat 01:00"]


def test_on_other_days_there_are_none() -> None:
    assert shown(rule(NIGHT), at("2026-11-19T12:00")) == []


def test_when_clocks_go_forward_the_day_has_one_hour_less() -> None:
    """On 29 March 2026 the clock went from 03:00 to 04:00."""
    slots = shown(rule(Window(opens="01:00", closes="06:00")), at("2026-03-29T00:00"))
    assert slots == ["Sun 01:00", "Sun 02:00", "Sun 04:00", "Sun 05:00"]


def test_when_clocks_go_back_the_day_has_one_hour_more_and_no_slot_twice() -> None:
    """On 25 October 2026 the clock went from 04:00 back to 03:00."""
    found = rule(Window(opens="02:00", closes="05:00"))
    assert shown(found, at("2026-10-25T00:00", SUMMER)) == ["Sun 02:00", "Sun 03:00", "Sun 03:00", "Sun 04:00"]
    moments = begins(found, at("2026-10-25T00:00", SUMMER))
    assert [later - one for one, later in pairwise(moments)] == [timedelta(hours=1)] * 3


@settings(max_examples=150)
@given(
    now=moments(from_day=78, to_day=309),
    minutes=st.sampled_from([10, 25, 30, 45, 60, 90, 240]),
    later=st.integers(0, 2 * 24 * 60),
)
def test_a_slot_stays_where_it_is_while_time_goes_on(now: datetime, minutes: int, later: int) -> None:
    """Whoever looks later sees the same slots, without those that have ended: clock changes and midnights included."""
    found = rule(ALWAYS, minutes=minutes, days=3)
    then = now + timedelta(minutes=later)
    first = [one for one in begins(found, now) if one + timedelta(minutes=minutes) > then]
    second = begins(found, then)
    assert second[: len(first)] == first


@settings(max_examples=100)
@given(
    now=moments(from_day=0, to_day=365),
    minutes=st.integers(10, 240),
)
def test_no_two_slots_overlap(now: datetime, minutes: int) -> None:
    slots = list(rule(LUNCH, EVENING, NIGHT, minutes=minutes, days=7).slots(now, BUCHAREST))
    assert all(one.ends_at <= later.begins_at for one, later in pairwise(slots))
    assert {one.ends_at - one.begins_at for one in slots} <= {timedelta(minutes=minutes)}


# ── room ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def load() -> SlotLoad:
    return new_slot_load("l1", "r1", at("2026-11-20T18:00"))


def test_portions_are_taken_up_to_the_cap(load: SlotLoad) -> None:
    full = load.taken(6, cap=10).taken(4, cap=10)
    assert full.dishes == 10
    with pytest.raises(SlotFull) as refused:
        full.taken(1, cap=10)
    assert refused.value.details == {"slot": at("2026-11-20T18:00")}


def test_an_order_that_never_fits_is_refused_in_an_empty_slot(load: SlotLoad) -> None:
    with pytest.raises(SlotFull):
        load.taken(11, cap=10)


def test_what_is_given_back_can_be_taken_again(load: SlotLoad) -> None:
    assert load.taken(10, cap=10).recounted(-3).taken(3, cap=10).dishes == 10


def test_a_lower_cap_takes_nothing_away_and_lets_nothing_in(load: SlotLoad) -> None:
    sold = load.taken(10, cap=10)
    assert sold.recounted(-2).dishes == 8
    with pytest.raises(SlotFull):
        sold.recounted(-2).taken(1, cap=5)


def test_a_load_is_forgotten_two_days_after_its_slot(load: SlotLoad) -> None:
    assert load.expires_at == load.begins_at + KEPT
