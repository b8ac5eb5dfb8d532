"""Payments at the table: once each, never more than is owed, given back when too much, and then the table is closed."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.dinner import Dinner, dine
from integration.house import House

from models.rules import Rules

LIMIT = Rules().approval_amount
CARD = {"method": "CARD_TERMINAL"}
WHY = {"reason": "a mistake"}


async def close(dinner: Dinner) -> str:
    return await dinner.outcome("session:close", {})


# ── payments ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_party_pays_in_parts_and_the_waiter_closes_the_table(house: House) -> None:
    dinner = await dine(house, quantity=2)
    cash = {"method": "CASH", "amount": dinner.price(), "tip": 500, "given": dinner.price() + 2000}
    assert await close(dinner) == "CHECK_OPEN"
    tender = (await dinner.ask("payment:record", cash))["tender"]
    assert (tender["change"]["amount"], tender["tip"]["amount"]) == (1500, 500)
    assert await close(dinner) == "CHECK_OPEN"
    card = await dinner.ask("payment:record", {**CARD, "amount": dinner.price(), "reference": "0042-7"})
    assert (card["check"]["due"]["amount"], card["check"]["paid"]["amount"]) == (0, dinner.total)
    assert (card["tender"]["reference"], card["tender"]["change"]) == ("0042-7", None)
    await dinner.phone.until(lambda state: all(check["due"]["amount"] == 0 for check in state.of("check")))
    await dinner.finish_cooking()
    assert await close(dinner) == "DONE"


async def test_cash_that_was_given_exactly_needs_no_figure(house: House) -> None:
    dinner = await dine(house)
    answer = await dinner.ask("payment:record", {"method": "CASH", "amount": 1000, "tip": 100})
    assert (answer["tender"]["given"]["amount"], answer["tender"]["change"]["amount"]) == (1100, 0)


async def test_more_than_what_is_owed_is_not_taken(house: House) -> None:
    dinner = await dine(house)
    with pytest.raises(Refused, match="PAYMENT_TOO_LARGE") as refused:
        await dinner.ask("payment:record", {**CARD, "amount": dinner.total + 1})
    assert refused.value.details["due"]["amount"] == dinner.total
    assert (await dinner.check())["tenders"] == []


async def test_of_two_who_take_the_whole_at_the_same_moment_one_does(house: House) -> None:
    dinner = await dine(house)
    whole = {**CARD, "amount": dinner.total}
    outcomes = await asyncio.gather(*(dinner.outcome("payment:record", whole, by=one) for one in dinner.waiters))
    assert sorted(outcomes) == ["DONE", "PAYMENT_TOO_LARGE"]
    assert (await dinner.check())["paid"]["amount"] == dinner.total


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "CASH", "amount": 1000, "tip": 100, "given": 1099},
        {"method": "CARD_TERMINAL", "amount": 1000, "given": 1000},
        {"method": "CASH", "amount": 0},
        {"method": "CASH", "amount": 1000, "tip": -1},
        {"method": "CASH", "amount": 10.5},
        {"method": "BARTER", "amount": 1000},
        {"method": "CASH", "amount": 1000, "reference": "4111 1111 1111 1111"},
    ],
)
async def test_a_payment_that_cannot_be_is_refused(house: House, wrong: dict[str, object]) -> None:
    dinner = await dine(house)
    assert await dinner.outcome("payment:record", wrong) == "VALIDATION_FAILED"
    assert (await dinner.check())["tenders"] == []


async def test_twenty_repeats_at_once_are_one_payment_and_all_are_answered_alike(house: House) -> None:
    dinner = await dine(house)
    request = {**CARD, "amount": 1000, "tip": 50, "idempotencyKey": str(uuid4())}
    answers = await asyncio.gather(
        *(dinner.ask("payment:record", request, by=dinner.waiters[number % 2]) for number in range(20))
    )
    assert len({one["tender"]["id"] for one in answers}) == 1
    assert sum(not one["replayed"] for one in answers) == 1
    assert (await dinner.check())["paid"]["amount"] == 1000
    assert len(await dinner.entries("payment-recorded")) == 1
    assert await dinner.outcome("payment:record", {**request, "amount": 1001}) == "IDEMPOTENCY_KEY_REUSED"


async def test_a_payment_and_a_round_at_the_same_moment_both_count(house: House) -> None:
    dinner = await dine(house)
    added = await dinner.phone.operate("cart:add", {"itemId": house.dish("bar"), "quantity": 1})
    placed, _ = await asyncio.gather(
        dinner.phone.operate("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}),
        dinner.ask("payment:record", {**CARD, "amount": dinner.total}, by=dinner.colleague),
    )
    check = await dinner.check()
    assert (check["paid"]["amount"], check["due"]) == (dinner.total, placed["order"]["total"])


async def test_a_payment_and_the_closing_at_the_same_moment_leave_no_money_open(house: House) -> None:
    dinner = await dine(house)
    await dinner.finish_cooking()
    await dinner.pay(dinner.total - 100)
    paid, closed = await asyncio.gather(
        dinner.outcome("payment:record", {**CARD, "amount": 100}, by=dinner.colleague), close(dinner)
    )
    assert paid == "DONE"
    assert closed in ("DONE", "CHECK_OPEN")
    assert (await dinner.check())["due"]["amount"] == 0


async def test_a_check_of_another_table_is_not_found(house: House) -> None:
    dinner = await dine(house)
    other = await house.party(dinner.waiter, 1)
    theirs = (await dinner.waiter.send("check:get", {"sessionId": other.id}))["checks"][0]["id"]
    own = (await dinner.check())["id"]
    assert await dinner.outcome("payment:record", {**CARD, "amount": 1, "checkId": theirs}) == "NOT_FOUND"
    assert await dinner.outcome("payment:record", {**CARD, "amount": 1, "checkId": own}) == "DONE"


# ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_was_overpaid_because_of_a_void_is_given_back_and_the_table_closes(house: House) -> None:
    dinner = await dine(house, quantity=2)
    tender = await dinner.pay(dinner.total)
    await dinner.finish_cooking()
    voided = await dinner.ask("line:void", {**dinner.line(), "quantity": 1, **WHY})
    assert (voided["check"]["due"]["amount"], voided["check"]["overpaid"]["amount"]) == (0, dinner.price())
    back = await dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": dinner.price(), **WHY})
    assert (back["check"]["overpaid"]["amount"], back["tender"]["refunded"]["amount"]) == (0, dinner.price())
    assert [one["reason"] for one in back["tender"]["refunds"]] == [WHY["reason"]]
    assert await close(dinner) == "DONE"


async def test_no_more_is_given_back_than_was_paid(house: House) -> None:
    dinner = await dine(house)
    tender = await dinner.pay(1000, tip=500)
    await dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": 400, **WHY})
    with pytest.raises(Refused, match="REFUND_TOO_LARGE") as refused:
        await dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": 601, **WHY})
    assert refused.value.details["left"]["amount"] == 600
    assert await dinner.outcome("payment:refund", {"tenderId": "nothing", "amount": 1, **WHY}) == "NOT_FOUND"


async def test_of_twenty_who_give_half_of_it_back_two_do(house: House) -> None:
    dinner = await dine(house)
    tender = await dinner.pay(1000)
    request = {"tenderId": tender["id"], "amount": 500, **WHY}
    outcomes = await asyncio.gather(
        *(dinner.outcome("payment:refund", request, by=dinner.waiters[number % 2]) for number in range(20))
    )
    assert sorted(set(outcomes)) == ["DONE", "REFUND_TOO_LARGE"]
    assert outcomes.count("DONE") == 2
    assert (await dinner.check())["paid"]["amount"] == 0


async def test_twenty_repeats_at_once_give_back_once_and_are_all_answered_alike(house: House) -> None:
    dinner = await dine(house)
    tender = await dinner.pay(1000)
    request = {"tenderId": tender["id"], "amount": 100, **WHY, "idempotencyKey": str(uuid4())}
    answers = await asyncio.gather(
        *(dinner.ask("payment:refund", request, by=dinner.waiters[number % 2]) for number in range(20))
    )
    assert {one["tender"]["refunded"]["amount"] for one in answers} == {100}
    assert sum(not one["replayed"] for one in answers) == 1
    assert await dinner.outcome("payment:refund", {**request, "amount": 99}) == "IDEMPOTENCY_KEY_REUSED"


async def test_above_the_limit_a_refund_needs_a_second_person(house: House) -> None:
    dinner = await dine(house, quantity=9)
    tender = await dinner.pay(dinner.total)
    request = {"tenderId": tender["id"], "amount": LIMIT + 1, **WHY}
    assert await dinner.outcome("payment:refund", request) == "APPROVER_REQUIRED"
    answer = await dinner.ask("payment:refund", {**request, "approval": house.approval()})
    (refund,) = answer["tender"]["refunds"]
    (entry,) = await dinner.entries("payment-refunded")
    assert entry["details"]["approver"] == refund["approver"]["id"]
    assert (entry["before"], entry["after"]) == ({"paid": dinner.total}, {"paid": dinner.total - LIMIT - 1})


async def test_after_the_party_is_gone_nothing_is_paid_and_too_much_can_still_be_given_back(house: House) -> None:
    dinner = await dine(house, quantity=2)
    tender = await dinner.pay(dinner.total)
    await dinner.finish_cooking()
    await dinner.ask("line:comp", {**dinner.line(), "quantity": 1, **WHY})
    manager = await house.staff(house.login_of("MANAGER"))
    assert await dinner.outcome("session:close", WHY, by=manager) == "DONE"
    assert await dinner.outcome("payment:record", {**CARD, "amount": 1}, by=dinner.colleague) == "SESSION_CLOSED"
    request = {"tenderId": tender["id"], "amount": dinner.price(), **WHY}
    answer = await dinner.ask("payment:refund", request, by=dinner.colleague)
    assert (answer["check"]["status"], answer["check"]["overpaid"]["amount"]) == ("CLOSED", 0)


# ── two parties ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_a_merge_the_checks_of_both_parties_are_corrected_and_paid_each(house: House) -> None:
    dinner = await dine(house, quantity=2)
    host = await house.party(dinner.waiter, 1)
    await dinner.waiter.operate("session:merge", {"from": dinner.party.id, "into": host.id})
    own, came = (await dinner.waiter.send("check:get", {"sessionId": host.id}))["checks"]
    assert (own["rounds"], came["total"]["amount"]) == ([], dinner.total)
    asked = {"sessionId": host.id}
    voided = await dinner.ask("line:void", {**asked, **dinner.line(), "quantity": 1, **WHY}, by=dinner.colleague)
    assert voided["check"]["id"] == came["id"]
    pay = {**asked, **CARD, "amount": dinner.price()}
    assert await dinner.outcome("payment:record", pay) == "PAYMENT_TOO_LARGE"
    paid = await dinner.ask("payment:record", {**pay, "checkId": came["id"]})
    assert (paid["check"]["id"], paid["check"]["due"]["amount"]) == (came["id"], 0)
    for command, data in (("payment:record", {**CARD, "amount": 1}), ("discount:apply", {"amount": 1, **WHY})):
        assert await dinner.outcome(command, data, by=dinner.colleague) == "SESSION_MERGED"
    await dinner.phone.until(lambda state: any(check["tenders"] for check in state.of("check")))
    assert len((await dinner.phone.send("check:get"))["checks"]) == 2


async def test_a_payment_and_a_merge_at_the_same_moment_leave_one_payment_or_none(house: House) -> None:
    dinner = await dine(house)
    host = await house.party(dinner.waiter, 1)
    merged, paid = await asyncio.gather(
        dinner.waiter.operate("session:merge", {"from": dinner.party.id, "into": host.id}),
        dinner.outcome("payment:record", {**CARD, "amount": dinner.total}, by=dinner.colleague),
    )
    assert merged["success"]
    assert paid in ("DONE", "SESSION_MERGED")
    (_, came) = (await dinner.waiter.send("check:get", {"sessionId": host.id}))["checks"]
    assert (paid == "DONE") == (came["due"]["amount"] == 0)
