"""Rules of people, log-ins and devices that need no database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.base import Actor
from models.device import Device, DeviceKind, DeviceStatus, spelled
from models.errors import LastManager
from models.pin import KeyedHash
from models.principal import MANAGEMENT, Role, Screen, StaffMember, Stranger
from models.room import device_room, entitled, house_room, managers_room, station_room
from models.staff import Freshness, Staff, StaffSession, is_trivial

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
BY = Actor(kind="STAFF", id="m1", name="Elena")
GRACE, WEEK = timedelta(seconds=10), timedelta(days=7)


def person(staff_id: str = "m1", *roles: Role, **fields: Any) -> Staff:
    roles = roles or (Role.MANAGER,)
    return Staff(id=staff_id, restaurant_id="r1", login=f"login-{staff_id}", name="Elena", roles=roles, **fields)


def log_in(**fields: Any) -> StaffSession:
    return StaffSession(
        id="s1", restaurant_id="r1", staff_id="m1", started_at=NOW, ends_at=NOW + timedelta(hours=12), **fields
    )


def device(**fields: Any) -> Device:
    given = {"kind": DeviceKind.SCREEN, "name": "Grill", "enrolled_by": BY, "enrolled_at": NOW} | fields
    return Device(id="d1", restaurant_id="r1", **given)


@pytest.mark.parametrize("pin", ["0000", "7777", "1234", "4321", "8901", "1098", "1212", "474747", "123456"])
def test_a_pin_that_anyone_would_try_first_is_trivial(pin: str) -> None:
    assert is_trivial(pin)


@pytest.mark.parametrize("pin", ["4862", "1235", "90210", "112233"])
def test_other_pins_are_not(pin: str) -> None:
    assert not is_trivial(pin)


def test_the_last_manager_is_who_is_left_without_another_active_one() -> None:
    boss = person()
    boss.require_another_manager([boss, person("m2")])
    for others in ([], [person("m2", is_active=False)], [person("m2", Role.WAITER, Role.CHEF)]):
        with pytest.raises(LastManager):
            boss.require_another_manager([boss, *others])


@pytest.mark.parametrize("role", [Role.WAITER, Role.CASHIER, Role.MANAGER])
def test_who_serves_may_have_tables_until_they_are_revoked(role: Role) -> None:
    assert person("p1", Role.CHEF, role).is_in_service
    assert not person("p1", role, is_active=False).is_in_service


def test_a_cook_may_have_no_tables() -> None:
    assert not person("p1", Role.CHEF).is_in_service


def test_what_is_not_given_stays_as_it_was() -> None:
    known = person(password_hash="$2b$", pin=KeyedHash(key="k", digest="d"))
    changed = known.changed(BY, NOW, name="E. Marin")
    assert (changed.name, changed.roles, changed.password_hash, changed.pin) == (
        "E. Marin",
        known.roles,
        known.password_hash,
        known.pin,
    )


@pytest.mark.parametrize(
    ("generation", "seconds", "worth"),
    [
        (3, 0, Freshness.PRESENT),
        (3, 100_000, Freshness.PRESENT),
        (2, 10, Freshness.PREDECESSOR),
        (2, 10.001, Freshness.REUSED),
        (1, 0, Freshness.REUSED),
        (4, 0, Freshness.REUSED),
    ],
)
def test_a_refresh_token_is_worth_what_its_generation_and_the_time_say(
    generation: int, seconds: float, worth: Freshness
) -> None:
    session = log_in(generation=3, rotated_at=NOW)
    assert session.freshness(generation, GRACE, NOW + timedelta(seconds=seconds)) is worth


def test_a_refresh_makes_a_log_in_by_password_longer_and_one_by_pin_not() -> None:
    later = NOW + timedelta(hours=1)
    assert log_in().rotated(WEEK, later).ends_at == later + WEEK
    assert log_in(is_by_pin=True).rotated(WEEK, later).ends_at == NOW + timedelta(hours=12)


def test_a_code_pairs_one_kind_of_device_until_it_ends_and_once() -> None:
    waiting = device(code="h", code_ends_at=NOW + timedelta(seconds=60))
    assert waiting.can_pair(DeviceKind.SCREEN, NOW)
    assert not waiting.can_pair(DeviceKind.TABLET, NOW)
    assert not waiting.can_pair(DeviceKind.SCREEN, NOW + timedelta(seconds=60))
    paired = waiting.paired("", KeyedHash(key="k", digest="d"), NOW)
    assert not paired.can_pair(DeviceKind.SCREEN, NOW)
    assert (paired.code, paired.cookie, paired.status) == (None, None, DeviceStatus.PAIRED)
    assert not paired.revoked(BY, NOW).is_paired


@pytest.mark.parametrize("typed", ["ABCD-2345", "abcd2345", "ab cd 23-45"])
def test_a_code_is_the_same_however_it_is_typed(typed: str) -> None:
    assert spelled(typed) == "ABCD2345"


def test_a_screen_hears_its_stations_and_one_without_any_all() -> None:
    common: dict[str, Any] = {"restaurant_id": "r1", "roles": frozenset({Role.SCREEN}), "address": "", "device": ""}
    grill = Screen(**common, device_id="d1", name="Grill", stations=frozenset({"grill"}))
    everything = Screen(**common, device_id="d1", name="Pass", stations=frozenset({"expo"}), shows_all=True)
    assert (grill.shown_stations, everything.shown_stations) == ({"grill"}, frozenset())
    assert station_room("r1", "grill") in entitled(grill, "/kitchen")
    assert house_room("r1") not in entitled(grill, "/kitchen")
    assert house_room("r1") in entitled(everything, "/kitchen")
    assert entitled(everything, "/floor") == {device_room("d1")}


def test_only_managers_are_in_the_room_of_the_managers() -> None:
    common: dict[str, Any] = {"restaurant_id": "r1", "address": "", "device": "", "staff_id": "p1", "name": "Ana"}
    for role in Role:
        member = StaffMember(**common, roles=frozenset({role}), staff_session_id="s1")
        assert (managers_room("r1") in entitled(member, "/floor")) == (role in MANAGEMENT)
        assert managers_room("r1") not in entitled(member, "/kitchen")


def test_a_stranger_on_a_tablet_is_in_the_room_of_that_tablet_alone() -> None:
    assert entitled(Stranger(restaurant_id="r1", device_id="d1"), "/floor") == {device_room("d1")}
    assert entitled(Stranger(), "/floor") == frozenset()
