"""The report of a house against its documents, added up by hand: today's, and that of a week that is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from comanda_client import Refused
from integration.dinner import dine
from integration.house import House
from integration.past import DAYS, Past

from handlers import report as reporting
from handlers.report import LATE
from models.business_day import day_of
from models.check import Check
from models.order import Order
from models.report import PeriodSums
from models.session import TableSession
from models.store import accounting
from models.store.paging import Scan
from models.ticket import Ticket
from server.reporting import SUMMING

WHY = {"reason": "too cold"}


async def report(house: House, **period: str) -> dict[str, Any]:
    manager = await house.staff(house.login_of("MANAGER"))
    return dict(await manager.send("report:get", period))


def amounts(rows: list[dict[str, Any]], name: str) -> int:
    return sum(row[name]["amount"] for row in rows)


# ── today ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_todays_report_has_what_is_ordered_taken_off_and_paid_at_tables_that_are_still_open(house: House) -> None:
    dinner = await dine(house, house.dish("grill"), house.dish("bar"), quantity=2)
    await dinner.ask("line:void", {**dinner.line(), "quantity": 1, **WHY})
    await dinner.ask("discount:apply", {"percent": 1000, **WHY})
    tender = await dinner.pay(1000, tip=300)
    await dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": 200, **WHY})
    await dinner.finish_cooking()
    answer = await report(house)
    found, check = answer["report"], await dinner.check()
    assert found["bills"]["total"] == check["total"]
    assert found["bills"]["openTotal"] == check["total"]
    assert (found["bills"]["checks"], found["bills"]["openChecks"]) == (1, 1)
    assert amounts(found["dishes"], "items") == found["bills"]["items"]["amount"] == dinner.total
    assert [(one["kind"], one["reason"], one["count"]) for one in found["takenOff"]] == [
        ("VOID", "too cold", 1),
        ("DISCOUNT", "too cold", 1),
    ]
    assert [one["by"]["name"] for one in found["takenOffBy"]] == ["Ana Ionescu", "Ana Ionescu"]
    (paid,) = found["tenders"]
    assert [paid[name]["amount"] for name in ("amount", "tips", "refunded")] == [1000, 300, 200]
    (waiter,) = found["waiters"]
    assert (waiter["waiter"]["name"], waiter["tips"]["amount"]) == ("Ana Ionescu", 300)
    assert [one["station"] for one in found["ticketTimes"]] == [None, "bar", "grill"]
    assert [(one["station"], one["ready"]["lines"], one["served"]) for one in found["lineTimes"]] == [
        ("bar", 1, None),
        ("grill", 1, None),
    ]
    assert (found["turns"], answer["finalUntil"]) == ([], None)


async def test_a_party_that_has_left_is_counted_once_and_a_late_refund_on_the_day_on_which_it_is_given(
    house: House,
) -> None:
    dinner = await dine(house)
    tender = await dinner.pay(dinner.total)
    await dinner.finish_cooking()
    await dinner.ask("session:close", {})
    first = await report(house)
    (turn,) = first["report"]["turns"]
    assert (turn["zone"], turn["parties"], turn["covers"]) == (house.tables[0].zone, 1, 2)
    house.clock.advance(days=1)
    colleague = await house.staff(house.login_of("CASHIER"))
    await dinner.ask("payment:refund", {"tenderId": tender["id"], "amount": 500, **WHY}, by=colleague)
    await house.apps[0].duties.perform(SUMMING)
    today, yesterday = await report(house), await report(house, **{"from": first["from"], "to": first["to"]})
    assert yesterday["finalUntil"] == first["to"]
    assert yesterday["report"] == first["report"]
    assert (today["report"]["bills"]["checks"], amounts(today["report"]["tenders"], "refunded")) == (0, 500)
    both = await report(house, **{"from": first["from"], "to": today["to"]})
    assert amounts(both["report"]["tenders"], "amount") - amounts(both["report"]["tenders"], "refunded") == (
        dinner.total - 500
    )


async def test_days_that_were_not_added_up_yet_are_not_guessed(house: House) -> None:
    await dine(house)
    first = await report(house)
    house.clock.advance(days=5)
    with pytest.raises(Refused, match="REPORT_PENDING"):
        await report(house, **{"from": first["from"]})
    await house.apps[0].duties.perform(SUMMING)
    later = await report(house, **{"from": first["from"]})
    assert later["report"]["bills"]["checks"] == 1
    assert later["finalUntil"] >= first["to"]


async def test_a_day_is_final_only_when_nothing_of_it_can_come_any_more(house: House) -> None:
    await dine(house)
    now = house.clock.now()
    day = day_of(now, house.restaurant)
    house.clock.advance(seconds=(day.until + LATE - now).total_seconds() - 60)
    await house.apps[0].duties.perform(SUMMING)
    assert (await report(house))["finalUntil"] is None
    house.clock.advance(seconds=61)
    await house.apps[0].duties.perform(SUMMING)
    assert (await report(house))["finalUntil"] == day.date


async def test_only_a_manager_reads_it_and_only_of_days_that_there_are(house: House) -> None:
    waiter, manager = await house.waiter(), await house.staff(house.login_of("MANAGER"))
    with pytest.raises(Refused, match="FORBIDDEN"):
        await waiter.send("report:get")
    for wrong in ("2026-13-01", "2026-1-1", "1999-12-31", "2026-02-30", "today"):
        with pytest.raises(Refused, match="VALIDATION_FAILED"):
            await manager.send("report:get", {"from": wrong})


# ── a week that is over ───────────────────────────────────────────────────────────────────────────────────────────────


def until(earlier: datetime | None, later: datetime | None) -> int:
    """Return the seconds between two steps, none where the later one was made before its time."""
    assert earlier
    assert later
    return max(0, int((later - earlier).total_seconds()))


async def summed(house: House) -> None:
    """Let the duty add up all that is over, as often as that takes."""
    for _ in range(1 + DAYS // 10):
        await house.apps[-1].duties.perform(SUMMING)


async def test_the_report_of_any_days_is_what_their_documents_add_up_to(house: House) -> None:
    past = Past(house, Random(house.restaurant.id))
    await past.store()
    await summed(house)
    dates = sorted({house.restaurant.business_date(check.opened_at) for check in past.checks if check.opened_at})
    for first, last in (
        (dates[0], dates[-1]),
        (dates[3], dates[3]),
        (dates[5], dates[-2]),
        ("2000-01-01", "2100-01-01"),
    ):
        found = (await report(house, **{"from": first, "to": last}))["report"]
        closed = [one for one in past.checks if past.within(first, last, one.closed_at)]
        tenders = [one for check in past.checks for one in check.tenders]
        refunds = [back for one in tenders for back in one.refunds if past.within(first, last, back.at)]
        paid = [one for one in tenders if past.within(first, last, one.at)]
        assert found["bills"]["total"]["amount"] == sum(one.total.amount for one in closed)
        assert found["bills"]["checks"] == sum(bool(one.rounds) for one in closed)
        assert amounts(found["diningOptions"], "total") == found["bills"]["total"]["amount"]
        assert amounts(found["hours"], "net") == found["bills"]["net"]["amount"]
        assert amounts(found["tenders"], "amount") == sum(one.amount.amount for one in paid)
        assert amounts(found["waiters"], "tips") == sum(one.tip.amount for one in paid)
        assert amounts(found["refunds"], "amount") == sum(one.amount.amount for one in refunds)
        bumped = [one for one in past.tickets if past.within(first, last, one.bumped_at)]
        gone = [one for one in past.parties if past.within(first, last, one.closed_at)]
        assert sum(one["parties"] for one in found["turns"]) == len(gone)
        times = sorted(int((one.bumped_at - one.placed_at).total_seconds()) for one in bumped)
        (everywhere,) = (one for one in found["ticketTimes"] if one["station"] is None)
        assert everywhere["tickets"] == len(times)
        assert everywhere["p90"] == times[-(-90 * len(times) // 100) - 1]
        cooked = [(one.station, line) for one in bumped for line in one.lines if line.portions]
        assert {(one["station"], one["course"]) for one in found["lineTimes"]} == {
            (station, line.course) for station, line in cooked
        }
        for row in found["lineTimes"]:
            lines = [line for station, line in cooked if (station, line.course) == (row["station"], row["course"])]
            for step, took in (
                ("started", [until(one.starts_at, one.started_at) for one in lines if one.started_at != one.ready_at]),
                ("ready", [until(one.starts_at, one.ready_at) for one in lines]),
                ("served", [until(one.ready_at, one.served_at) for one in lines if one.served_at]),
            ):
                assert (row[step] or {"lines": 0})["lines"] == len(took)
                assert not took or row[step]["p90"] == sorted(took)[-(-90 * len(took) // 100) - 1]


async def test_a_day_that_is_added_up_while_a_report_is_made_is_in_it_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    dinner = await dine(house)
    await dinner.pay(dinner.total)
    await dinner.finish_cooking()
    await dinner.ask("session:close", {})
    date = (await report(house))["to"]
    house.clock.advance(days=1, seconds=LATE.total_seconds())
    last_day, asked = reporting._last_day, 0

    async def asked_just_before(*about: Any) -> Any:
        """Say which day was added up last, and have the next one added up by the time this is heard."""
        nonlocal asked
        known, asked = await last_day(*about), asked + 1
        if asked == 1:
            await house.apps[0].duties.perform(SUMMING)
        return known

    monkeypatch.setattr(reporting, "_last_day", asked_just_before)
    found = await report(house, **{"from": date, "to": date})
    assert (found["report"]["bills"]["checks"], found["report"]["bills"]["total"]["amount"]) == (1, dinner.total)
    assert (await report(house, **{"from": date, "to": date}))["report"] == found["report"]


async def test_two_servers_that_add_up_the_same_days_do_it_once(house: House) -> None:
    past = Past(house, Random(house.restaurant.id))
    await past.store()
    for app in (*house.apps, *house.apps):
        await app.duties.perform(SUMMING)
    sums = house.apps[0].store.collection(PeriodSums).find({"restaurant_id": house.restaurant.id, "span": "DAY"})
    periods = [(one["period"], one["since"], one["until"]) async for one in sums]
    assert len({period for period, _, _ in periods}) == len(periods) > DAYS - 2
    ordered = sorted(periods)
    assert [one[1] for one in ordered[1:]] == [one[2] for one in ordered[:-1]]


def _stages(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in (plan.get("inputStage"), *plan.get("inputStages", ())):
        if inner:
            yield from _stages(inner)


async def test_everything_is_found_by_an_index_that_was_made_for_it(house: House) -> None:
    past = Past(house, Random(house.restaurant.id))
    await past.store()
    since, until = past.since, past.since + timedelta(days=1)
    scans: dict[str, tuple[type[Any], Scan]] = {
        "open_checks": (Check, accounting.open_checks()),
        "closed_checks": (Check, accounting.checks_closed(since, until)),
        "paid_checks": (Check, accounting.checks_paid(since, until)),
        "refunded_checks": (Check, accounting.checks_refunded(since, until)),
        "unrefunded_checks": (Check, accounting.checks_unrefunded(since, until)),
        "closed": (TableSession, accounting.parties_gone(since, until)),
        "restaurant_id_1_bumped_at_-1_station_1_placed_at_1": (Ticket, accounting.tickets_bumped(since, until)),
        "restaurant_id_1_placed_at_-1": (Order, accounting.first_order(house.restaurant.id)),
        "restaurant_id_1_span_1_period_1": (PeriodSums, accounting.last_day(house.restaurant.id)),
    }
    for index, (model, scan) in scans.items():
        query = {"restaurant_id": house.restaurant.id, **scan.query}
        cursor = house.apps[0].store.collection(model).find(query, scan.fields, sort=scan.sort, limit=scan.most)
        explained = await cursor.explain()
        stages = list(_stages(explained["queryPlanner"]["winningPlan"]))
        assert [one["indexName"] for one in stages if one["stage"] == "IXSCAN"] == [index]
        assert not {"SORT", "COLLSCAN"} & {one["stage"] for one in stages}
        examined = explained["executionStats"]
        assert examined["totalKeysExamined"] <= examined["nReturned"] * 3 + 2, index
        assert index[-9:] != "placed_at_1" or not examined["totalDocsExamined"]
