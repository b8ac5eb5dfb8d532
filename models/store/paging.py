"""Queries for many documents of a house: a page of what happened, newest first, and a scan of what is added up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PAGING = "page"
"""Stands in the comment of each: its operators are ours, and no client's."""

SCAN = "scan"
"""Stands in the comment of each scan, for the same reason."""

NEWEST_FIRST = [("at", -1), ("_id", -1)]


@dataclass(frozen=True, slots=True)
class Page:
    """Which page: at most `most` of what has these `fields` (a list: one of these values), happened from `since` on
    and before `until`, and stands after the one of which `after` is the time and the id.

    `fields` are those of the documents. What is added meanwhile is newer and stands on no later page.
    """

    most: int
    fields: Mapping[str, Any]
    since: datetime | None = None
    until: datetime | None = None
    after: tuple[datetime, str] | None = None

    def query(self, restaurant_id: str) -> dict[str, Any]:
        """Return the filter, for indexes that end with `at` and `_id`."""
        query: dict[str, Any] = {"restaurant_id": restaurant_id}
        query |= {name: {"$in": one} if isinstance(one, list) else one for name, one in self.fields.items()}
        at: dict[str, Any] = {}
        if self.since:
            at["$gte"] = self.since
        if self.until:
            at["$lt"] = self.until
        if self.after:
            moment, last = self.after
            at["$lte"] = moment
            query["$or"] = [{"at": {"$lt": moment}}, {"at": moment, "_id": {"$lt": last}}]
        return query | ({"at": at} if at else {})


@dataclass(frozen=True, slots=True)
class Latest:
    """The last `most` documents of a house, by the time of a field that an index of theirs has after the house.

    `query` is about the other fields; `since` keeps the search short where few are found.
    """

    by: str
    since: datetime
    most: int
    query: Mapping[str, Any]

    def filter(self, restaurant_id: str) -> dict[str, Any]:
        """Return the whole query."""
        return {**self.query, "restaurant_id": restaurant_id, self.by: {"$gte": self.since}}


@dataclass(frozen=True, slots=True)
class Scan:
    """Which documents of a house, and which `fields` of them; `at_once` is how many are handed over together.

    The house is that of the unit of work, but for a duty, which looks over all of them and names each.
    """

    query: Mapping[str, Any]
    fields: Mapping[str, int] | None = None
    sort: Sequence[tuple[str, int]] | None = None
    most: int = 0
    at_once: int = 500
    restaurant_id: str | None = None
