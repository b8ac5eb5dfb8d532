"""Payments that meet something else: one test for each row of the table in docs/money.md, and payments of shares."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.dinner import dine
from integration.house import House
from integration.shared import CARD, Table, amounts, share, shared_table

WHY = {"reason": "a test"}


async def refused_with(table: Table, request: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the details with which a payment is refused as too large."""
    with pytest.raises(Refused, match="PAYMENT_TOO_LARGE") as refused:
        await table.dinner.ask("payment:record", request, **more)
    return refused.value.details


# ── shares, and several tenders ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_check_is_paid_share_by_share_in_several_ways_and_everybody_sees_what_is_left(house: House) -> None:
    table = await shared_table(house)
    first, second, third = (await table.split("EVEN", count=3))["shares"]
    due = first["due"]["amount"]
    cash = {"method": "CASH", "amount": due, "tip": 300, "given": due + 1000, "shareId": first["id"]}
    paid = await table.dinner.ask("payment:record", cash)
    assert (paid["tender"]["change"]["amount"], paid["tender"]["shareId"]) == (700, first["id"])
    assert amounts(paid["check"], "due")[0] == 0
    await table.is_everywhere(lambda one: one["shares"] == paid["check"]["shares"])
    for part in (second, third):
        await table.dinner.pay(part["due"]["amount"], shareId=part["id"], reference="0042-7")
    check = await table.dinner.check()
    assert ([one["method"] for one in check["tenders"]], check["due"]["amount"]) == (
        ["CASH", "CARD_TERMINAL", "CARD_TERMINAL"],
        0,
    )
    await table.is_everywhere(lambda one: one["due"]["amount"] == 0 and len(one["tenders"]) == 3)


async def test_a_guest_who_claimed_dishes_pays_for_them_over_the_counter(house: House) -> None:
    table = await shared_table(house)
    claimed = await table.claim(table.ana)
    mine = share(claimed, table.ids["Ana"])["due"]["amount"]
    await table.dinner.pay(mine, shareId=table.ids["Ana"])
    check = await table.dinner.check()
    assert (share(check, table.ids["Ana"])["due"]["amount"], share(check, "rest")["due"]["amount"]) == (
        0,
        table.dinner.total - mine,
    )
    await table.dinner.pay(table.dinner.total - mine, shareId="rest")
    assert (await table.dinner.check())["due"]["amount"] == 0


async def test_part_of_a_share_can_be_paid_and_no_more_than_it(house: House) -> None:
    table = await shared_table(house)
    part = (await table.split("EVEN", count=2))["shares"][0]
    due = part["due"]["amount"]
    await table.dinner.pay(due - 100, shareId=part["id"])
    details = await refused_with(table, {**CARD, "amount": 101, "shareId": part["id"]})
    assert (details["payable"]["amount"], details["due"]["amount"]) == (100, table.dinner.total - due + 100)


async def test_of_two_tablets_that_take_the_same_share_at_once_one_does(house: House) -> None:
    table = await shared_table(house)
    part = (await table.split("EVEN", count=4))["shares"][0]
    request = {**CARD, "amount": part["due"]["amount"], "shareId": part["id"]}
    outcomes = await asyncio.gather(
        *(table.dinner.outcome("payment:record", request, by=one) for one in table.dinner.waiters)
    )
    assert sorted(outcomes) == ["DONE", "PAYMENT_TOO_LARGE"]
    assert (await table.dinner.check())["paid"]["amount"] == part["due"]["amount"]


async def test_a_share_that_is_not_there_any_more_is_not_found(house: House) -> None:
    table = await shared_table(house)
    part = (await table.split("EVEN", count=2))["shares"][0]
    await table.split("EVEN", count=3)
    request = {**CARD, "amount": 100, "shareId": part["id"]}
    assert await table.dinner.outcome("payment:record", request) == "NOT_FOUND"
    assert (await table.dinner.check())["tenders"] == []


# ── the same payment again ────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_same_key_is_the_same_payment_whatever_happened_since(house: House) -> None:
    table = await shared_table(house)
    part = (await table.split("EVEN", count=2))["shares"][0]
    request = {**CARD, "amount": 100, "shareId": part["id"], "idempotencyKey": str(uuid4())}
    first = await table.dinner.ask("payment:record", request)
    await table.dinner.ask("check:unsplit", {})
    again = await table.dinner.ask("payment:record", request, by=table.dinner.colleague)
    assert (again["replayed"], again["tender"]["id"]) == (True, first["tender"]["id"])
    for other in ({"amount": 101}, {"shareId": "rest"}, {"tip": 1}):
        assert await table.dinner.outcome("payment:record", {**request, **other}) == "IDEMPOTENCY_KEY_REUSED"
    assert (await table.dinner.check())["paid"]["amount"] == 100


# ── a phone pays, too ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_phone_is_paying_no_tablet_takes(house: House) -> None:
    table = await shared_table(house)
    total = table.dinner.total
    await table.start_payment("Ana", total - 100)
    details = await refused_with(table, {**CARD, "amount": 101}, by=table.dinner.colleague)
    assert (details["due"]["amount"], details["payable"]["amount"]) == (total, 100)
    await table.dinner.pay(100)
    assert await table.dinner.outcome("payment:record", {**CARD, "amount": 1}) == "PAYMENT_TOO_LARGE"


async def test_a_share_that_a_phone_is_paying_no_tablet_takes(house: House) -> None:
    table = await shared_table(house)
    claimed = await table.claim(table.ana)
    due = share(claimed, table.ids["Ana"])["due"]["amount"]
    await table.start_payment("Ana", due, table.ids["Ana"])
    details = await refused_with(table, {**CARD, "amount": 1, "shareId": table.ids["Ana"]})
    assert details["payable"]["amount"] == 0
    await table.dinner.pay(table.dinner.total - due, shareId="rest")


# ── parties that move, sit together and go ────────────────────────────────────────────────────────────────────────────


async def test_the_check_of_a_party_that_moved_is_paid_as_before(house: House) -> None:
    table = await shared_table(house)
    part = (await table.split("EVEN", count=2))["shares"][0]
    request = {**CARD, "amount": 100, "shareId": part["id"], "idempotencyKey": str(uuid4())}
    session = {"sessionId": table.dinner.party.id}
    _, paid = await asyncio.gather(
        table.dinner.waiter.operate("session:move", {**session, "tableId": house.tables[4].id}),
        table.dinner.outcome("payment:record", request, by=table.dinner.colleague),
    )
    assert paid == "DONE"
    assert await table.dinner.outcome("payment:record", request) == "REPLAYED"
    assert (await table.dinner.check())["paid"]["amount"] == 100


async def test_a_merged_check_is_paid_at_its_host_by_its_id_and_a_repeat_finds_it_there(house: House) -> None:
    table = await shared_table(house)
    request = {**CARD, "amount": 100, "idempotencyKey": str(uuid4())}
    first = await table.dinner.ask("payment:record", request)
    host = await house.party(table.dinner.waiter, 1)
    await table.dinner.waiter.operate("session:merge", {"from": table.dinner.party.id, "into": host.id})
    with pytest.raises(Refused, match="SESSION_MERGED") as refused:
        await table.dinner.ask("payment:record", request)
    at_host = {"sessionId": refused.value.details["into"]}
    again = await table.dinner.ask("payment:record", {**request, **at_host})
    assert (again["replayed"], again["tender"]["id"]) == (True, first["tender"]["id"])
    part = (await table.ana.send("check:get"))["checks"][1]
    whole = {**CARD, **at_host, "amount": part["due"]["amount"]}
    # Without its id the host's own check is meant, on which nothing is owed.
    assert await table.dinner.outcome("payment:record", whole) == "PAYMENT_TOO_LARGE"
    await table.dinner.ask("payment:record", {**whole, "checkId": part["id"], "shareId": "rest"})
    await table.dinner.waiter.operate("session:unmerge", {"sessionId": table.dinner.party.id})
    check = await table.dinner.check()
    assert (check["due"]["amount"], len(check["tenders"])) == (0, 2)


async def test_after_the_party_is_gone_a_repeat_is_answered_and_a_new_payment_refused(house: House) -> None:
    table = await shared_table(house)
    request = {**CARD, "amount": table.dinner.total, "idempotencyKey": str(uuid4())}
    await table.dinner.ask("payment:record", request)
    await table.dinner.finish_cooking()
    assert await table.dinner.outcome("session:close", {}) == "DONE"
    assert await table.dinner.outcome("payment:record", request, by=table.dinner.colleague) == "REPLAYED"
    assert await table.dinner.outcome("payment:record", {**CARD, "amount": 1}) == "SESSION_CLOSED"


# ── what changes after it was paid ────────────────────────────────────────────────────────────────────────────────────


async def test_a_round_after_the_payment_is_owed(house: House) -> None:
    dinner = await dine(house)
    await dinner.pay(dinner.total)
    added = await dinner.phone.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 1})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    placed = await dinner.phone.operate("order:place", placing)
    assert (await dinner.check())["due"] == placed["order"]["total"]


async def test_a_table_to_which_money_is_owed_closes_once_it_is_given_back(house: House) -> None:
    table = await shared_table(house)
    tender = await table.dinner.pay(table.dinner.total)
    await table.dinner.finish_cooking()
    await table.dinner.ask("line:void", {**table.dinner.line(), **WHY})
    over = table.dinner.price() * 2
    await table.is_everywhere(lambda one: one["overpaid"]["amount"] == over)
    with pytest.raises(Refused, match="CHECK_OVERPAID") as refused:
        await table.dinner.ask("session:close", {**WHY})
    assert refused.value.details["overpaid"]["amount"] == over
    await table.dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": over, **WHY})
    assert await table.dinner.outcome("session:close", {}) == "DONE"


async def test_a_manager_closes_a_table_to_which_money_is_owed_with_a_reason(house: House) -> None:
    table = await shared_table(house)
    await table.dinner.pay(table.dinner.total)
    await table.dinner.finish_cooking()
    await table.dinner.ask("line:comp", {**table.dinner.line(), **WHY})
    manager = await house.staff(house.login_of("MANAGER"))
    assert await table.dinner.outcome("session:close", {}, by=manager) == "CHECK_OVERPAID"
    assert await table.dinner.outcome("session:close", {**WHY}, by=manager) == "DONE"
    (entry,) = await table.dinner.entries("session-closed")
    assert (entry["details"]["overpaid"], entry["details"]["reason"]) == (table.dinner.price() * 2, WHY["reason"])


async def test_a_tip_is_given_back_beside_what_was_paid(house: House) -> None:
    dinner = await dine(house)
    tender = await dinner.pay(1000, tip=500)
    back = {"tenderId": tender["id"], **WHY}
    wrong = await dinner.ask("payment:refund", {**back, "tip": 450})
    assert (wrong["tender"]["tipRefunded"]["amount"], wrong["tender"]["refunded"]["amount"]) == (450, 0)
    assert wrong["check"]["paid"]["amount"] == 1000
    (entry,) = await dinner.entries("payment-refunded")
    assert (entry["before"], entry["after"]) == ({"tips": 500}, {"tips": 50})
    with pytest.raises(Refused, match="REFUND_TOO_LARGE") as refused:
        await dinner.ask("payment:refund", {**back, "amount": 100, "tip": 51})
    assert {name: left["amount"] for name, left in refused.value.details.items()} == {"left": 1000, "tipLeft": 50}
    both = await dinner.ask("payment:refund", {**back, "amount": 100, "tip": 50})
    assert [one["tip"] and one["tip"]["amount"] for one in both["tender"]["refunds"]] == [450, 50]
    assert await dinner.outcome("payment:refund", back) == "VALIDATION_FAILED"


# ── the kitchen ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_paid_cooks_on(house: House) -> None:
    dinner = await dine(house)
    cook = await house.cook()
    await dinner.pay(dinner.total)
    (ticket,) = await dinner.tickets(cook)
    assert (ticket["lines"][0]["status"], ticket["status"]) == ("NEW", "OPEN")
    assert await dinner.outcome("session:close", {}) == "DISHES_COOKING"
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"]}
    await cook.send("line:set-status", {**step, "expected": "NEW", "status": "READY"})
    assert await dinner.outcome("session:close", {}) == "DONE"


async def test_what_is_not_paid_is_served_all_the_same(house: House) -> None:
    dinner = await dine(house)
    cook = await house.cook()
    (ticket,) = await dinner.tickets(cook)
    step = {"ticketId": ticket["id"], "lineId": ticket["lines"][0]["id"]}
    await cook.send("line:set-status", {**step, "expected": "NEW", "status": "READY"})
    served = await dinner.waiter.send("line:serve", {"sessionId": dinner.party.id, **dinner.line()})
    assert served["order"]["lines"][0]["status"] == "SERVED"
    assert (await dinner.check())["due"]["amount"] == dinner.total
