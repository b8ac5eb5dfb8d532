"""Who of a party is connected right now. It is shown to the others and decides nothing, so it may be late or gone.

Each process counts its own sockets. Through Redis the processes tell each other, under leases that end by
themselves when a process dies; without Redis everyone sees those who are connected to the same process.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from models.principal import Guest
from models.room import TABLE, session_room
from server import announcement
from server.clock import Clock
from server.engine.contract import Broadcaster
from server.lasting import lasting
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30
"""How long another process is believed without a renewal."""

REDIS_SECONDS = 0.5
"""Longest time that anything waits for Redis; no command ever does."""

REDIS_CONNECTION = {
    getattr(socket, name): figure
    for name, figure in {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}.items()
    if hasattr(socket, name)
}
"""In seconds, and milliseconds: a Redis that is gone without a word is noticed, and not a quarter of an hour later."""

REST_SECONDS = 5.0
"""How long Redis is left alone after it failed: waiting for each session in turn would make all of them late."""

AT_ONCE = 50
"""Sessions for which Redis is asked at the same time."""

SETTLE_SECONDS = 0.05
"""Changes of one session within this time are told once."""


class Presence:
    """Counts the sockets of guests and tells the others of their session."""

    def __init__(self, redis: "Redis | None", clock: Clock, metrics: Metrics, process_id: str) -> None:
        self._redis = redis
        self._clock = clock
        self._metrics = metrics
        self._process_id = process_id
        self._sockets: dict[str, dict[str, int]] = {}
        self._versions: dict[str, int] = {}
        self._changed: set[str] = set()
        self._untold: set[str] = set()
        """Sessions of which the other processes know too little, because Redis did not answer."""
        self._wake = asyncio.Event()
        self._rests_until = 0.0
        self._ahead: float | None = None
        """By how many seconds the clock of Redis is ahead of our monotonic one: all leases are of its time, whatever
        becomes of our clocks.
        """
        self._tasks: list[asyncio.Task[None]] = []
        self.broadcaster: Broadcaster | None = None

    def here(self, guest: Guest) -> None:
        """A guest has one more socket."""
        counts = self._sockets.setdefault(guest.session_id, {})
        counts[guest.participant_id] = counts.get(guest.participant_id, 0) + 1
        self._touch(guest.session_id)

    def gone(self, guest: Guest) -> None:
        """A guest has one socket less."""
        counts = self._sockets.get(guest.session_id, {})
        left = counts.get(guest.participant_id, 0) - 1
        if left > 0:
            counts[guest.participant_id] = left
        else:
            counts.pop(guest.participant_id, None)
        if not counts:
            self._sockets.pop(guest.session_id, None)
            self._versions.pop(guest.session_id, None)
        self._touch(guest.session_id)

    async def start(self) -> None:
        """Begin to tell and to listen."""
        loops = {"presence": self._tell_always}
        if self._redis is not None:
            loops |= {"presence-listen": self._listen_always, "presence-renew": self._renew_always}
        self._tasks = [asyncio.create_task(lasting(name, run), name=name) for name, run in loops.items()]

    async def stop(self) -> None:
        """Stop, and leave what is in Redis to its leases."""
        running = set(self._tasks)
        while running:
            # A cancellation that meets a subscription under way is swallowed there, so it is said until it is heard.
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=0.2)

    def _touch(self, session_id: str) -> None:
        self._changed.add(session_id)
        self._wake.set()

    async def _tell_always(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE_SECONDS)
            self._wake.clear()
            changed, self._changed = self._changed, set()
            await self._each(changed, self._publish_and_tell)
            # Those who are connected here know all that there is to know until Redis answers again.
            if not self._is_resting:
                await self._each(self._untold - changed, self._tell_if_published)

    async def _each(self, sessions: Iterable[str], act: Callable[[str], Awaitable[None]]) -> None:
        """Do something for each session, some at a time: a Redis that is slow makes none wait for all before it."""
        ids = list(sessions)
        for first in range(0, len(ids), AT_ONCE):
            await asyncio.gather(*(act(one) for one in ids[first : first + AT_ONCE]))

    async def _publish_and_tell(self, session_id: str) -> None:
        await self._publish(session_id)
        await self._tell(session_id)

    async def _tell_if_published(self, session_id: str) -> None:
        if await self._publish(session_id):
            await self._tell(session_id)

    async def _tell(self, session_id: str) -> None:
        """Tell the sockets of this process who is connected anywhere."""
        if self.broadcaster is None or not self.broadcaster.has_members(TABLE, session_room(session_id)):
            return
        # Before Redis is asked: of two that are asked at the same time the one that began later knows all that counts.
        version = max(int(self._clock.now().timestamp() * 1000), self._versions.get(session_id, 0) + 1)
        self._versions[session_id] = version
        online = set(self._sockets.get(session_id, ())) | await self._elsewhere(session_id)
        present = announcement.Presence(id=f"presence-{session_id}", version=version, online=tuple(sorted(online)))
        text = announcement.PresenceChanged(presence=present).model_dump_json(by_alias=True)
        reached = self.broadcaster.broadcast(TABLE, (session_room(session_id),), "presence:changed", text)
        self._metrics.message("presence:changed", reached)

    async def _elsewhere(self, session_id: str) -> set[str]:
        """Return who is connected to other processes whose lease is running."""
        if self._redis is None:
            return set()
        if self._is_resting:
            self._untold.add(session_id)
            return set()
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                now = await self._redis_time(self._redis)
                entries: dict[Any, Any] = await self._redis.hgetall(_key(session_id))
        except (RedisError, OSError, TimeoutError):
            self._rest(session_id)
            return set()
        online: set[str] = set()
        for process, value in entries.items():
            until, _, participants = value.partition("|")
            if process != self._process_id and until.isdigit() and int(until) > now:
                online.update(one for one in participants.split(",") if one)
        return online

    async def _publish(self, session_id: str, *, announce: bool = True) -> bool:
        """Write who is connected here, under a lease, and wake the other processes; return whether Redis has it."""
        if self._redis is None:
            return False
        if self._is_resting:
            self._untold.add(session_id)
            return False
        here = ",".join(self._sockets.get(session_id, ()))
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                until = await self._redis_time(self._redis) + LEASE_SECONDS
                pipe = self._redis.pipeline(transaction=False)
                if here:
                    pipe.hset(_key(session_id), self._process_id, f"{until}|{here}")
                else:
                    pipe.hdel(_key(session_id), self._process_id)
                pipe.expire(_key(session_id), LEASE_SECONDS * 2)
                if announce:
                    pipe.publish(CHANNEL, f"{self._process_id}|{session_id}")
                added = (await pipe.execute())[0]
        except (RedisError, OSError, TimeoutError):
            self._rest(session_id)
            return False
        if announce:
            self._untold.discard(session_id)
        elif here and added:
            # Redis had forgotten it, and somebody may have been told so meanwhile.
            self._touch(session_id)
        return True

    async def _redis_time(self, redis: "Redis") -> int:
        """Return the time of Redis in seconds: it is asked once, and again from time to time."""
        if self._ahead is None:
            seconds, _ = await redis.time()
            self._ahead = seconds - self._clock.monotonic()
        return int(self._clock.monotonic() + self._ahead)

    @property
    def _is_resting(self) -> bool:
        return self._clock.monotonic() < self._rests_until

    def _rest(self, session_id: str) -> None:
        """Leave Redis alone for a while; then tell what it did not hear."""
        self._metrics.redis_errors.inc()
        self._ahead = None
        self._untold.add(session_id)
        self._rests_until = self._clock.monotonic() + REST_SECONDS
        asyncio.get_running_loop().call_later(REST_SECONDS, self._wake.set)

    async def _renew_always(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            self._ahead = None
            await self._each(self._sockets, self._renew)

    async def _renew(self, session_id: str) -> None:
        await self._publish(session_id, announce=False)

    async def _listen_always(self) -> None:
        """Hear from other processes; after a fault everyone here is told anew, since what was said meanwhile is
        gone.
        """
        while self._redis is not None:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    for session_id in list(self._sockets):
                        self._touch(session_id)
                    while True:
                        await self._hear(
                            await channel.get_message(ignore_subscribe_messages=True, timeout=LEASE_SECONDS)
                        )
            except (RedisError, OSError, TimeoutError):
                self._metrics.redis_errors.inc()
                await asyncio.sleep(1)

    async def _hear(self, message: dict[str, object] | None) -> None:
        if message is None:
            return
        process, _, session_id = str(message["data"]).partition("|")
        if process != self._process_id and session_id in self._sockets:
            await self._tell(session_id)


CHANNEL = "comanda:presence"


def _key(session_id: str) -> str:
    return f"comanda:presence:{session_id}"
