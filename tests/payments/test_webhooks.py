"""What Stripe tells by itself: forged, old, doubled, late, out of order, or never."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession
from integration.people import alarms, stored, until_true
from payments.table import Table
from prometheus_client.parser import text_string_to_metric_families

from models.payment import ProviderEvent
from server import bodies
from server.payments.duty import PAYMENTS
from server.payments.webhook import MANY, PATH

pytestmark = pytest.mark.parametrize("table", ["two servers"], indirect=True)
"""One server could not make this harder."""

TELLING_SECONDS = 30
"""After so long without a word the provider is asked."""


def told(table: Table, outcome: str) -> int:
    """Return how many webhooks came in with an outcome, over all servers."""
    families = [
        family
        for app in table.house.apps
        for family in text_string_to_metric_families(app.metrics.text().decode())
        if family.name == "comanda_payment_webhooks"
    ]
    return int(sum(one.value for family in families for one in family.samples if one.labels.get("outcome") == outcome))


async def look(table: Table) -> None:
    """Let so much time pass that the provider is asked."""
    table.house.clock.advance(seconds=TELLING_SECONDS)
    await table.house.apps[0].duties.perform(PAYMENTS)


async def succeeded(table: Table, payment: dict[str, Any]) -> dict[str, Any]:
    """Return the event that says that a payment has succeeded."""
    intent_id = (await table.stored(payment["id"]))["intent_id"]
    return (await table.stripe.events("payment_intent.succeeded", intent_id))[0]


async def test_a_forged_message_changes_nothing_and_is_counted(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="hold")
    await table.stripe.confirm(ready["clientSecret"])
    event = await succeeded(table, ready)
    before = told(table, "forged")
    assert await table.stripe.send(event, secret="whsec_somebodyElse123") == 400
    assert await table.stripe.send(event, age=301) == 400
    assert told(table, "forged") == before + 2
    assert (await table.stored(ready["id"]))["status"] == "REQUIRES_ACTION"
    assert await table.stripe.send(event) == 200
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"


async def test_many_forged_messages_raise_an_alarm(table: Table) -> None:
    event = {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {}}}
    for _ in range(MANY):
        await table.stripe.send(event, secret="whsec_somebodyElse123")
    await table.until_alarmed("WEBHOOK_FORGED")


async def test_a_message_that_is_too_large_is_not_read(table: Table) -> None:
    async with ClientSession() as http:
        answer = await http.post(table.house.installation.addresses[0] + PATH, data=b"x" * 70_000)
        assert answer.status == 413


async def test_a_message_that_comes_too_slowly_is_not_waited_for(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    at = urlsplit(table.house.installation.addresses[0])
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{{".encode())
        answer = await reader.readline()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_a_message_about_nothing_of_ours_is_taken_and_forgotten(table: Table) -> None:
    subject = {
        "object": "payment_intent",
        "id": "pi_other",
        "status": "succeeded",
        "amount": 1000,
        "amount_received": 1000,
        "currency": "ron",
        "client_secret": "x",
        "last_payment_error": None,
        "metadata": {"restaurant_id": "nobody", "payment_id": "nothing"},
    }
    for metadata in (subject["metadata"], {}):
        event = {
            "id": "evt_2",
            "type": "payment_intent.succeeded",
            "data": {"object": subject | {"metadata": metadata}},
        }
        assert await table.stripe.send(event) == 200


async def test_what_may_be_late_is_not_believed_and_the_provider_is_asked_instead(table: Table) -> None:
    ready = await table.ready(1000)
    intent_id = (await table.stored(ready["id"]))["intent_id"]
    assert await table.stripe.asked("retrieve", intent_id) == []
    await table.stripe.confirm(ready["clientSecret"], "pm_card_chargeDeclinedInsufficientFunds")
    # By itself the server would look after five seconds at the earliest.
    async with asyncio.timeout(4):
        while not await table.stripe.asked("retrieve", intent_id):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.02)


async def test_doubled_messages_book_once(table: Table) -> None:
    await table.stripe.webhooks(mode="double")
    paid = await table.pay(1000)
    event = await succeeded(table, paid)
    assert await table.stripe.send(event) == 200
    assert (await table.check())["paid"]["amount"] == 1000
    assert len(await stored(table.house, ProviderEvent, _id=event["id"])) == 1


async def test_the_same_message_twenty_times_at_once_books_once(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="hold")
    await table.stripe.confirm(ready["clientSecret"])
    event = await succeeded(table, ready)
    statuses = await asyncio.gather(*(table.stripe.send(event) for _ in range(20)))
    assert set(statuses) == {200}
    check = await table.check()
    assert (check["paid"]["amount"], len(check["tenders"])) == (1000, 1)


async def test_messages_in_reversed_order_lead_to_the_same_end(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="hold")
    await table.stripe.confirm(ready["clientSecret"], "pm_card_chargeDeclinedInsufficientFunds")
    await table.stripe.confirm(ready["clientSecret"], "pm_usBankAccount_processing")
    await table.stripe.decide((await table.stored(ready["id"]))["intent_id"], "succeeded")
    statuses = await table.stripe.release("reversed")
    assert statuses == [200, 200, 200]
    paid = await table.decided(ready["id"])
    assert (paid["status"], paid["failure"]) == ("SUCCEEDED", None)
    assert len((await table.check())["tenders"]) == 1


async def test_a_message_of_before_does_not_end_what_is_being_processed(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="hold")
    await table.stripe.confirm(ready["clientSecret"], "pm_card_chargeDeclinedInsufficientFunds")
    await table.stripe.confirm(ready["clientSecret"], "pm_usBankAccount_processing")
    await table.stripe.release("reversed")
    await table.until_stored(ready["id"], lambda one: one["status"] == "PROCESSING" and one["failure"] is not None)
    (intent,) = await table.stripe.intents(ready["id"])
    assert intent["status"] == "processing"


async def test_when_no_message_comes_the_provider_is_asked(table: Table) -> None:
    await table.stripe.webhooks(mode="drop")
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"])
    await look(table)
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"
    assert (await table.check())["paid"]["amount"] == 1000


async def test_what_a_process_has_planned_that_died_is_found_by_a_duty(table: Table) -> None:
    await table.stripe.webhooks(mode="drop")
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"])
    workers = [app.payments for app in table.house.apps]
    await until_true(lambda: any(ready["id"] in worker._plans for worker in workers))
    for worker in workers:
        worker._drop_plan(ready["id"])
    await look(table)
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"


async def test_after_a_lost_answer_the_payment_is_found_by_its_key(table: Table) -> None:
    await table.stripe.fault("create", "lose")
    payment = await table.start(1000)
    ready = await table.until(payment["id"], lambda one: one["clientSecret"] is not None)
    await table.stripe.confirm(ready["clientSecret"])
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"
    assert len(await table.stripe.intents(payment["id"])) == 1


@pytest.mark.parametrize("kind", ["lose", "fail", "busy", "conflict"])
async def test_while_the_provider_stumbles_the_payment_goes_on(table: Table, kind: str) -> None:
    await table.stripe.webhooks(mode="drop")
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"])
    await table.stripe.fault("retrieve", kind)
    await look(table)
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"


@pytest.mark.parametrize(
    "other", [{"amount": 900, "amount_received": 900}, {"amount_received": 999}, {"currency": "eur"}]
)
async def test_another_amount_than_we_asked_for_is_never_booked(table: Table, other: dict[str, Any]) -> None:
    ready = await table.ready(1000)
    intent_id = (await table.stored(ready["id"]))["intent_id"]
    fields = {"amount": 1000, "amount_received": 1000, "currency": "ron"} | other
    await table.stripe.decide(intent_id, "succeeded", **fields)
    await table.until_alarmed("PAYMENT_MISMATCH")
    await look(table)
    assert (await table.check())["paid"]["amount"] == 0
    assert (await table.stored(ready["id"]))["status"] == "REQUIRES_ACTION"
    (entry,) = await table.dinner.entries("payment-mismatch")
    assert entry["details"]["expected"] == 1000


async def test_another_payment_than_we_made_is_never_booked(table: Table) -> None:
    ready = await table.ready(1000)
    await table.stripe.webhooks(mode="hold")
    await table.stripe.confirm(ready["clientSecret"])
    event = await succeeded(table, ready)
    event["data"]["object"]["id"] = "pi_of_somebody"
    assert await table.stripe.send(event) == 200
    await table.until_alarmed("PAYMENT_MISMATCH")
    assert (await table.check())["paid"]["amount"] == 0


async def test_what_was_cancelled_and_is_said_to_be_paid_is_only_reported(table: Table) -> None:
    ready = await table.ready(1000)
    await table.ana.send("payment:cancel", {"paymentId": ready["id"]})
    await table.decided(ready["id"])
    intent_id = (await table.stored(ready["id"]))["intent_id"]
    await table.stripe.decide(intent_id, "succeeded", amount_received=1000)
    await table.until_alarmed("PAYMENT_MISMATCH")
    assert (await table.check())["paid"]["amount"] == 0
    assert "PAYMENT_OVERPAID" not in await alarms(table.house)
