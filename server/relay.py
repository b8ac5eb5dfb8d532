"""What was committed becomes messages: the change stream in, the sockets of this process out.

The commit is the message. There is no second write that could be lost: if this process dies, the others tell their
own sockets, and its clients catch up elsewhere. What nobody here listens to is not even decoded.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from pydantic import ValidationError

from models.base import Aggregate
from models.cart import Cart
from models.device import Device
from models.events import changed
from models.house import Table
from models.payload import Payload
from models.room import (
    CHECKOUT,
    FLOOR,
    KITCHEN,
    SMS,
    TABLE,
    customer_room,
    device_room,
    house_room,
    login_room,
    screens_room,
    session_room,
    staff_room,
    visitors_room,
)
from models.staff import Staff, StaffSession
from models.store.cache import Cache
from models.store.client import PyMongoError
from models.store.schema import KINDS
from models.store.stream import ChangeStream, Committed, Heartbeat, HistoryLost
from server.clock import Clock
from server.engine.contract import Broadcaster
from server.lasting import lasting
from server.pulse import Pulse
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

BEAT_SECONDS = 2.0
"""Time between two heartbeats."""

DEAF_SECONDS = 8.0
"""A heartbeat that was written and not heard for this long: the stream is dead, whatever it says."""

_OWN_ROOMS: Mapping[type[Aggregate], Callable[[str], str]] = {
    Staff: staff_room,
    StaffSession: login_room,
    Device: device_room,
}
"""Where those are whose being here rests on such an aggregate."""

RETRY_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0)


class Relay:
    """Follows the stream for one process, for as long as it lives."""

    def __init__(
        self,
        stream: ChangeStream,
        cache: Cache,
        broadcaster: Broadcaster,
        clock: Clock,
        metrics: Metrics,
        process_id: str,
        on_missed: Callable[[], None],
        on_changed: Callable[[Aggregate], None],
    ) -> None:
        self._stream = stream
        self._cache = cache
        self._broadcaster = broadcaster
        self._clock = clock
        self._metrics = metrics
        self._process_id = process_id
        self._on_missed = on_missed
        self._on_changed = on_changed
        self._tasks: list[asyncio.Task[None]] = []
        self._follower: asyncio.Task[None] | None = None
        self._heard_at = clock.monotonic()
        self._told: dict[tuple[str, str], int] = {}
        """The version told last in a namespace of what has one of its own there, by its id."""
        self._unheard_since: float | None = None
        self.pulse = Pulse(process_id)
        self.is_ready = asyncio.Event()

    async def start(self) -> None:
        """Begin to follow; returns when the first heartbeat has come back, so that nothing read later can be missed."""
        await self._stream.prepare()
        self._follower = asyncio.create_task(lasting("relay", self._follow_always), name="relay")
        self._tasks = [asyncio.create_task(lasting("heartbeat", self._beat_always), name="heartbeat")]
        await self.is_ready.wait()

    async def stop(self) -> None:
        """Stop following."""
        # A cancellation that meets an answer of the driver is swallowed there, and a stream that was just restarted has
        # a new task: so it is said until nobody is left.
        while running := [task for task in (*self._tasks, self._follower) if task and not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.2)

    @property
    def is_deaf(self) -> bool:
        """Whether a heartbeat was written that should have come back long ago."""
        return self._unheard_since is not None and self._clock.monotonic() - self._unheard_since > DEAF_SECONDS

    async def _follow_always(self) -> None:
        failures = 0
        while True:
            try:
                async for event in self._stream.follow():
                    failures = 0
                    if isinstance(event, Heartbeat):
                        self._hear(event)
                    else:
                        self._relay(event)
            except HistoryLost:
                log.error("stream history is gone: clients are told to catch up")
                await self._begin_anew()
            except PyMongoError as error:
                log.warning("stream interrupted", error=type(error).__name__)
            except Exception:
                log.exception("relay failed: clients are told to catch up")
                self._cache.clear()
                self._on_missed()
            self._metrics.stream_restarts.inc()
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def _begin_anew(self) -> None:
        """Fix a new starting point, and only then forget and have everyone catch up: what follows is heard again."""
        while True:
            try:
                await self._stream.prepare()
                break
            except PyMongoError:
                await asyncio.sleep(RETRY_SECONDS[-1])
        self._cache.clear()
        self._on_missed()

    async def _beat_always(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._stream.beat(self._process_id, self._clock.now()), BEAT_SECONDS * 2)
                if self._unheard_since is None:
                    self._unheard_since = self._clock.monotonic()
            except (PyMongoError, TimeoutError):
                self._unheard_since = None
            if self.is_deaf:
                await self._restart()
            await asyncio.sleep(BEAT_SECONDS)

    async def _restart(self) -> None:
        """Replace a stream that has gone silent: go on from its token, so that what it missed is heard now."""
        log.error("stream is deaf: restarting it")
        self._unheard_since = None
        # As in `stop`: one that went on beside the new one would tell everything twice.
        while self._follower and not self._follower.done():
            self._follower.cancel()
            await asyncio.wait([self._follower], timeout=1)
        self._metrics.stream_restarts.inc()
        self._follower = asyncio.create_task(lasting("relay", self._follow_always), name="relay")

    def _hear(self, beat: Heartbeat) -> None:
        self.pulse.hear(beat.process_id)
        if beat.process_id != self._process_id:
            return
        self._unheard_since = None
        self._metrics.stream_lag.set(max(0.0, (self._clock.now() - beat.sent_at).total_seconds()))
        self.is_ready.set()

    def _relay(self, committed: Committed) -> None:
        kind, keys = committed.kind, committed.keys
        known = self._cache.version(kind.collection, committed.id)
        if known > committed.version:
            return
        if known < committed.version and not self._is_wanted(kind.model, keys):
            self._cache.miss(kind, keys, committed.version)
            return
        aggregate = self._cache.get(kind.model, committed.id) if known == committed.version else None
        if aggregate is None:
            try:
                aggregate = self._cache.put(committed.decode())
            except ValidationError as error:
                log.error(
                    "unreadable document", collection=kind.collection, id=committed.id, problems=error.error_count()
                )
                self._metrics.refused("documents_unreadable")
                self._cache.drop(kind.collection, committed.id)
                return
        self._tell(aggregate)
        self._on_changed(aggregate)

    def _is_wanted(self, model: type[Aggregate], keys: Mapping[str, Any]) -> bool:
        """Whether a socket of this process may hear of it: someone of its session, who ordered it from home, or of its
        house's staff. On some this process may have to act, whoever is here.
        """
        if KINDS[model].is_acted_on:
            return True
        hears = self._broadcaster.has_members
        session_id = keys.get("session_id") or keys["_id"]
        customer_id = keys.get("customer_id")
        if hears(TABLE, session_room(session_id)) or (customer_id and hears(CHECKOUT, customer_room(customer_id))):
            return True
        if model is Cart:
            return hears(FLOOR, house_room(keys["restaurant_id"]))
        if model is Table and hears(TABLE, visitors_room(keys["_id"])):
            return True
        # Who is here without any business of the house: a stranger on one of its tablets, a cook on the floor.
        own_room = _OWN_ROOMS.get(model)
        if own_room and any(hears(namespace, own_room(keys["_id"])) for namespace in (FLOOR, KITCHEN, SMS)):
            return True
        house = house_room(keys["restaurant_id"])
        return (
            hears(FLOOR, house)
            or hears(KITCHEN, screens_room(keys["restaurant_id"]))
            or (session_id == keys["_id"] and (hears(TABLE, house) or hears(CHECKOUT, house)))
        )

    def _tell(self, aggregate: Aggregate) -> None:
        texts: dict[Callable[[], Payload], str] = {}
        for message in changed(aggregate):
            if message.version is not None:
                # A change may have been overtaken by one that is nothing to them: so it is not enough to be the newest.
                if self._told.get((message.namespace, aggregate.id), 0) >= message.version:
                    continue
                self._told[message.namespace, aggregate.id] = message.version
            if not any(self._broadcaster.has_members(message.namespace, room) for room in message.rooms):
                continue
            text = texts.get(message.payload)
            if text is None:
                text = texts[message.payload] = message.payload().model_dump_json(by_alias=True)
            reached = self._broadcaster.broadcast(message.namespace, message.rooms, message.event, text)
            self._metrics.message(message.event, reached)
