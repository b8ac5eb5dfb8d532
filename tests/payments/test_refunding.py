"""What was paid online is given back online: at once, later, or not at all."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from payments.table import SECONDS, Table
from payments.test_webhooks import look

pytestmark = pytest.mark.parametrize("paying_installation", ["two servers"], indirect=True)
"""One server could not make this harder."""

WHY = {"reason": "a mistake"}


async def paid(table: Table, amount: int = 2000, **more: Any) -> tuple[str, str]:
    """Pay; return the ids of the payment and of the tender."""
    payment = await table.pay(amount, **more)
    (tender,) = (await table.check())["tenders"]
    return payment["id"], tender["id"]


async def until_refund(table: Table, status: str) -> dict[str, Any]:
    """Wait until the only refund of the check is in a state; return the check."""
    async with asyncio.timeout(SECONDS):
        while True:
            check = await table.check()
            if [one["status"] for tender in check["tenders"] for one in tender["refunds"]] == [status]:
                return check
            await asyncio.sleep(0.02)


async def test_money_goes_back_to_the_card_it_came_from(table: Table) -> None:
    payment_id, tender_id = await paid(table, tip=300)
    answer = await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, "tip": 300, **WHY})
    assert [one["status"] for one in answer["tender"]["refunds"]] == ["PENDING"]
    check = await until_refund(table, "SUCCEEDED")
    (refund,) = await table.stripe.refunds(payment_id)
    assert (refund["amount"], check["paid"]["amount"]) == (800, 1500)
    (entry,) = await table.dinner.entries("refund-decided")
    assert (entry["before"]["status"], entry["after"]["status"]) == ("PENDING", "SUCCEEDED")


async def test_twenty_repeats_at_once_give_back_once(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    request = {"tenderId": tender_id, "amount": 500, "idempotencyKey": str(uuid4()), **WHY}
    outcomes = await asyncio.gather(
        *(table.dinner.outcome("payment:refund", request, by=table.dinner.waiters[number % 2]) for number in range(8))
    )
    assert sorted(outcomes) == ["DONE"] + ["REPLAYED"] * 7
    await until_refund(table, "SUCCEEDED")
    assert len(await table.stripe.refunds(payment_id)) == 1


@pytest.mark.parametrize("kind", ["lose", "fail"])
async def test_a_refund_whose_answer_was_lost_is_made_once(table: Table, kind: str) -> None:
    payment_id, tender_id = await paid(table)
    await table.stripe.webhooks(mode="drop")
    await table.stripe.fault("refund", kind)
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    await until_refund(table, "SUCCEEDED")
    assert len(await table.stripe.refunds(payment_id)) == 1


async def test_a_refund_whose_key_is_forgotten_at_the_provider_is_found_and_not_made_again(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    await table.stripe.webhooks(mode="drop")
    await table.stripe.fault("refund", "lose")
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    async with asyncio.timeout(SECONDS):
        while not await table.stripe.refunds(payment_id):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    await table.stripe.forget_keys()
    await until_refund(table, "SUCCEEDED")
    assert len(await table.stripe.refunds(payment_id)) == 1


async def test_a_refund_that_takes_its_time_is_followed_until_it_is_done(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    await table.stripe.refunds_are("pending")
    await table.stripe.webhooks(mode="drop")
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    await table.until_stored(payment_id, lambda one: one["refunds"][0]["provider_id"] is not None)
    (refund,) = await table.stripe.refunds(payment_id)
    await table.stripe.decide_refund(refund["id"], "succeeded")
    await look(table)
    await until_refund(table, "SUCCEEDED")


async def test_money_that_could_not_be_given_back_counts_as_paid_and_the_floor_is_told(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    await table.stripe.refunds_are("pending")
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    await table.until_stored(payment_id, lambda one: one["refunds"][0]["provider_id"] is not None)
    assert (await table.check())["paid"]["amount"] == 1500
    (refund,) = await table.stripe.refunds(payment_id)
    await table.stripe.decide_refund(refund["id"], "failed")
    check = await until_refund(table, "FAILED")
    assert check["paid"]["amount"] == 2000
    await table.until_alarmed("REFUND_FAILED")
    again = {"tenderId": tender_id, "amount": 2000, **WHY}
    assert await table.dinner.outcome("payment:refund", again) == "DONE"


async def test_a_refund_that_the_bank_sends_back_later_counts_as_paid_again(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    await until_refund(table, "SUCCEEDED")
    (refund,) = await table.stripe.refunds(payment_id)
    await table.stripe.decide_refund(refund["id"], "failed")
    assert (await until_refund(table, "FAILED"))["paid"]["amount"] == 2000


async def test_what_the_provider_refuses_to_give_back_has_failed(table: Table) -> None:
    payment_id, tender_id = await paid(table)
    await table.stripe.decide((await table.stored(payment_id))["intent_id"], "requires_capture", metadata={})
    await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 500, **WHY})
    check = await until_refund(table, "FAILED")
    assert check["paid"]["amount"] == 2000
    await table.until_alarmed("REFUND_FAILED")


async def test_no_more_goes_back_than_came_in(table: Table) -> None:
    _, tender_id = await paid(table)
    with pytest.raises(Refused, match="REFUND_TOO_LARGE"):
        await table.dinner.ask("payment:refund", {"tenderId": tender_id, "amount": 2001, **WHY})
