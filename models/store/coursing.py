"""Which parties have a course to be fired, over all houses: few queries however many wait, nothing decoded or kept."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from models.coursing import due
from models.dish import Course
from models.status import LineStatus
from models.store.waiting import all_houses
from models.store.work import Work
from models.ticket import Ticket

IN_ONE_QUERY = 500
"""Parties of one house that are looked at together."""

AT_ONCE = 200
"""Parties after which a look ends: the next one finds the others, and other duties have their turn."""

HELD_BY_RULE = {"$elemMatch": {"is_held": True, "held_by": None, "held_until": None}}


class _Line(NamedTuple):
    course: Course
    status: LineStatus
    is_held: bool
    held_by: Any
    held_until: Any


async def parties_to_fire(work: Work) -> list[tuple[str, str]]:
    """Return house and session of the parties that have a course to be fired by the rule."""
    rows = await work.values(
        Ticket,
        "restaurant_id",
        "session_id",
        restaurant_id={"$in": await all_houses(work)},
        is_waiting=True,
        lines=HELD_BY_RULE,
    )
    waiting: dict[str, dict[str, None]] = {}
    for row in rows:
        waiting.setdefault(row["restaurant_id"], {})[row["session_id"]] = None
    found: list[tuple[str, str]] = []
    for house, sessions in waiting.items():
        for some in _in_portions(list(sessions)):
            found += [(house, one) for one in await _to_fire(work, house, some)]
            if len(found) >= AT_ONCE:
                return found[:AT_ONCE]
    return found


async def slots_to_fire(work: Work, now: datetime) -> list[tuple[str, str]]:
    """Return house and session of the orders for a slot of which the kitchen is to get something by now."""
    rows = await work.values(
        Ticket,
        "restaurant_id",
        "session_id",
        restaurant_id={"$in": await all_houses(work)},
        is_waiting=True,
        lines={"$elemMatch": {"is_held": True, "held_until": {"$lte": now}}},
    )
    return list(dict.fromkeys((row["restaurant_id"], row["session_id"]) for row in rows))[:AT_ONCE]


async def _to_fire(work: Work, house: str, sessions: list[str]) -> list[str]:
    fields = ("session_id", "lines.course", "lines.status", "lines.is_held", "lines.held_by", "lines.held_until")
    lines: dict[str, list[_Line]] = {}
    for row in await work.values(Ticket, *fields, restaurant_id=house, session_id={"$in": sessions}):
        lines.setdefault(row["session_id"], []).extend(_line(one) for one in row["lines"])
    return [session_id for session_id, of_party in lines.items() if due(of_party) is not None]


def _line(stored: Mapping[str, Any]) -> _Line:
    course, status = Course(stored["course"]), LineStatus(stored["status"])
    return _Line(course, status, stored.get("is_held", False), stored.get("held_by"), stored.get("held_until"))


def _in_portions(sessions: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(sessions), IN_ONE_QUERY):
        yield sessions[first : first + IN_ONE_QUERY]
