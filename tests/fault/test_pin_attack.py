"""PINs under attack: 10,000 addresses against 1,000 sessions for an hour; in its short size fewer for a shorter time.

Per house and 15 minutes at most its budget of guesses is looked at, per session 5, per address and hour 50; and whoever
sits at the tables has dinner.
"""

import math
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fault.driver import new_seed
from fault.siege import GREEDY_GUESSES, UNTOLD, Siege, Size, looked_at
from integration.house import start_installation

from models.rules import Rules

PROVE = bool(os.environ.get("PROVE"))
SIZE = Size(10_000, 5, 200, 60, rest=1.0) if PROVE else Size(1_000, 1, 60, 17, rest=0.3)
RULES = Rules()
SURE = 1e-6
"""How rarely chance alone may give the attackers more than the test allows."""

pytestmark = pytest.mark.timeout(0 if PROVE else 180)


@pytest.fixture(scope="module")
async def siege(mongo_url: str, redis_url: str) -> AsyncIterator[Siege]:
    """Play it once for all tests of this module."""
    siege = Siege(SIZE, new_seed())
    print(f"\nFAULT_SEED={siege.seed}")
    installation = await start_installation(mongo_url, redis_url, servers=2, database="siege")
    try:
        await siege.play(installation)
        print(siege.summary())
        yield siege
    finally:
        await installation.stop()


def most_within(moments: Iterable[datetime], window: timedelta) -> int:
    """Return the most moments in any window of a length."""
    ordered, most, first = sorted(moments), 0, 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_by_chance(expected: float) -> int:
    """Return how many successes chance exceeds more rarely than `SURE` when so many are expected (Poisson)."""
    number, term, tail = 0, math.exp(-expected), 1 - math.exp(-expected)
    while tail > SURE:
        number += 1
        term *= expected / number
        tail -= term
    return number


def by(entries: list[dict[str, Any]], name: str) -> dict[str, list[datetime]]:
    """Return the times of entries by one of their fields."""
    times: dict[str, list[datetime]] = defaultdict(list)
    for one in entries:
        times[str(one[name])].append(one["at"])
    return times


async def test_the_attack_took_place_and_used_up_every_budget(siege: Siege) -> None:
    assert sum(siege.answers.values()) == SIZE.addresses * SIZE.minutes + GREEDY_GUESSES
    assert set(siege.answers) - UNTOLD <= {"INVALID_PIN", "PIN_LOCKED", "JOIN_NEEDS_WAITER", "JOINED"}
    assert untold(siege) <= 0.01 * sum(siege.answers.values())
    for premises in siege.premises:
        assert len(await looked_at(premises)) >= RULES.house_failures


async def test_a_house_looks_at_no_more_pins_than_its_budget_in_any_window(siege: Siege) -> None:
    for premises in siege.premises:
        entries = await looked_at(premises)
        failed = [one["at"] for one in entries if one["act"] == "pin-failed"]
        tapped = RULES.pin_failures * len(premises.let_in)
        assert most_within(failed, timedelta(seconds=RULES.house_window)) <= RULES.house_failures + tapped
        elsewhere = [one["at"] for one in entries if one["session_id"] not in premises.let_in]
        most = RULES.house_failures + most_by_chance(len(elsewhere) / 10_000)
        assert most_within(elsewhere, timedelta(seconds=RULES.house_window)) <= most


async def test_a_session_looks_at_five_wrong_pins_in_any_window(siege: Siege) -> None:
    for premises in siege.premises:
        failed = [one for one in await looked_at(premises) if one["act"] == "pin-failed"]
        for moments in by(failed, "session_id").values():
            assert most_within(moments, timedelta(seconds=RULES.pin_window)) <= RULES.pin_failures


async def test_no_address_has_more_than_fifty_guesses_looked_at_in_an_hour(siege: Siege) -> None:
    moments: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for look in siege.looks:
        moments[look.house, look.address].append(look.at)
    most = max(most_within(one, timedelta(seconds=RULES.address_window)) for one in moments.values())
    assert most == RULES.address_failures < GREEDY_GUESSES


async def test_the_log_has_every_pin_that_was_looked_at_and_no_other(siege: Siege) -> None:
    for premises in siege.premises:
        looks = [look for look in siege.looks if look.house == premises.house.restaurant.id]
        entries = await looked_at(premises)
        assert len(looks) <= len(entries) <= len(looks) + untold(siege)
        assert sum(one["act"] != "pin-failed" for one in entries) >= sum(look.is_right for look in looks)


def untold(siege: Siege) -> int:
    """Return how many guesses got an answer that says nothing."""
    return sum(siege.answers[code] for code in UNTOLD)


async def test_attackers_get_in_no_more_often_than_by_chance(siege: Siege) -> None:
    assert sum(look.is_right for look in siege.looks) <= most_by_chance(len(siege.looks) / 10_000)


async def test_members_order_undisturbed(siege: Siege) -> None:
    assert siege.failures == []
    assert siege.orders >= 4 * SIZE.houses
    houses = [premises.house.restaurant.id for premises in siege.premises]
    orders = siege.premises[0].house.apps[0].database["orders"]
    assert await orders.count_documents({"restaurant_id": {"$in": houses}}) == siege.orders


async def test_a_waiters_tap_lets_a_guest_in_during_the_attack(siege: Siege) -> None:
    assert [premises.answered for premises in siege.premises] == [["JOIN_NEEDS_WAITER", "JOINED"]] * SIZE.houses


async def test_every_house_under_attack_has_one_alarm(siege: Siege) -> None:
    for premises in siege.premises:
        query = {"restaurant_id": premises.house.restaurant.id, "kind": "PIN_SPRAY", "subject": "house"}
        assert await premises.house.apps[0].database["alarms"].count_documents(query) == 1


def test_the_judge_counts_windows_and_chance_rightly() -> None:
    start = datetime(2026, 11, 21)  # noqa: DTZ001
    moments = [start + timedelta(seconds=seconds) for seconds in (0, 5, 9, 10, 15, 40)]
    assert most_within(moments, timedelta(seconds=10)) == 3
    assert most_by_chance(0) == 0
    assert most_by_chance(0.02) == 3
