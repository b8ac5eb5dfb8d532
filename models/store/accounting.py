"""The queries that a business day is added up from, each by an index that was made for it.

Times are borders: `since` is included, `until` is not. `EPOCH` stands in the partial indexes of what has not happened
to every document, and so in every query that is to use one.
"""

from datetime import UTC, datetime
from typing import Any

from models.store.paging import Scan

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

HAS_HAPPENED = {"$gt": EPOCH}

CHECKS_AT_ONCE = 25
"""Checks are added up while others wait: some ten milliseconds for so many."""

_CHECK = dict.fromkeys(
    (
        "restaurant_id",
        "version",
        "session_id",
        "status",
        "dining_option",
        "covers",
        "terms",
        "closed_at",
        "rounds",
        "corrections",
        "tenders",
        "total",
        "paid",
    ),
    1,
)
"""What of a check is added up."""

_VERSION = {"version": 1}


def _between(since: datetime, until: datetime) -> dict[str, Any]:
    return {"$gte": since, "$lt": until}


def open_checks() -> Scan:
    """Find the checks of parties that are still there."""
    return Scan({"status": "OPEN"}, _CHECK, at_once=CHECKS_AT_ONCE)


def checks_closed(since: datetime, until: datetime) -> Scan:
    """Find the checks that were closed between two moments."""
    return Scan({"closed_at": _between(since, until)}, _CHECK, at_once=CHECKS_AT_ONCE)


def checks_paid(since: datetime, until: datetime) -> Scan:
    """Find the ids and versions of the checks on which something was paid between two moments."""
    paid = {"tenders": {"$elemMatch": {"at": _between(since, until)}}, "tenders.at": HAS_HAPPENED}
    return Scan(paid, _VERSION)


def checks_refunded(since: datetime, until: datetime) -> Scan:
    """Find the ids and versions of the checks of which something was given back between two moments."""
    back = {"tenders": {"$elemMatch": {"refunds": {"$elemMatch": {"at": _between(since, until)}}}}}
    return Scan({**back, "tenders.refunds.at": HAS_HAPPENED}, _VERSION)


def checks_unrefunded(since: datetime, until: datetime) -> Scan:
    """Find the ids and versions of the checks of which a refund turned out between two moments to be impossible."""
    failed = {"tenders": {"$elemMatch": {"refunds": {"$elemMatch": {"failed_at": _between(since, until)}}}}}
    return Scan({**failed, "tenders.refunds.failed_at": HAS_HAPPENED}, _VERSION)


def checks(ids: list[str]) -> Scan:
    """Find checks by their ids."""
    return Scan({"_id": {"$in": ids}}, _CHECK, at_once=CHECKS_AT_ONCE)


def orders(ids: list[str]) -> Scan:
    """Find when orders were sent and who served their parties."""
    return Scan({"_id": {"$in": ids}}, {"placed_at": 1, "waiter": 1})


def waiters(session_ids: list[str]) -> Scan:
    """Find who serves parties."""
    return Scan({"_id": {"$in": session_ids}}, {"waiter": 1})


def tickets_bumped(since: datetime, until: datetime) -> Scan:
    """Find how long tickets took that were bumped between two moments: all of it is in the index."""
    fields = {"_id": 0, "station": 1, "placed_at": 1, "bumped_at": 1}
    return Scan({"bumped_at": _between(since, until)}, fields, at_once=1_000)


def lines_bumped(since: datetime, until: datetime) -> Scan:
    """Find the times of the lines of tickets that were bumped between two moments."""
    steps = ("course", "quantity", "voided", "starts_at", "started_at", "ready_at", "served_at")
    fields = {"_id": 0, "station": 1, **{f"lines.{name}": 1 for name in steps}}
    return Scan({"bumped_at": _between(since, until)}, fields)


def parties_gone(since: datetime, until: datetime) -> Scan:
    """Find the parties that left a table between two moments."""
    fields = {"_id": 0, "table_id": 1, "covers": 1, "opened_at": 1, "closed_at": 1}
    return Scan({"closed_at": _between(since, until), "customer_id": None}, fields)


def first_order(restaurant_id: str) -> Scan:
    """Find when the first order of a house was sent: nothing is paid or cooked before."""
    return Scan({}, {"_id": 0, "placed_at": 1}, [("placed_at", 1)], most=1, restaurant_id=restaurant_id)


def last_day(restaurant_id: str) -> Scan:
    """Find the last business day of a house that was added up."""
    fields = {"_id": 0, "period": 1, "since": 1, "until": 1}
    return Scan({"span": "DAY"}, fields, [("period", -1)], most=1, restaurant_id=restaurant_id)


def periods(names: list[str]) -> Scan:
    """Find the sums of days and months."""
    return Scan({"span": {"$in": ["DAY", "MONTH"]}, "period": {"$in": names}}, at_once=20)
