"""Parties that do nothing for long are shown to the staff, at the cost of a few queries, and nobody is closed by it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from comanda_client import Connection
from integration.house import House, Installation, Party, TestClock, free_socket, settings_for, start_installation
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from models.session import TableSession
from models.store.reader import LOOK
from models.store.waiting import AT_ONCE
from server.app import App
from server.waiting import ACTIVITY, IDLENESS

STEPS = ("cart", "order", "join", "service", "kitchen")


@pytest.fixture(scope="module")
async def installation(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers of their own: hours pass here, and all parties of other tests would be idle, too."""
    installation = await start_installation(mongo_url, redis_url, servers=2, database="idle")
    yield installation
    await installation.stop()


async def look(house: House) -> None:
    """Do both duties, each on another server, until nothing is left."""
    while await house.apps[0].duties.perform(IDLENESS) >= AT_ONCE:
        pass
    await house.apps[-1].duties.perform(ACTIVITY)


def idle_since(client: Connection, party: Party) -> str | None:
    return next(one["idleSince"] for one in client.state.of("session") if one["id"] == party.id)


async def ordered(house: House, phone: Connection) -> str:
    added = await phone.operate("cart:add", {"itemId": house.dish("grill")})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    return str((await phone.operate("order:place", placing))["order"]["id"])


async def seat(house: House) -> tuple[Connection, Party, Connection]:
    waiter = await house.waiter()
    party = await house.party(waiter)
    return waiter, party, await house.phone(party)


async def step(house: House, party: Party, phone: Connection, kind: str) -> None:
    """Let something happen at the table; there is a ticket in the kitchen."""
    if kind == "cart":
        await phone.operate("cart:add", {"itemId": house.dish("grill")})
    elif kind == "order":
        await ordered(house, phone)
    elif kind == "join":
        await house.phone(party, "Ion")
    elif kind == "service":
        await phone.send("service:request", {"kind": "WATER"})
    else:
        cook = await house.cook()
        (ticket,) = (await cook.send("board:get"))["tickets"]
        await cook.send("ticket:bump", {"ticketId": ticket["id"]})


async def test_a_party_that_did_nothing_for_45_minutes_is_shown_since_its_last_step(house: House) -> None:
    waiter, party, phone = await seat(house)
    await ordered(house, phone)
    last = house.clock.now()
    house.clock.advance(minutes=44)
    await look(house)
    assert idle_since(waiter, party) is None
    house.clock.advance(minutes=2)
    await look(house)
    await waiter.until(lambda _: idle_since(waiter, party) is not None)
    shown = datetime.fromisoformat(str(idle_since(waiter, party)))
    assert timedelta() <= last - shown < timedelta(seconds=5)


@pytest.mark.parametrize("kind", STEPS)
async def test_whoever_does_something_is_not_idle_and_who_is_idle_is_busy_again(house: House, kind: str) -> None:
    waiter, party, phone = await seat(house)
    await ordered(house, phone)
    house.clock.advance(minutes=40)
    await step(house, party, phone, kind)
    house.clock.advance(minutes=10)
    await look(house)
    assert idle_since(waiter, party) is None
    if kind == "kitchen":
        await ordered(house, phone)
    house.clock.advance(minutes=50)
    await look(house)
    await waiter.until(lambda _: idle_since(waiter, party) is not None)
    await step(house, party, phone, "service" if kind == "service" and await _resolve(waiter) else kind)
    await look(house)
    await waiter.until(lambda _: idle_since(waiter, party) is None)


async def _resolve(waiter: Connection) -> bool:
    for one in list(waiter.state.of("service")):
        await waiter.send("service:resolve", {"requestId": one["id"]})
    return True


async def test_a_step_of_the_session_itself_is_seen_at_once(house: House) -> None:
    waiter, party, phone = await seat(house)
    house.clock.advance(minutes=46)
    await look(house)
    await waiter.until(lambda _: idle_since(waiter, party) is not None)
    await phone.send("service:request", {"kind": "WATER"})
    await waiter.until(lambda _: idle_since(waiter, party) is None)


async def test_nobody_is_closed_and_nobody_hears_twice(house: House) -> None:
    waiter, party, phone = await seat(house)
    house.clock.advance(hours=9)
    await asyncio.gather(*(app.duties.perform(IDLENESS) for app in house.apps * 2))
    await look(house)
    await waiter.until(lambda _: idle_since(waiter, party) is not None)
    stored = await house.apps[0].store.collection(TableSession).find_one({"_id": party.id})
    assert stored is not None
    assert (stored["status"], stored["change"]["kind"], stored["version"]) == ("OPEN", "idle", 3)
    await phone.operate("cart:add", {"itemId": house.dish("grill")})


class Looks(CommandListener):
    """Counts the queries of duties."""

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command.get("comment") == LOOK:
            self.sent[str(event.command[event.command_name])] += 1

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to do."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to do."""


async def test_looking_at_ten_sessions_takes_as_many_queries_as_looking_at_one(mongo_url: str) -> None:
    looks, clock = Looks(), TestClock()
    app = App(settings_for(mongo_url, None, "idle"), clock=clock, mongo_options={"event_listeners": [looks]})
    installation = Installation([app], [await app.start(free_socket())], clock)
    house = await installation.new_house()
    try:
        waiter = await house.waiter()
        parties: list[Party] = []
        for tables in (range(1), range(1, 10)):
            parties += [await house.party(waiter, table) for table in tables]
            house.clock.advance(minutes=50)
            for party in parties:
                await waiter.operate("cart:add", {"sessionId": party.id, "itemId": house.dish("grill")})
            looks.sent.clear()
            assert await app.duties.perform(IDLENESS) == 0
            assert looks.sent == {"restaurants": 1, "table_sessions": 1, "carts": 1}
    finally:
        await house.close()
        await installation.stop()
