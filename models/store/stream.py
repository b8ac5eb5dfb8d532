"""What MongoDB says was committed, in order: the one source of every message to clients.

A process follows one change stream over all collections that it listens to. It resumes from its token after any
fault; when the history is gone it says so, and what was missed is then unknown. A heartbeat proves that the stream
is not silently dead.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bson import decode
from bson.raw_bson import RawBSONDocument
from bson.timestamp import Timestamp
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure

from models.base import Aggregate
from models.store.codec import DOCUMENTS, RAW, from_document
from models.store.kind import Kind
from models.store.schema import BY_COLLECTION, HEARTBEATS

HISTORY_LOST = (136, 222, 260, 280, 286, 10334)
"""Server errors after which a stream cannot go on from its token; the last: the next change is too large to be told."""

BUSY_CHANGES = 30
"""Changes within `BUSY_WINDOW` seconds from which batches are allowed to grow."""

BUSY_WINDOW = 0.1

BUSY_PAUSE = 0.005
"""Reading each change with a round trip of its own costs twice the CPU of reading them in batches."""


@dataclass(frozen=True, slots=True)
class Committed:
    """One committed version of an aggregate, not decoded yet: this process knows it already, or nobody here listens.

    `keys` are the fields by which its kind is grouped, and its house.
    """

    kind: Kind
    id: str
    version: int
    keys: Mapping[str, Any]
    document: RawBSONDocument

    def decode(self) -> Aggregate:
        """Return the aggregate; raises `ValidationError` for a document that no version of the code wrote."""
        return from_document(self.kind.model, decode(self.document.raw, codec_options=DOCUMENTS))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """This or another process's sign of life, come back through the stream."""

    process_id: str
    sent_at: datetime


class HistoryLost(Exception):  # noqa: N818
    """The stream could not go on where it was: what happened meanwhile is unknown."""


class ChangeStream:
    """The stream of one process. `follow` runs until it fails; call it again to go on where it was."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], monotonic: Callable[[], float]) -> None:
        self._database = database.with_options(codec_options=RAW)
        self._monotonic = monotonic
        self._token: Mapping[str, Any] | None = None
        self._start: Timestamp | None = None

    async def prepare(self) -> None:
        """Fix the point from which changes count, before anything is read."""
        answer = await self._database.client.admin.command("hello")
        self._start = answer["$clusterTime"]["clusterTime"] if "$clusterTime" in answer else None
        self._token = None

    async def follow(self) -> AsyncIterator[Committed | Heartbeat]:
        """Yield what is committed, in order. Raises `HistoryLost`, or the driver's error when the database is away."""
        try:
            async with await self._database.watch(
                _pipeline(),
                resume_after=self._token,
                start_at_operation_time=None if self._token else self._start,
                max_await_time_ms=1_000,
            ) as stream:
                busy = _Pace(self._monotonic)
                while True:
                    change = await stream.try_next()
                    if change is None:
                        if not stream.alive:
                            # The database was dropped: no later change can follow from here.
                            raise HistoryLost
                        self._token = stream.resume_token
                        continue
                    # The driver's own property copies the token deeply; the change carries the same one.
                    self._token = change["_id"]
                    yield _read(change)
                    if busy.should_pause():
                        await asyncio.sleep(BUSY_PAUSE)
        except OperationFailure as error:
            if error.code in HISTORY_LOST:
                raise HistoryLost from error
            raise

    async def beat(self, process_id: str, now: datetime) -> None:
        """Write this process's heartbeat; raises the driver's error when the database is away."""
        await self._database[HEARTBEATS].replace_one({"_id": process_id}, {"_id": process_id, "at": now}, upsert=True)


class _Pace:
    """Tells when to let a batch grow: once for each round trip while changes come quickly."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._count = 0
        self._is_busy = False
        self._paused_at = self._since

    def should_pause(self) -> bool:
        now = self._monotonic()
        self._count += 1
        if now - self._since > BUSY_WINDOW:
            self._is_busy = self._count >= BUSY_CHANGES
            self._since, self._count = now, 0
        if self._is_busy and now - self._paused_at > BUSY_PAUSE * 2:
            self._paused_at = now + BUSY_PAUSE
            return True
        return False


def _pipeline() -> list[dict[str, Any]]:
    """Ask for whole documents of the kinds that are followed, and for what is looked at before one is decoded."""
    collections = [name for name, kind in BY_COLLECTION.items() if kind.is_followed]
    fields = {"_id", "version", "restaurant_id", "at"}
    for kind in BY_COLLECTION.values():
        fields |= {part for group in kind.groups.values() for part in (group.field, *(group.where or ())[:1])}
    return [
        {"$match": {"operationType": {"$in": ["insert", "replace"]}, "ns.coll": {"$in": [*collections, HEARTBEATS]}}},
        {"$project": {"ns": 1, "fullDocument": 1, "keys": {name: f"$fullDocument.{name}" for name in sorted(fields)}}},
    ]


def _read(change: Mapping[str, Any]) -> Committed | Heartbeat:
    collection, keys = change["ns"]["coll"], change["keys"]
    if collection == HEARTBEATS:
        at = keys["at"]
        return Heartbeat(str(keys["_id"]), at if at.tzinfo else at.replace(tzinfo=UTC))
    return Committed(BY_COLLECTION[collection], keys["_id"], keys["version"], keys, change["fullDocument"])
