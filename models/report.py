"""What business days come to, in sums that can be added up: of a day, of a month, of everything.

A check is accounted for on the day on which it is closed, whole: until then its bill may still change, and it counts on
the present day. Money counts on the day on which it changed hands, a ticket when it is bumped, a party when it leaves.
So every check, every payment and every refund is in the sums of exactly one day, and the sums of days are those of all
that is in them, to the last minor unit.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from models.base import Actor, Aggregate, Text, Value
from models.business_day import BusinessDay
from models.check import Check
from models.check_content import CheckStatus
from models.correction import CorrectionKind
from models.house import Restaurant
from models.reckoning import Reckoning, reckon
from models.tender import Refund, Tender

MOST_KEYS = 500
"""Rows that one table of sums keeps apart: reasons are free text. What is beyond is summed up under no reason."""

LONGEST = 65_535
"""Seconds: a ticket that took longer counts as having taken so long."""

_PAIR = struct.Struct("<HI")

Sums = dict[str, tuple[int, ...]]
"""Rows of sums by what they are about."""


class Bills(Value):
    """The checks: their number, their guests, and the parts of their bills, in minor units."""

    checks: int = 0
    covers: int = 0
    items: int = 0
    voids: int = 0
    comps: int = 0
    discounts: int = 0
    promotions: int = 0
    service_charge: int = 0
    delivery_fee: int = 0
    tax_on_top: int = 0
    total: int = 0
    open_checks: int = 0
    open_total: int = 0


class Figures(Value):
    """All sums of a period. Amounts in minor units, times in seconds; `items` are what was ordered, at the prices of
    the order, `net` what is left of it after all that was taken off.
    """

    bills: Bills = Bills()
    hours: Sums = Field(default_factory=dict)
    """By local hour of sending (`18`): orders, portions, items, net."""
    dishes: Sums = Field(default_factory=dict)
    """By dish: portions that were not voided, items, net."""
    waiters: Sums = Field(default_factory=dict)
    """By who served the party when it was sent (nobody: empty): orders, portions, items, net."""
    dining_options: Sums = Field(default_factory=dict)
    """Checks, covers, items, net, total."""
    taken_off: Sums = Field(default_factory=dict)
    """By kind and reason (`VOID cold`; of a promotion its code): number, portions, amount."""
    taken_off_by: Sums = Field(default_factory=dict)
    """By kind and who did it: number, portions, amount."""
    refunds: Sums = Field(default_factory=dict)
    """By reason: number, amount and tips together."""
    tenders: Sums = Field(default_factory=dict)
    """By method: number, amount, tips, number of refunds, what was refunded of amounts, and of tips."""
    tips: Sums = Field(default_factory=dict)
    """By who serves the party (nobody: empty): number, amount, what of it was refunded."""
    taxes: Sums = Field(default_factory=dict)
    """By `IN` or `ON` top, rate in basis points and class (`IN 900 food`): base, amount."""
    turns: Sums = Field(default_factory=dict)
    """By seats and zone of the table (`4 Terrace`): parties, covers, seconds from sitting down to leaving."""
    ticket_times: dict[str, bytes] = Field(default_factory=dict)
    """By station: how many tickets took how many seconds, see `packed`."""
    line_times: dict[str, bytes] = Field(default_factory=dict)
    """The same of lines, by step, course and station (`READY MAINS grill`)."""
    texts: dict[str, Text] = Field(default_factory=dict)
    """What dishes and tax classes are called, by their ids."""
    people: dict[str, str] = Field(default_factory=dict)


class PeriodSums(Aggregate):
    """The figures of one finished business day, or of a month of them (`period` is `2026-11-21` or `2026-11`).

    They are written once and stay as they are: `since` and `until` are the borders that the house had then.
    """

    span: Literal["DAY", "MONTH"]
    period: str
    since: datetime
    until: datetime
    figures: Figures


@dataclass(frozen=True, slots=True)
class Sent:
    """What has to be known of an order, beside the round on the check."""

    at: datetime
    waiter: Actor | None


class Tally:
    """Adds up one period of one house."""

    def __init__(self, house: Restaurant) -> None:
        self._zone = ZoneInfo(house.time_zone)
        self._bills: dict[str, int] = dict.fromkeys(Bills.model_fields, 0)
        self._tables: dict[str, dict[str, list[int]]] = {name: {} for name in TABLES}
        self._times: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._line_times: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._texts: dict[str, Text] = {}
        self._people: dict[str, str] = {}

    # ── one by one ────────────────────────────────────────────────────────────────────────────────────────────────────

    def add_bill(self, check: Check, sent: Mapping[str, Sent]) -> None:
        """Add what a check comes to; `sent` are its orders by their ids. One that nothing is on comes to nothing."""
        if not check.rounds:
            return
        reckoning = reckon(check)
        net = sum(reckoning.nets)
        self._add_parts(check, reckoning)
        self._add_rounds(check, reckoning, sent)
        self._add("dining_options", check.dining_option, 1, check.covers, reckoning.items, net, reckoning.total)
        for taxed in reckoning.taxes:
            tax = taxed.tax
            self._add(
                "taxes", f"{'IN' if tax.is_inclusive else 'ON'} {tax.rate} {tax.class_id}", taxed.base, taxed.amount
            )
            self._texts[f"tax {tax.class_id}"] = tax.name

    def add_money(self, check: Check, waiter: Actor | None, day: BusinessDay) -> None:
        """Add what was paid on a check and given back on a day; `waiter` serves the party."""
        for tender in check.tenders:
            if day.covers(tender.at):
                tip = tender.tip.amount
                self._add("tenders", tender.method, 1, tender.amount.amount, tip, 0, 0, 0)
                if tip:
                    self._add("tips", self._person(waiter), 1, tip, 0)
            for refund in tender.refunds:
                if day.covers(refund.at):
                    self._add_refund(tender, refund, waiter, 1)
                if day.covers(refund.failed_at):
                    self._add_refund(tender, refund, waiter, -1)

    def add_ticket(self, station: str, seconds: int) -> None:
        """Add how long a ticket took, from being sent to being bumped."""
        self._times[station][min(max(0, seconds), LONGEST)] += 1

    def add_line(self, station: str, course: str, seconds: Mapping[str, int]) -> None:
        """Add how long the steps of a line took, as far as they were made."""
        for step, took in seconds.items():
            self._line_times[f"{step} {course} {station}"][min(max(0, took), LONGEST)] += 1

    def add_party(self, zone: str, seats: int, covers: int, seconds: int) -> None:
        """Add how long a party stayed at a table."""
        self._add("turns", f"{seats} {zone}", 1, covers, max(0, seconds))

    def _add_refund(self, tender: Tender, refund: Refund, waiter: Actor | None, sign: int) -> None:
        """Add a refund, or take one back that the provider could not carry out."""
        amount, tip = sign * refund.amount.amount, sign * (refund.tip.amount if refund.tip else 0)
        self._add("tenders", tender.method, 0, 0, 0, sign, amount, tip)
        self._add("refunds", refund.reason, sign, amount + tip)
        if tip:
            self._add("tips", self._person(waiter), 0, 0, tip)

    def _add_parts(self, check: Check, reckoning: Reckoning) -> None:
        bills = self._bills
        bills["checks"] += 1
        bills["covers"] += check.covers
        bills["items"] += reckoning.items
        bills["service_charge"] += reckoning.service
        bills["delivery_fee"] += reckoning.delivery
        bills["tax_on_top"] += sum(one.amount for one in reckoning.taxes if not one.tax.is_inclusive)
        bills["total"] += reckoning.total
        if check.status is CheckStatus.OPEN:
            bills["open_checks"] += 1
            bills["open_total"] += reckoning.total
        for one in check.corrections:
            if one.withdrawn_by is None:
                amount, why = reckoning.off[one.id], one.code if one.kind is CorrectionKind.PROMOTION else one.reason
                bills[f"{one.kind.lower()}s"] += amount
                self._add("taken_off", f"{one.kind} {why or ''}", 1, one.quantity or 0, amount)
                self._add("taken_off_by", f"{one.kind} {self._person(one.by)}", 1, one.quantity or 0, amount)

    def _add_rounds(self, check: Check, reckoning: Reckoning, sent: Mapping[str, Sent]) -> None:
        place = 0
        for entry in check.rounds:
            items = nets = count = 0
            for line in entry.lines:
                price = line.unit_price.amount * line.quantity
                net, portions = reckoning.nets[place], reckoning.portions[place]
                self._add("dishes", line.item_id, portions, price, net)
                self._texts[line.item_id] = line.name
                items, nets, count, place = items + price, nets + net, count + portions, place + 1
            order = sent[entry.order_id]
            self._add("hours", str(order.at.astimezone(self._zone).hour), 1, count, items, nets)
            self._add("waiters", self._person(order.waiter), 1, count, items, nets)

    def _person(self, actor: Actor | None) -> str:
        if actor is None:
            return ""
        self._people[actor.id] = actor.name
        return actor.id

    def _add(self, table: str, key: str, *amounts: int) -> None:
        rows = self._tables[table]
        row = rows.get(key)
        rows[key] = list(amounts) if row is None else [one + more for one, more in zip(row, amounts, strict=True)]

    # ── and whole periods ─────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, figures: Figures) -> None:
        """Add the figures of another period."""
        for name, amount in figures.bills:
            self._bills[name] += amount
        for table in TABLES:
            for key, row in getattr(figures, table).items():
                self._add(table, key, *row)
        for known, added in ((self._times, figures.ticket_times), (self._line_times, figures.line_times)):
            for key, packed_times in added.items():
                for seconds, count in unpacked(packed_times):
                    known[key][seconds] += count
        self._texts |= figures.texts
        self._people |= figures.people

    def figures(self) -> Figures:
        """Return what was added up so far."""
        tables = {name: _bounded(name, rows) for name, rows in self._tables.items()}
        return Figures(
            bills=Bills(**self._bills),
            **tables,
            ticket_times={station: packed(times) for station, times in self._times.items()},
            line_times={key: packed(times) for key, times in self._line_times.items()},
            texts=self._texts,
            people=self._people,
        )


TABLES = tuple(name for name, one in Figures.model_fields.items() if one.annotation == Sums)


def packed(times: Mapping[int, int]) -> bytes:
    """Return how many took how many seconds, in six bytes for each of the seconds."""
    return b"".join(_PAIR.pack(seconds, count) for seconds, count in sorted(times.items()))


def unpacked(times: bytes) -> Iterator[tuple[int, int]]:
    """Yield seconds and how many took so many, shortest first."""
    return _PAIR.iter_unpack(times)


def percentile(times: Mapping[int, int], percent: int) -> int:
    """Return the nearest-rank percentile: the least number of seconds in which so many in a hundred were done.

    Raises `ValueError` where there are none.
    """
    rank = (sum(times.values()) * percent + 99) // 100
    for seconds, count in sorted(times.items()):
        rank -= count
        if rank <= 0:
            return seconds
    raise ValueError("a percentile of nothing")


def _bounded(name: str, rows: Mapping[str, list[int]]) -> Sums:
    """Return the rows with the largest last figures, and what the others come to."""
    if name not in ("taken_off", "refunds") or len(rows) <= MOST_KEYS:
        return {key: tuple(row) for key, row in rows.items()}
    kept = sorted(rows, key=lambda key: rows[key][-1], reverse=True)
    found = {key: tuple(rows[key]) for key in kept[:MOST_KEYS]}
    for key in kept[MOST_KEYS:]:
        rest = f"{key.partition(' ')[0]} " if name == "taken_off" else ""
        found[rest] = tuple(map(sum, zip(found.get(rest, (0,) * len(rows[key])), rows[key], strict=True)))
    return found
