"""Storing the demonstration house: whole, once, also when two processes start together."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from models.house import Restaurant, Table
from models.menu import Menu
from models.staff import Staff
from models.store.cache import Cache
from models.store.client import connect
from models.store.work import Store
from server.auth import hash_password
from server.clock import Clock
from server.seed import load_demo_house, store_if_none

CLOCK = Clock()


@pytest.fixture
async def database(mongo_url: str) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    client = connect(mongo_url)
    name = f"seed-{CLOCK.new_id()}"
    yield client[name]
    await client.drop_database(name)
    await client.close()


@pytest.fixture
def store(database: AsyncDatabase[dict[str, Any]]) -> Store:
    return process(database)


def process(database: AsyncDatabase[dict[str, Any]]) -> Store:
    """What one server process has: its own memory over the shared database."""
    return Store(database, Cache(1_000), CLOCK.monotonic)


async def counts(database: AsyncDatabase[dict[str, Any]]) -> dict[str, int]:
    names = ("restaurants", "menus", "stations", "tables", "staff")
    return {name: await database[name].count_documents({}) for name in names}


WHOLE = {"restaurants": 1, "menus": 1, "stations": 5, "tables": 20, "staff": 6}


async def test_a_house_is_stored_whole(store: Store, database: AsyncDatabase[dict[str, Any]]) -> None:
    await store_if_none(load_demo_house(), store, CLOCK)
    assert await counts(database) == WHOLE


async def test_what_was_stored_is_read_back_equal_by_another_process(
    store: Store, database: AsyncDatabase[dict[str, Any]]
) -> None:
    new = await store_if_none(load_demo_house(), store, CLOCK)
    assert new is not None
    work = process(database).begin(new.restaurant.id, CLOCK.monotonic() + 5)
    [menu] = await work.list(Menu, "house", new.restaurant.id)
    tables = await work.list(Table, "house", new.restaurant.id)
    assert menu == new.menu.with_(version=1)
    assert sorted(tables, key=lambda table: table.position) == [table.with_(version=1) for table in new.tables]
    assert await work.get(Restaurant, new.restaurant.id) == new.restaurant.with_(version=1)


async def test_a_second_start_changes_nothing(store: Store, database: AsyncDatabase[dict[str, Any]]) -> None:
    first = await store_if_none(load_demo_house(), store, CLOCK)
    assert first is not None
    assert await store_if_none(load_demo_house(), process(database), CLOCK) is None
    assert await database["tables"].distinct("token") == sorted(table.token for table in first.tables)


async def test_two_processes_that_start_together_store_one_house(database: AsyncDatabase[dict[str, Any]]) -> None:
    house = load_demo_house()
    both = await asyncio.gather(*(store_if_none(house, process(database), CLOCK) for _ in range(2)))
    assert [stored is None for stored in both].count(False) == 1
    assert await counts(database) == WHOLE


async def test_another_house_that_is_there_already_is_left_alone(
    store: Store, database: AsyncDatabase[dict[str, Any]]
) -> None:
    await database["restaurants"].insert_one(
        {"_id": "mine", "restaurant_id": "mine", "version": 1, "name": "Mine", "currency": "RON"}
    )
    assert await store_if_none(load_demo_house(), store, CLOCK) is None
    assert await counts(database) == {"restaurants": 1, "menus": 0, "stations": 0, "tables": 0, "staff": 0}


async def test_passwords_are_stored_as_bcrypt_only(store: Store, database: AsyncDatabase[dict[str, Any]]) -> None:
    new = await store_if_none(load_demo_house(), store, CLOCK)
    assert new is not None
    work = process(database).begin(new.restaurant.id, CLOCK.monotonic() + 5)
    [ana] = await work.list(Staff, "login", "ana")
    prefix = hash_password("any")[:7]
    assert ana.password_hash.startswith(prefix)
    assert "ana-la-masa" not in str(await database["staff"].find().to_list())
