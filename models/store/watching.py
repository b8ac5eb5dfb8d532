"""What must not be overlooked in the kitchens of all houses: tickets that no screen shows, stations without a screen,
and the processes that screens are connected to. Like `models.store.waiting`, with a fixed number of queries.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from models.session import TableSession
from models.sms_phone import SmsPhone
from models.station import Station
from models.store.waiting import AT_ONCE, Found, all_houses
from models.store.work import Work
from models.ticket import Ticket

Place = tuple[str, str]
"""A house, and the code of one of its stations."""


async def unseen_tickets(work: Work, before: datetime) -> Found:
    """Return the open tickets of before a moment that no screen shows and that nobody was alarmed about."""
    rows = await work.values(
        Ticket,
        "restaurant_id",
        restaurant_id={"$in": await all_houses(work)},
        is_shown=True,
        seen_at=None,
        status="OPEN",
        alarmed_at=None,
        placed_at={"$lte": before},
    )
    return [(row["restaurant_id"], row["_id"]) for row in rows][:AT_ONCE]


async def dark_stations(work: Work, before: datetime) -> Found:
    """Return the stations that have had no screen since a moment and that nobody was alarmed about: where a ticket
    waits since then, or where a screen has gone and there are guests.
    """
    rows = await work.values(
        Station,
        "restaurant_id",
        "code",
        "dark_since",
        restaurant_id={"$in": await all_houses(work)},
        kind="PREP",
        live={"$in": [[], None]},
        alarmed_at=None,
    )
    dark = {_place(row, "code"): row.get("dark_since") for row in rows}
    dark = {place: since for place, since in dark.items() if since is None or since <= before}
    busy = await _busy_places(work, {house for house, _ in dark}, before)
    open_houses = await _open_houses(work, {house for (house, _), since in dark.items() if since is not None})
    due = [place for place, since in dark.items() if place in busy or (since is not None and place[0] in open_houses)]
    return due[:AT_ONCE]


async def connected_processes(work: Work) -> dict[str, set[str]]:
    """Return the processes that screens are connected to, by house."""
    rows = await work.values(
        Station,
        "restaurant_id",
        "live.process",
        restaurant_id={"$in": await all_houses(work)},
        **{"live.process": {"$type": "string"}},
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["restaurant_id"], set()).update(one["process"] for one in row["live"])
    return found


async def phone_processes(work: Work) -> dict[str, set[str]]:
    """Return the processes that SMS phones are connected to, by house."""
    rows = await work.values(
        SmsPhone,
        "restaurant_id",
        "process",
        restaurant_id={"$in": await all_houses(work)},
        process={"$type": "string"},
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["restaurant_id"], set()).add(row["process"])
    return found


async def _busy_places(work: Work, houses: set[str], before: datetime) -> set[Place]:
    """Return the stations that had something to cook at a moment and still have."""
    if not houses:
        return set()
    rows = await work.values(
        Ticket,
        "restaurant_id",
        "station",
        restaurant_id={"$in": sorted(houses)},
        is_shown=True,
        status="OPEN",
        ready_at=None,
        placed_at={"$lte": before},
    )
    return {_place(row, "station") for row in rows}


async def _open_houses(work: Work, houses: set[str]) -> set[str]:
    """Return those of some houses in which there are guests."""
    if not houses:
        return set()
    rows = await work.values(
        TableSession, "restaurant_id", restaurant_id={"$in": sorted(houses)}, status="OPEN", customer_id=None
    )
    return {row["restaurant_id"] for row in rows}


def _place(row: Mapping[str, Any], field: str) -> Place:
    return row["restaurant_id"], row[field]
