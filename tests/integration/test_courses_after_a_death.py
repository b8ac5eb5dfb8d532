"""A course that a server has found to be due, and then dies: another one fires it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from integration.coursed import MAIN, STARTER, seat
from integration.house import House, start_installation

from server.coursing import PACING

LEASE_SECONDS = 1


@pytest.fixture
async def mortal(mongo_url: str, redis_url: str) -> AsyncIterator[House]:
    """A house on two servers of its own, one of which takes over soon after the other has died."""
    limits = {"hold_courses": True}
    two = await start_installation(mongo_url, redis_url, servers=2, database="paced_by_the_other", limits=limits)
    for app in two.apps:
        app.duties._lease._seconds = LEASE_SECONDS
    house = await two.new_house()
    yield house
    await house.close()
    await two.stop()


async def test_what_a_server_that_dies_has_found_is_fired_by_the_other(mortal: House) -> None:
    table = await seat(mortal)
    await table.send(STARTER, MAIN)
    died = _first_dies(mortal)
    await table.cooked(STARTER)
    async with asyncio.timeout(20):
        await died.wait()
        await table.until_fired(MAIN)
    assert len(await table.entries("course-fired")) == 1


def _first_dies(house: House) -> asyncio.Event:
    """Have the first process that would fire a course do nothing more from that moment."""
    died = asyncio.Event()
    for app in house.apps:

        async def perform(who: Any, act: Any, *more: Any, then: Any = app.dispatcher.perform) -> Any:
            if act is PACING.act and not died.is_set():
                died.set()
                await asyncio.Event().wait()
            return await then(who, act, *more)

        app.dispatcher.perform = perform  # type: ignore[method-assign]
    return died
