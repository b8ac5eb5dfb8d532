"""Loops that are to run for as long as the process lives."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0


async def lasting(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a loop, and begin it again whatever ended it: nobody else would, and what it does would never be done."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("a loop failed and begins again", loop=name)
        await asyncio.sleep(AGAIN_SECONDS)
