"""What must hold in the database whenever nobody is in the middle of something, compared with what was acknowledged."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from stateful.ledger import Broken, Ledger, require
from stateful.servers import COUNTED_DISHES, COUNTED_PORTIONS
from unit.pencil import add_up

from models.check import Check
from models.status import LineStatus
from models.store.codec import from_document
from models.ticket_line import slowest
from server.app import App

Documents = dict[str, list[dict[str, Any]]]
READ = ("table_sessions", "carts", "orders", "tickets", "checks", "items", "audit")
PRICES = frozenset({"price", "unit_price", "amount", "total", "currency", "tax"})


@dataclass
class Truth:
    """The documents of one house as they were last read, and the versions that were seen."""

    app: App
    house: str
    acts: frozenset[str]
    """Those of the audit that are compared with what was acknowledged."""
    found: Documents = field(default_factory=lambda: {name: [] for name in READ})
    versions: dict[tuple[str, str], int] = field(default_factory=dict)

    async def read(self) -> None:
        """Read everything; no version may have fallen, no document gone."""
        found: Documents = {name: [] for name in READ}
        cursor = await self.app.database[READ[0]].aggregate(self._query())
        for one in await cursor.to_list():
            found[one["kind"]].append(one["document"])
        self.found = found
        seen = {(name, one["_id"]): one["version"] for name, all_of_it in self.found.items() for one in all_of_it}
        for key, version in self.versions.items():
            require(seen.get(key, 0) >= version, f"{key} only ever grows: {version} {seen.get(key)}")
        self.versions = seen

    def _query(self) -> list[dict[str, Any]]:
        """Return what reads all collections in one round trip."""

        def of_house(name: str) -> list[dict[str, Any]]:
            return [
                {"$match": {"restaurant_id": self.house}},
                {"$project": {"_id": 0, "kind": {"$literal": name}, "document": "$$ROOT"}},
            ]

        others = [{"$unionWith": {"coll": name, "pipeline": of_house(name)}} for name in READ[1:]]
        return [*of_house(READ[0]), *others]

    def compare(self, ledger: Ledger) -> None:
        """Raise `Broken` for the first invariant that does not hold."""
        self._sessions(ledger)
        self._carts(ledger)
        self._orders(ledger)
        self._tickets(ledger)
        self._steps()
        self._checks(ledger)
        self._items(ledger)
        self._audit(ledger)

    def _items(self, ledger: Ledger) -> None:
        """Of what was counted before the evening no more is sold than there was.

        What is struck before anyone has begun comes back.
        """
        lines = [
            line
            for order in self.found["orders"]
            if order["status"] == "PLACED"
            for line in order["lines"]
            if line["id"] not in ledger.cancelled
        ]
        voided = Counter[str]()
        for check in self.found["checks"]:
            for one in check["corrections"]:
                voided[one["line_id"]] += one["quantity"] if one["kind"] == "VOID" else 0
        require(len(self.found["items"]) == COUNTED_DISHES, "what was counted stays counted")
        for item in self.found["items"]:
            of_it = [line for line in lines if line["item_id"] == item["item_id"]]
            gone = COUNTED_PORTIONS - item["left"]
            most = sum(line["quantity"] for line in of_it)
            kept = (line for line in of_it if line["status"] != "CANCELLED")
            least = sum(line["quantity"] - voided[line["id"]] for line in kept)
            require(0 <= least <= gone <= most, f"{item['item_id']}: {gone} are gone, {least} to {most} were sold")
            require(item["left"] >= 0, f"{item['item_id']}: not more than there is is sold")

    def _sessions(self, ledger: Ledger) -> None:
        sessions = {one["_id"]: one for one in self.found["table_sessions"]}
        require(sessions.keys() == {one.id for one in ledger.parties}, "every session was opened by someone")
        at = Counter(one["table_id"] for one in sessions.values() if one["status"] == "OPEN")
        require(not at or max(at.values()) == 1, f"one open session a table: {at}")
        inside = Counter(
            one["id"] for session in sessions.values() for one in session["participants"] if one["left_at"] is None
        )
        known = Counter(one["id"] for session in sessions.values() for one in session["participants"])
        require(not known or max(known.values()) == 1, f"everyone is in one session: {known}")
        everyone = {guest.id for party in ledger.parties for guest in party.guests}
        require(known.keys() == everyone, f"all who joined are known, nobody else: {known.keys() ^ everyone}")
        for party in ledger.parties:
            status = sessions[party.id]["status"]
            require(status == "CLOSED" or not party.is_closed, f"{party.id} stays closed")
            require(status != "CLOSED" or party.may_be_closed, f"{party.id} was closed by someone")
            for guest in party.guests:
                require(guest.id in inside or guest.removal_begun, f"{guest.id} is in")
                require(not (guest.id in inside and guest.is_removed), f"{guest.id} is out")

    def _carts(self, ledger: Ledger) -> None:
        gone = {one["_id"] for one in self.found["table_sessions"] if one["status"] == "CLOSED"}
        left = [one["_id"] for one in self.found["carts"] if one["session_id"] in gone and not one["is_closed"]]
        require(not left, f"no cart outlives its party: {left}")
        ledger.require_kept(
            {
                cart["_id"]: tuple((one["id"], one["item_id"], one["quantity"], one["note"]) for one in cart["lines"])
                for cart in self.found["carts"]
            }
        )

    def _orders(self, ledger: Ledger) -> None:
        stored = {one["_id"]: one for one in self.found["orders"]}
        require(stored.keys() == ledger.orders.keys(), f"every round once: {stored.keys() ^ ledger.orders.keys()}")
        keys = Counter(one["idempotency_key"].partition("@")[0] for one in stored.values())
        require(not keys or max(keys.values()) == 1, f"one order a key: {keys}")
        numbers = Counter(one["number"] for one in stored.values())
        require(not numbers or max(numbers.values()) == 1, f"one order a number: {numbers}")
        for order_id, order in ledger.orders.items():
            lines = tuple((x["id"], x["item_id"], x["quantity"], x["note"]) for x in stored[order_id]["lines"])
            require(lines == order.lines, f"order {order_id} stays as it was placed: {lines} {order.lines}")

    def _tickets(self, ledger: Ledger) -> None:
        cooked = Counter(
            (ticket["order_id"], ticket["station"], line["id"])
            for ticket in self.found["tickets"]
            for line in ticket["lines"]
        )
        ordered = Counter(
            (order["_id"], station, line["id"])
            for order in self.found["orders"]
            if order["status"] == "PLACED"
            for line in order["lines"]
            if line["id"] not in ledger.cancelled
            for station in line["stations"]
        )
        require(
            cooked == ordered, f"what was sent is cooked once: {ordered - cooked} missing, {cooked - ordered} extra"
        )
        ends = {line["id"]: line["status"] for order in self.found["orders"] for line in order["lines"]}
        require(
            all(ends[line_id] == "CANCELLED" for line_id in ledger.cancelled), f"it stays cancelled: {ledger.cancelled}"
        )
        for line in (line for ticket in self.found["tickets"] for line in ticket["lines"]):
            known = line["acknowledged"] <= line["voided"] <= line["quantity"]
            require(known, f"what is acknowledged was struck, what is struck was ordered: {line}")
        for ticket in self.found["tickets"]:
            require(not _names(ticket) & PRICES, f"ticket {ticket['_id']} has no price: {_names(ticket) & PRICES}")

    def _steps(self) -> None:
        """What guests are told of a dish is what all stations that cook it have of it."""
        parts: dict[tuple[str, str], list[tuple[dict[str, Any], dict[str, Any]]]] = {}
        for ticket in self.found["tickets"]:
            for part in ticket["lines"]:
                parts.setdefault((ticket["order_id"], part["id"]), []).append((ticket, part))
        for order in self.found["orders"]:
            for line in order["lines"]:
                if own := parts.get((order["_id"], line["id"])):
                    seen = [ticket["seen_at"] for ticket, _ in own]
                    status = slowest([LineStatus(part["status"]) for _, part in own])
                    known = (status, any(part["is_held"] for _, part in own), None if None in seen else max(seen))
                    told = (line["status"], line["is_held"], line["seen_at"])
                    require(told == known, f"{order['_id']} {line['id']} is told as it is cooked: {told} {known}")

    def _checks(self, ledger: Ledger) -> None:
        placed = {one["_id"]: one for one in self.found["orders"] if one["status"] == "PLACED"}
        rounds = Counter(entry["order_id"] for check in self.found["checks"] for entry in check["rounds"])
        require(rounds == Counter(placed.keys()), f"every round on one check: {rounds}")
        corrections: dict[str, tuple[object, ...]] = {}
        tenders: dict[str, int] = {}
        refunded = 0
        for check in self.found["checks"]:
            ordered = sum(_total(placed[entry["order_id"]], ledger.cancelled) for entry in check["rounds"])
            items = sum(
                line["unit_price"]["amount"] * line["quantity"] for entry in check["rounds"] for line in entry["lines"]
            )
            corrections |= {
                one["id"]: (one["kind"], one["line_id"], one["quantity"], one["percent"])
                for one in check["corrections"]
            }
            paid = {one["id"]: one["amount"]["amount"] for one in check["tenders"]}
            back = sum(one["amount"]["amount"] for tender in check["tenders"] for one in tender["refunds"])
            total, kept = check["total"]["amount"], check["paid"]["amount"]
            require(items == ordered, f"check {check['_id']} has what was ordered: {items} of {ordered}")
            self._require_added_up(check)
            require(kept == sum(paid.values()) - back, f"check {check['_id']}: {kept} of {paid}, back {back}")
            self._require_bounded(check, placed)
            require(total >= 0 and kept >= 0, f"check {check['_id']} is never below zero: {total} {kept}")
            tenders |= paid
            refunded += back
        require(corrections == ledger.corrections, f"taken off once: {corrections} {ledger.corrections}")
        require(tenders == ledger.tenders, f"paid once: {tenders} {ledger.tenders}")
        require(refunded == ledger.refunded, f"given back once: {refunded} {ledger.refunded}")

    def _require_added_up(self, check: dict[str, Any]) -> None:
        """The parts of the bill are the total, and so are the shares."""
        try:
            add_up(from_document(Check, check))
        except AssertionError as wrong:
            raise Broken(f"check {check['_id']} adds up: {wrong}") from wrong

    def _require_bounded(self, check: dict[str, Any], placed: dict[str, dict[str, Any]]) -> None:
        """No portion comes off twice, and no payment is given back beyond what it was."""
        ordered = {(one["_id"], line["id"]): line["quantity"] for one in placed.values() for line in one["lines"]}
        off: Counter[tuple[str, str]] = Counter()
        for one in check["corrections"]:
            if one["line_id"]:
                off[one["order_id"], one["line_id"]] += one["quantity"]
        require(all(off[key] <= ordered[key] for key in off), f"no portion comes off twice: {off} of {ordered}")
        for tender in check["tenders"]:
            back = sum(one["amount"]["amount"] for one in tender["refunds"])
            require(back <= tender["amount"]["amount"], f"no more goes back than was paid: {back} of {tender}")

    def _audit(self, ledger: Ledger) -> None:
        # Who closes a host closes those who were merged into it, each with an entry.
        acts = self.acts - {"session-closed"} if ledger.was_mixed else self.acts
        written = Counter(one["act"] for one in self.found["audit"] if one["act"] in acts)
        done = Counter({act: count for act, count in ledger.acts.items() if act in acts})
        require(written == done, f"an entry for each act: {done - written} missing, {written - done} extra")


def total_of(order: dict[str, Any]) -> int:
    """Return the sum of an order as a client is shown it."""
    return int(sum(line["unitPrice"]["amount"] * line["quantity"] for line in order["lines"]))


def _total(order: dict[str, Any], cancelled: set[str]) -> int:
    kept = (line for line in order["lines"] if line["id"] not in cancelled)
    return int(sum(line["unit_price"]["amount"] * line["quantity"] for line in kept))


def _names(document: Any) -> set[str]:
    """Return the names of all fields at any depth."""
    if isinstance(document, dict):
        return set(document).union(*(_names(one) for one in document.values()))
    return set().union(*(_names(one) for one in document)) if isinstance(document, list) else set()
