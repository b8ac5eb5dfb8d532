"""A guest pays from their phone, on one server and on two: what they see, what the others see, and what is booked."""

import asyncio
import time
from uuid import uuid4

import pytest
from comanda_client import Refused
from payments.table import Table
from simulators.simulated_stripe import KEYS

from models.rules import Rules
from server.payment_options import Payments
from server.payments.duty import PAYMENTS

MINUTES = Rules().payment_minutes
SCRIPT_URL = Payments().stripe_script_url

ASKING_SECONDS = 1.5
"""How long the provider takes for an answer that is out of date when it comes."""

SOON_SECONDS = 4.0
"""Less than the shortest wait for another look, with what a busy machine needs."""


async def test_a_guest_pays_the_check_and_everybody_sees_it(table: Table) -> None:
    paid = await table.pay(table.total, tip=500)
    assert (paid["status"], paid["clientSecret"], paid["failure"]) == ("SUCCEEDED", None, None)
    check = await table.check()
    (tender,) = check["tenders"]
    (intent,) = await table.stripe.intents(paid["id"])
    assert (check["due"]["amount"], check["pending"]) == (0, [])
    assert (tender["method"], tender["amount"]["amount"], tender["tip"]["amount"]) == ("ONLINE", table.total, 500)
    assert (tender["reference"], intent["amount"]) == (intent["id"], table.total + 500)
    await table.ion.until(lambda state: all(one["due"]["amount"] == 0 for one in state.of("check")))
    (entry,) = await table.dinner.entries("payment-received")
    assert (entry["before"], entry["after"]) == ({"paid": 0}, {"paid": table.total})


async def test_only_the_payer_is_told_how_to_pay_and_the_others_that_somebody_does(table: Table) -> None:
    ready = await table.ready(1000)
    await table.ion.until(lambda state: any(check["pending"] for check in state.of("check")))
    (pending,) = next(table.ion.state.of("check"))["pending"]
    assert (pending["amount"]["amount"], pending["by"]["name"]) == (1000, "Ana")
    assert ready["id"] not in str(table.ion.state.snapshots)
    await table.dinner.waiter.until(lambda state: any(check["pending"] for check in state.of("check")))
    (cancellable,) = next(table.dinner.waiter.state.of("check"))["pending"]
    assert cancellable["paymentId"] == ready["id"]
    for stranger in (table.ion, *table.dinner.waiters):
        assert list(stranger.state.of("payment")) == []
        assert ready["clientSecret"] not in str(stranger.state.snapshots)
        assert ready["clientSecret"] not in str(await stranger.fresh())


async def test_a_phone_that_was_away_finds_its_payment_where_it_is(table: Table) -> None:
    ready = await table.ready(1000)
    await table.ana.drop()
    await table.ana.open()
    assert (await table.ana.fresh()).snapshots[ready["id"]].body["clientSecret"] == ready["clientSecret"]
    await table.ana.drop()
    await table.stripe.confirm(ready["clientSecret"])
    await table.until_stored(ready["id"], lambda one: one["status"] == "SUCCEEDED")
    await table.ana.open()
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"


async def test_the_client_knows_from_the_greeting_with_whom_it_pays(table: Table) -> None:
    expected = {"provider": "stripe", "publishableKey": KEYS["publishable_key"], "scriptUrl": SCRIPT_URL}
    assert table.ana.hello["onlinePayment"] == expected
    assert (await table.ana.send("check:get"))["onlinePayment"] == expected


# ── the same payment again ────────────────────────────────────────────────────────────────────────────────────────────


async def test_twenty_repeats_at_once_are_one_payment_and_one_charge(table: Table) -> None:
    asked = {"method": "ONLINE", "amount": 1000, "tip": 100, "idempotencyKey": str(uuid4())}
    answers = await asyncio.gather(*(table.ana.send("payment:start", asked) for _ in range(8)))
    assert len({one["payment"]["id"] for one in answers}) == 1
    assert sum(not one["replayed"] for one in answers) == 1
    payment_id = answers[0]["payment"]["id"]
    await table.until(payment_id, lambda one: one["clientSecret"] is not None)
    assert len(await table.stripe.intents(payment_id)) == 1
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
        await table.ana.send("payment:start", asked | {"amount": 1001})
    assert len(await table.dinner.entries("payment-started")) == 1


async def test_a_repeat_after_it_was_paid_says_so_and_charges_nothing(table: Table) -> None:
    key = str(uuid4())
    paid = await table.pay(1000, idempotencyKey=key)
    again = await table.ana.send("payment:start", {"method": "ONLINE", "amount": 1000, "idempotencyKey": key})
    assert (again["replayed"], again["payment"]["status"]) == (True, "SUCCEEDED")
    assert (await table.check())["paid"]["amount"] == 1000
    assert len(await table.stripe.intents(paid["id"])) == 1


async def test_one_phone_pays_one_payment_at_a_time(table: Table) -> None:
    ready = await table.ready(1000)
    with pytest.raises(Refused, match="PAYMENT_IN_PROGRESS") as refused:
        await table.start(500)
    assert refused.value.details == {"paymentId": ready["id"]}
    await table.ana.send("payment:cancel", {"paymentId": ready["id"]})
    await table.decided(ready["id"])
    assert (await table.pay(500))["status"] == "SUCCEEDED"


# ── several who pay ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_two_phones_that_pay_the_whole_at_the_same_moment_one_does(table: Table) -> None:
    outcomes = await asyncio.gather(table.outcome(table.total), table.outcome(table.total, table.ion))
    assert sorted(outcomes) == ["DONE", "PAYMENT_TOO_LARGE"]


async def test_two_phones_pay_their_parts_at_the_same_time(table: Table) -> None:
    half = table.total // 2
    await asyncio.gather(table.pay(half), table.pay(table.total - half, table.ion))
    check = await table.check()
    assert (check["due"]["amount"], len(check["tenders"])) == (0, 2)


async def test_what_is_on_its_way_neither_phone_nor_waiter_takes_again(table: Table) -> None:
    await table.ready(table.total - 100)
    with pytest.raises(Refused, match="PAYMENT_TOO_LARGE") as refused:
        await table.start(101, table.ion)
    assert refused.value.details["payable"]["amount"] == 100
    assert refused.value.details["due"]["amount"] == table.total
    cash = {"method": "CASH", "amount": 101}
    assert await table.dinner.outcome("payment:record", cash) == "PAYMENT_TOO_LARGE"
    assert await table.dinner.outcome("payment:record", cash | {"amount": 100}) == "DONE"


async def test_a_payment_and_cash_at_the_same_moment_are_not_more_than_is_owed(table: Table) -> None:
    cash = {"method": "CASH", "amount": table.total}
    outcomes = await asyncio.gather(
        table.outcome(table.total), table.dinner.outcome("payment:record", cash, by=table.dinner.colleague)
    )
    assert sorted(outcomes) == ["DONE", "PAYMENT_TOO_LARGE"]


async def test_a_guest_pays_their_share_of_the_check(table: Table) -> None:
    split = await table.dinner.waiter.operate(
        "check:split", {"sessionId": table.dinner.party.id, "method": "EVEN", "count": 3}
    )
    share = split["check"]["shares"][0]
    too_much = await table.outcome(share["amount"]["amount"] + 1, shareId=share["id"])
    assert too_much == "PAYMENT_TOO_LARGE"
    await table.pay(share["amount"]["amount"], shareId=share["id"])
    check = await table.check()
    assert next(one["due"]["amount"] for one in check["shares"] if one["id"] == share["id"]) == 0


# ── what goes otherwise ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_a_declined_card_the_guest_takes_another(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"], "pm_card_chargeDeclinedInsufficientFunds")
    declined = await table.until(ready["id"], lambda one: one["failure"] is not None)
    assert (declined["status"], declined["failure"]) == ("REQUIRES_ACTION", "insufficient_funds")
    await table.stripe.confirm(ready["clientSecret"])
    paid = await table.decided(ready["id"])
    assert (paid["status"], paid["failure"]) == ("SUCCEEDED", None)


async def test_a_payment_that_the_bank_takes_its_time_for_blocks_the_amount_until_it_is_decided(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"], "pm_usBankAccount_processing")
    await table.until(ready["id"], lambda one: one["status"] == "PROCESSING")
    table.house.clock.advance(minutes=MINUTES * 2)
    await table.house.apps[0].duties.perform(PAYMENTS)
    assert (await table.check())["payable"]["amount"] == table.total - 1000
    await table.stripe.decide((await table.stored(ready["id"]))["intent_id"], "succeeded")
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"


async def test_a_payment_that_the_bank_refuses_in_the_end_has_failed_and_can_never_succeed(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"], "pm_usBankAccount_processing")
    await table.until(ready["id"], lambda one: one["status"] == "PROCESSING")
    await table.stripe.decide((await table.stored(ready["id"]))["intent_id"], "requires_payment_method")
    failed = await table.decided(ready["id"])
    (intent,) = await table.stripe.intents(ready["id"])
    assert (failed["status"], failed["failure"], intent["status"]) == ("FAILED", "generic_decline", "canceled")
    assert (await table.check())["payable"]["amount"] == table.total


async def test_what_the_provider_does_not_take_fails_and_frees_the_amount(table: Table) -> None:
    payment = await table.start(100)
    failed = await table.decided(payment["id"])
    assert (failed["status"], failed["failure"]) == ("FAILED", "amount_too_small")
    check = await table.check()
    assert (check["payable"]["amount"], check["pending"]) == (table.total, [])
    (entry,) = await table.dinner.entries("payment-ended")
    assert (entry["details"]["status"], entry["details"]["failure"]) == ("FAILED", "amount_too_small")


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": 1000, "tip": -1}, {"amount": 10.5}, {"amount": 1000, "method": "CASH"}],
)
async def test_a_payment_that_cannot_be_is_refused(table: Table, wrong: dict[str, object]) -> None:
    asked = {"method": "ONLINE", "amount": 1000, "idempotencyKey": str(uuid4())} | wrong
    with pytest.raises(Refused, match="VALIDATION_FAILED"):
        await table.ana.send("payment:start", asked)


# ── cancelled, too late ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["the payer", "a waiter"])
async def test_a_payment_is_cancelled_at_the_provider_first_and_then_free(table: Table, who: str) -> None:
    ready = await table.ready(1000)
    by = table.ana if who == "the payer" else table.dinner.waiter
    answer = await by.send("payment:cancel", {"paymentId": ready["id"]})
    assert (answer["payment"]["clientSecret"] is None) == (who == "a waiter")
    (entry,) = await table.dinner.entries("payment-cancel-requested")
    assert (entry["subject"], entry["before"], entry["after"]) == (
        ready["id"],
        {"ending": None},
        {"ending": "CANCELLED"},
    )
    assert (await table.decided(ready["id"]))["status"] == "CANCELLED"
    (intent,) = await table.stripe.intents(ready["id"])
    assert intent["status"] == "canceled"
    assert (await table.check())["payable"]["amount"] == table.total
    again = await by.operate("payment:cancel", {"paymentId": ready["id"]})
    assert again["payment"]["status"] == "CANCELLED"


async def test_what_is_cancelled_while_the_provider_is_asked_about_it_is_free_at_once(
    table_of_one_server: Table,
) -> None:
    table = table_of_one_server
    ready = await table.ready(1000)
    await table.stripe.fault("retrieve", "delay", seconds=ASKING_SECONDS)
    await table.stripe.confirm(ready["clientSecret"], "pm_card_chargeDeclinedInsufficientFunds")
    async with asyncio.timeout(SOON_SECONDS):
        while not await table.stripe.asked("retrieve", (await table.stored(ready["id"]))["intent_id"]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    answer = await table.ana.send("payment:cancel", {"paymentId": ready["id"]})
    assert answer["payment"]["isEnding"]
    before = time.monotonic()
    ended = await table.decided(ready["id"])
    assert (ended["status"], ended["isEnding"]) == ("CANCELLED", False)
    assert time.monotonic() - before < ASKING_SECONDS + SOON_SECONDS


async def test_nobody_cancels_the_payment_of_another_guest(table: Table) -> None:
    ready = await table.ready(1000)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await table.ion.send("payment:cancel", {"paymentId": ready["id"]})


async def test_a_payment_that_was_made_while_it_was_being_cancelled_is_paid(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="drop")
    await table.stripe.confirm(ready["clientSecret"])
    await table.ana.send("payment:cancel", {"paymentId": ready["id"]})
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"
    assert (await table.check())["paid"]["amount"] == 1000


async def test_who_does_not_pay_in_time_frees_the_amount_once_the_provider_has_cancelled(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.fault("cancel", "fail", times=2)
    table.house.clock.advance(minutes=MINUTES, seconds=10)
    await table.house.apps[0].duties.perform(PAYMENTS)
    await table.until_stored(ready["id"], lambda one: one["ending"] == "EXPIRED")
    assert (await table.check())["payable"]["amount"] == table.total - 1000
    assert (await table.decided(ready["id"]))["status"] == "EXPIRED"
    (intent,) = await table.stripe.intents(ready["id"])
    assert intent["status"] == "canceled"
    assert (await table.check())["payable"]["amount"] == table.total


async def test_a_payment_of_which_the_provider_never_told_us_ends_without_it(table: Table) -> None:
    await table.stripe.fault("create", "fail", times=100)
    payment = await table.start(1000)
    await table.until_stored(payment["id"], lambda one: one["tries"] > 0)
    await table.ana.send("payment:cancel", {"paymentId": payment["id"]})
    assert (await table.decided(payment["id"]))["status"] == "CANCELLED"
    assert (await table.check())["payable"]["amount"] == table.total
