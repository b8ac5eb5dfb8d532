"""A payment comes in and the party is not where it was: gone, moved, merged, parted; or owes less by now."""

from typing import Any

import pytest
from comanda_client import Refused
from integration.people import alarms, manager, stored
from payments.table import Table

from models.alarm import Alarm
from models.check import Check

WHY = {"reason": "they are friends"}


async def alarm(table: Table, kind: str) -> dict[str, Any]:
    """Wait for an alarm on the floor and return it."""
    await table.until_alarmed(kind)
    (found,) = await stored(table.house, Alarm, kind=kind)
    return found


async def test_a_table_is_not_closed_while_a_guest_is_paying(table: Table) -> None:
    await table.dinner.finish_cooking()
    await table.dinner.pay(table.total - 1000)
    ready = await table.ready(1000)
    with pytest.raises(Refused, match="PAYMENT_PENDING") as refused:
        await table.dinner.ask("session:close", {})
    assert refused.value.details["pending"]["amount"] == 1000
    await table.stripe.confirm(ready["clientSecret"])
    await table.decided(ready["id"])
    assert await table.dinner.outcome("session:close", {}) == "DONE"


async def test_a_manager_who_closes_all_the_same_has_the_payment_cancelled(table: Table) -> None:
    ready = await table.ready(1000)
    boss = await manager(table.house)
    assert await table.dinner.outcome("session:close", WHY, by=boss) == "DONE"
    ended = await table.until_stored(ready["id"], lambda one: one["is_finished"])
    (intent,) = await table.stripe.intents(ready["id"])
    assert (ended["status"], intent["status"]) == ("CANCELLED", "canceled")
    assert (await table.check())["pending"] == []
    assert "PAYMENT_AFTER_CLOSE" not in await alarms(table.house)


async def test_a_payment_that_succeeds_after_the_table_was_closed_is_booked_and_the_floor_is_told(table: Table) -> None:
    await table.stripe.webhooks(mode="hold")
    ready = await table.ready(1000)
    await table.stripe.confirm(ready["clientSecret"], "pm_usBankAccount_processing")
    boss = await manager(table.house)
    assert await table.dinner.outcome("session:close", WHY, by=boss) == "DONE"
    await table.stripe.decide((await table.stored(ready["id"]))["intent_id"], "succeeded")
    await table.stripe.release()
    raised = await alarm(table, "PAYMENT_AFTER_CLOSE")
    check = await table.check()
    assert (check["status"], check["paid"]["amount"], check["pending"]) == ("CLOSED", 1000, [])
    assert (raised["session_id"], raised["details"]["amount"]) == (table.dinner.party.id, 1000)
    assert raised["details"]["payer"] == "Ana"


async def test_a_payment_follows_its_check_to_another_table_and_into_another_party(table: Table) -> None:
    ready = await table.ready(1000)
    waiter, party = table.dinner.waiter, table.dinner.party
    host = await table.house.party(waiter, 1)
    await waiter.operate("session:move", {"sessionId": party.id, "tableId": table.house.tables[2].id})
    await waiter.operate("session:merge", {"from": party.id, "into": host.id})
    await table.stripe.confirm(ready["clientSecret"])
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"
    own, came = (await waiter.send("check:get", {"sessionId": host.id}))["checks"]
    assert (own["tenders"], came["paid"]["amount"], came["pending"]) == ([], 1000, [])
    await waiter.operate("session:unmerge", {"sessionId": party.id})
    assert (await table.check())["paid"]["amount"] == 1000


async def test_a_payment_of_a_merged_check_follows_it_when_the_parties_part(table: Table) -> None:
    waiter, party = table.dinner.waiter, table.dinner.party
    host = await table.house.party(waiter, 1)
    await waiter.operate("session:merge", {"from": party.id, "into": host.id})
    _, came = (await waiter.send("check:get", {"sessionId": host.id}))["checks"]
    await table.ana.until(lambda state: any(one["sessionId"] == host.id for one in state.of("check")))
    assert await table.outcome(1000) == "PAYMENT_TOO_LARGE"
    ready = await table.ready(1000, checkId=came["id"])
    await waiter.operate("session:unmerge", {"sessionId": party.id})
    await table.stripe.confirm(ready["clientSecret"])
    assert (await table.decided(ready["id"]))["status"] == "SUCCEEDED"
    assert (await table.check())["paid"]["amount"] == 1000


async def test_a_guest_who_was_sent_away_has_paid_what_they_paid(table: Table) -> None:
    ready = await table.ready(1000)
    who = (await table.stored(ready["id"]))["participant_id"]
    await table.dinner.ask("participant:eject", {"participantId": who, "reason": "loud"})
    await table.stripe.confirm(ready["clientSecret"])
    await table.until_stored(ready["id"], lambda one: one["status"] == "SUCCEEDED")
    assert (await table.check())["paid"]["amount"] == 1000


async def test_what_is_more_than_is_owed_by_now_is_booked_shown_and_told(table: Table) -> None:
    ready = await table.ready(table.total)
    await table.dinner.ask("line:void", {**table.dinner.line(), "quantity": 1, **WHY})
    await table.stripe.confirm(ready["clientSecret"])
    await table.decided(ready["id"])
    check = await table.check()
    assert (check["due"]["amount"], check["overpaid"]["amount"]) == (0, table.dinner.price())
    raised = await alarm(table, "PAYMENT_OVERPAID")
    assert raised["details"]["amount"] == table.dinner.price()


async def test_a_paid_order_is_still_cooked_and_an_order_that_is_being_paid_still_served(table: Table) -> None:
    cook = await table.house.cook()
    (ticket,) = await table.dinner.tickets(cook)
    line = ticket["lines"][0]
    step = {"ticketId": ticket["id"], "lineId": line["id"]}
    await table.pay(table.total - 1000)
    await cook.send("line:set-status", {**step, "status": "READY", "expected": "NEW"})
    await table.ready(1000)
    await table.dinner.waiter.until(
        lambda state: any(one["status"] == "READY" for order in state.of("order") for one in order["lines"])
    )
    served = await table.dinner.waiter.send("line:serve", {"sessionId": table.dinner.party.id, **table.dinner.line()})
    assert served["order"]["lines"][0]["status"] == "SERVED"
    documents = await stored(table.house, Check, session_id=table.dinner.party.id)
    assert len(documents[0]["pending"]) == 1
