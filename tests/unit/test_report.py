"""Sums of business days: each check, payment and ticket in exactly one of them, to the last minor unit."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from unit.charged import WAITER, any_check, money, refund, tender

from models.base import Actor
from models.business_day import BusinessDay, day_after, day_of, days_until, next_date, spans
from models.check import Check
from models.check_content import CheckStatus
from models.dish import Course
from models.house import Restaurant
from models.report import MOST_KEYS, Figures, Sent, Tally, packed, percentile, unpacked
from models.report_rows import StepTimes
from models.report_view import MOST_ROWS, report_view
from models.tender import RefundStatus

HOUSE = Restaurant(id="r", restaurant_id="r", name="Casa", currency="RON")
NOON = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
DAY = day_of(NOON, HOUSE)
MIHAI = Actor(kind="STAFF", id="mihai", name="Mihai")


def sent_of(check: Check, at: datetime = NOON) -> dict[str, Sent]:
    return {entry.order_id: Sent(at, MIHAI) for entry in check.rounds}


def tally_of(checks: Sequence[Check]) -> Figures:
    tally = Tally(HOUSE)
    for check in checks:
        tally.add_bill(check, sent_of(check))
        tally.add_money(check, MIHAI, DAY)
    return tally.figures()


def paid_at(check: Check, moments: Iterator[datetime]) -> Check:
    """The check with its payments and refunds at some moments."""
    tenders = (
        one.with_(at=next(moments), refunds=tuple(back.with_(at=next(moments)) for back in one.refunds))
        for one in check.tenders
    )
    return check.with_(tenders=tuple(tenders))


def moments(random: Random, since: datetime, hours: int) -> Iterator[datetime]:
    while True:
        yield since + timedelta(seconds=random.randrange(hours * 3600))


def column(table: dict[str, tuple[int, ...]], place: int) -> int:
    return sum(row[place] for row in table.values())


# ── sums ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def checks() -> list[Check]:
    random = Random(20261121)
    found = [any_check(random) for _ in range(1_000)]
    return [paid_at(one, moments(random, DAY.since, 24)) for one in found]


def test_the_totals_of_the_checks_are_the_total_of_the_report(checks: list[Check]) -> None:
    bills = tally_of(checks).bills
    parts = bills.items - bills.voids - bills.comps - bills.discounts - bills.promotions
    assert bills.total == sum(one.total.amount for one in checks)
    assert bills.total == parts + bills.service_charge + bills.delivery_fee + bills.tax_on_top
    assert bills.checks == len(checks)


def test_every_table_of_sales_adds_up_to_the_same(checks: list[Check]) -> None:
    found = tally_of(checks)
    bills = found.bills
    net = bills.items - bills.voids - bills.comps - bills.discounts - bills.promotions
    for table, items in ((found.hours, 2), (found.dishes, 1), (found.waiters, 2), (found.dining_options, 2)):
        assert (column(table, items), column(table, items + 1)) == (bills.items, net)
    assert column(found.dining_options, 4) == bills.total
    taken_off = bills.voids + bills.comps + bills.discounts + bills.promotions
    assert column(found.taken_off, 2) == column(found.taken_off_by, 2) == taken_off
    on_top = sum(row[1] for key, row in found.taxes.items() if key.startswith("ON"))
    assert on_top == bills.tax_on_top


def test_what_was_paid_and_given_back_is_what_the_checks_have(checks: list[Check]) -> None:
    found = tally_of(checks)
    tenders = [one for check in checks for one in check.tenders]
    refunded = sum(one.refunded.amount for one in tenders)
    assert column(found.tenders, 1) == sum(one.amount.amount for one in tenders)
    assert column(found.tenders, 2) == column(found.tips, 1) == sum(one.tip.amount for one in tenders)
    assert column(found.tenders, 4) == column(found.refunds, 1) == refunded
    assert column(found.tenders, 1) - column(found.tenders, 4) == sum(one.paid.amount for one in checks)


def test_the_sums_of_parts_are_the_sums_of_the_whole(checks: list[Check]) -> None:
    whole = Tally(HOUSE)
    for place in range(0, len(checks), 100):
        whole.add(tally_of(checks[place : place + 100]))
    assert whole.figures() == tally_of(checks)


def test_money_counts_on_the_day_on_which_it_changed_hands(checks: list[Check]) -> None:
    next_day = day_after(DAY, HOUSE)
    random = Random(7)
    spread = [paid_at(one, moments(random, DAY.since, 48)) for one in checks]
    both = Tally(HOUSE)
    for day in (DAY, next_day):
        for check in spread:
            both.add_money(check, None, day)
    assert both.figures().tenders == tally_of(checks).tenders
    first = Tally(HOUSE)
    for check in spread:
        first.add_money(check, None, DAY)
    assert 0 < column(first.figures().tenders, 1) < column(both.figures().tenders, 1)


def test_a_refund_that_fails_later_is_taken_back_on_the_day_on_which_it_fails() -> None:
    next_day = day_after(DAY, HOUSE)
    back = refund(400).with_(at=NOON, tip=money(100), status=RefundStatus.FAILED, failed_at=next_day.since)
    check = any_check(Random(1)).with_(tenders=(tender(1_000, tip=300).with_(at=NOON, refunds=(back,)),))
    sums = []
    for day in (DAY, next_day):
        tally = Tally(HOUSE)
        tally.add_money(check, MIHAI, day)
        sums.append(tally.figures())
    assert [one.tenders["CARD_TERMINAL"] for one in sums] == [(1, 1_000, 300, 1, 400, 100), (0, 0, 0, -1, -400, -100)]
    assert [one.tips["mihai"] for one in sums] == [(1, 300, 100), (0, 0, -100)]
    assert [one.refunds["cold"] for one in sums] == [(1, 500), (-1, -500)]


def test_an_open_check_is_counted_and_said_to_be_open() -> None:
    check = next(one for one in (any_check(Random(seed)) for seed in range(99)) if one.rounds and one.total.amount)
    closed = check.with_(status=CheckStatus.CLOSED)
    bills = tally_of([check, closed]).bills
    assert (bills.checks, bills.open_checks, bills.open_total) == (2, 1, check.total.amount)


def test_orders_stand_in_the_local_hour_in_which_they_were_sent() -> None:
    check = next(one for one in (any_check(Random(seed)) for seed in range(99)) if one.rounds)
    for moment, hour in (
        (datetime(2026, 7, 1, 18, 59, 59, tzinfo=UTC), "21"),
        (datetime(2026, 12, 1, 22, 30, tzinfo=UTC), "0"),
    ):
        tally = Tally(HOUSE)
        tally.add_bill(check, sent_of(check, moment))
        assert set(tally.figures().hours) == {hour}


def test_a_table_that_ordered_nothing_is_no_check() -> None:
    empty = any_check(Random(1)).with_(rounds=(), corrections=())
    assert tally_of([empty]).bills.checks == 0


def test_beyond_the_bound_reasons_are_summed_up_under_none() -> None:
    tally = Tally(HOUSE)
    for number in range(MOST_KEYS + 100):
        figures = Figures(
            taken_off={f"VOID reason {number}": (1, 1, number), f"COMP reason {number}": (1, 1, number)},
            refunds={f"reason {number}": (1, number)},
        )
        tally.add(figures)
    found = tally.figures()
    assert len(found.taken_off) == MOST_KEYS + 2
    assert len(found.refunds) == MOST_KEYS + 1
    assert column(found.taken_off, 2) == 2 * sum(range(MOST_KEYS + 100))
    assert found.refunds[""] == (100, sum(range(100)))


# ── the report ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_report_shows_the_same_sums(checks: list[Check]) -> None:
    report = report_view(tally_of(checks), "RON")
    bills = report.bills
    assert sum(row.items.amount for row in report.dishes) == bills.items.amount
    assert sum(row.net.amount for row in report.hours) == bills.net.amount
    assert [row.hour for row in report.hours] == sorted(row.hour for row in report.hours)
    assert sum(row.tips.amount for row in report.waiters) == sum(row.tips.amount for row in report.tenders)
    assert {row.waiter.name for row in report.waiters if row.waiter} == {"Mihai"}
    by = WAITER.name
    assert {row.by.name for row in report.taken_off_by if row.by} == {by}
    amounts = [row.amount.amount for row in report.taken_off]
    assert amounts == sorted(amounts, reverse=True)


def test_of_many_rows_the_largest_are_shown_and_the_others_in_one() -> None:
    dishes = {f"d{number}": (1, number, number) for number in range(MOST_ROWS + 20)}
    taken_off = {f"{kind} {number}": (1, 1, number) for kind in ("VOID", "COMP") for number in range(MOST_ROWS)}
    report = report_view(Figures(dishes=dishes, taken_off=taken_off), "RON")
    assert len(report.dishes) == MOST_ROWS + 1
    assert (report.dishes[-1].item_id, report.dishes[-1].portions) == (None, 20)
    assert sum(row.items.amount for row in report.dishes) == sum(range(MOST_ROWS + 20))
    assert len(report.taken_off) == MOST_ROWS + 2
    assert [row.reason for row in report.taken_off[-2:]] == [None, None]
    assert sum(row.amount.amount for row in report.taken_off) == 2 * sum(range(MOST_ROWS))


def test_of_taxes_and_tables_all_rows_are_shown_the_largest_first() -> None:
    turns = {f"{number} Terrace": (number, 2, 60 * number) for number in range(1, MOST_ROWS + 2)}
    taxes = {f"IN {number} food": (number, number) for number in range(1, MOST_ROWS + 2)}
    report = report_view(Figures(turns=turns, taxes=taxes), "RON")
    assert [row.seats for row in report.turns] == list(range(MOST_ROWS + 1, 0, -1))
    assert [row.rate for row in report.taxes] == list(range(MOST_ROWS + 1, 0, -1))


def test_an_empty_report_is_all_zero() -> None:
    report = report_view(Figures(), "JPY")
    assert report.bills.total == money(0, "JPY")
    assert (report.dishes, report.ticket_times, report.turns) == ((), (), ())


def test_the_average_stay_is_rounded_half_up() -> None:
    tally = Tally(HOUSE)
    for seconds in (100, 101):
        tally.add_party("Terrace", 4, 2, seconds)
    (row,) = report_view(tally.figures(), "RON").turns
    assert (row.zone, row.seats, row.parties, row.covers, row.average_seconds) == ("Terrace", 4, 2, 4, 101)


# ── times of tickets ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("count", [1, 2, 3, 10, 99, 100, 101, 1000])
def test_percentiles_are_those_of_the_nearest_rank(count: int) -> None:
    random = Random(count)
    seconds = [random.choice((0, 59, random.randrange(4_000), 65_535)) for _ in range(count)]
    tally = Tally(HOUSE)
    for one in seconds:
        tally.add_ticket("grill", one)
    times = dict(unpacked(tally.figures().ticket_times["grill"]))
    ranked = sorted(seconds)
    for percent in (1, 50, 90, 99, 100):
        assert percentile(times, percent) == ranked[-(-percent * count // 100) - 1]


def test_times_survive_being_packed_and_what_took_a_day_counts_as_the_longest() -> None:
    assert dict(unpacked(packed({5: 1, 0: 70_000, 65_535: 3}))) == {0: 70_000, 5: 1, 65_535: 3}
    tally = Tally(HOUSE)
    tally.add_ticket("bar", 90_000)
    assert dict(unpacked(tally.figures().ticket_times["bar"])) == {65_535: 1}


def test_the_report_has_all_stations_together_and_each() -> None:
    tally = Tally(HOUSE)
    for station, seconds in (("grill", 300), ("grill", 600), ("bar", 60)):
        tally.add_ticket(station, seconds)
    rows = report_view(tally.figures(), "RON").ticket_times
    assert [(row.station, row.tickets, row.p50, row.p99) for row in rows] == [
        (None, 3, 300, 600),
        ("bar", 1, 60, 60),
        ("grill", 2, 300, 600),
    ]


def test_lines_have_the_times_of_their_steps_by_station_and_course_and_periods_add_up() -> None:
    today, before = Tally(HOUSE), Tally(HOUSE)
    today.add_line("grill", "MAINS", {"STARTED": 60, "READY": 600, "SERVED": 30})
    before.add_line("grill", "MAINS", {"READY": 900})
    before.add_line("grill", "STARTERS", {"READY": -5})
    today.add(before.figures())
    starters, mains = report_view(today.figures(), "RON").line_times
    assert (starters.course, starters.ready, starters.served) == (
        Course.STARTERS,
        StepTimes(lines=1, p50=0, p90=0, p99=0),
        None,
    )
    assert mains.ready == StepTimes(lines=2, p50=600, p90=900, p99=900)
    assert (mains.started, mains.served) == (
        StepTimes(lines=1, p50=60, p90=60, p99=60),
        StepTimes(lines=1, p50=30, p90=30, p99=30),
    )


# ── days ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_days_follow_each_other_without_a_gap_over_a_year() -> None:
    days = list(days_until(day_of(datetime(2026, 1, 1, 12, tzinfo=UTC), HOUSE), NOON, HOUSE))
    for one, other in pairwise(days):
        assert (other.since, other.date) == (one.until, next_date(one.date))
    assert days[-1] == DAY
    assert {(day.until - day.since) // timedelta(hours=1) for day in days} == {23, 24, 25}


@pytest.mark.parametrize("starts_at", [0, 3, 12, 23])
@pytest.mark.parametrize("time_zone", ["Europe/Bucharest", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_house_that_changes_its_hours_loses_no_moment(starts_at: int, time_zone: str) -> None:
    moved = HOUSE.with_(day_starts_at=starts_at, time_zone=time_zone)
    days = list(days_until(day_after(DAY, moved), NOON + timedelta(days=9), moved))
    assert days[0].since == DAY.until
    for one, other in pairwise(days):
        assert (other.since, other.date) == (one.until, next_date(one.date))
    assert days[1] == day_of(days[1].since, moved)


def test_a_period_is_made_of_whole_months_and_single_days() -> None:
    assert list(spans("2026-01-31", "2026-04-02", "2026-11-20")) == ["2026-01-31", "2026-02", "2026-03", *_of_april(2)]
    assert list(spans("2026-04-01", "2026-04-30", "2026-04-30")) == ["2026-04"]
    assert list(spans("2026-04-01", "2026-04-30", "2026-04-02")) == _of_april(2)
    assert list(spans("2024-02-01", "2024-02-29", "2026-11-20")) == ["2024-02"]
    assert list(spans("2026-05-02", "2026-05-01", "2026-11-20")) == []


def _of_april(days: int) -> list[str]:
    return [f"2026-04-{number:02}" for number in range(1, days + 1)]


def test_the_last_day_of_a_month_ends_it() -> None:
    day = BusinessDay(date="2026-02-28", since=NOON, until=NOON)
    assert day.ends_month
    assert not day.model_copy(update={"date": "2024-02-28"}).ends_month
