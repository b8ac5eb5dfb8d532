"""A guest pays from their phone, on one server and on two: what they see, what the others see, and what is booked."""

import asyncio
from uuid import uuid4

import pytest
from comanda_client import Refused
from payments.table import Table


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
