"""MongoDB slow or frozen under customers who call over HTTP: each is told so in time, and served afterwards."""

import asyncio
import os
import time
from pathlib import Path

import aiohttp
import pytest
from fault.installation import Service
from integration.calling import Answer, bearer, call
from integration.customers import Caller, proved
from integration.house import House, start_installation

from server import embedded
from server.app import App

PROVE = bool(os.environ.get("PROVE"))

ANSWER_SECONDS = 5.3
"""What a command may take at most, and what HTTP adds on a busy machine."""

TEST_COMMANDS = ("--setParameter", "enableTestCommands=1")

ADDRESS = {"street": "Strada Nouă 5", "city": "Cluj-Napoca", "county": "Cluj", "postal_code": "400001"}

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


async def ask(caller: Caller, method: str, path: str, body: dict[str, str] | None = None) -> Answer:
    """Call once; requires an answer in time."""
    began = time.monotonic()
    answer = await call(caller.house, method, path, body, headers=bearer(caller.token))
    assert time.monotonic() - began < ANSWER_SECONDS
    return answer


async def ask_all(caller: Caller) -> list[Answer]:
    """Ask for whatever there is at once."""
    person = {"phone": "+40722000161", "name": "Maria Ionescu"}
    return await asyncio.gather(
        ask(caller, "POST", "/phone/send-code", person),
        ask(caller, "POST", "/phone/verify-code", {"phone": person["phone"], "code": "123456"}),
        ask(caller, "GET", "/session"),
        ask(caller, "POST", "/session/refresh"),
        ask(caller, "GET", "/addresses"),
        ask(caller, "POST", "/addresses", ADDRESS),
        ask(caller, "DELETE", "/session"),
    )


async def until_served(caller: Caller) -> Answer:
    """Ask who one is until that is told."""
    async with asyncio.timeout(30):
        while (answer := await ask(caller, "GET", "/session")).status != 200:
            assert answer.code == "UNAVAILABLE", answer
    return answer


async def slow_down(app: App, mode: str) -> None:
    """Have every step take 2.7 seconds, or none."""
    slow = {"failCommands": ["find", "update"], "blockConnection": True, "blockTimeMS": 2_700}
    await app.client.admin.command("configureFailPoint", "failCommand", mode=mode, data=slow)


async def test_customers_are_told_that_the_database_is_away_and_are_served_when_it_is_back(tmp_path: Path) -> None:
    mongod = Service(embedded.mongod(tmp_path, options=TEST_COMMANDS), is_database=True)
    await mongod.start()
    installation = await start_installation(mongod.url, None, servers=1, database="away")
    try:
        caller = await proved(await installation.new_house())
        await slow_down(installation.apps[0], "alwaysOn")
        # Who it is takes 2.7 seconds, and what is asked would take 2.7 more.
        assert (await ask(caller, "POST", "/addresses", ADDRESS)).code == "UNAVAILABLE"
        await slow_down(installation.apps[0], "off")
        mongod.freeze()
        frozen = await ask_all(caller)
        mongod.thaw()
        assert (await until_served(caller)).body["total_addresses"] == 1
        assert {(one.status, one.code) for one in frozen} == {(503, "UNAVAILABLE")}
        assert all(int(one.headers["Retry-After"]) >= 1 for one in frozen)
        assert (await ask(caller, "POST", "/addresses", ADDRESS)).status == 201
        refreshed = await ask(caller, "POST", "/session/refresh")
        assert (refreshed.status, (await ask(caller, "DELETE", "/session")).status) == (200, 200)
        assert (await ask(caller, "GET", "/session")).code == "SESSION_EXPIRED"
    finally:
        mongod.thaw()
        await installation.stop()
        mongod.stop()


async def test_no_customer_waits_longer_when_there_is_no_primary_and_all_are_served_by_the_next(tmp_path: Path) -> None:
    mongod = Service(embedded.mongod(tmp_path), is_database=True)
    await mongod.start()
    installation = await start_installation(mongod.url, None, servers=1, database="gone")
    try:
        house = await installation.new_house()
        caller = await proved(house)
        mongod.kill()
        # The driver looks for a primary every half second, so each of these comes at another moment between two looks.
        asking = asyncio.gather(*(ask_after(number * 0.07, caller) for number in range(8)))
        # Who asks whether this process is ready gives up after two seconds, in the midst of the others' waiting.
        assert await asyncio.gather(*(probe_after(number * 0.05, house) for number in range(80))) == [503] * 80
        assert {(one.status, one.code) for one in await asking} == {(503, "UNAVAILABLE")}
        await mongod.start()
        assert (await until_served(caller)).status == 200
    finally:
        await installation.stop()
        mongod.stop()


async def ask_after(seconds: float, caller: Caller) -> Answer:
    """Ask for the addresses after a while."""
    await asyncio.sleep(seconds)
    return await ask(caller, "GET", "/addresses")


async def probe_after(seconds: float, house: House) -> int:
    """Ask after a while whether the first server is ready; returns the status."""
    await asyncio.sleep(seconds)
    url = f"http://127.0.0.1:{house.installation.ports[0]}/readyz"
    async with aiohttp.ClientSession() as http, http.get(url, timeout=aiohttp.ClientTimeout(10)) as answer:
        return answer.status
