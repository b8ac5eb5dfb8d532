"""A write whose answer comes after others have written, and this process was told of it, is not remembered."""

import time
from collections.abc import AsyncIterator

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from models.cart import Cart
from models.store.cache import Cache
from models.store.client import Document, connect
from models.store.schema import KINDS
from models.store.work import Store

DATABASE = "late-answer"
KEYS = {"_id": "cart", "restaurant_id": "r", "session_id": "s"}


class Stream(CommandListener):
    """Tells the cache what the change stream would, in the moment in which the answer to a write is there."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.versions: list[int] = []

    def started(self, event: CommandStartedEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nobody here listens to the cart: what is told of it is not kept."""
        for version in self.versions if event.command_name == "update" else ():
            self._cache.miss(KINDS[Cart], KEYS, version)


@pytest.fixture
async def told(mongo_url: str) -> AsyncIterator[tuple[Store, Stream]]:
    cache = Cache(10)
    stream = Stream(cache)
    client: AsyncMongoClient[Document] = connect(mongo_url, event_listeners=[stream])
    store = Store(client[DATABASE], cache, time.monotonic)
    work = store.begin("r", time.monotonic() + 10)
    work.add(Cart(id="cart", restaurant_id="r", session_id="s", currency="RON"))
    await work.commit()
    yield store, stream
    await client.drop_database(DATABASE)
    await client.close()


async def write(store: Store) -> None:
    work = store.begin("r", time.monotonic() + 10)
    cart = await work.get(Cart, "cart")
    assert cart is not None
    work.save(cart)
    await work.commit()


async def test_a_version_that_was_overtaken_before_its_answer_came_is_not_remembered(
    told: tuple[Store, Stream],
) -> None:
    store, stream = told
    stream.versions = [2, 3]
    await write(store)
    assert store.cache.get(Cart, "cart") is None


async def test_a_version_that_is_the_newest_is_remembered(told: tuple[Store, Stream]) -> None:
    store, stream = told
    stream.versions = [2]
    await write(store)
    known = store.cache.get(Cart, "cart")
    assert known is not None
    assert known.version == 2
