"""The driver's waits under cancellation: whoever gives up waiting for a primary leaves the lock to the others."""

import asyncio
import importlib
import pkgutil
import random

import pymongo.asynchronous
import pytest
from pymongo.asynchronous import topology
from pymongo.lock import _async_create_condition, _async_create_lock

from models.store import driver

WAITERS = 6
STEP_SECONDS = 0.002


def test_every_module_of_the_driver_that_waits_waits_so() -> None:
    driver.mend()
    names = [one.name for one in pkgutil.walk_packages(pymongo.asynchronous.__path__, "pymongo.asynchronous.")]
    waits = [getattr(importlib.import_module(name), driver.COND_WAIT, None) for name in names]
    assert [one for one in waits if one] == [driver.wait, driver.wait]


@pytest.mark.parametrize("seed", range(40))
async def test_waiters_that_are_cancelled_leave_the_lock(seed: int) -> None:
    driver.mend()
    chance = random.Random(seed)
    lock = _async_create_lock()
    condition = _async_create_condition(lock)

    async def wait() -> None:
        async with lock:
            for _ in range(5):
                await topology._async_cond_wait(condition, STEP_SECONDS)

    async def notify() -> None:
        for _ in range(5):
            await asyncio.sleep(chance.random() * 2 * STEP_SECONDS)
            async with lock:
                condition.notify_all()

    waiting = [asyncio.create_task(wait()) for _ in range(WAITERS)]
    notifying = asyncio.create_task(notify())
    for one in waiting:
        await asyncio.sleep(chance.random() * 0.75 * STEP_SECONDS)
        one.cancel()
        if chance.random() < 0.3:
            one.cancel()
    async with asyncio.timeout(5):
        ends = await asyncio.gather(*waiting, notifying, return_exceptions=True)
    assert {type(end) for end in ends} <= {type(None), asyncio.CancelledError}
    assert not lock.locked()


async def test_a_wait_tells_whether_it_was_notified_in_time() -> None:
    lock = _async_create_lock()
    condition = _async_create_condition(lock)
    async with lock:
        assert not await driver.wait(condition, STEP_SECONDS)
        assert lock.locked()
        waiting = asyncio.create_task(_notified(condition))
        assert await driver.wait(condition, 5)
        await waiting


async def _notified(condition: object) -> None:
    async with condition:  # type: ignore[attr-defined]
        condition.notify()  # type: ignore[attr-defined]
