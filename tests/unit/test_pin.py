"""Short secrets and the counting of failures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from models.pin import Failures, Pin, keyed_hash, matches, source_of

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=15)


def test_a_digest_proves_nothing_for_another_session_or_purpose() -> None:
    digest = keyed_hash("k", b"pepper", "session-pin", "s1", "1234")
    assert matches(digest, keyed_hash("k", b"pepper", "session-pin", "s1", "1234"))
    assert not matches(digest, keyed_hash("k", b"pepper", "session-pin", "s2", "1234"))
    assert not matches(digest, keyed_hash("k", b"pepper", "login", "s1", "1234"))
    assert not matches(digest, keyed_hash("k", b"other", "session-pin", "s1", "1234"))


def test_waits_double_up_to_the_longest() -> None:
    failures, now, waits = Failures(), NOW, []
    for _ in range(6):
        failures = failures.add(timedelta(days=1), now, longest_wait=10)
        assert failures.blocked_until is not None
        waits.append(int((failures.blocked_until - now).total_seconds()))
        now = failures.blocked_until
    assert waits == [1, 2, 4, 8, 10, 10]


@pytest.mark.parametrize("text", ["123", "12345", "12a4", "１２３４", " 1234", ""])
def test_a_pin_is_four_digits(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Pin).validate_python(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.integers(1, 6))
def test_in_no_window_are_more_tries_looked_at_than_the_limit(steps: list[int], limit: int) -> None:
    failures, now, looked_at = Failures(), NOW, []
    for step in steps:
        now += timedelta(seconds=step)
        if failures.locked_until(limit, WINDOW, now) is None:
            failures = failures.add(WINDOW, now)
            looked_at.append(now)
    for first in looked_at:
        assert sum(first <= moment < first + WINDOW for moment in looked_at) <= limit


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=5, max_size=40))
def test_a_lock_ends_when_it_says_so(steps: list[int]) -> None:
    failures, now = Failures(), NOW
    for step in steps:
        now += timedelta(seconds=step)
        failures = failures.add(WINDOW, now, longest_wait=900)
        until = failures.locked_until(5, WINDOW, now)
        if until is not None:
            assert failures.locked_until(5, WINDOW, until) is None
            assert failures.locked_until(5, WINDOW, until - timedelta(milliseconds=1)) is not None


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
    ],
)
def test_the_addresses_of_one_line_are_one_source(address: str, source: str) -> None:
    assert source_of(address) == source


def test_the_wait_goes_on_growing_beyond_the_window_up_to_its_longest() -> None:
    failures, now, waits = Failures(), NOW, []
    for _ in range(12):
        failures = failures.add(timedelta(minutes=15), now, longest_wait=900)
        assert failures.blocked_until is not None
        waits.append(int((failures.blocked_until - now).total_seconds()))
        now += timedelta(minutes=16)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_a_day_without_a_failure_makes_the_wait_short_again() -> None:
    failures = Failures()
    for _ in range(8):
        failures = failures.add(timedelta(minutes=15), NOW, longest_wait=900)
    later = NOW + timedelta(days=1)
    assert failures.add(timedelta(minutes=15), later, longest_wait=900).blocked_until == later + timedelta(seconds=1)


def test_text_that_is_no_utf_8_has_a_digest_of_its_own() -> None:
    one, other = (keyed_hash("k", b"pepper", "device", "", text) for text in ("\udcff", "\ud800"))
    assert not matches(one, other)
