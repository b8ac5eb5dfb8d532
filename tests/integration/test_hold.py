"""The checkout hold: a lease with a fence, so that one phone sends while the others wait, and a dead one is waited for
half a minute at most. On two servers, with each phone on a named one and the clock in our hands.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House, Installation, Party

from models.cart import Cart
from models.order import Order

SERVERS = (0, 1)


@pytest.fixture
async def two(installation_of_two: Installation) -> AsyncIterator[House]:
    house = await installation_of_two.new_house()
    yield house
    try:
        await house.require_all_know_the_truth()
    finally:
        await house.close()


@dataclass
class Pair:
    """Two phones of a party, each on a server of its own, and one dish in their cart."""

    house: House
    party: Party
    waiter: Connection
    ana: Connection
    ion: Connection
    dish: str

    async def orders(self) -> int:
        """Return how many rounds of the party are stored."""
        return int(await self.house.apps[0].store.collection(Order).count_documents({"session_id": self.party.id}))

    async def cart(self) -> dict[str, Any]:
        """Return the shared cart as it is stored."""
        found = await self.house.apps[0].store.collection(Cart).find_one({"session_id": self.party.id, "owner": None})
        assert found is not None
        return dict(found)


async def on(house: House, server: int, auth: dict[str, str]) -> Connection:
    """Connect a phone to one of the servers."""
    client = Connection(house.installation.addresses[server], "/table", auth, first_pause=0.05)
    await client.open()
    house.clients.append(client)
    return client


@pytest.fixture
async def pair(two: House) -> Pair:
    waiter = await two.waiter()
    party = await two.party(waiter)
    phones = []
    for server, name in zip(SERVERS, ("Ana", "Ion"), strict=True):
        phone = await on(two, server, {"table": party.token})
        answer = await phone.send("session:join", {"pin": party.pin, "name": name})
        phone.auth["sessionToken"] = answer["sessionToken"]
        phones.append(phone)
    dish = two.dish("grill")
    added = await phones[0].operate("cart:add", {"itemId": dish})
    await phones[1].until(lambda state: any(one["version"] == added["cart"]["version"] for one in state.of("cart")))
    return Pair(two, party, waiter, phones[0], phones[1], dish)


async def send(phone: Connection, cart: dict[str, Any], *, fenced: bool = True, key: str = "") -> str:
    """Send a cart as a phone knows it, with the fence of its hold; returns the code of a refusal, or PLACED."""
    fence = {"fence": cart["hold"]["fence"]} if fenced else {}
    placing = {"idempotencyKey": key or str(uuid4()), "cartVersion": cart["version"], **fence}
    try:
        await phone.send("order:place", placing)
    except Refused as refused:
        return refused.code
    return "PLACED"


async def hold(phone: Connection) -> dict[str, Any]:
    """Hold the checkout and return the cart."""
    return dict((await phone.send("checkout:hold", {}))["cart"])


async def test_who_holds_sends_under_the_fence_of_the_hold(pair: Pair) -> None:
    held = await hold(pair.ana)
    with pytest.raises(Refused, match="CART_HELD"):
        await pair.ion.operate("cart:add", {"itemId": pair.dish})
    assert await send(pair.ion, held, fenced=False) == "CART_HELD"
    assert await send(pair.ana, held) == "PLACED"
    assert (await pair.cart())["hold"] is None


async def test_the_lease_of_a_phone_that_died_is_over_within_half_a_minute(pair: Pair) -> None:
    await hold(pair.ana)
    await pair.ana.drop()
    with pytest.raises(Refused, match="CART_HELD") as refused:
        await pair.ion.operate("cart:add", {"itemId": pair.dish})
    wait = refused.value.details["retryAfter"]
    assert 20 <= wait <= 30
    pair.house.clock.advance(seconds=wait)
    changed = await pair.ion.operate("cart:add", {"itemId": pair.dish})
    assert await send(pair.ion, changed["cart"], fenced=False) == "PLACED"


async def test_a_phone_that_comes_back_late_cannot_send_and_gets_the_cart(pair: Pair) -> None:
    late = await hold(pair.ana)
    pair.house.clock.advance(seconds=30)
    changed = (await pair.ion.operate("cart:add", {"itemId": pair.dish}))["cart"]
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": late["version"], "fence": late["hold"]["fence"]}
    with pytest.raises(Refused) as refused:
        await pair.ana.send("order:place", placing)
    assert refused.value.code == "HOLD_LOST"
    assert refused.value.details["cart"]["version"] == changed["version"]
    assert len(refused.value.details["cart"]["lines"]) == 2
    assert await pair.orders() == 0
    assert await send(pair.ana, await hold(pair.ana)) == "PLACED"


async def test_without_a_fence_the_version_decides_for_a_late_phone(pair: Pair) -> None:
    late = await hold(pair.ana)
    pair.house.clock.advance(seconds=30)
    await pair.ion.operate("cart:add", {"itemId": pair.dish})
    assert await send(pair.ana, late, fenced=False) == "CART_CHANGED"
    assert await pair.orders() == 0


async def test_a_lease_that_is_over_sends_nothing_even_if_nobody_else_came(pair: Pair) -> None:
    held = await hold(pair.ana)
    pair.house.clock.advance(seconds=25)
    assert await send(pair.ana, held) == "HOLD_LOST"
    assert await send(pair.ana, held, fenced=False) == "PLACED"


async def test_an_old_fence_is_worth_nothing_while_another_holds(pair: Pair) -> None:
    late = await hold(pair.ana)
    pair.house.clock.advance(seconds=30)
    theirs = await hold(pair.ion)
    assert theirs["hold"]["fence"] == late["hold"]["fence"] + 1
    assert await send(pair.ana, late) == "HOLD_LOST"
    assert await send(pair.ana, theirs) == "HOLD_LOST"
    assert await send(pair.ion, theirs) == "PLACED"


async def test_the_answer_to_a_round_that_was_sent_in_time_is_told_after_the_lease(pair: Pair) -> None:
    held, key = await hold(pair.ana), str(uuid4())
    assert await send(pair.ana, held, key=key) == "PLACED"
    pair.house.clock.advance(seconds=60)
    assert await send(pair.ana, held, key=key) == "PLACED"
    assert await pair.orders() == 1


async def test_of_two_phones_that_hold_at_the_same_moment_one_does(pair: Pair) -> None:
    for _ in range(8):
        answers = await asyncio.gather(hold(pair.ana), hold(pair.ion), return_exceptions=True)
        won = [(phone, one) for phone, one in zip((pair.ana, pair.ion), answers, strict=True) if isinstance(one, dict)]
        assert [one.code for one in answers if isinstance(one, Refused)] == ["CART_HELD"]
        ((winner, cart),) = won
        assert (await pair.cart())["hold"]["fence"] == cart["hold"]["fence"]
        await winner.send("checkout:release", {})


async def test_a_late_phone_and_a_new_one_that_send_at_the_same_moment_send_one_round(pair: Pair) -> None:
    for _ in range(5):
        late = await hold(pair.ana)
        pair.house.clock.advance(seconds=25)
        theirs = await hold(pair.ion)
        assert sorted(await asyncio.gather(send(pair.ana, late), send(pair.ion, theirs))) == ["HOLD_LOST", "PLACED"]
        added = await pair.ana.operate("cart:add", {"itemId": pair.dish})
        await pair.ion.until(
            lambda state, version=added["cart"]["version"]: any(one["version"] == version for one in state.of("cart"))
        )
    assert await pair.orders() == 5


async def test_a_waiter_holds_and_sends_for_the_party(pair: Pair) -> None:
    session = {"sessionId": pair.party.id}
    held = (await pair.waiter.send("checkout:hold", session))["cart"]
    assert await send(pair.ana, held) == "HOLD_LOST"
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": held["version"], "fence": held["hold"]["fence"]}
    assert (await pair.waiter.send("order:place", {**session, **placing}))["order"]["placedBy"]["kind"] == "STAFF"
