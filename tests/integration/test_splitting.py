"""Divisions: a check is divided evenly, by amounts, by who ordered what, by dishes or by claims; it always adds up."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.house import House
from integration.shared import Table, amounts, share, shared_table

WHY = {"reason": "a test"}


def due(check: dict[str, Any]) -> int:
    return int(check["due"]["amount"])


async def test_a_check_is_divided_evenly_to_the_last_minor_unit(house: House) -> None:
    table = await shared_table(house, quantity=1)
    check = await table.split("EVEN", count=7)
    shares = amounts(check)
    assert (len(shares), sum(shares), max(shares) - min(shares)) == (7, table.dinner.total, table.dinner.total % 7 > 0)
    assert len({one["id"] for one in check["shares"]}) == 7
    await table.is_everywhere(lambda one: one["shares"] == check["shares"] and one["splitMethod"] == "EVEN")


async def test_an_even_division_may_name_who_pays(house: House) -> None:
    table = await shared_table(house)
    parts = [{"participantId": table.ids["Ana"]}, {"name": "Bunica"}, {"participantId": table.ids["Ion"], "name": "I"}]
    check = await table.split("EVEN", parts=parts)
    assert [(one["name"], one["participantId"]) for one in check["shares"]] == [
        ("Ana", table.ids["Ana"]),
        ("Bunica", None),
        ("I", table.ids["Ion"]),
    ]


async def test_amounts_leave_a_rest_and_are_no_more_than_the_check(house: House) -> None:
    table = await shared_table(house)
    total = table.dinner.total
    check = await table.split("AMOUNTS", amounts=[1000, 500])
    assert amounts(check) == [1000, 500, total - 1500]
    assert [one["id"] for one in check["shares"]].index("rest") == 2
    exact = await table.split("AMOUNTS", parts=[{"name": "A", "amount": total - 1}, {"name": "B", "amount": 1}])
    assert amounts(exact) == [total - 1, 1]
    with pytest.raises(Refused, match="SPLIT_TOO_LARGE") as refused:
        await table.split("AMOUNTS", amounts=[total, 1])
    assert refused.value.details["total"]["amount"] == total
    assert amounts(await table.dinner.check()) == [total - 1, 1]


async def test_each_participant_pays_what_they_ordered(house: House) -> None:
    table = await shared_table(house)
    placed = await _order_more(table)
    check = await table.split("PARTICIPANTS")
    found = {one["id"]: one["amount"]["amount"] for one in check["shares"]}
    assert found == {table.ids["Ana"]: table.dinner.total, table.ids["Ion"]: placed}


async def test_what_staff_added_is_shared_by_those_who_are_named(house: House) -> None:
    table = await shared_table(house)
    session = {"sessionId": table.dinner.party.id}
    added = await table.dinner.waiter.operate("cart:add", {**session, "itemId": house.dish("bar"), "quantity": 1})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    placed = (await table.dinner.waiter.operate("order:place", {**session, **placing}))["order"]["total"]["amount"]
    nobodys = await table.split("PARTICIPANTS")
    assert share(nobodys, "rest")["amount"]["amount"] == placed
    both = await table.split("PARTICIPANTS", parts=[{"participantId": one} for one in table.ids.values()])
    assert share(both, table.ids["Ion"])["amount"]["amount"] in (placed // 2, placed - placed // 2)
    assert sum(amounts(both)) == table.dinner.total + placed


async def test_dishes_are_divided_among_those_who_pay_and_shared_by_several(house: House) -> None:
    table = await shared_table(house)
    first, second = (table.dinner.price(number) * 2 for number in (0, 1))
    parts = [
        {"name": "A", "lineIds": [table.line(0)]},
        {"name": "B", "lineIds": [table.line(1)]},
        {"name": "C", "lineIds": [table.line(1)]},
    ]
    check = await table.split("LINES", parts=parts)
    assert amounts(check) == [first, second - second // 2, second // 2]


async def test_a_division_follows_what_is_ordered_and_taken_off(house: House) -> None:
    table = await shared_table(house)
    await table.split("EVEN", count=2)
    placed = await _order_more(table)
    assert sum(amounts(await table.dinner.check())) == table.dinner.total + placed
    await table.dinner.ask("line:void", {**table.dinner.line(), **WHY})
    check = await table.dinner.check()
    assert sum(amounts(check)) == check["total"]["amount"] == table.dinner.price(1) * 2 + placed


async def test_a_division_is_taken_back_and_the_claims_divide_it_again(house: House) -> None:
    table = await shared_table(house)
    claimed = await table.claim(table.ana)
    await table.split("EVEN", count=4)
    request = {"opId": str(uuid4())}
    undone = await table.dinner.ask("check:unsplit", request)
    assert (undone["check"]["splitMethod"], undone["check"]["shares"]) == (None, claimed["shares"])
    assert await table.dinner.outcome("check:unsplit", request, by=table.dinner.colleague) == "REPLAYED"
    told = [(one["before"], one["after"]) for one in await table.dinner.entries("check-divided")]
    assert told == [({"method": None}, {"method": "EVEN"}), ({"method": "EVEN"}, {"method": None})]


async def test_twenty_repeats_at_once_divide_once(house: House) -> None:
    table = await shared_table(house)
    request = {"method": "EVEN", "count": 3, "opId": str(uuid4())}
    answers = await asyncio.gather(
        *(table.dinner.ask("check:split", request, by=table.dinner.waiters[number % 2]) for number in range(20))
    )
    assert sum(not one["replayed"] for one in answers) == 1
    assert len({str(one["check"]["shares"]) for one in answers}) == 1
    assert len(await table.dinner.entries("check-divided")) == 1


async def test_of_two_waiters_who_divide_at_once_both_do_and_it_adds_up(house: House) -> None:
    table = await shared_table(house)
    await asyncio.gather(
        *(
            table.dinner.ask("check:split", {"method": "EVEN", "count": count}, by=one)
            for count, one in zip((3, 5), table.dinner.waiters, strict=True)
        )
    )
    check = await table.dinner.check()
    assert len(check["shares"]) in (3, 5)
    assert sum(amounts(check)) == table.dinner.total


async def test_what_was_paid_for_a_share_counts_for_all_once_it_is_divided_anew(house: House) -> None:
    table = await shared_table(house)
    first = (await table.split("EVEN", count=2))["shares"][0]
    await table.dinner.pay(first["amount"]["amount"], shareId=first["id"])
    check = await table.split("EVEN", count=4)
    assert amounts(check, "paid") == [0, 0, 0, 0]
    assert sum(amounts(check, "due")) == due(check) == table.dinner.total - first["amount"]["amount"]


async def test_a_division_that_cannot_be_is_refused(house: House) -> None:
    table = await shared_table(house)
    assert await table.dinner.outcome("check:split", {"method": "EVEN", "count": 1}) == "VALIDATION_FAILED"
    assert (await table.dinner.check())["splitMethod"] is None


async def test_nobody_and_nothing_of_another_table_is_in_a_division(house: House) -> None:
    table = await shared_table(house)
    for parts in ([{"participantId": "nobody"}], [{"name": "A", "lineIds": ["nothing"]}]):
        method = "LINES" if "lineIds" in parts[0] else "EVEN"
        assert await table.dinner.outcome("check:split", {"method": method, "parts": parts}) == "NOT_FOUND"
    other = await house.party(table.dinner.waiter, 1)
    check = (await table.dinner.check())["id"]
    request = {"sessionId": other.id, "checkId": check, "method": "EVEN", "count": 2}
    assert await table.dinner.outcome("check:split", request) == "NOT_FOUND"


async def test_each_check_of_merged_parties_is_divided_by_itself(house: House) -> None:
    table = await shared_table(house)
    host = await house.party(table.dinner.waiter, 1)
    await table.dinner.waiter.operate("session:merge", {"from": table.dinner.party.id, "into": host.id})
    asked = {"sessionId": host.id, "method": "EVEN", "count": 2}
    own = (await table.dinner.ask("check:split", asked))["check"]
    assert own["total"]["amount"] == 0
    came = next(one for one in (await table.ana.send("check:get"))["checks"] if one["rounds"])
    both = (await table.dinner.ask("check:split", {**asked, "checkId": came["id"]}))["check"]
    assert (both["id"], sum(amounts(both))) == (came["id"], table.dinner.total)
    assert await table.dinner.outcome("check:split", {"method": "CLAIMS"}) == "SESSION_MERGED"
    await table.dinner.waiter.operate("session:unmerge", {"sessionId": table.dinner.party.id})
    assert (await table.dinner.check())["shares"] == both["shares"]


async def _order_more(table: Table) -> int:
    """Let Ion order something; return what it costs."""
    added = await table.ion.operate("cart:add", {"itemId": table.house.dish("grill"), "quantity": 1})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    return int((await table.ion.operate("order:place", placing))["order"]["total"]["amount"])
