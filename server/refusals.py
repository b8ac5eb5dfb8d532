"""Attempts that were refused, written into the audit log after their answer: who tried what, and why not.

What a refused command staged is not written, so its entry is an insert of its own, in the background: no client waits
for it. It is best effort and bounded, because whoever is refused must not be able to fill the disk with that: a bucket
for each house, one entry a minute for each door at which nobody knows who knocks, and a queue. What is skipped is
counted, in the metrics and in the next entry of the house.
"""

import asyncio
from collections import deque

import structlog

from models.audit import REFUSED, AuditEntry, Facts, masked_address
from models.errors import OrderInProgress, OutcomeUnknown, RateLimited, Refusal, Unavailable, ValidationFailed
from models.principal import Principal, Role
from models.store.client import PyMongoError
from models.store.outcome import Conflict, Interrupted
from models.store.work import Store
from server.clock import Clock
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

UNREMARKABLE = (ValidationFailed, RateLimited, Unavailable, OutcomeUnknown, OrderInProgress)
"""They say nothing about what someone may do."""

UNKNOWN = frozenset({Role.STRANGER, Role.VISITOR})
PER_SECOND, BURST = 20.0, 40.0
SUMMARY_SECONDS = 60.0
MOST_DOORS = 10_000
MOST_WAITING = 500
WRITE_SECONDS = 5.0
STOP_SECONDS = 2.0


class _House:
    """What is left of a house's bucket, and what was skipped since its last entry."""

    __slots__ = ("left", "since", "skipped")

    def __init__(self, now: float) -> None:
        self.left = BURST
        self.since = now
        self.skipped = 0

    def take(self, now: float) -> bool:
        """Take one from the bucket, which refills evenly."""
        self.left = min(BURST, self.left + (now - self.since) * PER_SECOND)
        self.since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Refusals:
    """The refused attempts of one process."""

    def __init__(self, store: Store, clock: Clock, metrics: Metrics) -> None:
        self._store = store
        self._clock = clock
        self._metrics = metrics
        self._houses: dict[str, _House] = {}
        self._doors: dict[tuple[str, ...], float] = {}
        self._waiting: deque[AuditEntry] = deque()
        self._writer: asyncio.Task[None] | None = None

    def note(
        self, principal: Principal, restaurant_id: str, command: str, refusal: Refusal, session_id: str | None
    ) -> None:
        """Have an attempt written down soon, unless there are too many; one at no house is nobody's.

        `restaurant_id` is that of a house that exists: what strangers invent is not kept.
        """
        if not restaurant_id or isinstance(refusal, UNREMARKABLE):
            return
        now = self._clock.monotonic()
        house = self._houses.setdefault(restaurant_id, _House(now))
        table_id = getattr(principal, "table_id", None)
        door = (restaurant_id, command, refusal.code, session_id or table_id or "")
        is_summed_up = bool(principal.roles & UNKNOWN) and not self._is_first(door, now)
        if is_summed_up or len(self._waiting) >= MOST_WAITING or not house.take(now):
            house.skipped += 1
            self._metrics.audit_refusal("skipped")
            return
        details: Facts = {"command": command, "code": refusal.code}
        if house.skipped:
            details["skipped"], house.skipped = house.skipped, 0
        self._waiting.append(
            AuditEntry(
                id=self._clock.new_id(),
                restaurant_id=restaurant_id,
                at=self._clock.now(),
                act=REFUSED,
                actor=principal.actor,
                session_id=session_id,
                subject=table_id,
                address=masked_address(principal.address),
                device=principal.device,
                details=details,
            )
        )
        if self._writer is None or self._writer.done():
            self._writer = asyncio.get_running_loop().create_task(self._write_all())

    async def stop(self) -> None:
        """Write what is waiting; what cannot be written in time is lost, and counted."""
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=STOP_SECONDS)
            self._writer.cancel()
        for _ in range(len(self._waiting)):
            self._metrics.audit_refusal("lost")
        self._waiting.clear()

    def _is_first(self, door: tuple[str, ...], now: float) -> bool:
        """Whether nobody was refused at a door within the last minute."""
        if now - self._doors.get(door, -SUMMARY_SECONDS) < SUMMARY_SECONDS:
            return False
        if len(self._doors) >= MOST_DOORS:
            self._doors = {one: at for one, at in self._doors.items() if now - at < SUMMARY_SECONDS}
            if len(self._doors) >= MOST_DOORS:
                return False
        self._doors[door] = now
        return True

    async def _write_all(self) -> None:
        while self._waiting:
            entry = self._waiting.popleft()
            work = self._store.begin(entry.restaurant_id, self._clock.monotonic() + WRITE_SECONDS)
            work.add(entry)
            try:
                await work.commit()
                self._metrics.audit_refusal("recorded")
            except (PyMongoError, Conflict, Interrupted) as error:
                self._metrics.audit_refusal("lost")
                log.warning("a refused attempt could not be written down", error=type(error).__name__)
            except Exception:
                self._metrics.audit_refusal("lost")
                log.exception("a refused attempt could not be written down")
