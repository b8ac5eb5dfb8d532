"""A lock for each key, alive only while someone holds or awaits it: writers of one aggregate queue up inside the
process.
"""

import asyncio
from collections.abc import Callable


class Locks:
    """Locks by key. A lock costs nothing when nobody uses it."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[asyncio.Lock, int]] = {}

    async def acquire(self, key: str, seconds: float) -> Callable[[], None]:
        """Wait for a key and return what releases it; raises `TimeoutError` after `seconds`."""
        lock, users = self._held.get(key) or (asyncio.Lock(), 0)
        self._held[key] = (lock, users + 1)
        try:
            if users:
                await asyncio.wait_for(lock.acquire(), seconds)
            else:
                await lock.acquire()
        except BaseException:
            self._leave(key)
            raise

        def release() -> None:
            lock.release()
            self._leave(key)

        return release

    def _leave(self, key: str) -> None:
        lock, users = self._held[key]
        if users == 1:
            del self._held[key]
        else:
            self._held[key] = (lock, users - 1)
