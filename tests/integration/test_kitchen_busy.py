"""Guests are warned before they send to a station that has more to cook than it is set up for."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.gate import decide
from integration.house import House
from integration.waits import look, send, stations

from models.order import Order


async def limit(house: House, portions: int, code: str = "grill") -> None:
    """Set a station up for so many portions."""
    manager = await house.staff(house.login_of("MANAGER"))
    station = (await stations(house))[code]
    await manager.operate("station:change", {"stationId": station["_id"], "busyPortions": portions})


async def crowded(house: House) -> tuple[Connection, Connection]:
    """A grill with more to cook than it is set up for; returns a waiter and a phone of another party."""
    await limit(house, 5)
    waiter = await house.waiter()
    party = await house.party(waiter, table=1)
    await send(house, waiter, quantity=6, sessionId=party.id)
    await look(house, lambda one: bool(one["open_portions"] == 6))
    phone = await house.phone(await house.party(waiter))
    return waiter, phone


async def refusal(house: House, phone: Connection, **more: Any) -> Refused:
    with pytest.raises(Refused, match="KITCHEN_BUSY") as refused:
        await send(house, phone, **more)
    return refused.value


async def test_a_guest_is_warned_and_nothing_is_left_of_it(house: House) -> None:
    _, phone = await crowded(house)
    key, before = str(uuid4()), await orders(house)
    refused = await refusal(house, phone, again=key)
    minutes = refused.details["minutes"]
    assert refused.details["stations"] == {"grill": minutes}
    assert minutes == (await stations(house))["grill"]["wait"]["long_minutes"]
    assert await orders(house) == before
    (cart,) = phone.state.of("cart")
    request = {"idempotencyKey": key, "cartVersion": cart["version"]}
    with pytest.raises(Refused, match="KITCHEN_BUSY"):
        await phone.send("order:place", {**request, "acceptWait": minutes - 1})
    placed = await phone.send("order:place", {**request, "acceptWait": minutes})
    assert (placed["replayed"], placed["waits"].keys()) == (False, {"grill"})
    for more in ({}, {"acceptWait": minutes + 1}):
        again = await phone.send("order:place", request | more)
        assert (again["replayed"], again["order"]["id"]) == (True, placed["order"]["id"])
    assert len(await orders(house)) == len(before) + 1


async def orders(house: House) -> list[str]:
    found = house.apps[0].store.collection(Order).find({"restaurant_id": house.restaurant.id})
    return [one["_id"] async for one in found]


async def test_dishes_of_other_stations_are_sent_without_a_warning(house: House) -> None:
    _, phone = await crowded(house)
    assert (await send(house, phone, house.dish("bar")))["replayed"] is False


async def test_staff_are_not_stopped(house: House) -> None:
    waiter, _ = await crowded(house)
    party = await house.party(waiter, table=2)
    placed = await send(house, waiter, sessionId=party.id)
    assert placed["waits"].keys() == {"grill"}


async def test_when_the_work_is_done_nobody_is_warned_any_more(house: House) -> None:
    _, phone = await crowded(house)
    cook = await house.cook()
    await refusal(house, phone)
    for ticket in [*cook.state.of("ticket")]:
        await cook.send("ticket:bump", {"ticketId": ticket["id"]})
    await look(house, lambda one: one["open_portions"] == 0)
    (cart,) = phone.state.of("cart")
    await phone.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]})


async def test_what_waits_for_a_waiter_is_warned_of_when_the_guest_sends_it(gated: House) -> None:
    house = gated
    await crowded(house)
    waiter = await house.waiter()
    party = await house.party(waiter, table=3)
    phone = await house.phone(party)
    refused = await refusal(house, phone)
    (cart,) = phone.state.of("cart")
    request = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
    placed = await phone.send("order:place", {**request, "acceptWait": refused.details["minutes"]})
    assert placed["order"]["status"] == "WAITING"
    assert placed["order"]["lines"][0]["expectedAt"] is None
    assert await decide(waiter, "approve", placed["order"]) == "DONE"
    await phone.until(lambda state: all(one["lines"][0]["expectedAt"] for one in state.of("order")))
