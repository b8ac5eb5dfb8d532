"""What a client knows: of each aggregate the highest version that it has seen, whole."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

KINDS = ("session", "cart", "order", "check", "ticket", "table", "menu", "presence")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One aggregate at one version; `body` is what the server sent of it."""

    kind: str
    id: str
    version: int
    body: dict[str, Any]


@dataclass(slots=True)
class State:
    """All snapshots by id. Merging is idempotent and order does not matter, so nothing can be applied wrongly."""

    snapshots: dict[str, Snapshot] = field(default_factory=dict)

    def merge(self, payload: dict[str, Any]) -> Snapshot | None:
        """Take one message; returns the snapshot if it was news."""
        for kind in KINDS:
            body = payload.get(kind)
            if isinstance(body, dict) and "id" in body and "version" in body:
                known = self.snapshots.get(body["id"])
                if known is not None and known.version >= body["version"]:
                    return None
                snapshot = Snapshot(kind, body["id"], body["version"], body)
                self.snapshots[snapshot.id] = snapshot
                return snapshot
        return None

    def of(self, kind: str) -> Iterator[dict[str, Any]]:
        """Return all of a kind."""
        return (one.body for one in self.snapshots.values() if one.kind == kind)

    def versions(self) -> dict[str, int]:
        """Return what `sync:get` wants to know; presence has no versions that another process would know."""
        held = [one for one in self.snapshots.values() if one.kind != "presence"]
        return {one.id: one.version for one in held[-150:]}
