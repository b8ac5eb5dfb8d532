"""Promise G21: what is known of a person is found nowhere in the open, whatever way it has gone through the house.

A person whose every word is unlike any other proves a phone, is refused in every way there is, saves addresses, orders
and is looked at. Then all that is kept or told is searched for those words, as they are and in some poor disguises.
That the search finds what is there is shown by one that is hidden on purpose.
"""

import asyncio
import base64
import hashlib
import io
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from comanda_client import Refused
from integration.calling import Answer, Browser
from integration.canary import Canary, Search, cached, decoded, dumped, files, metrics, word
from integration.customers import deliver, key, wanted
from integration.house import House, Installation, start_installation
from integration.test_checkout_door import raw
from integration.texting import letter_box
from redis.asyncio import Redis

from models.sealed import Sealed
from server.customer_command import export
from sms_gateway.provider import Outgoing


@pytest.fixture
async def house(mongo_url: str, redis_url: str, log_output: io.StringIO) -> AsyncIterator[House]:
    """A house of two servers of its own: their database and their log are of this test alone."""
    name = f"canary_{word(6)}"
    installation: Installation = await start_installation(mongo_url, redis_url, servers=2, database=name)
    house = await installation.new_house()
    yield house
    await house.close()
    await installation.stop()


@dataclass
class Walk:
    """A person's way through the house: every call, and all that it answers with."""

    house: House
    person: Canary
    browser: Browser
    refused: list[Answer] = field(default_factory=list)

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """Call the servers in turn; what is refused is kept."""
        mark = "&" if "?" in path else "?"
        answer = await self.browser.call(
            method, f"{path}{mark}restaurantId={self.house.restaurant.id}", body, server=len(self.refused), **options
        )
        if answer.status >= 400:
            self.refused.append(answer)
        return answer

    async def prove(self) -> None:
        """Ask for a code with mistakes and without, show wrong ones, and the right one; and elsewhere the same."""
        person, phone = self.person, self.person.phone
        send, verify = "/phone/send-code", "/phone/verify-code"
        for wrong in (
            {"phone": person.wrong, "name": person.name},
            {"phone": f"{phone}99", "name": person.name},
            {"phone": phone, "name": f"{person.name} 7"},
            {"phone": phone, "name": person.name * 20},
            {"phone": phone, "name": person.name, phone: 1, person.street: 2},
            {"phone": phone, "name": {"first": person.name}},
            {"phone": [phone], "name": person.name},
        ):
            assert (await self.call("POST", send, wrong)).code == "VALIDATION_FAILED"
        assert (await self.call("POST", f"{send}?phone={phone}", b"{" + person.wrong.encode())).status == 400
        with letter_box(self.house, _Fails()) as failing:
            assert (await self.call("POST", send, {"phone": person.other_phone, "name": person.name})).status == 200
            await asyncio.wait_for(failing.has_failed.wait(), 10)
            person.codes.append(failing.code)
        with letter_box(self.house) as box:
            assert (await self.call("POST", send, {"phone": phone, "name": person.name})).status == 200
            code = await box.code()
        self.person.codes.append(code)
        for body in ({"phone": phone, "code": f"{code}1"}, {"phone": phone, code: code}):
            assert (await self.call("POST", verify, body)).code == "VALIDATION_FAILED"
        wrong_code = f"{(int(code) + 1) % 10**6:06d}"
        answer = await self.call("POST", verify, {"phone": phone, "code": wrong_code})
        assert answer.code == "INVALID_VERIFICATION_CODE"
        elsewhere = Walk(self.house, person, Browser(self.house))
        assert (await elsewhere.call("POST", verify, {"phone": phone, "code": code})).status == 400
        self.refused += elsewhere.refused
        proved = await self.call("POST", verify, {"phone": phone, "code": code})
        assert proved.status == 200, proved
        self.person.tokens.append(proved.body["token"])

    async def live(self) -> None:
        """Save addresses, in right and wrong ways, and change them on two servers."""
        person, address = self.person, self.person.address
        added = await self.call("POST", "/addresses", address)
        assert added.status == 201, added
        kept = added.body["address"]
        for wrong in (
            address | {"county": person.wrong},
            address | {"postal_code": person.wrong[:8]},
            address | {"street": person.street * 30},
            address | {person.street: 1},
            address | {"notes": 5, person.phone: person.phone},
        ):
            assert (await self.call("POST", "/addresses", wrong)).code == "VALIDATION_FAILED"
        path = f"/addresses/{kept['id']}"
        changed = await self.call("PUT", path, {"notes": person.notes + " bis", "__v": 1})
        assert changed.status == 200, changed
        conflict = await self.browser.call("PUT", path, {"notes": "etaj 2", "__v": 1})
        assert conflict.code == "CONCURRENT_UPDATE"
        assert (await self.call("DELETE", "/addresses/nobodys")).code == "NOT_FOUND"
        assert (await self.call("PUT", path, {"notes": person.notes, "__v": 2}, X_CSRF_Token=None)).code
        assert (await self.call("GET", "/session")).status == 200
        refreshed = await self.call("POST", "/session/refresh")
        assert refreshed.status == 200, refreshed
        self.person.tokens.append(refreshed.body["token"])

    async def order(self) -> None:
        """Order something to the address, wrongly and rightly."""
        await deliver(self.house)
        token = self.person.tokens[-1]
        (address,) = (await self.call("GET", "/addresses")).body["addresses"]
        phone = await self.house.connect("/checkout", {"token": token})
        asked = {
            "idempotencyKey": key(),
            "items": [wanted(self.house)],
            "paymentMethod": "CASH",
            "diningOption": "DELIVERY",
            "addressId": address["id"],
        }
        for wrong in ({"addressId": "nobodys"}, {self.person.street: 1}):
            with pytest.raises(Refused) as refused:
                await phone.send("order:place", asked | wrong)
            self.refused.append(Answer(400, {}, [refused.value.code, str(refused.value), refused.value.details], {}))
        assert (await phone.send("order:place", asked))["order"]

    async def mumble(self) -> None:
        """Send what nobody can read, tokens and all."""
        cookie = f"Cookie: comanda_checkout={self.person.tokens[-1]}; other={self.person.wrong}".encode()
        for rest in (b"a" * 9_000, b"\x01", b"\r\n%s: x" % cookie, b"\r\nExpect: %s" % cookie):
            answer = await raw(self.house, [b"GET /api/checkout/session HTTP/1.1\r\n%s%s\r\n\r\n" % (cookie, rest)])
            assert answer.split(b" ", 2)[1] in (b"400", b"417")
            self.refused.append(Answer(400, {}, answer.decode(), {}))

    async def fail(self) -> None:
        """Have the server fail in the middle of opening an address: what it was given was damaged."""
        app, place = self.house.apps[0], {"restaurant_id": self.house.restaurant.id}
        customers = app.database["customers"]
        stored = await customers.find_one(place)
        assert stored is not None
        broken = Sealed(key="e1", text="AAAA").model_dump()
        await customers.update_one(place, {"$set": {"addresses.0.details": broken}, "$inc": {"version": 1}})
        answer = await self.call("GET", "/addresses")
        assert (answer.status, answer.code) == (500, "INTERNAL")
        details = stored["addresses"][0]["details"]
        await customers.update_one(place, {"$set": {"addresses.0.details": details}, "$inc": {"version": 1}})


class _Fails:
    """Brings nothing, and says to whom not."""

    def __init__(self) -> None:
        self.name, self.code = "fails", ""
        self.has_failed = asyncio.Event()

    async def send(self, message: Outgoing) -> Any:
        self.code = message.text[:6]
        self.has_failed.set()
        raise ConnectionError(f"no answer for {message.phone}: {message.text}")

    async def close(self) -> None:
        """Nothing is open."""


async def test_nothing_of_a_person_is_found_anywhere(house: House, redis_url: str, log_output: io.StringIO) -> None:
    person, began = Canary(), time.time()
    walk = Walk(house, person, Browser(house, headers={"Origin": "https://order.example.com"}))
    await walk.prove()
    await walk.live()
    await walk.order()
    await walk.mumble()
    await walk.fail()
    held = await export(house.apps[0].settings, house.restaurant.id, person.phone)
    assert Search(person).finds(json.dumps(held, ensure_ascii=False).encode()) >= {"phone", "name", "street", "notes"}

    search, errors = Search(person), [json.dumps(one.body, ensure_ascii=False) for one in walk.refused]
    assert len(errors) > 15
    assert "command failed" in log_output.getvalue()
    searched = {
        "logs": log_output.getvalue().encode(),
        "database": await dumped(house),
        "database files": await files(house, began),
        "redis": await cached(redis_url),
        "metrics": await metrics(house),
        "errors": "\n".join(errors).encode(),
        "tokens": b"\n".join(decoded(one) for one in person.tokens),
    }
    found = {where: await asyncio.to_thread(search.finds, data) for where, data in searched.items()}
    assert {where: what for where, what in found.items() if what} == {}
    assert all(searched.values())


async def test_the_search_finds_what_is_hidden_on_purpose(
    house: House, redis_url: str, log_output: io.StringIO
) -> None:
    person, began = Canary(codes=["271828"]), time.time()
    search, words = Search(person), person.words
    hidden = house.apps[0].client["canary"]["hidden"]
    await house.apps[0].database["audit"].insert_one({"_id": "hidden", "restaurant_id": "nobody", "details": words})
    await hidden.insert_one({"pad": word(2_000), **words})
    redis = Redis.from_url(redis_url)
    await redis.set("canary:hidden", json.dumps(words), ex=60)
    await redis.aclose()
    logging.getLogger("server.anything").warning("a guest: %s", ", ".join(words.values()))
    assert search.finds(await dumped(house)) == set(words)
    assert search.finds(await files(house, began)) >= {"street"}
    assert search.finds(await cached(redis_url)) == set(words)
    # What looks like a phone number is taken out of every log; the rest is for whoever writes it there to leave out.
    assert search.finds(log_output.getvalue().encode()) == set(words) - {"phone", "other phone"}
    number = hashlib.sha256(person.phone.encode()).digest()
    for disguised in (base64.b64encode(b"x" + person.street.encode() + b"y"), number, b"code: 271828.", b'"271828"'):
        assert search.finds(disguised)
    assert not search.finds(b"12718281, 0.271828, a271828b")
