"""The demonstration house on a real database: stored whole, and read back by another process as it was written."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase

from models.house import Restaurant, Table
from models.menu import Menu
from models.staff import Staff
from models.store.cache import Cache
from models.store.client import connect
from models.store.index import ensure_indexes
from models.store.work import Store, Work
from server.auth import hash_password
from server.clock import Clock
from server.opening import write_house
from server.seed import load_demo_house

CLOCK = Clock()


@pytest.fixture(scope="module")
async def database(mongo_url: str) -> AsyncIterator[AsyncDatabase[dict[str, Any]]]:
    client = connect(mongo_url)
    name = f"seed-{CLOCK.new_id()}"
    await ensure_indexes(client[name])
    yield client[name]
    await client.drop_database(name)
    await client.close()


@pytest.fixture(scope="module")
async def house(database: AsyncDatabase[dict[str, Any]]) -> Restaurant:
    return await write_house(process(database), CLOCK, load_demo_house())


@pytest.fixture
def elsewhere(database: AsyncDatabase[dict[str, Any]], house: Restaurant) -> Work:
    return process(database).begin(house.id, CLOCK.monotonic() + 5)


def process(database: AsyncDatabase[dict[str, Any]]) -> Store:
    """What one server process has: its own memory over the shared database."""
    return Store(database, Cache(1_000), CLOCK.monotonic)


async def test_a_house_is_stored_whole(database: AsyncDatabase[dict[str, Any]], house: Restaurant) -> None:
    names = ("restaurants", "menus", "stations", "tables", "staff")
    counts = {name: await database[name].count_documents({"restaurant_id": house.id}) for name in names}
    assert counts == {"restaurants": 1, "menus": 1, "stations": 5, "tables": 20, "staff": 6}


async def test_another_process_reads_the_menu_as_it_was_written(elsewhere: Work, house: Restaurant) -> None:
    [menu] = await elsewhere.members(Menu, "house", house.id)
    assert menu == load_demo_house().menu(restaurant_id=house.id, menu_id=menu.id).with_(version=1)


async def test_another_process_reads_the_house_as_it_was_written(elsewhere: Work, house: Restaurant) -> None:
    assert await elsewhere.get(Restaurant, house.id) == house.with_(version=1)


async def test_every_table_is_found_by_its_token(elsewhere: Work, house: Restaurant) -> None:
    tables = await elsewhere.members(Table, "house", house.id)
    found = [await elsewhere.members(Table, "token", table.token) for table in tables]
    assert found == [[table] for table in tables]


async def test_passwords_are_stored_as_bcrypt_only(
    elsewhere: Work, database: AsyncDatabase[dict[str, Any]], house: Restaurant
) -> None:
    [ana] = await elsewhere.every(Staff, restaurant_id=house.id, login="ana")
    assert ana.password_hash.startswith(hash_password("any")[:7])
    assert "ana-la-masa" not in str(await database["staff"].find().to_list())
