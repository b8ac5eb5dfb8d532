"""When a station is dark, when a ticket is overlooked, and which processes are dead: the rules alone."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from unit.making import NOW, station, ticket

from models.base import Actor
from models.station import Age, StationKind
from server.pulse import DEAD_BEATS, Pulse

LATER = NOW + timedelta(seconds=30)
COOK = Actor(kind="SCREEN", id="d1", name="Grill")

GRILL, TICKET = station("grill"), ticket()


def test_a_station_is_live_while_any_process_has_a_screen_of_it() -> None:
    both = GRILL.with_screens("one", 1, NOW).with_screens("two", 2, NOW)
    assert (both.screens, both.is_live, both.dark_since) == (3, True, None)
    left = both.with_screens("two", 0, NOW)
    assert (left.screens, left.is_live, left.dark_since) == (1, True, None)
    dark = left.without_processes(frozenset({"one", "unknown"}), LATER)
    assert (dark.screens, dark.is_live, dark.dark_since) == (0, False, LATER)


def test_a_count_that_is_known_changes_nothing() -> None:
    station = GRILL.with_screens("one", 2, NOW)
    assert station.with_screens("one", 2, LATER) is station
    assert GRILL.with_screens("one", 0, LATER) is GRILL
    assert station.without_processes(frozenset({"two"}), LATER) is station


def test_a_station_is_overdue_once_in_each_darkness() -> None:
    dark = GRILL.with_screens("one", 1, NOW).with_screens("one", 0, NOW)
    assert dark.is_overdue(NOW)
    assert not dark.is_overdue(NOW - timedelta(seconds=1))
    assert not dark.alarmed(LATER).is_overdue(LATER)
    again = dark.alarmed(LATER).with_screens("one", 1, LATER)
    assert not again.is_overdue(LATER)
    assert again.with_screens("one", 0, LATER).is_overdue(LATER)


def test_a_station_that_assembles_is_never_overdue() -> None:
    assert GRILL.is_overdue(NOW)
    assert not GRILL.with_(kind=StationKind.EXPO).is_overdue(NOW)


def test_a_line_is_not_too_late_before_it_is_late() -> None:
    assert Age(amber=10, red=10).red == 10
    with pytest.raises(ValidationError):
        Age(amber=10, red=9)


def test_a_ticket_is_overlooked_until_it_is_seen_alarmed_about_or_cleared() -> None:
    assert TICKET.is_overlooked(NOW)
    assert not TICKET.is_overlooked(NOW - timedelta(seconds=1))
    others = (TICKET.seen(COOK, NOW), TICKET.alarmed(None, NOW), TICKET.bump(COOK, NOW))
    assert [one.is_overlooked(LATER) for one in others] == [False, False, False]


@pytest.mark.parametrize(("backup", "shown_at"), [("cold", "cold"), ("grill", None), (None, None)])
def test_a_ticket_goes_to_a_backup_that_is_another_station(backup: str | None, shown_at: str | None) -> None:
    assert TICKET.alarmed(backup, LATER).backup == shown_at


def test_the_first_receipt_counts() -> None:
    seen = TICKET.with_receipt(COOK, NOW)
    assert (seen.seen_at, seen.seen_by) == (NOW, COOK)
    assert seen.with_receipt(COOK.with_(id="d2"), LATER) is seen


def test_a_process_is_dead_after_so_many_heartbeats_of_ours() -> None:
    pulse = Pulse("ours")
    pulse.hear("theirs")
    for _ in range(DEAD_BEATS - 1):
        pulse.hear("ours")
    assert pulse.dead(["ours", "theirs"]) == frozenset()
    pulse.hear("ours")
    assert pulse.dead(["ours", "theirs"]) == {"theirs"}
    pulse.hear("theirs")
    assert pulse.dead(["theirs"]) == frozenset()


def test_nobody_dies_while_we_hear_nothing_ourselves() -> None:
    pulse = Pulse("ours")
    pulse.hear("theirs")
    assert all(pulse.dead(["theirs", "unheard"]) == frozenset() for _ in range(100))


def test_a_process_that_was_never_heard_has_as_long_as_any_other() -> None:
    pulse = Pulse("ours")
    for _ in range(100):
        pulse.hear("ours")
    assert pulse.dead(["unheard"]) == frozenset()
    for _ in range(DEAD_BEATS):
        pulse.hear("ours")
    assert pulse.dead(["unheard"]) == {"unheard"}
