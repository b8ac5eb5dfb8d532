"""Ceilings on what one person gives away in a business day: on every tablet and server together, by kind, until the
house's day changes.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from comanda_client import Connection, Refused
from integration.gate import send_round
from integration.house import House
from integration.promoted import promotion, publish
from integration.test_approval import Person, entries, person

from handlers.approval import Approval, Giving, authorise
from handlers.context import Context, Done
from models.allowance import Allowance, GivingKind
from models.errors import ApproverRefused, ApproverRequired, DailyCeiling
from models.rules import Rules

LIMIT = Rules().approval_amount
CEILING = Rules().comp_day_amount


async def give(
    giver: Person, amount: int, kind: GivingKind = GivingKind.COMP, approval: dict[str, str] | None = None
) -> None:
    """Give something away through the servers in turn; raises what a command would answer."""

    async def act(ctx: Context, given: Any) -> Done:
        await authorise(ctx, given, Giving(kind, amount, 0, "line:comp"))
        ctx.record("line-comped", amount=amount)
        return Done()

    giver.turn += 1
    app = giver.house.apps[giver.turn % len(giver.house.apps)]
    await app.dispatcher.perform(giver.principal, act, Approval(**approval) if approval else None)


async def outcome(giver: Person, amount: int, **more: Any) -> str:
    try:
        await give(giver, amount, **more)
    except (ApproverRefused, ApproverRequired, DailyCeiling) as refused:
        return refused.code
    return "DONE"


async def given(house: House) -> dict[str, dict[str, int]]:
    """Return what everybody has given away, by name and kind."""
    found = house.apps[0].store.collection(Allowance).find({"restaurant_id": house.restaurant.id})
    return {one["person"]["name"]: one["given"] for one in await found.to_list()}


async def give_all(giver: Person) -> None:
    """Use up the day's comps."""
    for _ in range(CEILING // LIMIT):
        await give(giver, LIMIT)


async def test_of_many_acts_at_once_on_all_servers_as_much_is_given_as_the_ceiling_allows(house: House) -> None:
    waiter, amount = await person(house), CEILING // 20
    outcomes = await asyncio.gather(*(outcome(waiter, amount) for _ in range(40)))
    assert {one: outcomes.count(one) for one in set(outcomes)} == {"DONE": 20, "DAILY_CEILING": 20}
    assert list((await given(house)).values()) == [{"COMP": CEILING}]
    assert len(await entries(house, "line-comped")) == 20


async def test_a_refusal_says_what_is_left(house: House) -> None:
    waiter = await person(house)
    for amount in (LIMIT, LIMIT, LIMIT, LIMIT, LIMIT - 1):
        await give(waiter, amount)
    with pytest.raises(DailyCeiling) as refused:
        await give(waiter, 2)
    assert refused.value.details == {"kind": "COMP", "limit": CEILING, "left": 1}
    await give(waiter, 1)


async def test_each_kind_has_a_ceiling_and_each_person_has_their_own(house: House) -> None:
    waiter, cashier = await person(house), await person(house, "CASHIER")
    await give_all(waiter)
    assert await outcome(waiter, 1) == "DAILY_CEILING"
    assert await outcome(waiter, 1, kind=GivingKind.VOID) == "DONE"
    assert await outcome(cashier, 1) == "DONE"


async def test_what_a_manager_approves_passes_and_is_on_the_managers_figure(house: House) -> None:
    waiter, manager = await person(house), house.approval()
    await give_all(waiter)
    assert await outcome(waiter, 500, approval=manager | {"pin": "0001"}) == "APPROVER_REFUSED"
    house.clock.advance(seconds=60)
    assert await outcome(waiter, 500, approval=manager) == "DONE"
    assert await outcome(waiter, LIMIT + 1, approval=manager) == "DONE"
    figures = await given(house)
    assert figures == {waiter.principal.name: {"COMP": CEILING}, "Elena Marin": {"COMP": 500 + LIMIT + 1}}


async def test_what_a_manager_approved_leaves_them_less_to_give_alone_and_refuses_no_approval(house: House) -> None:
    waiter, manager = await person(house), await person(house, "MANAGER")
    await give(waiter, CEILING, approval=house.approval())
    assert await outcome(manager, 1) == "DAILY_CEILING"
    assert await outcome(waiter, CEILING, approval=house.approval()) == "DONE"


async def test_an_approval_that_is_not_needed_is_not_looked_at(house: House) -> None:
    waiter = await person(house)
    await give(waiter, 1, approval={"login": "nobody.here", "pin": "0001"})
    assert await given(house) == {waiter.principal.name: {"COMP": 1}}


async def test_a_new_day_begins_at_the_cut_off_hour_of_the_house_and_not_at_midnight(house: House) -> None:
    zone, hour = ZoneInfo(house.restaurant.time_zone), house.restaurant.day_starts_at
    local = house.clock.now().astimezone(zone)
    late = datetime(local.year, local.month, local.day, 23, 50, tzinfo=zone) + timedelta(days=1)
    house.clock.advance(seconds=(late - local).total_seconds())
    waiter = await person(house)
    await give_all(waiter)
    house.clock.advance(minutes=20)
    assert await outcome(waiter, 1) == "DAILY_CEILING"
    house.clock.advance(hours=hour + 1)
    assert await outcome(waiter, 1) == "DONE"


async def test_one_waiter_on_two_tablets_discounts_no_more_than_the_ceiling_on_all_tables_together(
    house: House,
) -> None:
    tablets = [await house.waiter(), await house.waiter()]
    parties = [await house.party(tablets[0], table) for table in range(6)]
    for party in parties:
        await send_round(house, tablets[0], quantity=9, sessionId=party.id)

    async def discount(tablet: Connection, session_id: str, **more: Any) -> str:
        request = {"sessionId": session_id, "amount": LIMIT, "reason": "a friend", "opId": str(uuid4()), **more}
        try:
            await tablet.send("discount:apply", request)
        except Refused as refused:
            return refused.code
        return "DONE"

    outcomes = await asyncio.gather(*(discount(tablets[number % 2], party.id) for number, party in enumerate(parties)))
    assert sorted(outcomes) == ["DAILY_CEILING", *["DONE"] * 5]
    left_out = parties[outcomes.index("DAILY_CEILING")]
    assert await discount(tablets[0], left_out.id, approval=house.approval()) == "DONE"


async def test_percentages_that_nobody_approved_do_not_grow_with_the_check_and_approved_ones_do(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    await send_round(house, waiter, house.dish("bar"), sessionId=party.id)
    half = {"percent": 5000, "reason": "a friend", "sessionId": party.id}
    given = [(await waiter.operate("discount:apply", half))["correction"]["amount"]["amount"] for _ in range(3)]
    for _ in range(2):
        await send_round(house, waiter, quantity=9, sessionId=party.id)
    await waiter.operate("discount:apply", half | {"approval": house.approval()})
    await send_round(house, waiter, quantity=9, sessionId=party.id)
    (check,) = (await waiter.send("check:get", {"sessionId": party.id}))["checks"]
    *alone, approved = (one["amount"]["amount"] for one in check["corrections"])
    ordered = sum(one["amount"]["amount"] for one in check["bill"] if one["kind"] == "ITEMS")
    assert alone == given
    assert approved == (ordered - sum(given) + 1) // 2


async def test_a_promotion_that_staff_enter_is_on_nobodys_figure(house: House) -> None:
    await publish(house, promotion(amount=LIMIT))
    waiter = await house.waiter()
    party = await house.party(waiter)
    placed = await send_round(house, waiter, quantity=9, sessionId=party.id)
    await waiter.operate("promotion:apply", {"sessionId": party.id, "code": promotion().code})
    line = placed["order"]["lines"][0]["id"]
    void = {"sessionId": party.id, "orderId": placed["order"]["id"], "lineId": line, "quantity": 1, "reason": "cold"}
    assert (await waiter.operate("line:void", void))["correction"]["approver"] is None
