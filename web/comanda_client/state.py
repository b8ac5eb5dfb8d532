"""What a client knows: of each aggregate the highest version that it has seen, whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

NAMED_AT_MOST = 150
"""How many ids one `sync:get` names: a request has at most 200 keys."""

FINISHED = frozenset({"CLOSED", "BUMPED", "RESOLVED", "CANCELLED", "REVOKED"})
"""States in which an aggregate is not shown any more."""

KINDS = (
    "session",
    "cart",
    "order",
    "check",
    "payment",
    "ticket",
    "station",
    "table",
    "service",
    "alarm",
    "device",
    "smsPhone",
    "staff",
    "menu",
    "item",
    "plan",
    "presence",
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One aggregate at one version; `body` is what the server sent of it."""

    kind: str
    id: str
    version: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What a `sync:get` asks: `have` goes to the server; `unnamed` was held, too, when it was asked."""

    have: dict[str, int]
    unnamed: dict[str, Snapshot]


@dataclass(slots=True)
class State:
    """All snapshots by id. Merging is idempotent and order does not matter, so nothing can be applied wrongly."""

    snapshots: dict[str, Snapshot] = field(default_factory=dict)

    def merge(self, payload: Mapping[str, Any]) -> Snapshot | None:
        """Take one message; returns the snapshot if it was news."""
        snapshot = _snapshot_in(payload)
        if snapshot is None:
            return None
        known = self.snapshots.get(snapshot.id)
        if known is not None and known.version >= snapshot.version:
            return None
        self.snapshots.pop(snapshot.id, None)
        self.snapshots[snapshot.id] = snapshot
        return snapshot

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        """Return all of a kind."""
        return (one.body for one in self.snapshots.values() if one.kind == kind)

    def versions(self) -> dict[str, int]:
        """Return what a `sync:get` names: what is still shown first, and of that what changed last."""
        return self.ask().have

    def ask(self) -> Question:
        """Choose what a `sync:get` names; `settle` wants it back with the answer."""
        # Presence has no versions that another process would know.
        held = [one for one in reversed(self.snapshots.values()) if one.kind != "presence"]
        held.sort(key=self._rank)
        named, unnamed = held[:NAMED_AT_MOST], held[NAMED_AT_MOST:]
        return Question({one.id: one.version for one in named}, {one.id: one for one in unnamed})

    def settle(self, question: Question, answer: Iterable[Mapping[str, Any]], gone: Iterable[str] = ()) -> None:
        """Forget what was neither named nor told again in the answer's payloads, as it is not shown any more; and what
        the answer calls gone.
        """
        told = {one.id for payload in answer if (one := _snapshot_in(payload))}
        for entry_id in gone:
            held = self.snapshots.get(entry_id)
            # Another version than the one that was asked about is news that came beside the answer.
            if held is not None and held.version == question.have.get(entry_id):
                del self.snapshots[entry_id]
        for entry_id, before in question.unnamed.items():
            # Another snapshot than at the time of the question is news that came beside the answer.
            if entry_id not in told and self.snapshots.get(entry_id) is before:
                del self.snapshots[entry_id]

    def _rank(self, one: Snapshot) -> int:
        """Sort the menu first, which only those who name it are told of, and what is finished last."""
        if one.kind == "menu":
            return 0
        session = self.snapshots.get(one.body.get("sessionId", ""))
        is_finished = one.body.get("status") in FINISHED or (
            session is not None and session.body.get("status") in FINISHED
        )
        return 2 if is_finished else 1


def _snapshot_in(payload: Mapping[str, Any]) -> Snapshot | None:
    for kind in KINDS:
        body = payload.get(kind)
        if isinstance(body, dict) and "id" in body and "version" in body:
            return Snapshot(kind, body["id"], body["version"], body)
    return None
