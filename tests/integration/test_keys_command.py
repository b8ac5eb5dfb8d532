"""`comanda keys rotate`: afterwards the old key can be thrown away, whatever happened on the way."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from integration.house import settings_for
from integration.people_at_home import customer, details_of, keys_of, order, phone_of, safe, secrets, write
from integration.test_command_line import comanda, environment
from pymongo.asynchronous.database import AsyncDatabase

from models.customer import PHONE_INDEX, Customer, address_place, name_place, phone_place
from models.delivery import destination_place
from models.order import Order
from models.store.cache import Cache
from models.store.client import connect
from models.store.index import ensure_indexes
from models.store.outcome import Conflict
from models.store.work import Store, Work
from server.auth import hash_password
from server.clock import Clock
from server.keys_command import rotate
from server.opening import write_house
from server.sealing import Safe
from server.seed import load_demo_house

DATABASE = "keys_command"
OLD, BOTH, NEW = ("e1", "i1"), ("e2,e1", "i2,i1"), ("e2", "i2")
PEOPLE = 40


class Registered:
    """A database with two houses and their customers, each with an order, and the command beside it."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], houses: list[str], folder: Path, url: str) -> None:
        self.database = database
        self.houses = houses
        self.folder = folder
        self.options = {"COMANDA_MONGODB__URL": url, "COMANDA_MONGODB__DATABASE": DATABASE}
        self.store = Store(database, Cache(10), Clock().monotonic)

    async def furnish(self, people: int, keys: Safe, *, first: int = 0) -> None:
        for house in self.houses:
            those = [customer(house, number, keys) for number in range(first, first + people)]
            await write(self.store, house, [*those, *(order(one, 1, keys) for one in those)])

    def work(self, house: str) -> Work:
        return self.store.begin(house, Clock().monotonic() + 30, is_proving=True)

    async def customers(self, house: str) -> list[Customer]:
        return sorted(await self.work(house).every(Customer, restaurant_id=house), key=lambda one: one.phone.text)

    async def sealed_under(self, key: str) -> int:
        return await self.database["customers"].count_documents({"phone.key": key})

    async def rotate(self, keys: tuple[str, str]) -> bool:
        """Do what the command does, in this process."""
        url = self.options["COMANDA_MONGODB__URL"]
        return await rotate(settings_for(url, None, DATABASE, secrets=keys_of(*keys)))

    def command(self, keys: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        return comanda(self.folder, "keys", "rotate", **self.options, **secrets(*keys))

    def rotating(self, keys: tuple[str, str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "server", "keys", "rotate"],
            cwd=self.folder,
            env=environment(self.folder, **self.options, **secrets(*keys)),
            stdout=subprocess.DEVNULL,
        )

    async def require_opens_with(self, keys: Safe, people: int) -> None:
        """Open everything and find everybody, with these keys alone."""
        for house in self.houses:
            found = await self.customers(house)
            assert len(found) == people
            for one in found:
                number = int(one.id.rsplit("-", 1)[1])
                assert keys.unseal(phone_place(house, one.id), one.phone) == phone_of(number)
                assert keys.unseal(name_place(house, one.id), one.name)
                for address in one.addresses:
                    opened = keys.unseal(address_place(house, one.id, address.id), address.details)
                    assert json.loads(opened)["city"] == details_of(number)["city"]
                (digest,) = [index.digest for index in keys.blind(house, PHONE_INDEX, phone_of(number))]
                assert [index.digest for index in one.phone_indexes].count(digest) == 1
            for placed in await self.work(house).every(Order, restaurant_id=house):
                assert placed.delivery
                assert placed.delivery.destination
                assert "Strada" in keys.unseal(destination_place(house, placed.id), placed.delivery.destination)


@pytest.fixture
async def registered(mongo_url: str, tmp_path: Path) -> AsyncIterator[Registered]:
    client, clock = connect(mongo_url), Clock()
    await client.drop_database(DATABASE)
    await ensure_indexes(client[DATABASE])
    store = Store(client[DATABASE], Cache(1_000), clock.monotonic)
    houses = [(await write_house(store, clock, load_demo_house(), hash_password("of nobody", 4))).id for _ in range(2)]
    yield Registered(client[DATABASE], houses, tmp_path, mongo_url)
    await client.drop_database(DATABASE)
    await client.close()


async def test_everything_is_sealed_anew_and_the_old_key_can_go(registered: Registered) -> None:
    await registered.furnish(PEOPLE, safe(*OLD))
    ended = registered.command(BOTH)
    assert ended.returncode == 0, ended.stderr
    assert "40 of customers sealed anew" in ended.stdout
    assert "40 of orders sealed anew" in ended.stdout
    assert "All older keys can be taken away." in ended.stdout
    await registered.require_opens_with(safe(*NEW), PEOPLE)
    assert await registered.rotate(NEW)
    kept = [one.phone_indexes for house in registered.houses for one in await registered.customers(house)]
    assert {index.key for indexes in kept for index in indexes} == {"i2"}


async def test_nothing_is_written_when_nothing_is_left_to_do(registered: Registered) -> None:
    await registered.furnish(3, safe(*NEW))
    assert await registered.rotate(NEW)
    assert {one.version for house in registered.houses for one in await registered.customers(house)} == {1}
    assert await registered.database["audit"].count_documents({}) == 0


async def test_the_log_says_that_keys_were_changed(registered: Registered) -> None:
    await registered.furnish(3, safe(*OLD))
    await registered.rotate(BOTH)
    entries = await registered.database["audit"].find({"act": "keys-rotated"}).to_list()
    assert sorted(one["restaurant_id"] for one in entries) == sorted(registered.houses)
    assert entries[0]["details"] == {"encryption_key": "e2", "index_key": "i2", "customers": 3, "orders": 3}


async def test_it_goes_on_after_it_was_killed_while_customers_change(registered: Registered) -> None:
    people = 150
    await registered.furnish(people, safe(*OLD))
    changed: dict[str, int] = {}
    is_over = asyncio.Event()
    guests = asyncio.create_task(_change(registered, safe(*BOTH), changed, is_over))
    with registered.rotating(BOTH) as process:
        while await registered.sealed_under("e2") < 20:
            assert process.poll() is None
            await asyncio.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert 0 < await registered.sealed_under("e1") < 2 * people
    assert await registered.rotate(BOTH)
    is_over.set()
    await guests
    await registered.require_opens_with(safe(*NEW), people)
    assert changed
    for entry_id, orders in changed.items():
        stored = await registered.database["customers"].find_one({"_id": entry_id})
        assert stored
        assert stored["orders"] == orders


async def _change(registered: Registered, keys: Safe, done: dict[str, int], is_over: asyncio.Event) -> None:
    """Change customers as a server with both keys does: read, seal, write by version; note how often each was."""
    turn = 0
    while not is_over.is_set():
        turn += 1
        await asyncio.sleep(0.005)
        house = registered.houses[turn % 2]
        entry_id = f"customer-{house}-{turn % 50}"
        work = registered.work(house)
        one = await work.get(Customer, entry_id)
        assert one is not None
        address = one.addresses[0]
        place = address_place(house, one.id, address.id)
        details = keys.seal(place, keys.unseal(place, address.details))
        work.save(one.with_changed(address.id, details, make_default=False).with_(orders=one.orders + 1))
        try:
            await work.commit()
            done[entry_id] = one.orders + 1
        except Conflict:
            continue


async def test_a_server_that_still_seals_with_the_old_key_is_told(
    registered: Registered, capsys: pytest.CaptureFixture[str]
) -> None:
    await registered.furnish(10, safe(*OLD))
    late = asyncio.create_task(_come_without_end(registered, safe("e1,e2", "i1,i2")))
    assert not await registered.rotate(BOTH)
    late.cancel()
    said = capsys.readouterr().out
    assert "a server seals with it" in said
    assert "take no key away" in said


async def _come_without_end(registered: Registered, keys: Safe) -> None:
    for number in range(1_000, 9_000):
        await write(registered.store, registered.houses[0], [customer(registered.houses[0], number, keys)])
        await asyncio.sleep(0.03)


async def test_what_cannot_be_opened_is_named_and_keeps_its_indexes(registered: Registered) -> None:
    await registered.furnish(2, safe(*OLD))
    await registered.furnish(1, safe("e3", "i1"), first=7)
    ended = registered.command(BOTH)
    assert ended.returncode == 1
    lost = f"customers customer-{registered.houses[0]}-7 cannot be opened: there is no encryption key named e3."
    assert lost in ended.stderr
    assert "take no key away" in ended.stdout
    stored = await registered.database["customers"].find_one({"_id": f"customer-{registered.houses[0]}-7"})
    assert stored
    assert [one["key"] for one in stored["phone_indexes"]] == ["i1"]
    assert await registered.sealed_under("e1") == 0


async def test_who_is_found_by_a_phone_is_found_by_an_index(registered: Registered) -> None:
    await registered.furnish(200, safe(*OLD))
    house = registered.houses[0]
    digests = [one.digest for one in safe(*BOTH).blind(house, PHONE_INDEX, phone_of(5))]
    query = {"restaurant_id": house, "phone_indexes.digest": {"$in": digests}}
    explained = await registered.database["customers"].find(query).sort("_id", -1).explain()
    assert '"indexName": "one_customer_per_phone"' in json.dumps(explained["queryPlanner"]["winningPlan"], default=str)
