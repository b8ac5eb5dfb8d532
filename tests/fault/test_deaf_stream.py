"""Promise G11: a process whose change stream is silently dead notices, and its clients are right again within 15 s."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest
from comanda_client import Connection, State
from fault.installation import running
from fault.premises import furnish
from pymongo import AsyncMongoClient

SERVERS = 3
DEAD_MS = 60_000
HEALED_SECONDS = 15.0

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
async def healed_after(tmp_path_factory: pytest.TempPathFactory) -> list[float]:
    """Let the stream of each server hang in the database, change something, and measure until its phones have it."""
    options = ("--setParameter", "enableTestCommands=1")
    async with AsyncExitStack() as stack:
        folder = tmp_path_factory.mktemp("deaf")
        installation = await stack.enter_async_context(running(folder, servers=SERVERS, mongod_options=options))
        premises = await furnish(installation.mongod.url, installation.addresses)
        party = (await premises.open_tables(1))[0]
        phones = [await premises.join(party, f"guest {number}", number) for number in range(SERVERS)]
        for phone in phones:
            await phone.until(lambda state: any(len(one["participants"]) == SERVERS for one in state.of("session")))
        client = await stack.enter_async_context(AsyncMongoClient[dict[str, object]](installation.mongod.url))
        await client.admin.command(
            "configureFailPoint",
            "failCommand",
            mode={"times": SERVERS},
            data={"failCommands": ["getMore"], "blockConnection": True, "blockTimeMS": DEAD_MS, "appName": "comanda"},
        )
        await _until_all_hang(client)
        dish = next(one for one in premises.menu.dishes if not one.modifier_groups)
        added = await phones[0].operate("cart:add", {"itemId": dish.id, "quantity": 1})
        started, cart = time.monotonic(), added["cart"]
        seconds = [asyncio.create_task(_heard(phone, cart["version"], started)) for phone in phones]
        healed = list(await asyncio.gather(*seconds))
        await asyncio.gather(*(phone.close() for phone in phones))
        await installation.require_ready()
    print(f"\n{SERVERS} deaf servers were right again after {', '.join(f'{one:.1f}' for one in healed)} s")
    return healed


async def _until_all_hang(client: AsyncMongoClient[dict[str, object]]) -> None:
    """Wait until the fail point has caught as many streams as it is set for."""
    async with asyncio.timeout(10):
        while True:
            answer = await client.admin.command({"getParameter": 1, "failpoint.failCommand": 1})
            point = answer["failpoint.failCommand"]
            if point["mode"] == 0 or point.get("timesEntered", 0) >= SERVERS:
                return
            await asyncio.sleep(0.05)


async def _heard(phone: Connection, version: int, since: float) -> float:
    """Return after how many seconds a phone was told of the cart, by a message and not by an answer."""

    def is_told(_: State) -> bool:
        return any(name == "cart:changed" and body["cart"]["version"] >= version for name, body in phone.heard)

    await phone.until(is_told, 60)
    return time.monotonic() - since


async def test_a_deaf_process_is_right_again_in_time(healed_after: list[float]) -> None:
    assert max(healed_after) <= HEALED_SECONDS


async def test_the_streams_were_really_dead(healed_after: list[float]) -> None:
    assert min(healed_after) > 2.0
