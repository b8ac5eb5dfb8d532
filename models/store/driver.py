"""What the driver gets wrong on Python 3.11, put right: whoever is cancelled while there is no primary leaves its locks
as they were.

PyMongo waits for a primary, and for a connection, on a condition and a time limit, through `asyncio.wait_for`. Before
Python 3.12 that waits in a task of its own. If the one who waits is cancelled while that task takes the lock of the
condition back, it releases a lock which it does not hold, and the task keeps it for ever: from then on every query of
this process waits without an end. A readiness probe during an outage may be enough.
"""

import asyncio
import sys
from typing import Any

from pymongo.asynchronous import pool, topology

COND_WAIT = "_async_cond_wait"
"""What PyMongo calls it, in each module that waits."""


async def wait(condition: Any, seconds: float | None) -> bool:
    """Wait, in the task that asks, until the condition is notified; whether that was in time."""
    try:
        async with asyncio.timeout(seconds):
            await condition.wait()
    except TimeoutError:
        return False
    return True


def mend() -> None:
    """Have this process's clients wait so. Idempotent; nothing is done where Python does it by itself."""
    if sys.version_info < (3, 12):
        for module in (pool, topology):
            setattr(module, COND_WAIT, wait)
