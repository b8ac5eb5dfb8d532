"""What this process remembers of the database, kept fresh by the change stream and bounded in size.

An entry is an aggregate at the highest version seen. A live group is a set of ids that is complete: it was read
once and every commit since has been observed. Nothing here is trusted for a write: the replace where version proves
freshness.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from models.base import Aggregate
from models.store.kind import Group, Kind
from models.store.schema import KINDS

A = TypeVar("A", bound=Aggregate)

EntryKey = tuple[str, str]
"""Collection and id."""

GroupKey = tuple[str, str, str]
"""Collection, group name and key."""


class Read:
    """One read of the database, or write to it, that is under way. It learns which newer versions were told and not
    kept meanwhile, so that the older ones it brings are not kept either.
    """

    __slots__ = ("is_void", "missed")

    def __init__(self) -> None:
        self.missed: dict[EntryKey, int] = {}
        self.is_void = False

    def may_keep(self, key: EntryKey, version: int) -> bool:
        """Whether what was read is still the newest that this process heard of."""
        return not self.is_void and self.missed.get(key, 0) <= version


class Load(Read):
    """The read of a whole group: it also gathers what is committed meanwhile, so that nothing falls between."""

    __slots__ = ("arrived", "is_complete", "key")

    def __init__(self, key: GroupKey) -> None:
        super().__init__()
        self.key = key
        self.arrived: set[str] = set()
        self.is_complete = True


class Cache:
    """Entries in order of use; the least used goes first, and with it the groups that it was in."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: dict[EntryKey, Aggregate] = {}
        self._groups: dict[GroupKey, set[str]] = {}
        self._reads: list[Read] = []
        self._loads: list[Load] = []

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, model: type[A], entry_id: str) -> A | None:
        """Return the newest known version, or None when it is not known."""
        key = (KINDS[model].collection, entry_id)
        entry = self._entries.pop(key, None)
        if entry is None:
            return None
        self._entries[key] = entry
        return entry if isinstance(entry, model) else None

    def version(self, collection: str, entry_id: str) -> int:
        """Return the version known, 0 when none is."""
        entry = self._entries.get((collection, entry_id))
        return entry.version if entry else 0

    def group(self, kind: Kind, group: Group, key: str) -> list[Aggregate] | None:
        """Return all members of a live group, or None when it has to be read."""
        ids = self._groups.get((kind.collection, group.name, key))
        return None if ids is None else [self._entries[kind.collection, entry_id] for entry_id in ids]

    def put(self, aggregate: A) -> A:
        """Remember an aggregate unless a newer version is known; returns the newest."""
        kind = KINDS[type(aggregate)]
        key = (kind.collection, aggregate.id)
        known = self._entries.pop(key, None)
        if known is not None and known.version >= aggregate.version and isinstance(known, type(aggregate)):
            self._entries[key] = known
            return known
        self._entries[key] = aggregate
        for group in kind.groups.values():
            self._regroup(kind, group, known, aggregate)
        for load in self._loads:
            if load.key[0] == kind.collection:
                load.arrived.add(aggregate.id)
        if len(self._entries) > self._limit:
            self._evict()
        return aggregate

    def begin_read(self) -> Read:
        """Announce that something is about to be read, or written and then remembered."""
        read = Read()
        self._reads.append(read)
        return read

    def put_read(self, read: Read, aggregate: A) -> A:
        """Remember what was read, unless something newer was told meanwhile; returns the newest that is known."""
        if read.may_keep((KINDS[type(aggregate)].collection, aggregate.id), aggregate.version):
            return self.put(aggregate)
        return aggregate

    def end_read(self, read: Read) -> None:
        """The read is over, whatever came of it."""
        self._reads.remove(read)

    def begin_load(self, kind: Kind, group: Group, key: str) -> Load:
        """Announce that a group is about to be read."""
        load = Load((kind.collection, group.name, key))
        self._reads.append(load)
        self._loads.append(load)
        return load

    def finish_load(self, kind: Kind, group: Group, load: Load, found: Iterable[Aggregate]) -> list[Aggregate]:
        """Take what was read, add what was committed meanwhile, and make the group live."""
        read = {one.id: self.put_read(load, one) for one in found}
        self.abandon_load(load)
        ids = read.keys() | load.arrived | self._groups.get(load.key, set())
        entries = [self._entries.get((kind.collection, entry_id)) or read.get(entry_id) for entry_id in ids]
        members = {one.id: one for one in entries if one and group.key(one.__dict__) == load.key[2]}
        is_fresh = all(load.may_keep((kind.collection, one.id), one.version) for one in read.values())
        if load.is_complete and is_fresh and not load.is_void and len(ids) <= self._limit // 2:
            self._groups[load.key] = set(members)
            if len(self._groups) > self._limit:
                del self._groups[next(iter(self._groups))]
        return list(members.values())

    def abandon_load(self, load: Load) -> None:
        """The read is over, whatever came of it."""
        self._reads.remove(load)
        self._loads.remove(load)

    def miss(self, kind: Kind, document: Mapping[str, Any], version: int) -> None:
        """Forget an aggregate of which a newer version was told that nobody here needs."""
        key = (kind.collection, document["_id"])
        self._tell_reads(key, version)
        self.drop(*key)
        self.drop_groups(kind, document)

    def drop(self, collection: str, entry_id: str) -> None:
        """Forget one aggregate and the groups it is in."""
        entry = self._entries.pop((collection, entry_id), None)
        if entry is not None:
            self._tell_reads((collection, entry_id), entry.version)
            self.drop_groups(KINDS[type(entry)], entry.__dict__)

    def drop_groups(self, kind: Kind, document: Mapping[str, Any]) -> None:
        """Forget the groups that a document, decoded or not, belongs to or may have left."""
        for group in kind.groups.values():
            key = group.key_ever(document)
            if key is not None:
                self.drop_group((kind.collection, group.name, key))

    def drop_group(self, key: GroupKey) -> None:
        """Forget that a group is complete; a read of it that is under way will not make it live."""
        self._groups.pop(key, None)
        for load in self._loads:
            load.is_complete = load.is_complete and load.key != key

    def clear(self) -> None:
        """Forget everything: what was missed is not known."""
        self._entries.clear()
        self._groups.clear()
        for read in self._reads:
            read.is_void = True

    def _tell_reads(self, key: EntryKey, version: int) -> None:
        """Let no read that is under way put back what is older than a version that was known here."""
        for read in self._reads:
            read.missed[key] = max(version, read.missed.get(key, 0))

    def _regroup(self, kind: Kind, group: Group, old: Aggregate | None, new: Aggregate) -> None:
        key = group.key(new.__dict__)
        before = group.key(old.__dict__) if old else None
        if before is not None and before != key:
            self._groups.get((kind.collection, group.name, before), set()).discard(new.id)
        if key is not None and (live := self._groups.get((kind.collection, group.name, key))) is not None:
            live.add(new.id)

    def _evict(self) -> None:
        collection, entry_id = next(iter(self._entries))
        self.drop(collection, entry_id)
