"""Decides whether a run kept its promises, from the clients' logs, the database and the kitchen's log alone.

It has its own arithmetic and its own idea of what a ticket must be; no code of the server that makes them is used.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fault.installation import DATABASE
from fault.premises import Premises
from fault.record import Entry, Record
from fault.screen import tickets_in
from pymongo import MongoClient

WORDS_OF_MONEY = re.compile(r'amount|price|currency|"RON"|"total"|"paid"|"due"', re.IGNORECASE)


@dataclass
class Operation:
    """What a guest asked, and how it ended."""

    who: str
    name: str
    asked_at: float
    request: dict[str, Any]
    ended_at: float = 0.0
    outcome: str = ""
    answer: dict[str, Any] | None = None


@dataclass
class Truth:
    """What one house has in the database."""

    orders: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    carts: list[dict[str, Any]]


def read_truth(mongo_url: str, house: str) -> Truth:
    """Read everything of a house that a promise is about."""
    with MongoClient[dict[str, Any]](mongo_url, readConcernLevel="majority", tz_aware=True) as client:
        database = client[DATABASE]
        found = [
            list(database[collection].find({"restaurant_id": house}))
            for collection in ("orders", "tickets", "checks", "carts")
        ]
    return Truth(*found)


def read_operations(record: Record) -> dict[str, Operation]:
    """Return the operations of a log by their ids."""
    operations: dict[str, Operation] = {}
    for entry in record.read():
        if entry.kind == "asked":
            operations[entry.data["id"]] = Operation(entry.who, entry.name, entry.at, entry.data["request"])
        elif entry.kind == "ended":
            _end(operations[entry.data["id"]], entry)
    return operations


def _end(operation: Operation, entry: Entry) -> None:
    operation.ended_at, operation.outcome, operation.answer = entry.at, entry.data["outcome"], entry.data["answer"]


class Judge:
    """Compares what guests were told with what is stored and what was cooked; every difference is a sentence."""

    def __init__(self, premises: Premises, truth: Truth, operations: dict[str, Operation]) -> None:
        self._premises = premises
        self._truth = truth
        self._added = {one.request["note"]: one for one in operations.values() if one.name == "cart:add"}
        self._placed = {key: one for key, one in operations.items() if one.name == "order:place"}
        self._ordered = {line["note"]: order for order in truth.orders for line in order["lines"]}

    def lost_or_doubled_orders(self) -> list[str]:
        """Every acknowledged order is stored once; nothing that was refused was cooked."""
        stored = {order["_id"] for order in self._truth.orders}
        by_key = Counter(order["idempotency_key"] for order in self._truth.orders)
        wrong = [f"key {key}: {count} orders" for key, count in by_key.items() if count > 1]
        wrong += [f"key {key}: nobody sent it" for key in by_key if key not in self._placed]
        for key, one in self._placed.items():
            if one.outcome == "OK" and one.answer and one.answer["order"]["id"] not in stored:
                wrong.append(f"key {key}: acknowledged, and lost")
            if one.outcome not in ("OK", "UNREACHABLE") and key in by_key:
                wrong.append(f"key {key}: refused with {one.outcome}, and cooked all the same")
        return wrong

    def lost_or_doubled_lines(self) -> list[str]:
        """Every line that was acknowledged is in one order or still in its cart, and in no two places."""
        places = Counter(line["note"] for order in self._truth.orders for line in order["lines"])
        places.update(line["note"] for cart in self._truth.carts for line in cart["lines"])
        wrong = [f"line {note}: in {count} places" for note, count in places.items() if count > 1]
        wrong += [f"line {note}: nobody asked for it" for note in places if note not in self._added]
        wrong += [
            f"line {note}: acknowledged, and lost"
            for note, one in self._added.items()
            if one.outcome == "OK" and note not in places
        ]
        return wrong

    def lines_left_behind(self) -> list[str]:
        """What a guest had in the cart when the cart was acknowledged as sent was sent with it, or before."""
        sent_at = defaultdict[str, float](float)
        for one in self._placed.values():
            if one.outcome == "OK":
                sent_at[one.who] = max(sent_at[one.who], one.asked_at)
        return [
            f"line {note}: in the cart although the cart was sent later"
            for note, one in self._added.items()
            if one.outcome == "OK" and one.ended_at < sent_at[one.who] and note not in self._ordered
        ]

    def wrong_totals(self) -> list[str]:
        """Stored and acknowledged totals, and the check's, are what the menu's prices come to."""
        wrong: list[str] = []
        totals: dict[str, int] = {}
        for order in self._truth.orders:
            total = 0
            for line in order["lines"]:
                asked = self._added[line["note"]].request
                price = self._premises.price(asked["itemId"], asked["modifiers"])
                total += price * asked["quantity"]
                given = [one["id"] for one in line["modifiers"]]
                if (line["item_id"], line["quantity"], sorted(given)) != (
                    asked["itemId"],
                    asked["quantity"],
                    sorted(asked["modifiers"]),
                ):
                    wrong.append(f"line {line['note']}: not what was asked for")
                if line["unit_price"]["amount"] != price:
                    wrong.append(f"line {line['note']}: costs {line['unit_price']['amount']}, the menu says {price}")
            totals[order["_id"]] = total
            told = self._placed[order["idempotency_key"]].answer
            if told and told["order"]["total"]["amount"] != total:
                wrong.append(f"order {order['_id']}: {told['order']['total']['amount']} was told, {total} is right")
        return wrong + self._wrong_checks(totals)

    def _wrong_checks(self, totals: dict[str, int]) -> list[str]:
        of_session = defaultdict[str, set[str]](set)
        for order in self._truth.orders:
            of_session[order["session_id"]].add(order["_id"])
        wrong: list[str] = []
        for check in self._truth.checks:
            mine = of_session.pop(check["session_id"], set())
            if sorted(one["order_id"] for one in check["rounds"]) != sorted(mine):
                wrong.append(f"check of session {check['session_id']}: not exactly its orders")
            if check["total"]["amount"] != sum(totals[one] for one in mine):
                wrong.append(f"check of session {check['session_id']}: {check['total']['amount']} is a wrong sum")
        return wrong + [f"session {session}: orders without a check" for session in of_session]

    def wrong_tickets(self) -> list[str]:
        """Every order has one ticket at each of its stations, with exactly the lines that are cooked there."""
        tickets = defaultdict[tuple[str, str], list[dict[str, Any]]](list)
        for ticket in self._truth.tickets:
            tickets[ticket["order_id"], ticket["station"]].append(ticket)
        wrong: list[str] = []
        for order in self._truth.orders:
            due = defaultdict[str, list[tuple[str, int]]](list)
            for line in order["lines"]:
                for station in self._premises.stations(line["item_id"]):
                    due[station].append((line["note"], line["quantity"]))
            for station, lines in due.items():
                found = tickets.pop((order["_id"], station), [])
                cooked = [[(line["note"], line["quantity"]) for line in ticket["lines"]] for ticket in found]
                if [sorted(one) for one in cooked] != [sorted(lines)]:
                    wrong.append(f"order {order['_id']} at {station}: {lines} is due, {cooked} is there")
        return wrong + [f"ticket of {order} at {station}: of no order" for order, station in tickets]

    def missing_or_doubled_in_kitchen(self, logs: list[Path]) -> list[str]:
        """The kitchen was shown every order's tickets, each under one id, with the lines that were stored."""
        shown: dict[str, dict[str, Any]] = {}
        for log in logs:
            with log.open(encoding="utf-8") as frames:
                for frame in frames:
                    for ticket in tickets_in(frame.rstrip("\n")):
                        if ticket["version"] >= shown.get(ticket["id"], ticket)["version"]:
                            shown[ticket["id"]] = ticket
        wrong: list[str] = []
        twice = Counter((ticket["orderId"], ticket["station"]) for ticket in shown.values())
        wrong += [f"{order} at {station}: {count} tickets" for (order, station), count in twice.items() if count > 1]
        stored = {ticket["_id"]: ticket for ticket in self._truth.tickets}
        wrong += [f"ticket {one}: shown, but not in the database" for one in shown.keys() - stored.keys()]
        wrong += [f"ticket {one}: never shown" for one in stored.keys() - shown.keys()]
        for ticket_id in stored.keys() & shown.keys():
            lines = [(line["note"], line["quantity"]) for line in stored[ticket_id]["lines"]]
            if lines != [(line["note"], line["quantity"]) for line in shown[ticket_id]["lines"]]:
                wrong.append(f"ticket {ticket_id}: shown with other lines than stored")
        return wrong

    def prices_in_kitchen(self, logs: list[Path]) -> list[str]:
        """Any number that is a price or a total, and any word of money, in any frame that a kitchen socket received."""
        totals = {check["total"]["amount"] for check in self._truth.checks if check["rounds"]}
        for order in self._truth.orders:
            amounts = [line["unit_price"]["amount"] * line["quantity"] for line in order["lines"]]
            totals |= {sum(amounts), *amounts}
        numbers = "|".join(str(one) for one in sorted(self._premises.canaries | totals))
        canary = re.compile(rf"(?<![0-9A-Za-z.])(?:{numbers})(?![0-9A-Za-z])")
        wrong: list[str] = []
        for log in logs:
            with log.open(encoding="utf-8") as frames:
                for frame in frames:
                    wrong += [
                        f"{log.name}: {frame[max(0, found.start() - 60) : found.end() + 20]!r}"
                        for found in (canary.search(frame), WORDS_OF_MONEY.search(frame))
                        if found
                    ]
        return wrong
