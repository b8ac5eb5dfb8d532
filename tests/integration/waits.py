"""What tests of waiting times share: looking at stations, sending rounds and cooking them."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from comanda_client import Connection, State
from integration.house import House

from models.station import Station

LOOKS, PAUSE_SECONDS = 40, 0.05
"""Looks until one has come to this house, and has heard of everything: those of other tests have their turn, too."""


async def stations(house: House) -> dict[str, dict[str, Any]]:
    """Return the stations as they are stored, by code."""
    found = house.apps[0].store.collection(Station).find({"restaurant_id": house.restaurant.id})
    return {one["code"]: dict(one) async for one in found}


async def look(house: House, until: Callable[[dict[str, Any]], bool], code: str = "grill") -> dict[str, Any]:
    """Have a server look until it shows of a station what a test is about; returns the station."""
    for _ in range(LOOKS):
        await house.apps[-1].duties.perform(house.apps[-1].estimating.duty)
        station = (await stations(house))[code]
        if until(station):
            return station
        await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError(station)


async def measured(house: House, minutes: int) -> dict[str, Any]:
    return await look(house, lambda one: bool(one["wait"]) and one["wait"]["minutes"] == minutes)


async def send(
    house: House, by: Connection, *dishes: str, quantity: int = 1, again: str | None = None, **more: Any
) -> dict[str, Any]:
    """Put dishes into the cart and send them, under a key of their own; returns the answer."""
    party = {name: more.pop(name) for name in ("sessionId",) if name in more}
    for dish in dishes or (house.dish("grill"),):
        added = await by.operate("cart:add", {"itemId": dish, "quantity": quantity, **party})
    placing = {"idempotencyKey": again or str(uuid4()), "cartVersion": added["cart"]["version"]}
    return await by.send("order:place", placing | party | more)


async def cook_all(house: House, cook: Connection, placed: dict[str, Any], **time: float) -> None:
    """Have a screen show a round at once, let time pass, and have all of it ready."""
    await house_knows(house, cook, placed)
    mine = [one["id"] for one in cook.state.of("ticket") if one["orderId"] == placed["order"]["id"]]
    await cook.send("ticket:seen", {"ticketIds": mine})
    house.clock.advance(**time)
    for ticket in mine:
        await cook.send("ticket:bump", {"ticketId": ticket})


async def house_knows(house: House, cook: Connection, placed: dict[str, Any]) -> None:
    wanted = {code for line in placed["order"]["lines"] for code in line["stations"]}

    def shown(state: State) -> bool:
        return wanted == {one["station"] for one in state.of("ticket") if one["orderId"] == placed["order"]["id"]}

    await cook.until(shown)
