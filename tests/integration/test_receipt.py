"""Receipts at the table and on the floor: numbered on each business day without a gap, and nobody else's."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.dinner import dine
from integration.house import House, Party

from models.receipt_number import ReceiptCounter
from models.receipt_text import COLUMNS, width


async def parties(house: House, waiter: Connection, count: int) -> list[Party]:
    """Seat parties that have one dish each on their checks."""
    seated = [await house.party(waiter, table) for table in range(count)]
    for party in seated:
        session = {"sessionId": party.id}
        added = await waiter.operate("cart:add", session | {"itemId": house.dish("bar"), "quantity": 1})
        order = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
        await waiter.operate("order:place", session | order)
    return seated


async def receipt(client: Connection, party: Party | None = None, **more: Any) -> dict[str, Any]:
    session = {"sessionId": party.id} if party else {}
    return dict(await client.send("receipt:get", session | more))


async def counters(house: House) -> dict[str, int]:
    found = house.apps[0].store.collection(ReceiptCounter).find({"restaurant_id": house.restaurant.id})
    return {one["date"]: one["last"] async for one in found}


async def test_the_bill_that_is_to_be_paid_and_the_receipt_have_one_number(house: House) -> None:
    dinner = await dine(house)
    bill = await receipt(dinner.phone)
    await dinner.pay(dinner.total)
    paid = await receipt(dinner.colleague, dinner.party)
    assert (bill["isPaid"], paid["isPaid"]) == (False, True)
    assert (bill["number"], paid["number"]) == (1, 1)
    assert "BILL" in bill["content"]
    assert "RECEIPT" in paid["content"]
    (check,) = (await dinner.phone.send("check:get"))["checks"]
    assert (check["number"], check["numberDate"]) == (1, paid["numberDate"])
    assert len(await dinner.entries("receipt-numbered")) == 1


async def test_it_is_printed_in_the_language_that_is_asked_for_as_text_or_as_a_page(house: House) -> None:
    dinner = await dine(house)
    text = await receipt(dinner.phone, language="ro")
    page = await receipt(dinner.phone, language="ro", format="HTML")
    assert "NOTĂ DE PLATĂ" in text["content"]
    assert max(width(line) for line in text["content"].splitlines()) <= COLUMNS
    assert page["content"].startswith('<!doctype html>\n<html lang="ro">')
    for line in (house.restaurant.legal_name, *house.restaurant.address, house.restaurant.tax_id):
        assert line in text["content"]
        assert line in page["content"]


async def test_guests_get_their_receipt_also_after_the_table_was_closed(house: House) -> None:
    dinner = await dine(house)
    await dinner.pay(dinner.total)
    await dinner.finish_cooking()
    await dinner.ask("session:close", {})
    answer = await receipt(dinner.phone)
    assert (answer["isPaid"], answer["number"]) == (True, 1)


async def test_a_share_is_printed_and_one_that_there_is_not_is_not_found(house: House) -> None:
    dinner = await dine(house)
    answer = await receipt(dinner.phone, shareId="rest", language="en")
    assert "WHAT NOBODY HAS TAKEN" in answer["content"]
    before = await counters(house)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await receipt(dinner.phone, shareId="nobody")
    assert await counters(house) == before


async def test_a_table_that_has_ordered_nothing_takes_no_number(house: House) -> None:
    waiter = await house.waiter()
    party = await house.party(waiter)
    answer = await receipt(waiter, party)
    assert (answer["number"], answer["numberDate"], answer["isPaid"]) == (None, None, False)
    assert await counters(house) == {}


async def test_a_guest_gets_no_receipt_of_another_table(house: House) -> None:
    dinner = await dine(house)
    theirs = await house.party(dinner.waiter, 5)
    check = (await dinner.waiter.send("check:get", {"sessionId": theirs.id}))["checks"][0]
    for who in (dinner.phone, dinner.waiter):
        session = {} if who is dinner.phone else {"sessionId": dinner.party.id}
        with pytest.raises(Refused, match="NOT_FOUND"):
            await who.send("receipt:get", session | {"checkId": check["id"]})


async def test_receipts_asked_for_at_once_on_all_servers_are_numbered_without_a_gap(house: House) -> None:
    waiter = await house.waiter()
    colleague = await house.staff(house.login_of("CASHIER"))
    seated = await parties(house, waiter, 8)
    asked = [receipt(who, party) for party in seated for who in (waiter, colleague)]
    answers = await asyncio.gather(*asked)
    numbers = {one["checkId"]: one["number"] for one in answers}
    assert [numbers[one["checkId"]] for one in answers] == [one["number"] for one in answers]
    assert sorted(numbers.values()) == list(range(1, 9))
    (last,) = (await counters(house)).values()
    assert last == 8


async def test_numbers_begin_anew_when_the_business_day_changes(house: House) -> None:
    waiter = await house.waiter()
    seated = await parties(house, waiter, 3)
    first = [await receipt(waiter, party) for party in seated[:2]]
    house.clock.advance(days=1)
    waiter = await house.waiter()
    later = [await receipt(waiter, party) for party in seated]
    assert [one["number"] for one in (*first, *later)] == [1, 2, 1, 2, 1]
    assert later[0]["numberDate"] == first[0]["numberDate"]
    assert later[2]["numberDate"] > first[0]["numberDate"]
