"""SMS phones in the field: simulated ones whose apps are killed, whose power and network go, on a clock that a test
drives. What they have sent stands in the air's own log, which no server writes.
"""

import asyncio
import random
from bisect import bisect_right
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from comanda_client.sms_phone import ONE_CARD, Entry, Faults, SmsPhone
from integration.house import House, TestClock

RADIO = (0.3, 1.0)
"""Seconds that a radio takes for a message."""


@dataclass
class Ticker:
    """Lets time pass in steps, and wakes whoever sleeps by it."""

    clock: TestClock
    ticked: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        found: datetime = self.clock.now()
        return found

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds=seconds)
        self.ticked.set()
        self.ticked = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until so much time has passed."""
        until = self.now() + timedelta(seconds=seconds)
        while self.now() < until:
            await self.ticked.wait()


@dataclass(frozen=True)
class Sent:
    """A message that has left a phone: when its radio began and ended, and what it said to whom."""

    message_id: str
    device: str
    began_at: datetime
    at: datetime
    phone: str
    text: str


@dataclass
class Air:
    """What all phones together have sent; and what was at a radio when its power went."""

    sent: list[Sent] = field(default_factory=list)
    lost: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By message: the phones whose power went while it was at their radios."""
    there: list[tuple[datetime, datetime, frozenset[str]]] = field(default_factory=list)
    """Which phones were there, from when until when."""

    def lived(self, message_id: str, begun: datetime, ended: datetime) -> timedelta:
        """Return how long of a time there was a phone that could send a message: one that may have sent it cannot."""
        nothing, barred = timedelta(), self.lost.get(message_id, set())
        first_at = bisect_right(self.there, begun, key=lambda one: one[1])
        steps = takewhile(lambda one: one[0] < ended, islice(self.there, first_at, None))
        times = (min(ended, last) - max(begun, first) for first, last, phones in steps if phones - barred)
        return sum((one for one in times if one > nothing), nothing)


@dataclass
class FieldPhone:
    """One phone: its app, which dies and is started again over the same journal, and its radio, which lives on."""

    house: House
    ticker: Ticker
    air: Air
    path: Path
    chance: random.Random
    options: dict[str, Any] = field(default_factory=dict)
    app: SmsPhone | None = None
    running: asyncio.Task[None] | None = None
    _on_air: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_live(self) -> bool:
        """Whether it is registered, and not hung."""
        return self.app is not None and self.app.is_live.is_set() and not self.app._work.hung.is_set()

    @property
    def is_on(self) -> bool:
        return self.running is not None

    async def switch_on(self, code: str | None = None) -> None:
        """Start the app, and wait until it is registered."""
        ticker, addresses = self.ticker, self.house.installation.addresses
        fixed: dict[str, Any] = {"now": ticker.now, "sleep": ticker.sleep, "first_pause": 0.05, "sims": ONE_CARD}
        self.app = SmsPhone(addresses, self.path, self._send, **(fixed | self.options))
        self.running = asyncio.create_task(self.app.run(code))
        if code:
            await asyncio.wait_for(self.app.is_live.wait(), 10)

    async def kill(self) -> None:
        """End the app in the middle of whatever it does; what it has given to the radio goes out all the same."""
        running, self.running, self.app = self.running, None, None
        if running is not None:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def cut_power(self) -> None:
        """End app and radio; what was at the radio has not left."""
        for task in list(self._on_air):
            task.cancel()
        await self.kill()

    async def lose_network(self) -> None:
        """Lose the socket; the app goes on, and comes back."""
        if self.app is not None and self.app._connection is not None:
            await self.app._connection.drop()

    async def silence(self) -> None:
        """Let what is at the radio go out."""
        await asyncio.gather(*self._on_air, return_exceptions=True)

    async def _send(self, entry: Entry) -> None:
        task = asyncio.create_task(self._radiate(entry))
        self._on_air.add(task)
        task.add_done_callback(self._on_air.discard)
        await asyncio.shield(task)

    async def _radiate(self, entry: Entry) -> None:
        began_at = self.ticker.now()
        try:
            await self.ticker.sleep(self.chance.uniform(*RADIO))
        except asyncio.CancelledError:
            self.air.lost[entry.correlation_id].add(self.name)
            raise
        sent = Sent(entry.correlation_id, self.name, began_at, self.ticker.now(), entry.phone, entry.text)
        self.air.sent.append(sent)


FIELD_FAULTS = (
    Faults(repeats_acks=True, dies_after_accept=23),
    Faults(reorders_acks=True),
    Faults(goes_silent=31, silent_seconds=5),
)
"""What is wrong with the phones beside what happens to them."""
