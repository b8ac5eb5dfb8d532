"""Orders from home for a slot: sold once, and cooked so that they are ready for it."""

import asyncio
from datetime import timedelta
from typing import Any

from comanda_client import Refused
from integration.customers import (
    ALWAYS,
    CENTRE,
    Caller,
    deliver,
    order_of,
    proved,
    refused,
    wanted,
)
from integration.house import House
from integration.people import entries, stored

from models.coursing import AHEAD
from models.order import Order
from models.slot import SlotLoad
from models.ticket import Ticket
from server.coursing import PACING


async def test_a_slot_takes_dishes_until_it_is_full(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller = await proved(house)
    phone = await caller.connect()
    asked = {"items": [wanted(house, quantity=3)], "addressId": caller.address_id}
    slots = (await phone.send("order:quote", asked))["quote"]["slots"]
    assert all(one["hasRoom"] for one in slots)
    chosen = slots[3]["beginsAt"]
    placed = await phone.operate("order:place", order_of(caller, items=asked["items"], slot=chosen))
    assert placed["order"]["delivery"]["slot"] == chosen
    after = (await phone.send("order:quote", asked))["quote"]["slots"]
    assert [one["beginsAt"] for one in after if not one["hasRoom"]] == [chosen]
    refusal = await refused(phone, "order:place", order_of(caller, items=asked["items"], slot=chosen))
    assert (refusal.code, refusal.details["slot"]) == ("SLOT_FULL", chosen)


async def test_two_servers_never_sell_more_into_a_slot_than_it_holds(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    callers = [await proved(house, f"+4071234567{number}") for number in range(6)]
    phones = [await one.connect() for one in callers]
    slots = await phones[0].send("order:quote", {"items": [wanted(house)], "addressId": callers[0].address_id})
    chosen = slots["quote"]["slots"][2]["beginsAt"]

    async def place(caller: Caller, phone: Any) -> str:
        try:
            await phone.operate("order:place", order_of(caller, slot=chosen))
        except Refused as refusal:
            return refusal.code
        return "DONE"

    outcomes = await asyncio.gather(*map(place, callers, phones))
    assert sorted(outcomes) == ["DONE", "DONE", *["SLOT_FULL"] * 4]
    assert [one["dishes"] for one in await stored(house, SlotLoad)] == [4]


async def test_what_is_for_a_later_slot_is_begun_so_that_it_is_ready_for_it(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller = await proved(house)
    phone = await caller.connect()
    quote = await phone.send("order:quote", {"items": [wanted(house)], "addressId": caller.address_id})
    chosen = quote["quote"]["slots"][6]["beginsAt"]
    await phone.operate("order:place", order_of(caller, slot=chosen))
    (load,) = await stored(house, SlotLoad)
    (held,) = await stored(house, Ticket)
    line = held["lines"][0]
    starts_at = load["begins_at"] - timedelta(minutes=CENTRE.minutes + 5 + line["prep_minutes"])
    assert (line["is_held"], line["held_until"], line["starts_at"]) == (True, starts_at - AHEAD, None)
    await house.apps[0].duties.perform(PACING)
    assert (await stored(house, Ticket))[0]["version"] == held["version"]
    house.clock.advance(seconds=(starts_at - AHEAD - house.clock.now()).total_seconds() + 1)
    await house.apps[0].duties.perform(PACING)
    (fired,) = await stored(house, Ticket)
    line = fired["lines"][0]
    assert (line["is_held"], line["held_until"], line["starts_at"]) == (False, None, starts_at)
    (order,) = await stored(house, Order)
    assert order["lines"][0]["is_held"] is False
    assert [one["details"]["lines"] for one in await entries(house, "slot-fired")] == [1]


async def test_what_is_kept_back_for_a_later_slot_is_fired_by_hand_and_not_by_the_rule_of_courses(house: House) -> None:
    await deliver(house, slots=ALWAYS)
    caller, waiter = await proved(house), await house.waiter()
    phone = await caller.connect()
    quote = await phone.send("order:quote", {"items": [wanted(house)], "addressId": caller.address_id})
    chosen = quote["quote"]["slots"][8]["beginsAt"]
    order = (await phone.operate("order:place", order_of(caller, slot=chosen)))["order"]
    assert order["lines"][0]["isHeld"]
    course = {"sessionId": order["sessionId"], "course": order["lines"][0]["course"]}
    await waiter.operate("course:hold", course)
    (ticket,) = await stored(house, Ticket)
    assert (ticket["lines"][0]["held_by"] is not None, ticket["lines"][0]["held_until"]) == (True, None)
    (fired,) = (await waiter.operate("course:fire", course))["orders"]
    assert not fired["lines"][0]["isHeld"]
