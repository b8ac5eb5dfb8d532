"""What the schema says of an aggregate type: its collection, its indexes, and the groups in which it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from models.base import Aggregate

OPEN = {"status": "OPEN"}
UNFINISHED = {"is_finished": False}


@dataclass(frozen=True, slots=True)
class Group:
    """Aggregates that are read together: those of one value of `field`, and (with `where`) in one state."""

    name: str
    field: str
    where: tuple[str, str | bool | None] | None = None
    is_global: bool = False
    """The value alone names the house (a 128-bit token)."""

    def key_in(self, restaurant_id: str, value: str) -> str:
        """Return the key of a house's group of a value: two houses may both have a waiter `ana`."""
        return value if self.is_global else f"{restaurant_id}/{value}"

    def key(self, document: Mapping[str, Any]) -> str | None:
        """Return the key of the group that a document is in, None when it is in none."""
        if self.where and document.get(self.where[0]) != self.where[1]:
            return None
        return self.key_ever(document)

    def key_ever(self, document: Mapping[str, Any]) -> str | None:
        """Return the key of the group that a document is in when it is in the right state, or was."""
        value = document.get(self.field)
        return self.key_in(document.get("restaurant_id", ""), value) if isinstance(value, str) else None

    def filter(self, restaurant_id: str, key: str) -> dict[str, Any]:
        """Return the query for one key."""
        query: dict[str, Any] = {} if self.is_global else {"restaurant_id": restaurant_id}
        query[self.field] = key
        if self.where:
            query[self.where[0]] = self.where[1]
        return query


@dataclass(frozen=True, slots=True)
class Kind:
    """One aggregate type: its collection, its groups by name, its indexes."""

    model: type[Aggregate]
    collection: str
    groups: Mapping[str, Group]
    indexes: tuple[IndexModel, ...] = ()
    is_followed: bool = True
    """Whether processes listen to its changes."""
    is_acted_on: bool = False
    """Whether every process wants to hear of each change, whoever is connected to it."""


def kind(
    model: type[Aggregate],
    collection: str,
    *groups: Group,
    indexes: tuple[IndexModel, ...] = (),
    followed: bool = True,
    acted_on: bool = False,
) -> Kind:
    """Describe an aggregate type; its groups are found by their names."""
    return Kind(model, collection, {group.name: group for group in groups}, indexes, followed, acted_on)


def index(*fields: str, **options: Any) -> IndexModel:
    """Describe an index; `-` before a field: the highest first. `options` are MongoDB's own."""
    return IndexModel([(f.lstrip("-"), DESCENDING if f.startswith("-") else ASCENDING) for f in fields], **options)
