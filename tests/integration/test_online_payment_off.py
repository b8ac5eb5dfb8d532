"""A house without keys of a provider: online payment is off and says so, wherever somebody asks."""

from uuid import uuid4

import pytest
from aiohttp import ClientSession
from comanda_client import Refused
from integration.dinner import dine
from integration.house import House


async def test_nobody_pays_online_and_everybody_is_told(house: House) -> None:
    dinner = await dine(house)
    assert dinner.phone.hello["onlinePayment"] is None
    assert (await dinner.phone.send("check:get"))["onlinePayment"] is None
    asked = {"method": "ONLINE", "amount": 1000, "idempotencyKey": str(uuid4())}
    with pytest.raises(Refused, match="ONLINE_PAYMENT_OFF"):
        await dinner.phone.send("payment:start", asked)
    assert (await dinner.check())["pending"] == []


async def test_nothing_is_taken_as_a_message_of_a_provider(house: House) -> None:
    async with ClientSession() as http:
        answer = await http.post(house.installation.addresses[0] + "/webhooks/stripe", json={})
        assert answer.status == 404
