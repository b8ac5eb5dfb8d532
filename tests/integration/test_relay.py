"""The relay under faults of the stream: a change may be late, never lost, and nobody stays deaf."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from integration.house import House, Installation, TestClock, free_socket, settings_for

from models.cart import Cart
from models.store.client import connect
from server.app import App

LISTENER = "listener-under-test"


@pytest.fixture
async def two(mongo_url: str) -> AsyncIterator[House]:
    """A house on two servers; MongoDB can be told to be unkind to the second one alone."""
    clock = TestClock()
    settings = settings_for(mongo_url, None, "relay")
    apps = [App(settings, clock=clock), App(settings, clock=clock, mongo_options={"appname": LISTENER})]
    ports = [await app.start(free_socket()) for app in apps]
    installation = Installation(apps, ports, clock)
    house = await installation.new_house()
    yield house
    await house.close()
    await installation.stop()


async def fail(mongo_url: str, mode: Any, **data: Any) -> None:
    """Set MongoDB's fail point for the commands of the second server."""
    client = connect(mongo_url)
    command: dict[str, Any] = {"configureFailPoint": "failCommand", "mode": mode}
    await client.admin.command(command | {"data": data | {"appName": LISTENER}} if data else command)
    await client.close()


async def clients(house: House) -> tuple[Any, Any]:
    """A phone on each server, of one party."""
    party = await house.party(await house.waiter())
    phones = [await house.phone(party, name) for name in ("Ana", "Ion", "Eva")]
    on = {one._link.address.split(":")[2]: one for one in phones if one._link}
    first, second = (on[str(port)] for port in house.installation.ports)
    return first, second


async def add(house: House, phone: Any, quantity: int) -> None:
    await phone.operate("cart:add", {"itemId": house.dish(), "quantity": quantity})


async def first_missed(house: House, here: Any, there: Any) -> int:
    """Change the cart until a change does not arrive within a second: the reads that were under way are over."""
    for quantity in range(10, 20):
        await add(house, here, quantity)
        try:
            await there.until(has(quantity), seconds=1)
        except TimeoutError:
            return quantity
    raise AssertionError("the stream did not fall silent")


def has(quantity: int) -> Any:
    return lambda state: any(line["quantity"] == quantity for cart in state.of("cart") for line in cart["lines"])


@pytest.mark.parametrize("code", [11600, 43, 237], ids=["interrupted", "cursor not found", "cursor killed"])
async def test_a_stream_that_breaks_goes_on_where_it_was(two: House, mongo_url: str, code: int) -> None:
    here, there = await clients(two)
    await fail(mongo_url, {"times": 2}, failCommands=["getMore"], errorCode=code)
    for quantity in range(1, 8):
        await add(two, here, quantity)
    await there.until(has(7))
    await two.require_all_know_the_truth()


async def test_when_the_history_is_gone_clients_are_told_and_catch_up(two: House, mongo_url: str) -> None:
    here, there = await clients(two)
    await fail(mongo_url, {"times": 1}, failCommands=["getMore"], errorCode=286)
    for quantity in range(1, 6):
        await add(two, here, quantity)
    await there.until(lambda _: any(name == "sync:required" for name, _ in there.heard), seconds=10)
    await there.until(has(5))
    await two.require_all_know_the_truth()


async def test_a_deaf_server_notices_in_ten_seconds_and_is_right_again_in_fifteen(two: House, mongo_url: str) -> None:
    here, there = await clients(two)
    restarts = two.apps[1].metrics.stream_restarts._value.get()
    await fail(mongo_url, {"times": 1}, failCommands=["getMore"], blockConnection=True, blockTimeMS=16_000)
    missed = await first_missed(two, here, there)
    await there.until(has(missed), seconds=15)
    assert two.apps[1].metrics.stream_restarts._value.get() > restarts


async def test_a_document_that_no_version_wrote_stops_nothing(two: House) -> None:
    here, there = await clients(two)
    session = next(here.state.of("session"))
    poisoned = {"_id": "poisoned", "restaurant_id": two.restaurant.id, "session_id": session["id"], "version": 1}
    await two.apps[0].store.collection(Cart).insert_one(poisoned | {"lines": "not a list"})
    try:
        await add(two, here, 4)
        await there.until(has(4))
        assert two.apps[1].metrics._refused.labels("documents_unreadable")._value.get() >= 1
    finally:
        await two.apps[0].store.collection(Cart).delete_one({"_id": "poisoned"})


async def test_a_server_that_starts_hears_what_is_committed_from_then_on(two: House) -> None:
    for app in two.apps:
        assert app.relay.is_ready.is_set()
        assert not app.relay.is_deaf
