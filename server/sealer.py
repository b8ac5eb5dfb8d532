"""Seals the audit log: every entry gets its place in the chain of its house about a second after it was written.

One process of all does it, under a lease. The lease is for economy: what keeps a chain from forking is that every step
is conditional on the head that it continues, in one transaction with the seals. Every minute, and when the process
stops, the heads that moved are anchored outside of the database (`server.anchor`).
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import groupby
from typing import Any

import structlog

from models.chain import BEGINNING, ChainHead, Keys, anchor_line, seal
from models.store.client import PyMongoError
from models.store.lease import Lease
from models.store.ledger import Ledger
from models.store.outcome import Conflict
from server.anchor import AnchorFile
from server.clock import Clock
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

LEASE_SECONDS = 10
TAKE_SECONDS = 3.0
"""Time between two looks at the lease: another process takes over 13 seconds after a crash at the latest."""

PAUSE_SECONDS = 0.5
ANCHOR_SECONDS = 60.0
STOP_SECONDS = 3.0
SHOWN_DIGITS = 16
"""Of a hash in the log: whole ones look like secrets and are masked."""

STUCK_AFTER, TELL_EVERY = 3, 120
"""A step may be lost to another sealer; one that is lost again and again is a chain that someone has been at."""

BATCH = 500
"""Most entries of one step: one transaction for each house among them."""


class Sealer:
    """Seals and anchors in the process that holds the lease."""

    def __init__(
        self,
        lease: Lease,
        ledger: Ledger,
        keys: Keys,
        anchors: AnchorFile,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._lease = lease
        self._ledger = ledger
        self._keys = keys
        self._anchors = anchors
        self._clock = clock
        self._metrics = metrics
        self._runner: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._fence: int | None = None
        self._take_at = 0.0
        self._anchor_at = 0.0
        self._finishing_at = 0.0
        self._heads: dict[str, ChainHead] = {}
        self._anchored: dict[str, int] = {}
        self._newest: dict[str, int] = {}
        """The highest number that this process gave in each house: no chain may go back behind it."""
        self._stuck: dict[str, int] = {}
        """How often in a row the head of a house was as it was known and could not be continued all the same."""

    def start(self) -> None:
        """Begin to seal what there is, until `stop`."""
        self._runner = asyncio.create_task(self._run(), name="sealer")

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if await self.seal():
                    await self._anchor_if_due()
            except PyMongoError as error:
                self._forget()
                log.warning("the sealer waits for the database", error=type(error).__name__)
            except Exception:
                self._forget()
                log.exception("the sealer failed")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), PAUSE_SECONDS)

    async def seal(self) -> bool:
        """Seal all entries that have no seal yet; False while another process holds the lease."""
        after, oldest = "", None
        was_cut = has_moved = False
        while await self._holds():
            found = await self._ledger.unsealed(after, BATCH)
            for house, entries in _by_house(found):
                oldest = min([_moment(entries[0], self._clock.now()), *([oldest] if oldest else [])])
                has_moved |= await self._continue(house, entries)
            if len(found) == BATCH:
                # A house with a long backlog lets the others have their turn first.
                after, was_cut = found[-1]["restaurant_id"], True
            elif was_cut and has_moved:
                after, was_cut, has_moved = "", False, False
                await self._anchor_if_due()
            else:
                age = (self._clock.now() - oldest).total_seconds() if oldest else 0.0
                self._metrics.audit_unsealed.set(max(0.0, age))
                return True
        self._metrics.audit_unsealed.set(0)
        return False

    async def anchor(self) -> None:
        """Note the heads that moved since the last time, in the file and in the log."""
        moved = [head for house, head in self._heads.items() if self._anchored.get(house) != head.number]
        now = self._clock.now()
        lines = [anchor_line(head, now, self._keys) for head in moved]
        if not lines:
            return
        for head in moved:
            log.info("audit anchor", house=head.restaurant_id, number=head.number, hash=head.hash[:SHOWN_DIGITS])
        try:
            await asyncio.to_thread(self._anchors.append, lines)
        except OSError as error:
            log.error("the audit anchors cannot be written", path=str(self._anchors.path), error=error.strerror)
            return
        self._metrics.audit_anchors.inc(len(lines))
        self._anchored.update((head.restaurant_id, head.number) for head in moved)

    def finish(self) -> None:
        """Begin no further step: what others still write before `stop` is sealed there."""
        self._stopping.set()
        self._finishing_at = self._clock.monotonic()

    async def stop(self) -> None:
        """Seal and anchor what is left, and let another process go on."""
        if not self._stopping.is_set():
            self.finish()
        late: set[asyncio.Task[None]] = set()
        if self._runner:
            # Its step is let to its end: a transaction that is cut off would have to time out at the database.
            _, late = await asyncio.wait({self._runner}, timeout=max(0, self._seconds_left))
            self._runner.cancel()
        if self._fence is None or late:
            # Another process seals, or the database does not answer: whoever is next finds what is left.
            return
        self._forget()
        try:
            async with asyncio.timeout(max(1.0, self._seconds_left)):
                if await self.seal():
                    await self.anchor()
                    await self._lease.release()
        except (PyMongoError, TimeoutError):
            log.warning("the sealer stops before all is sealed")

    @property
    def _seconds_left(self) -> float:
        return STOP_SECONDS - (self._clock.monotonic() - self._finishing_at)

    async def _holds(self) -> bool:
        """Whether this process seals; asks for the lease now and then."""
        now = self._clock.monotonic()
        if now >= self._take_at:
            fence = await self._lease.take()
            self._take_at = now + TAKE_SECONDS
            if fence is not None and fence != self._fence:
                self._heads = await self._ledger.heads()
                self._anchored.clear()
                self._anchor_at = now + ANCHOR_SECONDS
            self._fence = fence
        return self._fence is not None

    async def _continue(self, house: str, entries: Sequence[Mapping[str, Any]]) -> bool:
        """Add entries to the chain of a house; False when that was not possible, for now or for good."""
        former = self._heads.get(house)
        number, previous = (former.number, former.hash) if former else (0, BEGINNING)
        sealed = []
        for entry in entries:
            number += 1
            made = seal(entry, number, previous, self._keys)
            sealed.append((entry, made))
            previous = made.hash
        head = ChainHead(
            id=house,
            restaurant_id=house,
            version=number,
            number=number,
            hash=previous,
            fence=self._fence or 0,
            at=_moment(entries[-1], self._clock.now()),
        )
        try:
            is_done = await self._ledger.append(former, sealed, head)
        except Conflict:
            # A sealer that outlived its lease is slowly finishing its step: nothing is wrong with the chain.
            return False
        if is_done:
            self._heads[house] = head
            self._newest[house] = number
            self._stuck.pop(house, None)
            self._metrics.audit_sealed.inc(len(sealed))
            return True
        await self._look_again(house)
        return False

    async def _look_again(self, house: str) -> None:
        """Read the head anew: another sealer went on, or someone has been at the chain."""
        known, found = self._heads.get(house), await self._ledger.head(house)
        if found:
            self._heads[house] = found
        else:
            self._heads.pop(house, None)
        self._stuck[house] = self._stuck.get(house, 0) + 1 if found == known else 0
        is_behind = (found.number if found else 0) < self._newest.get(house, 0)
        if is_behind or self._stuck[house] % TELL_EVERY == STUCK_AFTER:
            log.error("an audit chain cannot be continued or went back; run `comanda audit verify`", house=house)

    async def _anchor_if_due(self) -> None:
        now = self._clock.monotonic()
        if now >= self._anchor_at:
            self._anchor_at = now + ANCHOR_SECONDS
            await self.anchor()

    def _forget(self) -> None:
        """Begin anew: what was written last is not known."""
        self._take_at = 0.0
        self._fence = None


def _moment(entry: Mapping[str, Any], otherwise: datetime) -> datetime:
    """Return when an entry happened; whatever someone has made of that field must not stop the sealer."""
    at = entry.get("at")
    return at if isinstance(at, datetime) else otherwise


def _by_house(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    for house, entries in groupby(found, key=lambda one: one["restaurant_id"]):
        yield str(house), list(entries)
