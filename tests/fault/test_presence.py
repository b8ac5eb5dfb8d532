"""Who is connected is shown in time although Redis hangs, and everywhere once it answers again."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from comanda_client import Connection, State
from fault.installation import Service
from integration.house import House, Party, start_installation

from server.embedded import redis_server

TABLES = 10
TOLD_SECONDS = 5.0
"""One after another, ten tables would wait 0.5 s twice each for a Redis that does not answer."""

MENDED_SECONDS = 12.0


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Service]:
    """A Redis of this test, which may be frozen."""
    daemon = redis_server(tmp_path)
    assert daemon is not None
    service = Service(daemon, is_database=False)
    await service.start()
    yield service
    service.stop()


async def house_on(mongo_url: str, redis: Service, servers: int) -> House:
    installation = await start_installation(mongo_url, redis.url, servers=servers, database=f"presence-{servers}")
    return await installation.new_house()


async def leave(house: House) -> None:
    await house.close()
    await house.installation.stop()


async def join_on(house: House, party: Party, server: int) -> Connection:
    """Join on one of the servers."""
    phone = Connection(house.installation.addresses[server], "/table", {"table": party.token})
    await phone.open()
    house.clients.append(phone)
    await phone.send("session:join", {"pin": party.pin, "name": f"at server {server}"})
    return phone


def sees(count: int) -> Callable[[State], bool]:
    """Return the condition that so many guests of the own party are shown as connected."""

    def is_seen(state: State) -> bool:
        return any(len(presence["online"]) == count for presence in state.of("presence"))

    return is_seen


async def test_a_redis_that_hangs_makes_no_party_wait_for_another(mongo_url: str, redis: Service) -> None:
    house = await house_on(mongo_url, redis, servers=1)
    try:
        waiter = await house.waiter()
        parties = [await house.party(waiter, table) for table in range(TABLES)]
        first = [await house.phone(party, "Ana") for party in parties]
        for phone in first:
            await phone.until(sees(1))
        redis.freeze()
        for party in parties:
            await house.phone(party, "Ion")
        for phone in first:
            await phone.until(sees(2), TOLD_SECONDS)
    finally:
        redis.thaw()
        await leave(house)


async def test_who_came_while_redis_hung_is_shown_by_the_other_server_once_it_answers(
    mongo_url: str, redis: Service
) -> None:
    house = await house_on(mongo_url, redis, servers=2)
    try:
        party = await house.party(await house.waiter())
        redis.freeze()
        ana, ion = await join_on(house, party, 0), await join_on(house, party, 1)
        await ana.until(sees(1))
        await ion.until(sees(1))
        redis.thaw()
        await ana.until(sees(2), MENDED_SECONDS)
        await ion.until(sees(2), MENDED_SECONDS)
    finally:
        redis.thaw()
        await leave(house)
