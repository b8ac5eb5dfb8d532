"""The seeded hand that hits processes at random: kills, freezes, and starts again what it killed.

The same seed gives the same sequence of faults; `FAULT_SEED` replays one.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from fault.installation import Installation, Process

Fault = tuple[str, Process, Callable[[Process, float], Coroutine[None, None, None]]]
"""Its name, what it hits, and how."""

BETWEEN = (1.0, 5.0)
"""Seconds from one fault to the next."""

DOWN = (0.2, 2.0)
"""Seconds until what was killed is started again, or what was frozen goes on."""


AIMING_MS = 500
"""The longest wait for a bad moment."""


def new_seed() -> int:
    """Return the seed of this run: the one that is asked for, or a new one."""
    return int(os.environ.get("FAULT_SEED") or random.SystemRandom().randrange(1_000_000))


@dataclass
class Driver:
    """Hits the installation until it is told to stop; then everything is up again."""

    installation: Installation
    random: random.Random
    fired: Counter[str] = field(default_factory=Counter)
    aim: Callable[[], bool] = lambda: True
    """Whether this is a bad moment to be hit; the driver waits a little for one."""
    ended_alone: list[str] = field(default_factory=list)
    """Servers that ended although nobody killed them."""
    _hits: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _bag: list[Fault] = field(default_factory=list)

    async def run(self, until: asyncio.Event) -> None:
        """Hit something every 1 to 5 s until the event; return when all is up and well."""
        try:
            while not until.is_set():
                await self._take_aim()
                self._hit_one()
                try:
                    await asyncio.wait_for(until.wait(), self.random.uniform(*BETWEEN))
                except TimeoutError:
                    continue
        finally:
            await asyncio.gather(*self._hits.values())
            await self._heal()

    async def _heal(self) -> None:
        inst = self.installation
        self.ended_alone += [server.name for server in inst.servers if not server.is_up]
        await asyncio.gather(*(server.start() for server in inst.servers))
        await inst.require_ready()

    async def _take_aim(self) -> None:
        for _ in range(AIMING_MS):
            if self.aim():
                return
            await asyncio.sleep(0.001)

    def _hit_one(self) -> None:
        if not self._bag:
            self._bag = self._faults()
            self.random.shuffle(self._bag)
        (name, target, act), seconds = self._bag.pop(), self.random.uniform(*DOWN)
        hit = self._hits.get(target.name)
        if hit is not None and not hit.done():
            return
        if not target.is_up:
            self.ended_alone.append(target.name)
            act = self._kill
        self.fired[name] += 1
        self._hits[target.name] = asyncio.create_task(act(target, seconds))

    def _faults(self) -> list[Fault]:
        """Return one turn of faults: every kind comes before any comes again, the database's death twice."""
        inst = self.installation
        return [
            *((f"kill {server.name}", server, self._kill) for server in inst.servers),
            *((f"freeze {server.name}", server, self._freeze) for server in inst.servers),
            ("kill mongod", inst.mongod, self._kill),
            ("kill mongod", inst.mongod, self._kill),
            ("kill redis", inst.redis, self._kill),
            ("freeze redis", inst.redis, self._freeze),
        ]

    async def _kill(self, target: Process, seconds: float) -> None:
        target.kill()
        await asyncio.sleep(seconds)
        await target.start()

    async def _freeze(self, target: Process, seconds: float) -> None:
        target.freeze()
        try:
            await asyncio.sleep(seconds)
        finally:
            target.thaw()
