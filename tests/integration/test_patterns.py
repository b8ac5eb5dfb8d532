"""Suspicious patterns in the log of a real house raise an alarm on its floor, once while it is open."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import PASSWORD, House

from models.alarm import Alarm
from models.audit import AuditEntry
from server.suspicion import PATTERNS


async def void_many(house: House, count: int, table: int = 0) -> Connection:
    """Have one waiter void portion after portion of a round."""
    waiter = await house.waiter()
    party = await house.party(waiter, table)
    phone = await house.phone(party)
    added = await phone.send("cart:add", {"itemId": house.dish("bar"), "quantity": 20, "opId": str(uuid4())})
    placed = await phone.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]})
    order = placed["order"]
    for _ in range(count):
        await waiter.operate(
            "line:void",
            {
                "sessionId": party.id,
                "orderId": order["id"],
                "lineId": order["lines"][0]["id"],
                "quantity": 1,
                "reason": "a test",
                "approval": house.approval(),
            },
        )
    return waiter


async def look(house: House) -> None:
    """Have the house look at its log once everything in it is sealed, by all processes at once."""
    entries = house.apps[0].store.collection(AuditEntry)
    async with asyncio.timeout(5):
        while await entries.count_documents({"restaurant_id": house.restaurant.id, "seal": None}):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.gather(*(app.duties.perform(PATTERNS) for app in house.apps))


async def alarms(house: House) -> list[dict[str, Any]]:
    found = house.apps[0].store.collection(Alarm).find({"restaurant_id": house.restaurant.id}).sort("raised_at")
    return [one | {"kind": str(one["kind"])} for one in await found.to_list()]


async def test_many_voids_by_one_person_are_an_alarm_on_the_floor_once(house: House) -> None:
    waiter = await void_many(house, 10)
    await look(house)
    await look(house)
    (alarm,) = await alarms(house)
    assert (alarm["kind"], alarm["details"]["acts"]) == ("MANY_VOIDS", 10)
    await waiter.until(lambda state: any(one["kind"] == "MANY_VOIDS" for one in state.of("alarm")))


async def test_an_evening_with_a_few_voids_is_no_alarm(house: House) -> None:
    await void_many(house, 4)
    await look(house)
    assert await alarms(house) == []


async def test_what_somebody_saw_to_is_no_alarm_again_and_what_goes_on_is(house: House) -> None:
    waiter = await void_many(house, 10)
    await look(house)
    (alarm,) = await alarms(house)
    house.clock.advance(seconds=1)
    await waiter.send("alarm:resolve", {"alarmId": alarm["_id"]})
    await look(house)
    assert [one["status"] for one in await alarms(house)] == ["RESOLVED"]
    house.clock.advance(seconds=1)
    await void_many(house, 10, table=1)
    await look(house)
    assert [one["status"] for one in await alarms(house)] == ["RESOLVED", "OPEN"]


async def test_one_wrong_pin_at_each_of_many_tables_is_an_alarm(house: House) -> None:
    waiter = await house.waiter()
    for number in range(10):
        party = await house.party(waiter, number)
        phone = await house.connect("/table", {"table": party.token})
        with pytest.raises(Refused, match="INVALID_PIN"):
            await phone.send("session:join", {"pin": f"{(int(party.pin) + 1) % 10_000:04d}"})
        await phone.close()
    await look(house)
    (alarm,) = await alarms(house)
    assert (alarm["kind"], alarm["subject"], alarm["details"]["sessions"]) == ("PIN_SPRAY", "sessions", 10)


async def test_failed_log_ins_at_several_names_are_an_alarm(house: House) -> None:
    door = await house.connect("/floor")
    names = [house.login_of(role) for role in ("WAITER", "CASHIER", "CHEF", "MANAGER")]
    for name in (*names, "nobody"):
        with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
            await door.send(
                "staff:login", {"login": name, "password": PASSWORD + "x", "restaurantId": house.restaurant.id}
            )
    await look(house)
    (alarm,) = await alarms(house)
    assert (alarm["kind"], alarm["details"]["names"]) == ("LOGIN_SPRAY", 5)


async def test_failures_that_fill_the_log_hide_no_voids(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.patterns.MOST_ENTRIES", 10)
    await void_many(house, 10)
    for number in range(10):
        door = await house.connect("/floor")
        with pytest.raises(Refused, match="INVALID_CREDENTIALS"):
            await door.send(
                "staff:login", {"login": f"nobody.{number}", "pin": "0001", "restaurantId": house.restaurant.id}
            )
    await look(house)
    assert [one["kind"] for one in await alarms(house)] == ["MANY_VOIDS"]


async def test_one_house_hears_nothing_of_the_patterns_of_another(house: House) -> None:
    other = await house.installation.new_house()
    await void_many(house, 10)
    await look(house)
    assert await alarms(other) == []
