"""What waits, over all houses: requests that nobody takes, parties that do nothing. A fixed number of queries however
many sessions are open, by the indexes that are there; nothing is decoded or kept.

`$gt` would read better than `$not` with `$lte`, but comparisons that a client could try to smuggle in are in no query
of ours; a test looks at all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any

from models.base import Aggregate
from models.cart import Cart
from models.check import Check
from models.house import Restaurant
from models.order import Order
from models.payment import Payment
from models.service import ServiceRequest
from models.session import TableSession
from models.sms import SmsMessage
from models.sms_phone import SmsPhone
from models.store.work import Work
from models.ticket import Ticket

SHOWS_ACTIVITY: tuple[type[Aggregate], ...] = (Cart, Ticket, Order)
"""What moves when a party or the kitchen does something, besides the session itself: what tells most comes first."""

IN_ONE_QUERY = 1_000
"""Sessions that are looked at together."""

AT_ONCE = 200
"""Quiet sessions after which a look ends: the next one finds the others, and other duties have their turn."""

Found = list[tuple[str, str]]
"""House and id."""


async def overlooked_requests(work: Work, before: datetime) -> Found:
    """Return the requests that were made before a moment, that nobody has taken and nobody was alarmed about."""
    rows = await work.values(
        ServiceRequest,
        "restaurant_id",
        restaurant_id={"$in": await all_houses(work)},
        is_finished=False,
        status="OPEN",
        escalated_at=None,
        at={"$lte": before},
    )
    return [(row["restaurant_id"], row["_id"]) for row in rows]


async def overdue_payments(work: Work, before: datetime) -> Found:
    """Return payments about which the provider was to be asked before a moment, and nobody did."""
    rows = await work.values(
        Payment,
        "restaurant_id",
        restaurant_id={"$in": await all_houses(work)},
        is_finished=False,
        next_at={"$lte": before},
    )
    return [(row["restaurant_id"], row["_id"]) for row in rows][:AT_ONCE]


async def overdue_messages(work: Work, before: datetime) -> Found:
    """Return messages to phones about which something should have been done before a moment, and nothing was: the first
    of each house, then the second of each, so that none waits behind another's; codes before anything else, the newest
    first.
    """
    rows = await work.values(
        SmsMessage,
        "restaurant_id",
        "kind",
        "queued_at",
        restaurant_id={"$in": await all_houses(work)},
        is_finished=False,
        next_at={"$lte": before},
    )
    rows.sort(key=lambda row: row["queued_at"], reverse=True)
    rows.sort(key=lambda row: row["kind"])
    of_houses: dict[str, Found] = {}
    for row in rows:
        of_houses.setdefault(row["restaurant_id"], []).append((row["restaurant_id"], row["_id"]))
    return [one for turn in zip_longest(*of_houses.values()) for one in turn if one is not None][:AT_ONCE]


async def houses_with_phones(work: Work) -> list[str]:
    """Return the houses that have ever had a phone that sends messages."""
    rows = await work.values(SmsPhone, "restaurant_id", restaurant_id={"$in": await all_houses(work)})
    return sorted({row["restaurant_id"] for row in rows})


async def settled_deliveries(work: Work) -> Found:
    """Return the open sessions of orders from home that nobody waits for any more and that are paid."""
    houses = {"$in": await all_houses(work)}
    rows = await work.values(
        TableSession, "restaurant_id", restaurant_id=houses, status="OPEN", customer_id={"$type": "string"}
    )
    found: Found = []
    for house, running in _by_house(rows):
        of_these = {"restaurant_id": house, "session_id": {"$in": list(running)}}
        awaited = {one["session_id"] for one in await work.values(Order, "session_id", is_under_way=True, **of_these)}
        checks = await work.values(Check, "session_id", "total", "paid", "pending", **of_these)
        settled = [one["session_id"] for one in checks if one["total"] == one["paid"] and not one["pending"]]
        found += [(house, one) for one in settled if one not in awaited]
    return found[:AT_ONCE]


async def quiet_sessions(work: Work, before: datetime) -> Found:
    """Return open sessions of parties at a table in which nothing happened since a moment, and that are not shown as
    idle yet.
    """
    rows = await work.values(
        TableSession,
        "restaurant_id",
        restaurant_id={"$in": await all_houses(work)},
        status="OPEN",
        opened_at={"$lte": before},
        idle_since=None,
        merged_into=None,
        customer_id=None,
        **{"$or": [{"change": None}, {"change.at": {"$lte": before}}]},
    )
    found: Found = []
    for house, quiet in _by_house(rows):
        for model in SHOWS_ACTIVITY:
            steps = await _steps(work, model, house, list(quiet), before)
            quiet = {one: row for one, row in quiet.items() if one not in steps}
        found += [(house, one) for one in quiet]
        if len(found) >= AT_ONCE:
            break
    return found[:AT_ONCE]


async def sessions_busy_again(work: Work) -> Found:
    """Return the sessions that are shown as idle and in which something has happened since."""
    rows = await work.values(
        TableSession,
        "restaurant_id",
        "idle_since",
        restaurant_id={"$in": await all_houses(work)},
        status="OPEN",
        idle_since={"$type": "date"},
    )
    found: Found = []
    for house, idle in _by_house(rows):
        oldest = min(row["idle_since"] for row in idle.values())
        for model in SHOWS_ACTIVITY:
            steps = await _steps(work, model, house, list(idle), oldest)
            busy = [one for one, at in steps.items() if at > idle[one]["idle_since"]]
            found += [(house, idle.pop(one)["_id"]) for one in busy]
    return found


async def all_houses(work: Work) -> list[str]:
    """Return the ids of all houses: every index begins with one."""
    return [row["_id"] for row in await work.values(Restaurant, "_id")]


def _by_house(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Mapping[str, Any]]]]:
    """Yield the sessions of each house by id, in portions."""
    houses: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        houses.setdefault(row["restaurant_id"], []).append(row)
    for house, sessions in houses.items():
        for first in range(0, len(sessions), IN_ONE_QUERY):
            yield house, {row["_id"]: row for row in sessions[first : first + IN_ONE_QUERY]}


async def _steps(
    work: Work, model: type[Aggregate], house: str, sessions: list[str], since: datetime
) -> dict[str, datetime]:
    """Return when something of a kind last changed after a moment, for those sessions where it did."""
    if not sessions:
        return {}
    later = {"$type": "date", "$not": {"$lte": since}}
    query: dict[str, Any] = {"restaurant_id": house, "session_id": {"$in": sessions}, "change.at": later}
    steps: dict[str, datetime] = {}
    for row in await work.values(model, "session_id", "change.at", **query):
        steps[row["session_id"]] = max(row["change"]["at"], steps.get(row["session_id"], row["change"]["at"]))
    return steps
