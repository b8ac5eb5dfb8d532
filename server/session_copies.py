"""A copy of customers' sessions in Redis, which can refuse and never admit.

What it says is either still true or was overtaken in its own direction: a generation only grows, and what has ended
stays ended. So a token that is refused on its word is refused rightly, without asking MongoDB, also while MongoDB
cannot be asked; and whatever it does not refuse is asked of MongoDB. Without Redis everything is. It holds no personal
data: its key is a hash of the session's id, its value two numbers.
"""

import asyncio
import hashlib
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from models.customer_session import CustomerSession
from server.clock import Clock
from server.presence import REDIS_SECONDS, REST_SECONDS
from server.telemetry import Metrics

ENDED = "ended"


class SessionCopies:
    """Writes copies in the background and looks at them; no call waits longer than `REDIS_SECONDS`, once in
    `REST_SECONDS`.
    """

    def __init__(self, redis: "Redis | None", clock: Clock, metrics: Metrics) -> None:
        self._redis = redis
        self._clock = clock
        self._metrics = metrics
        self._rests_until = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def refuses(self, session_id: str, generation: int) -> bool:
        """Whether a token surely counts no more: its session has ended, or two newer ones were made since."""
        said: list[str] = []
        await self._bounded(self._look(_key(session_id), said))
        known = said[0] if said else ""
        return known == ENDED or (known.isdecimal() and generation < int(known) - 1)

    def keep(self, session: CustomerSession) -> None:
        """Have a session copied as it is, for as long as any of its tokens could be shown."""
        seconds = int((session.ends_at - self._clock.now()) / timedelta(seconds=1))
        if self._redis is None or seconds <= 0:
            return
        value = str(session.generation) if session.ended_at is None else ENDED
        task = asyncio.create_task(self._bounded(self._write(_key(session.id), value, seconds)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Let what is under way end; it is bounded."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=REDIS_SECONDS * 2)

    async def _look(self, key: str, said: list[str]) -> None:
        found = await self._redis.get(key) if self._redis is not None else None
        if found is not None:
            said.append(str(found))

    async def _write(self, key: str, value: str, seconds: int) -> None:
        if self._redis is not None:
            await self._redis.set(key, value, ex=seconds)

    async def _bounded(self, asking: Coroutine[Any, Any, None]) -> None:
        """Ask Redis, unless it failed a moment ago; a fault of it is nobody's business."""
        if self._redis is None or self._clock.monotonic() < self._rests_until:
            asking.close()
            return
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                await asking
        except (RedisError, OSError, TimeoutError):
            self._metrics.redis_errors.inc()
            self._rests_until = self._clock.monotonic() + REST_SECONDS


def _key(session_id: str) -> str:
    return f"comanda:checkout:session:{hashlib.sha256(session_id.encode()).hexdigest()}"
