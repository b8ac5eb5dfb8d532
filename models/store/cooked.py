"""What waiting times are measured from, over all houses: stations, what they have to cook, and what they have cooked.
Nothing is decoded or kept; of each ticket only its times are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from models.estimate import Part
from models.station import Station
from models.status import LineStatus
from models.store.work import Work
from models.ticket import Ticket, TicketStatus
from models.ticket_line import UNFINISHED

Row = Mapping[str, Any]

_OF_STATION = ("restaurant_id", "code", "kind", "open_portions", "wait")

_OF_LINE = ("id", "quantity", "voided", "status", "is_held", "starts_at", "started_at", "ready_at")
_OF_TICKET = (
    "restaurant_id",
    "station",
    "status",
    "is_priority",
    "ahead",
    "seen_at",
    "ready_at",
    *(f"lines.{name}" for name in _OF_LINE),
)


async def all_stations(work: Work) -> dict[str, list[Row]]:
    """Return the stations by house."""
    return _by_house(await work.values(Station, *_OF_STATION))


async def shown_tickets(work: Work, houses: Sequence[str]) -> dict[str, list[Row]]:
    """Return by house the times of the tickets that a screen shows."""
    query: dict[str, Any] = {"restaurant_id": {"$in": list(houses)}, "is_shown": True}
    return _by_house(await work.values(Ticket, *_OF_TICKET, **query))


async def cooked_tickets(work: Work, houses: Sequence[str], since: datetime) -> dict[str, list[Row]]:
    """Return by house the times of the tickets of which nothing was left to be cooked at a moment or later."""
    if not houses:
        return {}
    query: dict[str, Any] = {"restaurant_id": {"$in": list(houses)}, "ready_at": {"$gte": since}}
    return _by_house(await work.values(Ticket, *_OF_TICKET, **query))


def parts(ticket: Row) -> Iterator[Part]:
    """Yield the lines of a stored ticket."""
    is_open = ticket["status"] == TicketStatus.OPEN
    ahead = ticket.get("ahead", {})
    for line in ticket["lines"]:
        status = LineStatus(line["status"])
        yield Part(
            portions=line["quantity"] - line.get("voided", 0),
            is_unfinished=status in UNFINISHED and is_open,
            is_priority=ticket.get("is_priority", False),
            ahead=ahead.get(line["id"]),
            seen_at=ticket.get("seen_at"),
            starts_at=None if line.get("is_held") else line.get("starts_at"),
            started_at=line.get("started_at"),
            ready_at=line.get("ready_at"),
        )


def _by_house(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["restaurant_id"], []).append(row)
    return found
