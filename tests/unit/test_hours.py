"""Hours of service: weekdays and local time, across midnight and across both clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.hours import EVERY_DAY, Hours, Weekday, Window, is_open, next_change

BUCHAREST = "Europe/Bucharest"
WINTER, SUMMER = "+02:00", "+03:00"

MORNINGS = (Window(days=EVERY_DAY[:5], opens="08:00", closes="11:30"),)
NIGHTS = (Window(days=(Weekday.FRI, Weekday.SAT), opens="22:00", closes="02:00"),)
"""20 November 2026 was a Friday."""


def at(moment: str, offset: str = WINTER) -> datetime:
    """Return a moment as the clock in Bucharest shows it, in UTC."""
    return datetime.fromisoformat(moment + offset).astimezone(UTC)


def window(opens: str, closes: str) -> Hours:
    return (Window(opens=opens, closes=closes),)


@pytest.mark.parametrize(
    ("hours", "moment", "expected"),
    [
        ((), "2026-11-20T03:00", True),
        (MORNINGS, "2026-11-20T07:59", False),
        (MORNINGS, "2026-11-20T08:00", True),
        (MORNINGS, "2026-11-20T11:29", True),
        (MORNINGS, "2026-11-20T11:30", False),
        (MORNINGS, "2026-11-21T09:00", False),
        (NIGHTS, "2026-11-19T23:00", False),
        (NIGHTS, "2026-11-20T01:00", False),
        (NIGHTS, "2026-11-20T22:00", True),
        (NIGHTS, "2026-11-21T01:59", True),
        (NIGHTS, "2026-11-21T02:00", False),
        (NIGHTS, "2026-11-22T01:30", True),
        (NIGHTS, "2026-11-22T22:30", False),
        (window("00:00", "24:00"), "2026-11-20T00:00", True),
        (window("18:00", "24:00"), "2026-11-20T23:59", True),
        (window("18:00", "24:00"), "2026-11-20T00:00", False),
        (window("12:00", "12:00"), "2026-11-20T12:00", False),
        ((Window(days=(), opens="08:00", closes="20:00"),), "2026-11-20T12:00", False),
        (MORNINGS + NIGHTS, "2026-11-20T23:00", True),
    ],
)
def test_it_is_served_within_its_windows(hours: Hours, moment: str, expected: object) -> None:
    assert is_open(hours, at(moment), BUCHAREST) is expected


def test_the_time_zone_is_that_of_the_house() -> None:
    moment = at("2026-11-20T08:30")
    served = [is_open(MORNINGS, moment, zone) for zone in (BUCHAREST, "Europe/London", "Asia/Tokyo")]
    assert served == [True, False, False]


# On 29 March 2026 the clock in Bucharest jumped from 03:00 to 04:00.
@pytest.mark.parametrize(
    ("hours", "before", "opened", "closed"),
    [
        (window("02:00", "05:00"), "2026-03-29T01:59+02:00", "2026-03-29T02:00+02:00", "2026-03-29T05:00+03:00"),
        (window("03:30", "05:00"), "2026-03-29T02:59+02:00", "2026-03-29T04:00+03:00", "2026-03-29T05:00+03:00"),
        (window("22:00", "03:30"), "2026-03-28T21:59+02:00", "2026-03-28T22:00+02:00", "2026-03-29T04:00+03:00"),
    ],
)
def test_a_window_at_the_hour_that_is_left_out_begins_and_ends_where_the_clock_jumps(
    hours: Hours, before: str, opened: str, closed: str
) -> None:
    assert next_change(hours, at(before, ""), BUCHAREST) == at(opened, "")
    assert next_change(hours, at(opened, ""), BUCHAREST) == at(closed, "")


def test_a_window_within_the_hour_that_is_left_out_does_not_open_on_that_day() -> None:
    hours = window("03:15", "03:45")
    assert next_change(hours, at("2026-03-29T01:00"), BUCHAREST) == at("2026-03-30T03:15", SUMMER)
    assert not is_open(hours, at("2026-03-29T04:00", SUMMER), BUCHAREST)


# On 25 October 2026 the clock in Bucharest went back from 04:00 to 03:00.
@pytest.mark.parametrize(
    ("hours", "opened", "closed"),
    [
        (window("22:00", "03:30"), "2026-10-24T22:00+03:00", "2026-10-25T03:30+03:00"),
        (window("03:00", "03:30"), "2026-10-25T03:00+03:00", "2026-10-25T03:30+03:00"),
        (window("03:45", "05:00"), "2026-10-25T03:45+03:00", "2026-10-25T05:00+02:00"),
        (window("02:00", "06:00"), "2026-10-25T02:00+03:00", "2026-10-25T06:00+02:00"),
    ],
)
def test_a_window_at_the_hour_that_comes_twice_opens_once(hours: Hours, opened: str, closed: str) -> None:
    start, end = at(opened, ""), at(closed, "")
    minutes = [start + timedelta(minutes=minute) for minute in range(-60, 12 * 60)]
    assert [one for one in minutes if is_open(hours, one, BUCHAREST)] == [one for one in minutes if start <= one < end]


def test_windows_that_touch_change_nothing_where_they_touch() -> None:
    hours = window("08:00", "12:00") + window("12:00", "15:00")
    assert next_change(hours, at("2026-11-20T09:00"), BUCHAREST) == at("2026-11-20T15:00")


@pytest.mark.parametrize("hours", [(), window("00:00", "24:00"), window("08:00", "20:00") + window("20:00", "08:00")])
def test_what_is_served_always_never_changes(hours: Hours) -> None:
    assert next_change(hours, at("2026-11-20T09:00"), BUCHAREST) is None


def test_what_never_opens_never_changes() -> None:
    assert next_change(window("09:00", "09:00"), at("2026-11-20T09:00"), BUCHAREST) is None


def test_a_single_window_is_found_a_week_ahead_across_a_clock_change() -> None:
    hours = (Window(days=(Weekday.SUN,), opens="10:00", closes="10:01"),)
    assert next_change(hours, at("2026-10-18T10:01", SUMMER), BUCHAREST) == at("2026-10-25T10:00")
    assert next_change(hours, at("2026-10-18T10:00", SUMMER), BUCHAREST) == at("2026-10-18T10:01", SUMMER)


CLOCK_CHANGES = (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC))

times = st.integers(0, 24 * 12 - 1).map(lambda step: f"{step // 12:02}:{step % 12 * 5:02}")
windows = st.builds(Window, days=st.lists(st.sampled_from(Weekday), unique=True).map(tuple), opens=times, closes=times)
moments = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from(CLOCK_CHANGES),
    st.integers(-3 * 1440, 3 * 1440),
)
zones = st.sampled_from([BUCHAREST, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])


@settings(max_examples=150, deadline=None)
@given(st.lists(windows, min_size=1, max_size=3).map(tuple), moments, zones)
def test_nothing_changes_until_the_next_change_and_there_it_does(hours: Hours, moment: datetime, zone: str) -> None:
    now, change = is_open(hours, moment, zone), next_change(hours, moment, zone)
    until = change or moment + timedelta(days=8)
    steps = range(0, max(1, (until - moment) // timedelta(minutes=1)), 15)
    assert {is_open(hours, moment + timedelta(minutes=step), zone) for step in steps} == {now}
    assert change is None or is_open(hours, change, zone) is not now
