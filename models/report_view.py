"""The report as a manager reads it: the sums of a period as rows, the largest first, and not more of them than anyone
reads.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from models.correction import CorrectionKind
from models.dining import DiningOption
from models.dish import Course
from models.money import Money, portion
from models.report import Figures, Sums, percentile, unpacked
from models.report_rows import (
    BillsView,
    DiningOptionRow,
    DishRow,
    HourRow,
    LineTimeRow,
    PersonRef,
    RefundRow,
    ReportView,
    StepTimes,
    TakenOffByRow,
    TakenOffRow,
    TaxRow,
    TenderRow,
    TicketTimeRow,
    TurnRow,
    WaiterRow,
)
from models.tender import TenderMethod

MOST_ROWS = 100
"""Rows of one table; what is beyond is summed up in one more."""

R = TypeVar("R")


class _Shown:
    """Shows figures in one currency."""

    def __init__(self, figures: Figures, currency: str) -> None:
        self._figures = figures
        self._currency = currency

    def money(self, amount: int) -> Money:
        return Money(amount=amount, currency=self._currency)

    def person(self, person_id: str) -> PersonRef | None:
        if not person_id:
            return None
        return PersonRef(id=person_id, name=self._figures.people.get(person_id, ""))

    def bills(self) -> BillsView:
        bills = self._figures.bills
        net = bills.items - bills.voids - bills.comps - bills.discounts - bills.promotions
        counts = {"checks", "covers", "open_checks"}
        amounts = {name: self.money(amount) for name, amount in bills if name not in counts}
        return BillsView(
            checks=bills.checks, covers=bills.covers, open_checks=bills.open_checks, net=self.money(net), **amounts
        )

    def hour(self, key: str, row: Sequence[int]) -> HourRow:
        orders, portions, items, net = row
        return HourRow(hour=int(key), orders=orders, portions=portions, items=self.money(items), net=self.money(net))

    def dish(self, key: str, row: Sequence[int]) -> DishRow:
        portions, items, net = row
        name = self._figures.texts.get(key, {})
        return DishRow(item_id=key or None, name=name, portions=portions, items=self.money(items), net=self.money(net))

    def waiter(self, key: str, row: Sequence[int]) -> WaiterRow:
        orders, portions, items, net, tips, tips_refunded = row
        return WaiterRow(
            waiter=self.person(key),
            orders=orders,
            portions=portions,
            items=self.money(items),
            net=self.money(net),
            tips=self.money(tips),
            tips_refunded=self.money(tips_refunded),
        )

    def dining_option(self, key: str, row: Sequence[int]) -> DiningOptionRow:
        checks, covers, items, net, total = row
        return DiningOptionRow(
            dining_option=DiningOption(key),
            checks=checks,
            covers=covers,
            items=self.money(items),
            net=self.money(net),
            total=self.money(total),
        )

    def taken_off(self, key: str, row: Sequence[int]) -> TakenOffRow:
        kind, _, reason = key.partition(" ")
        count, portions, amount = row
        return TakenOffRow(
            kind=CorrectionKind(kind), reason=reason or None, count=count, portions=portions, amount=self.money(amount)
        )

    def taken_off_by(self, key: str, row: Sequence[int]) -> TakenOffByRow:
        kind, _, person_id = key.partition(" ")
        count, portions, amount = row
        return TakenOffByRow(
            kind=CorrectionKind(kind),
            by=self.person(person_id),
            count=count,
            portions=portions,
            amount=self.money(amount),
        )

    def refund(self, key: str, row: Sequence[int]) -> RefundRow:
        return RefundRow(reason=key or None, count=row[0], amount=self.money(row[1]))

    def tender(self, key: str, row: Sequence[int]) -> TenderRow:
        count, amount, tips, refunds, refunded, tips_refunded = row
        return TenderRow(
            method=TenderMethod(key),
            count=count,
            amount=self.money(amount),
            tips=self.money(tips),
            refunds=refunds,
            refunded=self.money(refunded),
            tips_refunded=self.money(tips_refunded),
        )

    def tax(self, key: str, row: Sequence[int]) -> TaxRow:
        levied, rate, class_id = key.split(" ", 2)
        return TaxRow(
            class_id=class_id,
            name=self._figures.texts.get(f"tax {class_id}", {}),
            rate=int(rate),
            is_inclusive=levied == "IN",
            base=self.money(row[0]),
            amount=self.money(row[1]),
        )

    def turn(self, key: str, row: Sequence[int]) -> TurnRow:
        seats, _, zone = key.partition(" ")
        parties, covers, seconds = row
        return TurnRow(
            zone=zone,
            seats=int(seats),
            parties=parties,
            covers=covers,
            average_seconds=portion(seconds, 1, parties),
        )


def report_view(figures: Figures, currency: str) -> ReportView:
    """Show the figures of a period in the currency of the house."""
    shown = _Shown(figures, currency)
    return ReportView(
        bills=shown.bills(),
        hours=tuple(shown.hour(key, row) for key, row in sorted(figures.hours.items(), key=lambda one: int(one[0]))),
        dishes=_largest(figures.dishes, 1, shown.dish),
        waiters=_largest(_with_tips(figures), 2, shown.waiter),
        dining_options=_largest(figures.dining_options, 4, shown.dining_option),
        taken_off=_largest(figures.taken_off, 2, shown.taken_off, by_kind=True),
        taken_off_by=_largest(figures.taken_off_by, 2, shown.taken_off_by, by_kind=True),
        refunds=_largest(figures.refunds, 1, shown.refund),
        tenders=_largest(figures.tenders, 1, shown.tender),
        taxes=_all(figures.taxes, 1, shown.tax),
        ticket_times=tuple(_ticket_times(figures)),
        line_times=tuple(_line_times(figures)),
        turns=_all(figures.turns, 0, shown.turn),
    )


def _with_tips(figures: Figures) -> Sums:
    """Return the rows of waiters with their tips at the end, also of those whose parties only paid."""
    nothing = (0, 0, 0, 0)
    keys = dict.fromkeys((*figures.waiters, *figures.tips))
    return {key: (*figures.waiters.get(key, nothing), *figures.tips.get(key, (0, 0, 0))[1:]) for key in keys}


def _largest(rows: Sums, by: int, show: Callable[[str, Sequence[int]], R], *, by_kind: bool = False) -> tuple[R, ...]:
    """Show the rows with the largest figures at a place, and what the others come to in one more, or in one more of
    each kind.
    """
    kept = sorted(rows, key=lambda key: rows[key][by], reverse=True)
    rest: dict[str, list[tuple[int, ...]]] = {}
    for key in kept[MOST_ROWS:]:
        rest.setdefault(f"{key.partition(' ')[0]} " if by_kind else "", []).append(rows[key])
    found = {key: rows[key] for key in kept[:MOST_ROWS]}
    for key, others in rest.items():
        found[key] = _sum([*others, found[key]] if key in found else others)
    return tuple(show(key, row) for key, row in found.items())


def _all(rows: Sums, by: int, show: Callable[[str, Sequence[int]], R]) -> tuple[R, ...]:
    """Show all rows, those with the largest figures at a place first: of what has no name for what the others come to,
    and is bounded by how a house is furnished.
    """
    return tuple(show(key, rows[key]) for key in sorted(rows, key=lambda key: rows[key][by], reverse=True))


def _sum(rows: Iterable[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def _ticket_times(figures: Figures) -> Iterable[TicketTimeRow]:
    """Return the percentiles of all tickets, then of each station."""
    everywhere: dict[int, int] = {}
    of_stations = {station: dict(unpacked(times)) for station, times in sorted(figures.ticket_times.items())}
    for times in of_stations.values():
        for seconds, count in times.items():
            everywhere[seconds] = everywhere.get(seconds, 0) + count
    for station, times in ((None, everywhere), *of_stations.items()):
        if times:
            p50, p90, p99 = (percentile(times, percent) for percent in (50, 90, 99))
            yield TicketTimeRow(station=station, tickets=sum(times.values()), p50=p50, p90=p90, p99=p99)


def _line_times(figures: Figures) -> Iterable[LineTimeRow]:
    """Return how long each step took, by station and course."""
    rows: dict[tuple[str, str], dict[str, StepTimes]] = {}
    for key, packed_times in figures.line_times.items():
        step, course, station = key.split(" ", 2)
        times = dict(unpacked(packed_times))
        p50, p90, p99 = (percentile(times, percent) for percent in (50, 90, 99))
        rows.setdefault((station, course), {})[step.lower()] = StepTimes(
            lines=sum(times.values()), p50=p50, p90=p90, p99=p99
        )
    in_order = [(station, course) for station in sorted({one for one, _ in rows}) for course in Course]
    for station, course in in_order:
        if steps := rows.get((station, course)):
            made = {step: steps.get(step) for step in ("started", "ready", "served")}
            yield LineTimeRow(station=station, course=course, **made)
