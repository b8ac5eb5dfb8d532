"""A unit of work: what one attempt of a command reads, and what it wants written, all of it or nothing.

Reading stands in `reader`. Writes are staged by the command and carried out by `commit`: one alone is a conditional
replace or an insert, several are a transaction. A command that lost a race is run again from fresh reads.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure

from models.base import Aggregate
from models.store.cache import Cache
from models.store.codec import from_document, to_document
from models.store.lock import Locks
from models.store.outcome import CONNECTION_LOST, Conflict, judged
from models.store.reader import Reader, Source, enter_task
from models.store.schema import COUNTERS, KINDS
from models.store.transaction import Replacement, write_all

A = TypeVar("A", bound=Aggregate)


class Store(Source):
    """What all units of work of a process share."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], cache: Cache, monotonic: Callable[[], float]) -> None:
        super().__init__(database, cache, monotonic)
        self.locks = Locks()

    def begin(self, restaurant_id: str, deadline: float, *, is_proving: bool = False) -> "Work":
        """Start a unit of work in one house; `deadline` on the monotonic clock bounds every wait of it."""
        return Work(self, restaurant_id, deadline, is_proving=is_proving)


class Work(Reader):
    """One attempt. Not shared, not reused."""

    __slots__ = ("_added", "_locks", "_releases", "_saved")

    def __init__(self, store: Store, restaurant_id: str, deadline: float, *, is_proving: bool = False) -> None:
        super().__init__(store, restaurant_id, deadline, is_proving=is_proving)
        self._locks = store.locks
        self._saved: dict[tuple[type[Aggregate], str], Replacement] = {}
        self._added: dict[tuple[type[Aggregate], str], Aggregate] = {}
        self._releases: dict[str, Callable[[], None]] = {}

    # ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def save(self, aggregate: A, *, above: int = 0) -> A:
        """Stage the replacement of an aggregate that was read; returns it as it will be stored.

        Its version grows by one, or to the next one `above` another's, where clients must not take one for the other.
        """
        key = (type(aggregate), aggregate.id)
        if key in self._added or key in self._saved:
            raise RuntimeError(f"{key[0].__name__} staged twice in one unit of work")
        stored = aggregate.with_(version=max(aggregate.version, above) + 1)
        self._saved[key] = Replacement(stored, aggregate.version)
        return stored

    def add(self, aggregate: A, *, above: int = 0) -> A:
        """Stage a new aggregate; returns it as it will be stored: with version 1, or the next one `above`."""
        stored = aggregate.with_(version=above + 1)
        self._added[type(aggregate), aggregate.id] = stored
        return stored

    @property
    def is_empty(self) -> bool:
        """Whether nothing is staged."""
        return not self._saved and not self._added

    async def commit(self) -> None:
        """Write what was staged, all or nothing; raises `Conflict` or `Interrupted`."""
        writes = len(self._saved) + len(self._added)
        if not writes:
            return
        await enter_task()
        # Its answer may come late, when others have written newer versions of which nobody here was told.
        with self._reading() as keep:
            try:
                with self._time_left():
                    if writes == 1:
                        await self._write_one()
                    else:
                        await write_all(self._store.database, self._saved.values(), self._added.values())
            except DuplicateKeyError as error:
                raise Conflict from error
            except (*CONNECTION_LOST, OperationFailure) as error:
                raise judged(error, may_have_written=writes == 1) from error
            for stored in (*(one.stored for one in self._saved.values()), *self._added.values()):
                keep(stored)

    async def has_happened(self) -> bool:
        """Whether a commit whose outcome was unknown is in the database; raises `Interrupted` when that cannot be
        told yet.

        All or nothing was written, so one document is witness for all: a new one by its id, which nobody else
        draws, else a replaced one by its content.
        """
        witness = next(iter(self._added.values()), None) or next(iter(self._saved.values())).stored
        document = await self._find_one(type(witness), {"_id": witness.id, "restaurant_id": witness.restaurant_id})
        if document is None:
            return False
        return bool(self._added) or from_document(type(witness), document) == witness

    async def take_number(self, counter: str, amount: int = 1) -> int:
        """Raise a counter of the house by `amount` and return its new value: before the transaction, never inside
        it.
        """
        await enter_task()
        try:
            with self._time_left():
                document = await self._store.database[COUNTERS].find_one_and_update(
                    {"_id": f"{self.restaurant_id}:{counter}"},
                    {"$inc": {"value": amount}, "$setOnInsert": {"restaurant_id": self.restaurant_id}},
                    upsert=True,
                    return_document=ReturnDocument.AFTER,
                )
        except DuplicateKeyError as error:
            raise Conflict from error
        except (*CONNECTION_LOST, OperationFailure) as error:
            raise judged(error, may_have_written=False) from error
        return int(document["value"]) if document else 0

    # ── around it ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def lock(self, key: str) -> timedelta:
        """Wait until no other command of this process writes under `key`; held until `close`. Returns how long that
        took; raises `TimeoutError`.

        A command takes one key, a session's. One about two sessions takes both in sorted order, so that two commands
        never wait for each other.
        """
        if key in self._releases:
            return timedelta()
        before = self.seconds_left
        self._releases[key] = await self._locks.acquire(key, before)
        return timedelta(seconds=before - self.seconds_left)

    def forget(self) -> None:
        """Drop from the cache whatever this attempt read or added: it was stale."""
        super().forget()
        for model, entry_id in self._added:
            self._store.cache.drop(KINDS[model].collection, entry_id)

    def close(self) -> None:
        """Let the next writer in."""
        for release in self._releases.values():
            release()
        self._releases.clear()

    async def _write_one(self) -> None:
        """Write the only document; a lost race is a `Conflict`, and the driver repeats it once by itself."""
        for one in self._saved.values():
            collection = self._store.collection(type(one.stored))
            result = await collection.replace_one(one.query, to_document(one.stored))
            if not result.matched_count:
                raise Conflict
        for stored in self._added.values():
            await self._store.collection(type(stored)).insert_one(to_document(stored))
