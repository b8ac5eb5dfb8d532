"""Reading, in one attempt of a command: from the cache, else from the primary. What was read is remembered, so that an
attempt that lost a race can drop it.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import pymongo
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from models.base import Aggregate
from models.store.cache import Cache, GroupKey
from models.store.codec import from_document
from models.store.outcome import Interrupted, judged
from models.store.paging import NEWEST_FIRST, PAGING, SCAN, Latest, Page, Scan
from models.store.schema import KINDS

A = TypeVar("A", bound=Aggregate)

LOOK = "duty"
"""Stands with every query of a duty, so that whoever watches the database can tell it from what clients cause."""


SELECTION_SECONDS = 0.5
"""For so long the driver sleeps between two looks for a primary, whatever time it was given."""


class Source:
    """Where a process reads: the database, and the cache before it."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], cache: Cache, monotonic: Callable[[], float]) -> None:
        self.database = database
        self.cache = cache
        self.monotonic = monotonic
        self._collections = {model: database[kind.collection] for model, kind in KINDS.items()}

    def collection(self, model: type[Aggregate]) -> AsyncCollection[dict[str, Any]]:
        """Return the collection of an aggregate."""
        return self._collections[model]


class Reader:
    """What one attempt reads in one house; `deadline` on the monotonic clock bounds every wait of it.

    With `is_proving` nothing is taken from memory that this attempt has not read itself: what was forgotten may have
    come back with a message that was late.

    Every query raises `Interrupted` when the database does not answer in time.
    """

    __slots__ = ("_groups_read", "_read", "_store", "deadline", "is_proving", "label", "restaurant_id", "used_memory")

    def __init__(self, store: Source, restaurant_id: str, deadline: float, *, is_proving: bool = False) -> None:
        self.restaurant_id = restaurant_id
        self.deadline = deadline
        self.is_proving = is_proving
        self._store = store
        self._read: dict[tuple[str, str], int] = {}
        self._groups_read: set[tuple[str, str, str]] = set()
        self.used_memory = False
        """Whether something was read from the cache, which may be behind other processes."""
        self.label: str | None = None
        """Stands with every query of this attempt, for whoever watches the database."""

    async def get(self, model: type[A], entry_id: str) -> A | None:
        """Return an aggregate of this house, or None when the house has none of that id."""
        found = self._remembered(model, entry_id)
        if found is not None:
            self.used_memory = True
        else:
            with self._reading() as keep:
                document = await self._find_one(model, {"_id": entry_id, "restaurant_id": self.restaurant_id})
                found = keep(self._read_from(model, document)) if document else None
        self._read[KINDS[model].collection, entry_id] = found.version if found else 0
        return found if found is not None and found.restaurant_id == self.restaurant_id else None

    async def get_each(self, model: type[A], ids: list[str]) -> list[A]:
        """Return those aggregates of this house that exist, reading all that are not known with one query."""
        known = {entry_id: self._remembered(model, entry_id) for entry_id in ids}
        unread = [entry_id for entry_id, one in known.items() if one is None]
        if unread:
            query = {"_id": {"$in": unread}, "restaurant_id": self.restaurant_id}
            with self._reading() as keep:
                for document in await self._find(model, query):
                    one = keep(self._read_from(model, document))
                    known[one.id] = one
        self._note(model, known.values())
        self._read.update(((KINDS[model].collection, entry_id), 0) for entry_id, one in known.items() if one is None)
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
        self._begin_group((kind.collection, group_name, known_as))
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
            read = [self._read_from(model, document) for document in documents]
            found = self._store.cache.finish_load(kind, group, load, read)
        members = [one for one in found if isinstance(one, model)]
        self._note(model, members)
        return members if group.is_global else [one for one in members if one.restaurant_id == self.restaurant_id]

    async def members_of_each(self, model: type[A], group_name: str, keys: list[str]) -> list[A]:
        """Return all members of several groups of this house, reading those that are not live with one query."""
        kind, cache = KINDS[model], self._store.cache
        group = kind.groups[group_name]
        house = self.restaurant_id
        for key in keys:
            self._begin_group((kind.collection, group_name, group.key_in(house, key)))
        unread = [key for key in keys if cache.group(kind, group, group.key_in(house, key)) is None]
        loads = [cache.begin_load(kind, group, group.key_in(house, key)) for key in unread]
        try:
            query = {"restaurant_id": self.restaurant_id, group.field: {"$in": unread}}
            documents = await self._find(model, query | dict([group.where] if group.where else [])) if unread else []
        except BaseException:
            for load in loads:
                cache.abandon_load(load)
            raise
        read = [self._read_from(model, document) for document in documents]
        for load in loads:
            cache.finish_load(kind, group, load, [one for one in read if group.key(one.__dict__) == load.key[2]])
        return [one for key in keys for one in await self.members(model, group_name, key)]

    async def first(self, model: type[A], **fields: Any) -> A | None:
        """Return the newest aggregate of an indexed query that bypasses the cache: `participants__device` is a path."""
        query = {name.replace("__", "."): value for name, value in fields.items()}
        with self._reading() as keep:
            document = await self._find_one(model, query, sort=[("_id", -1)] if fields else None)
            if document is None:
                self._read[KINDS[model].collection, repr(query)] = 0
                return None
            found = keep(from_document(model, document))
        self._note(model, (found,))
        return found

    async def every(self, model: type[A], **fields: Any) -> list[A]:
        """Return all aggregates of an indexed query that bypasses the cache."""
        with self._reading() as keep:
            found = [keep(from_document(model, one)) for one in await self._find(model, fields)]
        self._note(model, found)
        return found

    async def page(self, model: type[A], page: Page) -> list[A]:
        """Return a page of what happened in this house, newest first; it bypasses the cache and is not kept in it."""
        await enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(page.query(self.restaurant_id), comment=PAGING)
                documents = await found.sort(NEWEST_FIRST).limit(page.most).to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error
        return [from_document(model, one) for one in documents]

    async def latest(self, model: type[A], latest: Latest) -> list[A]:
        """Return the last of something in this house, newest first. It is looked for past the cache and not kept in it;
        what is known in this very version is not decoded again.
        """
        await enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(latest.filter(self.restaurant_id), comment=PAGING)
                documents = await found.sort(latest.by, -1).limit(latest.most).to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error
        last = [self._read_from(model, one) for one in documents]
        self._note(model, last)
        return last

    async def only(self, model: type[A]) -> A | None:
        """Return the one aggregate of a kind in the whole installation, None when there is none or several."""
        with self._reading() as keep:
            documents = await self._find(model, {}, limit=2)
            return keep(from_document(model, documents[0])) if len(documents) == 1 else None

    async def values(self, model: type[Aggregate], *fields: str, **query: Any) -> list[dict[str, Any]]:
        """Return the id and some fields of all documents of an indexed query, neither decoded nor kept: for duties,
        which look over many. Nothing is asked where nothing can be found: in none of no houses.
        """
        if {"$in": []} in query.values():
            return []
        await enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(query, fields, comment=LOOK)
                return await found.to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    async def scan(self, model: type[Aggregate], scan: Scan, take: Callable[[list[dict[str, Any]]], None]) -> None:
        """Hand over the documents that a scan of this house finds, some at a time, neither decoded nor kept: whatever
        else the process has to do is done in between.
        """
        await enter_task()
        try:
            with self._time_left():
                found = self._store.collection(model).find(
                    {"restaurant_id": scan.restaurant_id or self.restaurant_id, **scan.query},
                    scan.fields,
                    sort=scan.sort,
                    limit=scan.most,
                    batch_size=scan.at_once,
                    comment=SCAN,
                )
                while batch := await found.to_list(scan.at_once):
                    take(batch)
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    @property
    def basis(self) -> Mapping[tuple[str, str], int]:
        """The versions of all that was read, by collection and id; 0 of what is not there, by how it was looked for.

        Two attempts, one after the other, that have the same have seen what was all true at the same time: a version
        only grows.
        """
        return self._read

    @property
    def seconds_left(self) -> float:
        """Time until the deadline, never negative."""
        return max(0.0, self.deadline - self._store.monotonic())

    def forget(self) -> None:
        """Drop from the cache whatever this attempt read: it was stale."""
        cache = self._store.cache
        for collection, entry_id in self._read:
            cache.drop(collection, entry_id)
        for key in self._groups_read:
            cache.drop_group(key)

    async def _find_one(
        self, model: type[Aggregate], query: Mapping[str, Any], sort: list[tuple[str, int]] | None = None
    ) -> dict[str, Any] | None:
        await enter_task()
        try:
            with self._time_left():
                return await self._store.collection(model).find_one(query, sort=sort, comment=self.label)
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    async def _find(self, model: type[Aggregate], query: Mapping[str, Any], limit: int = 0) -> list[dict[str, Any]]:
        await enter_task()
        try:
            with self._time_left():
                return await self._store.collection(model).find(query, limit=limit, comment=self.label).to_list()
        except PyMongoError as error:
            raise judged(error, may_have_written=False) from error

    def _note(self, model: type[Aggregate], found: Iterable[Aggregate | None]) -> None:
        collection = KINDS[model].collection
        self._read.update(((collection, one.id), one.version) for one in found if one is not None)

    def _read_from(self, model: type[A], document: Mapping[str, Any]) -> A:
        """Return what a document says; one that is known in this very version is not decoded again."""
        known = self._store.cache.get(model, document["_id"])
        return known if known is not None and known.version == document["version"] else from_document(model, document)

    def _remembered(self, model: type[A], entry_id: str) -> A | None:
        if self.is_proving and (KINDS[model].collection, entry_id) not in self._read:
            return None
        return self._store.cache.get(model, entry_id)

    def _begin_group(self, group: GroupKey) -> None:
        """Note that a group is read; an attempt that proves reads it anew."""
        if self.is_proving and group not in self._groups_read:
            self._store.cache.drop_group(group)
        self._groups_read.add(group)

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
        seconds = self.seconds_left - SELECTION_SECONDS
        if seconds <= 0:
            raise Interrupted(is_unknown=False)
        return pymongo.timeout(seconds)


async def enter_task() -> None:
    """Go on inside a task: the engine takes the first step of a command outside of one, and the driver needs one."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)
