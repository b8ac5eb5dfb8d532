"""A unit of work: what one attempt of a command reads, and what it wants written, all of it or nothing.

Reads come from the cache, else from the primary. Writes are staged by the command and carried out by `commit`: one
alone is a conditional replace or an insert, several are a transaction. A command that lost a race is run again from
fresh reads.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import pymongo
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from models.base import Aggregate
from models.store.cache import Cache
from models.store.codec import from_document, to_document
from models.store.lock import Locks
from models.store.outcome import CONNECTION_LOST, Conflict, Interrupted, judged
from models.store.paging import NEWEST_FIRST, PAGING, Page
from models.store.schema import COUNTERS, KINDS
from models.store.transaction import Replacement, write_all

A = TypeVar("A", bound=Aggregate)

LOOK = "duty"
"""Stands with every query of a duty, so that whoever watches the database can tell it from what clients cause."""


class Store:
    """What all units of work of a process share."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], cache: Cache, monotonic: Callable[[], float]) -> None:
        self.database = database
        self.cache = cache
        self.locks = Locks()
        self.monotonic = monotonic
        self._collections = {model: database[kind.collection] for model, kind in KINDS.items()}

    def begin(self, restaurant_id: str, deadline: float) -> "Work":
        """Start a unit of work in one house; `deadline` on the monotonic clock bounds every wait of it."""
        return Work(self, restaurant_id, deadline)

    def collection(self, model: type[Aggregate]) -> AsyncCollection[dict[str, Any]]:
        """Return the collection of an aggregate."""
        return self._collections[model]


class Work:
    """One attempt. Not shared, not reused."""

    __slots__ = (
        "_added",
        "_groups_read",
        "_read",
        "_releases",
        "_saved",
        "_store",
        "deadline",
        "restaurant_id",
        "used_memory",
    )

    def __init__(self, store: Store, restaurant_id: str, deadline: float) -> None:
        self.restaurant_id = restaurant_id
        self.deadline = deadline
        self._store = store
        self._saved: dict[tuple[type[Aggregate], str], Replacement] = {}
        self._added: dict[tuple[type[Aggregate], str], Aggregate] = {}
        self._read: set[tuple[str, str]] = set()
        self._groups_read: set[tuple[str, str, str]] = set()
        self._releases: dict[str, Callable[[], None]] = {}
        self.used_memory = False
        """Whether something was read from the cache, which may be behind other processes."""

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, model: type[A], entry_id: str) -> A | None:
        """Return an aggregate of this house, or None when the house has none of that id."""
        found = self._store.cache.get(model, entry_id)
        if found is not None:
            self.used_memory = True
        else:
            with self._reading() as keep:
                document = await self._find_one(model, {"_id": entry_id, "restaurant_id": self.restaurant_id})
                found = keep(from_document(model, document)) if document else None
        self._read.add((KINDS[model].collection, entry_id))
        return found if found is not None and found.restaurant_id == self.restaurant_id else None

    async def get_each(self, model: type[A], ids: list[str]) -> list[A]:
        """Return those aggregates of this house that exist, reading all that are not known with one query."""
        known = {entry_id: self._store.cache.get(model, entry_id) for entry_id in ids}
        unread = [entry_id for entry_id, one in known.items() if one is None]
        if unread:
            query = {"_id": {"$in": unread}, "restaurant_id": self.restaurant_id}
            with self._reading() as keep:
                for document in await self._find(model, query):
                    one = keep(from_document(model, document))
                    known[one.id] = one
        self._read.update((KINDS[model].collection, entry_id) for entry_id in ids)
        return [one for one in known.values() if one is not None and one.restaurant_id == self.restaurant_id]

    async def fresh(self, model: type[A], entry_id: str) -> A | None:
        """Return an aggregate as the primary has it now: for when the copy at hand is known to be stale.

        What else this attempt has read may then be stale, too, so a refusal is decided once more.
        """
        self.used_memory = True
        self._store.cache.drop(KINDS[model].collection, entry_id)
        return await self.get(model, entry_id)

    async def members(self, model: type[A], group_name: str, key: str) -> list[A]:
        """Return all members of a group, in no order. Members of a global group may be of any house."""
        kind = KINDS[model]
        group = kind.groups[group_name]
        known_as = group.key_in(self.restaurant_id, key)
        self._groups_read.add((kind.collection, group_name, known_as))
        found = self._store.cache.group(kind, group, known_as)
        if found is not None:
            self.used_memory = True
        else:
            load = self._store.cache.begin_load(kind, group, known_as)
            try:
                documents = await self._find(model, group.filter(self.restaurant_id, key))
            except BaseException:
                self._store.cache.abandon_load(load)
                raise
            read = [from_document(model, document) for document in documents]
            found = self._store.cache.finish_load(kind, group, load, read)
        members = [one for one in found if isinstance(one, model)]
        self._read.update((kind.collection, one.id) for one in members)
        return members if group.is_global else [one for one in members if one.restaurant_id == self.restaurant_id]

    async def members_of_each(self, model: type[A], group_name: str, keys: list[str]) -> list[A]:
        """Return all members of several groups of this house, reading those that are not live with one query."""
        kind, cache = KINDS[model], self._store.cache
        group = kind.groups[group_name]
        house = self.restaurant_id
        unread = [key for key in keys if cache.group(kind, group, group.key_in(house, key)) is None]
        loads = [cache.begin_load(kind, group, group.key_in(house, key)) for key in unread]
        try:
            query = {"restaurant_id": self.restaurant_id, group.field: {"$in": unread}}
            documents = await self._find(model, query | dict([group.where] if group.where else [])) if unread else []
        except BaseException:
            for load in loads:
                cache.abandon_load(load)
            raise
        read = [from_document(model, document) for document in documents]
        for load in loads:
            cache.finish_load(kind, group, load, [one for one in read if group.key(one.__dict__) == load.key[2]])
        return [one for key in keys for one in await self.members(model, group_name, key)]

    async def first(self, model: type[A], **fields: Any) -> A | None:
        """Return the newest aggregate of an indexed query that bypasses the cache: `participants__device` is a path."""
        query = {name.replace("__", "."): value for name, value in fields.items()}
        with self._reading() as keep:
            document = await self._find_one(model, query, sort=[("_id", -1)] if fields else None)
            if document is None:
                return None
            found = keep(from_document(model, document))
        self._read.add((KINDS[model].collection, found.id))
        return found

    async def every(self, model: type[A], **fields: Any) -> list[A]:
        """Return all aggregates of an indexed query that bypasses the cache."""
        with self._reading() as keep:
            found = [keep(from_document(model, one)) for one in await self._find(model, fields)]
        self._read.update((KINDS[model].collection, one.id) for one in found)
        return found

    async def page(self, model: type[A], page: Page) -> list[A]:
        """Return a page of what happened in this house, newest first; it bypasses the cache and is not kept in it."""
        await _enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(page.query(self.restaurant_id), comment=PAGING)
                documents = await found.sort(NEWEST_FIRST).limit(page.most).to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error
        return [from_document(model, one) for one in documents]

    async def only(self, model: type[A]) -> A | None:
        """Return the one aggregate of a kind in the whole installation, None when there is none or several."""
        with self._reading() as keep:
            documents = await self._find(model, {}, limit=2)
            return keep(from_document(model, documents[0])) if len(documents) == 1 else None

    async def values(self, model: type[Aggregate], *fields: str, **query: Any) -> list[dict[str, Any]]:
        """Return the id and some fields of all documents of an indexed query, neither decoded nor kept: for duties,
        which look over many.
        """
        await _enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(query, fields, comment=LOOK)
                return await found.to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

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
        await _enter_task()
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
            self._store.cache.put(stored)

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
        await _enter_task()
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

    async def lock(self, key: str) -> None:
        """Wait until no other command of this process writes under `key`; held until `close`. Raises `TimeoutError`.

        A command takes one key, a session's. One about two sessions takes both in sorted order, so that two commands
        never wait for each other.
        """
        if key not in self._releases:
            self._releases[key] = await self._store.locks.acquire(key, self.seconds_left)

    @property
    def seconds_left(self) -> float:
        """Time until the deadline, never negative."""
        return max(0.0, self.deadline - self._store.monotonic())

    def forget(self) -> None:
        """Drop from the cache whatever this attempt read: it was stale."""
        cache = self._store.cache
        for collection, entry_id in self._read | {(KINDS[model].collection, one) for model, one in self._added}:
            cache.drop(collection, entry_id)
        for key in self._groups_read:
            cache.drop_group(key)

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

    async def _find_one(
        self, model: type[Aggregate], query: Mapping[str, Any], sort: list[tuple[str, int]] | None = None
    ) -> dict[str, Any] | None:
        await _enter_task()
        try:
            with self._time_left():
                return await self._store.collection(model).find_one(query, sort=sort)
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    async def _find(self, model: type[Aggregate], query: Mapping[str, Any], limit: int = 0) -> list[dict[str, Any]]:
        await _enter_task()
        try:
            with self._time_left():
                return await self._store.collection(model).find(query, limit=limit).to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    @contextmanager
    def _reading(self) -> Iterator[Callable[[A], A]]:
        """Give what remembers the aggregates that are read in this block, unless they are overtaken meanwhile."""
        cache = self._store.cache
        read = cache.begin_read()
        try:
            yield lambda aggregate: cache.put_read(read, aggregate)
        finally:
            cache.end_read(read)

    def _time_left(self) -> AbstractContextManager[Any]:
        if not self.seconds_left:
            raise Interrupted(is_unknown=False)
        return pymongo.timeout(self.seconds_left)


async def _enter_task() -> None:
    """Go on inside a task: the engine takes the first step of a command outside of one, and the driver needs one."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)
