"""The change stream by itself, when it cannot go on from where it was: that is said, and what comes later is heard."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pymongo import AsyncMongoClient

from models.store.client import Document, connect
from models.store.stream import ChangeStream, Heartbeat, HistoryLost

DATABASE = "stream-alone"
TOO_LARGE = "s" * (9 * 1024 * 1024)
"""A field that is told beside its document: together they are more than MongoDB can say in one message."""


@pytest.fixture
async def client(mongo_url: str) -> AsyncIterator[AsyncMongoClient[Document]]:
    client = connect(mongo_url)
    yield client
    await client.drop_database(DATABASE)
    await client.close()


@pytest.fixture
async def stream(client: AsyncMongoClient[Document]) -> ChangeStream:
    """A stream that hears what is committed from now on."""
    stream = ChangeStream(client[DATABASE], time.monotonic)
    await stream.prepare()
    return stream


async def hear(stream: ChangeStream, process_id: str) -> None:
    """Follow a stream until it tells a heartbeat."""
    following = stream.follow()
    try:
        async with asyncio.timeout(10):
            async for event in following:
                if isinstance(event, Heartbeat) and event.process_id == process_id:
                    return
    finally:
        await following.aclose()  # type: ignore[attr-defined]


async def require_it_goes_on(stream: ChangeStream) -> None:
    """A stream begins anew with the last that was committed: so something is, as by every server every other second."""
    await stream.beat("meanwhile", datetime.now(UTC))
    await stream.prepare()
    await stream.beat("goes on", datetime.now(UTC))
    await hear(stream, "goes on")


async def test_a_stream_whose_database_is_dropped_says_so_and_can_begin_anew(
    client: AsyncMongoClient[Document], stream: ChangeStream
) -> None:
    await stream.beat("before", datetime.now(UTC))
    await hear(stream, "before")
    await client.drop_database(DATABASE)
    with pytest.raises(HistoryLost):
        await hear(stream, "never")
    await require_it_goes_on(stream)


async def test_a_change_that_is_too_large_to_be_told_does_not_keep_later_ones_from_being_heard(
    client: AsyncMongoClient[Document], stream: ChangeStream
) -> None:
    large = {"_id": "large", "restaurant_id": "r", "session_id": TOO_LARGE, "version": 1}
    await client[DATABASE]["carts"].insert_one(large)
    with pytest.raises(HistoryLost):
        await hear(stream, "never")
    await require_it_goes_on(stream)
