"""Attempts that were refused: who tried what is in the audit log, and nobody can fill the disk with it."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration import people
from integration.house import PASSWORD, House, start_installation

from handlers.registry import FLOOR, KITCHEN, TABLE, Registry
from models.audit import REFUSED, AuditEntry
from models.errors import Forbidden
from models.house import Table
from models.principal import Role, StaffMember, Visitor
from server.commands import COMMAND_MODULES
from server.refusals import BURST, PER_SECOND, Refusals
from server.telemetry import Metrics


@pytest.fixture
async def only_house(mongo_url: str, redis_url: str) -> AsyncIterator[House]:
    """The one house of an installation where one wrong pairing code is too many."""
    limits, database = {"pairing_failures": 1}, f"one_house_{uuid4().hex[:8]}"
    installation = await start_installation(mongo_url, redis_url, servers=1, database=database, limits=limits)
    house = await installation.new_house()
    yield house
    await house.close()
    await installation.stop()


async def refused(house: House, count: int = 1) -> list[dict[str, Any]]:
    """The entries about refused attempts in this house, once there are as many as expected."""
    collection = house.apps[0].store.collection(AuditEntry)
    async with asyncio.timeout(5):
        while True:
            found = await collection.find({"restaurant_id": house.restaurant.id, "act": REFUSED}).sort("_id").to_list()
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)


def refusals_of(house: House) -> tuple[Refusals, Metrics]:
    metrics = Metrics()
    return Refusals(house.apps[0].store, house.clock, metrics), metrics


def waiter_of(house: House) -> StaffMember:
    return StaffMember(
        restaurant_id=house.restaurant.id,
        roles=frozenset({Role.WAITER}),
        address="203.0.113.9",
        device="",
        staff_id="s1",
        staff_session_id="l1",
        name="Ana",
    )


def visitor_at(house: House, table: Table, number: int) -> Visitor:
    return Visitor(
        restaurant_id=house.restaurant.id,
        roles=frozenset({Role.VISITOR}),
        address=f"203.0.113.{number}",
        device="",
        table_id=table.id,
    )


def counted(metrics: Metrics, what: str) -> float:
    return metrics.registry.get_sample_value("comanda_audit_refusals_total", {"what": what}) or 0


async def test_what_staff_tried_and_were_refused_is_written_down_with_who_tried_it(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await house.party(waiter, table=1)
    with pytest.raises(Refused, match="TABLE_OCCUPIED"):
        await waiter.send("session:move", {"sessionId": party.id, "tableId": house.tables[1].id, "opId": str(uuid4())})
    (entry,) = await refused(house)
    assert entry["details"] == {"command": "session:move", "code": "TABLE_OCCUPIED"}
    assert entry["actor"]["kind"] == "STAFF"
    assert entry["session_id"] == party.id
    assert entry["address"] == "127.0.0.0/24"


async def test_who_tries_what_their_role_may_not_do_is_written_down(house: House) -> None:
    chef = await house.staff(house.login_of("CHEF"))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await chef.send("session:open", {"tableId": house.tables[0].id, "mode": "FAMILY", "covers": 2})
    (entry,) = await refused(house)
    assert entry["details"] == {"command": "session:open", "code": "FORBIDDEN"}


async def test_who_knocks_at_a_locked_door_is_written_down_once_a_minute(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    wrong = f"{(int(party.pin) + 1) % 10_000:04d}"
    phone = await house.connect("/table", {"table": party.token})
    codes = []
    for _ in range(8):
        with pytest.raises(Refused) as refusal:
            await phone.send("session:join", {"pin": wrong})
        codes.append(refusal.value.code)
    assert codes.count("PIN_LOCKED") >= 3
    (entry,) = await refused(house)
    assert entry["details"] == {"command": "session:join", "code": "PIN_LOCKED"}
    assert entry["subject"] == party.table.id
    await asyncio.sleep(0.2)
    assert len(await refused(house)) == 1


async def test_a_tablet_that_knocks_where_too_many_pairing_codes_were_wrong_is_written_down(house: House) -> None:
    _, paired = await people.enrol(house, await people.manager(house))
    for number in range(house.apps[0].settings.limits.pairing_failures):
        if number % 5 == 0:
            door = await house.connect("/floor")
        with pytest.raises(Refused, match="PAIRING_REFUSED"):
            await door.send("device:pair", {"code": "2345-6789"})
    tablet = await house.connect("/floor", {"deviceToken": paired["deviceToken"]})
    with pytest.raises(Refused, match="PAIRING_REFUSED"):
        await tablet.send("device:pair", {"code": "2345-6789"})
    house.clock.advance(seconds=901)
    (entry,) = await refused(house)
    assert entry["details"] == {"command": "device:pair", "code": "PAIRING_REFUSED"}


async def test_a_stranger_who_knocks_where_too_many_pairing_codes_were_wrong_is_written_down_if_there_is_one_house(
    only_house: House,
) -> None:
    door = await only_house.connect("/kitchen")
    for _ in range(3):
        with pytest.raises(Refused, match="PAIRING_REFUSED"):
            await door.send("device:pair", {"code": "2345-6789"})
    (entry,) = await refused(only_house)
    assert entry["details"] == {"command": "device:pair", "code": "PAIRING_REFUSED"}
    assert len(await people.entries(only_house, "device-refused")) == 1


async def test_a_wrong_pin_has_its_own_entry_and_no_second_one(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    phone = await house.connect("/table", {"table": party.token})
    with pytest.raises(Refused, match="INVALID_PIN"):
        await phone.send("session:join", {"pin": f"{(int(party.pin) + 1) % 10_000:04d}"})
    await asyncio.sleep(0.2)
    acts = await house.apps[0].store.collection(AuditEntry).distinct("act", {"restaurant_id": house.restaurant.id})
    assert set(acts) == {"login", "session-opened", "pin-failed"}


@pytest.mark.parametrize("payload", [{}, {"tableId": "$ne", "mode": "FAMILY", "covers": 2}])
async def test_what_is_no_request_at_all_is_not_written_down(house: House, payload: dict[str, Any]) -> None:
    waiter = await house.waiter()
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await waiter.send("session:open", payload)
    await asyncio.sleep(0.2)
    assert await refused(house, 0) == []


async def test_nothing_is_kept_about_a_house_that_does_not_exist(house: House) -> None:
    door = await house.connect("/floor")
    invented = house.apps[0].clock.new_id()
    with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
        await door.send("staff:login", {"login": "ana", "password": PASSWORD, "restaurantId": invented})
    with pytest.raises(Refused, match="UNAUTHENTICATED"):
        await door.send("session:open", {"tableId": house.tables[0].id, "mode": "FAMILY", "covers": 2})
    await asyncio.sleep(0.2)
    collection = house.apps[0].store.collection(AuditEntry)
    assert await collection.count_documents({"restaurant_id": {"$in": [invented, ""]}}) == 0


async def test_a_flood_of_refusals_is_bounded_and_what_was_skipped_is_counted(house: House) -> None:
    refusals, metrics = refusals_of(house)
    begun = time.monotonic()
    for _ in range(1_000):
        refusals.note(waiter_of(house), house.restaurant.id, "session:open", Forbidden(), None)
    took = time.monotonic() - begun
    await refusals.stop()
    written = len(await refused(house, 1))
    assert BURST <= written <= BURST + 1 + int(took * PER_SECOND)
    assert counted(metrics, "recorded") == written
    assert counted(metrics, "skipped") == 1_000 - written
    await asyncio.sleep(0.1)
    refusals.note(waiter_of(house), house.restaurant.id, "session:close", Forbidden(), None)
    await refusals.stop()
    # One that was written before the flood was over has told of a part of them.
    told = [one["details"].get("skipped", 0) for one in await refused(house)]
    assert sum(told) == 1_000 - written
    assert [one["details"]["command"] for one in await refused(house)].count("session:close") == 1


async def test_one_house_under_attack_does_not_silence_another(house: House) -> None:
    other = await house.installation.new_house()
    refusals, _ = refusals_of(house)
    for _ in range(200):
        refusals.note(waiter_of(house), house.restaurant.id, "session:open", Forbidden(), None)
    refusals.note(waiter_of(other), other.restaurant.id, "session:open", Forbidden(), None)
    await refusals.stop()
    assert len(await refused(other)) == 1


async def test_strangers_at_many_tables_are_each_written_down_once(house: House) -> None:
    refusals, metrics = refusals_of(house)
    visitors = [visitor_at(house, table, number) for number in range(20) for table in house.tables[:3]]
    for visitor in visitors:
        refusals.note(visitor, house.restaurant.id, "session:join", Forbidden(), None)
    await refusals.stop()
    assert sorted(one["subject"] for one in await refused(house)) == sorted(table.id for table in house.tables[:3])
    assert counted(metrics, "skipped") == len(visitors) - 3


def test_what_staff_change_and_what_proves_someone_is_audited_when_it_is_refused() -> None:
    commands = Registry(COMMAND_MODULES).all()
    silent = {(namespace, one.name) for namespace, one in commands if not one.is_audited_in(namespace)}
    on_floor = {name for namespace, name in silent if namespace == FLOOR}
    reading = (":get", ":list", ":draft", ":probe", ":plan")
    assert {name.split(":")[0] for name in on_floor if not name.endswith(reading)} == {"cart", "checkout"}
    assert (TABLE, "session:join") not in silent
    assert (KITCHEN, "staff:login") not in silent
