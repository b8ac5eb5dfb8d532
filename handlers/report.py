"""Reports for the manager, and the sums that they are made of.

A business day that is over is added up once, by a duty, and its sums are stored; a month of them, too. A report adds up
stored sums, and, for what is not over yet, the checks, tickets and parties themselves.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from handlers import access
from handlers.context import Context, Done, Reply, Work
from handlers.registry import FLOOR, Limit, command
from models.base import Actor, Aggregate, Request
from models.business_day import BusinessDay, day_after, day_of, days_until, spans
from models.check import Check
from models.errors import ReportPending
from models.house import Restaurant, Table
from models.order import Order
from models.principal import MANAGEMENT
from models.report import Figures, PeriodSums, Sent, Tally
from models.report_rows import ReportView
from models.report_view import report_view
from models.session import TableSession
from models.store import accounting
from models.store.codec import from_document
from models.store.paging import Scan
from models.ticket import Ticket

LATE = timedelta(minutes=15)
"""How long after its end a day is added up: what was begun in it is written by then, or never, and the clocks of two
servers are closer together than this.
"""

SECOND = timedelta(seconds=1)

MOST_LIVE_DAYS = 3
"""Days that a report adds up itself: today, yesterday until `LATE` has passed, and a duty that was late."""


def _day(value: str) -> str:
    if not "2000-01-01" <= datetime.fromisoformat(value).date().isoformat() <= "2200-01-01":
        raise ValueError("not a day on which a house was open")
    return value


BusinessDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_day)]


class GetReport(Request):
    """Business days, both included; today where one is left out."""

    from_: BusinessDate | None = Field(default=None, alias="from")
    to: BusinessDate | None = None


class ReportReply(Reply):
    """What happened on some business days. Those up to `final_until` will never read otherwise."""

    from_: str = Field(alias="from")
    to: str
    currency: str
    time_zone: str
    final_until: str | None
    report: ReportView


@command("report:get", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(ReportPending,))
async def get_report(ctx: Context, request: GetReport) -> ReportReply:
    """Read what business days came to: sales, what was taken off and why, payments, tips, taxes, times."""
    house = await access.restaurant(ctx)
    last = await _last_day(ctx.store, house)
    # After the same day as the stored ones end with: the duty may have added up another one meanwhile.
    live = await _days_after(ctx.store, house, last, ctx.now)
    today = live[-1].date
    first, final = request.from_ or request.to or today, request.to or today
    tally = Tally(house)
    if last is not None:
        await _add_stored(ctx, tally, list(spans(first, final, last.date)))
    asked = [day for day in live if first <= day.date <= final]
    if asked and len(live) > MOST_LIVE_DAYS:
        raise ReportPending(final_until=last.date if last else None, retry_after=60)
    for day in asked:
        await _add_day(ctx, house, tally, day, with_open=day is live[-1])
    return ReportReply.model_construct(
        from_=first,
        to=final,
        currency=house.currency,
        time_zone=house.time_zone,
        final_until=last.date if last else None,
        report=report_view(tally.figures(), house.currency),
    )


async def sum_day(ctx: Context, date: str) -> Done:
    """Add up the business day that is next, if it is the one that is meant, and the month that it ends."""
    house = await access.restaurant(ctx)
    day = (await days_left(ctx.store, house, ctx.now))[0]
    if day.date != date or ctx.now < day.until + LATE:
        return Done()
    tally = Tally(house)
    await _add_day(ctx, house, tally, day, with_open=False)
    figures = tally.figures()
    ctx.store.add(_sums(ctx, house, day, figures))
    if day.ends_month:
        month = Tally(house)
        await _add_stored(ctx, month, [f"{day.month}-{number:02}" for number in range(1, 32)])
        month.add(figures)
        ctx.store.add(_sums(ctx, house, day, month.figures(), is_month=True))
    return Done()


def _sums(ctx: Context, house: Restaurant, day: BusinessDay, figures: Figures, *, is_month: bool = False) -> PeriodSums:
    since = house.day_start(f"{day.month}-01") if is_month else day.since
    return PeriodSums(
        id=ctx.ids.new_id(),
        restaurant_id=house.id,
        span="MONTH" if is_month else "DAY",
        period=day.month if is_month else day.date,
        since=since,
        until=day.until,
        figures=figures,
    )


async def days_left(store: Work, house: Restaurant, now: datetime) -> list[BusinessDay]:
    """Return the business days that were not added up yet, up to the one of a moment."""
    return await _days_after(store, house, await _last_day(store, house), now)


async def _days_after(store: Work, house: Restaurant, last: BusinessDay | None, now: datetime) -> list[BusinessDay]:
    """Return the business days after the last one that was added up, up to the one of a moment."""
    if last is not None:
        return list(days_until(day_after(last, house), now, house))
    orders = await _found(store, Order, accounting.first_order(house.id))
    return list(days_until(day_of(orders[0]["placed_at"] if orders else now, house), now, house))


async def _last_day(store: Work, house: Restaurant) -> BusinessDay | None:
    """Return the last business day that was added up."""
    for row in await _found(store, PeriodSums, accounting.last_day(house.id)):
        return BusinessDay(date=row["period"], since=row["since"], until=row["until"])
    return None


async def _add_stored(ctx: Context, tally: Tally, names: list[str]) -> None:
    def take(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            tally.add(from_document(PeriodSums, row).figures)

    if names:
        await ctx.store.scan(PeriodSums, accounting.periods(names), take)


async def _add_day(ctx: Context, house: Restaurant, tally: Tally, day: BusinessDay, *, with_open: bool) -> None:
    """Add up what happened on a business day; checks that are still open count on the present one."""
    # The open ones first: one that is closed meanwhile is then found twice, and not missed.
    billed = await _checks(ctx, accounting.open_checks()) if with_open else {}
    billed |= await _checks(ctx, accounting.checks_closed(day.since, day.until))
    paid = await _paid(ctx, day, billed)
    sent = await _sent(ctx, [entry.order_id for check in billed.values() for entry in check.rounds])
    waiters = await _waiters(ctx, list({check.session_id for check in paid.values()}))
    for number, check in enumerate(billed.values()):
        tally.add_bill(check, sent)
        if number % accounting.CHECKS_AT_ONCE == 0:
            await asyncio.sleep(0)  # a hundred checks are ten milliseconds: a phone waits for none of them
    for check in paid.values():
        tally.add_money(check, waiters.get(check.session_id), day)
    await _add_tickets(ctx, tally, day)
    await _add_parties(ctx, tally, day)


async def _paid(ctx: Context, day: BusinessDay, known: Mapping[str, Check]) -> dict[str, Check]:
    """Return the checks on which money changed hands on a business day; most of them are `known` already."""
    versions: dict[str, int] = {}
    for scan in (accounting.checks_paid, accounting.checks_refunded, accounting.checks_unrefunded):
        rows = await _found(ctx.store, Check, scan(day.since, day.until))
        versions |= {row["_id"]: row["version"] for row in rows}
    found = {one: known[one] for one, version in versions.items() if one in known and known[one].version == version}
    others = [one for one in versions if one not in found]
    return found | (await _checks(ctx, accounting.checks(others)) if others else {})


async def _checks(ctx: Context, scan: Scan) -> dict[str, Check]:
    """Return checks by their ids, as far as they are added up."""
    found: dict[str, Check] = {}

    def take(rows: list[dict[str, Any]]) -> None:
        found.update((row["_id"], from_document(Check, row)) for row in rows)

    await ctx.store.scan(Check, scan, take)
    return found


async def _sent(ctx: Context, order_ids: list[str]) -> dict[str, Sent]:
    rows = await _found(ctx.store, Order, accounting.orders(order_ids)) if order_ids else []
    actors = _actors(rows)
    return {row["_id"]: Sent(row["placed_at"], actors[row["_id"]]) for row in rows}


async def _waiters(ctx: Context, session_ids: list[str]) -> dict[str, Actor | None]:
    return _actors(await _found(ctx.store, TableSession, accounting.waiters(session_ids)) if session_ids else [])


async def _add_tickets(ctx: Context, tally: Tally, day: BusinessDay) -> None:
    def take(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            tally.add_ticket(row["station"], (row["bumped_at"] - row["placed_at"]) // SECOND)

    def take_lines(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            for line in row["lines"]:
                tally.add_line(row["station"], line["course"], _steps_of(line))

    await ctx.store.scan(Ticket, accounting.tickets_bumped(day.since, day.until), take)
    await ctx.store.scan(Ticket, accounting.lines_bumped(day.since, day.until), take_lines)


def _steps_of(line: Mapping[str, Any]) -> dict[str, int]:
    """Return in how many seconds a stored line made each of its steps; none of one that was not cooked. Where nobody
    said that they had begun, it is not known when.
    """
    starts_at, ready_at = line.get("starts_at"), line.get("ready_at")
    if line["quantity"] <= line["voided"] or starts_at is None or ready_at is None:
        return {}
    started_at, served_at = line["started_at"], line["served_at"]
    steps = {"READY": (ready_at - starts_at) // SECOND}
    if started_at is not None and started_at < ready_at:
        steps["STARTED"] = (started_at - starts_at) // SECOND
    if served_at is not None:
        steps["SERVED"] = (served_at - ready_at) // SECOND
    return steps


async def _add_parties(ctx: Context, tally: Tally, day: BusinessDay) -> None:
    tables = {one.id: one for one in await ctx.store.members(Table, "house", ctx.store.restaurant_id)}

    def take(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            table = tables.get(row["table_id"])
            zone, seats = (table.zone, table.seats) if table else ("", 0)
            tally.add_party(zone, seats, row["covers"], (row["closed_at"] - row["opened_at"]) // SECOND)

    await ctx.store.scan(TableSession, accounting.parties_gone(day.since, day.until), take)


async def _found(store: Work, model: type[Aggregate], scan: Scan) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    await store.scan(model, scan, found.extend)
    return found


def _actors(rows: list[dict[str, Any]]) -> dict[str, Actor | None]:
    """Return the waiters of documents by the documents' ids: many rows, few people."""
    people: dict[tuple[str, str], Actor] = {}
    found: dict[str, Actor | None] = {}
    for row in rows:
        waiter = row.get("waiter")
        if waiter:
            key = (waiter["id"], waiter["name"])
            found[row["_id"]] = people.get(key) or people.setdefault(key, Actor(**waiter))
        else:
            found[row["_id"]] = None
    return found
