"""A customer pays what they ordered from home, from any of their phones, and nobody else's order."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.customers import Meal, deliver, ordered
from payments.table import Table

from server.delivering import SETTLED


async def start(phone: Connection, meal: Meal, amount: int, **more: Any) -> dict[str, Any]:
    """Begin to pay a part of an order."""
    asked = {"method": "ONLINE", "amount": amount, "orderId": meal.id, "idempotencyKey": str(uuid4()), **more}
    return dict((await phone.send("payment:start", asked))["payment"])


async def paid(table: Table, meal: Meal, amount: int) -> dict[str, Any]:
    """Pay a part of an order, until the phone knows that it has."""
    payment = await start(meal.phone, meal, amount)
    ready = await table.until(payment["id"], lambda one: one["clientSecret"] is not None, meal.phone)
    await table.stripe.confirm(ready["clientSecret"])
    return await table.decided(payment["id"], meal.phone)


async def test_a_customer_pays_and_sees_it_on_every_phone(table: Table) -> None:
    await deliver(table.house)
    meal = await ordered(table.house, paymentMethod="ONLINE")
    other = await meal.caller.connect()
    assert (await paid(table, meal, meal.due))["status"] == "SUCCEEDED"
    for phone in (meal.phone, other):
        await phone.until(lambda state: all(one["due"]["amount"] == 0 for one in state.of("check")))
    await table.dinner.waiter.operate("delivery:done", {"orderId": meal.id})
    await meal.phone.until(lambda state: all(one["status"] == "CLOSED" for one in state.of("check")))


async def test_what_is_paid_after_it_was_handed_over_closes_by_itself(table: Table) -> None:
    await deliver(table.house)
    meal = await ordered(table.house)
    await table.dinner.waiter.operate("delivery:done", {"orderId": meal.id})
    await paid(table, meal, meal.due)
    await table.house.apps[0].duties.perform(SETTLED)
    await meal.phone.until(lambda state: all(one["status"] == "CLOSED" for one in state.of("check")))


async def test_nobody_pays_or_cancels_what_is_another_customers(table: Table) -> None:
    await deliver(table.house)
    meal, other = await ordered(table.house), await ordered(table.house, "+40712345679")
    payment = await start(meal.phone, meal, 500)
    with pytest.raises(Refused, match="NOT_FOUND"):
        await start(other.phone, meal, 500)
    for phone in (other.phone, table.ana):
        with pytest.raises(Refused, match="NOT_FOUND"):
            await phone.send("payment:cancel", {"paymentId": payment["id"]})
    await table.until(payment["id"], lambda one: one["clientSecret"] is not None, meal.phone)
    for stranger in (other.phone, table.ana, *table.dinner.waiters):
        assert payment["id"] not in {one["id"] for one in stranger.state.of("payment")}
    await meal.phone.send("payment:cancel", {"paymentId": payment["id"]})
    assert (await table.decided(payment["id"], meal.phone))["status"] == "CANCELLED"


async def test_a_key_of_one_order_is_not_taken_for_another(table: Table) -> None:
    await deliver(table.house)
    meal = await ordered(table.house)
    asked = {"method": "ONLINE", "amount": 500, "orderId": meal.id, "idempotencyKey": str(uuid4())}
    first = await meal.phone.send("payment:start", asked)
    again = await meal.phone.send("payment:start", asked)
    assert (again["replayed"], again["payment"]["id"]) == (True, first["payment"]["id"])
    with pytest.raises(Refused, match="IDEMPOTENCY_KEY_REUSED"):
        await meal.phone.send("payment:start", asked | {"amount": 600})


async def test_calling_off_an_order_ends_its_payments(table: Table) -> None:
    await deliver(table.house)
    meal = await ordered(table.house)
    payment = await start(meal.phone, meal, 500)
    cancel = {"orderId": meal.id, "reason": "closed early", "approval": table.house.approval()}
    await table.dinner.waiter.operate("delivery:cancel", cancel)
    await table.decided(payment["id"], meal.phone)
    await table.house.apps[0].duties.perform(SETTLED)
    await meal.phone.until(lambda state: all(one["status"] == "CLOSED" for one in state.of("check")))
