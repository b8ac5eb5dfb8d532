"""What is done without anyone asking, by one process of all: what waits too long is noticed, the log is sealed.

A lease says which process. A duty finds what is due over all houses; each finding is then carried out as a command of
the house itself, with the same attempts, versions and audit as any other. So nothing is done twice, should two
processes believe for a moment that they hold the lease.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from handlers.context import Context, Reply
from models.errors import Refusal
from models.principal import the_house
from models.rules import Rules
from models.store.client import PyMongoError
from models.store.lease import Lease
from models.store.outcome import Interrupted
from models.store.reader import LOOK
from models.store.work import Store, Work
from server.clock import Clock
from server.dispatch import Dispatcher
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

LEASE_SECONDS = 10
TICK_SECONDS = 1.0
FIND_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due in one house; `subject` is what `act` needs to do it."""

    restaurant_id: str
    subject: Any


@dataclass(frozen=True, slots=True)
class Duty:
    """Every `seconds` seconds `find` looks over all houses; `act` does one of its findings.

    `find` may read anything and writes nothing; `act` is a command without a client. `find` is given the moment, or,
    where there is an `age`, the moment before which something must have been left alone to be due. `act` has
    `act_seconds` for one finding, as long as a command where there are none.
    """

    name: str
    seconds: float
    find: Callable[[Work, Any], Awaitable[Sequence[Due]]]
    act: Callable[[Context, Any], Awaitable[Reply]]
    age: Callable[[Rules], timedelta] = lambda rules: timedelta()
    act_seconds: float | None = None


class Duties:
    """Carries duties out in the process that holds the lease."""

    def __init__(
        self,
        lease: Lease,
        duties: Sequence[Duty],
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        metrics: Metrics,
        rules: Rules = Rules(),  # noqa: B008  (immutable)
    ) -> None:
        self._lease = lease
        self._duties = duties
        self._store = store
        self._dispatcher = dispatcher
        self._clock = clock
        self._metrics = metrics
        self._rules = rules
        self._due_at: dict[str, float] = {}
        self._woken = asyncio.Event()

    async def run(self) -> None:
        """Do what is due, for as long as the process lives."""
        while True:
            self._woken.clear()  # before the work: who hurries us while we are at it is not forgotten
            try:
                if await self._lease.take() is not None:
                    await self.tick()
            except PyMongoError as error:
                log.warning("duties wait for the database", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TICK_SECONDS)

    def hurry(self, name: str) -> None:
        """Do one duty as soon as may be."""
        self._due_at.pop(name, None)
        self._woken.set()

    async def tick(self) -> None:
        """Do every duty whose time has come."""
        now = self._clock.monotonic()
        for duty in self._duties:
            if self._due_at.get(duty.name, 0.0) <= now:
                self._due_at[duty.name] = now + duty.seconds
                try:
                    await self.perform(duty)
                except (PyMongoError, Interrupted) as error:
                    log.warning("a duty waits for the database", duty=duty.name, error=type(error).__name__)
                except Exception:
                    log.exception("a duty failed", duty=duty.name)

    async def perform(self, duty: Duty) -> int:
        """Do one duty in all houses now; returns how much was due."""
        work = self._store.begin("", self._clock.monotonic() + FIND_SECONDS)
        work.label = LOOK
        found = await duty.find(work, self._clock.now() - duty.age(self._rules))
        for due in found:
            try:
                await self._dispatcher.perform(the_house(due.restaurant_id), duty.act, due.subject, duty.act_seconds)
            except Refusal as refusal:
                log.info("a duty was refused", duty=duty.name, code=refusal.code)
            except Exception:
                log.exception("a duty failed in one house", duty=duty.name, house=due.restaurant_id)
        return len(found)

    async def stop(self) -> None:
        """Let another process go on."""
        try:
            await self._lease.release()
        except PyMongoError:
            return
