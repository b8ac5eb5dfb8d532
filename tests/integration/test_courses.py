"""Courses held and fired by hand: on the floor, at the pass, and what a cook may do meanwhile."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Refused
from integration.coursed import DRINK, GRILLED_STARTER, MAIN, MINUTES, OTHER_MAIN, STARTER, Courses, on, seat
from integration.house import House
from integration.people import enrol, manager

from models.store.stream import Committed

BEHIND_SECONDS = 0.6


async def test_a_waiter_holds_a_course_and_a_cook_fires_it_on_the_other_server(house: House) -> None:
    table = await seat(house)
    await table.send(STARTER, MAIN, OTHER_MAIN)
    answer = await table.ask("hold", "MAINS")
    assert [one["isHeld"] for one in answer["orders"][0]["lines"]] == [False, True, True]
    await table.cook.until(
        lambda state: sum(line["isHeld"] for one in state.of("ticket") for line in one["lines"]) == 2
    )
    fired = await table.ask("fire", "MAINS", by=table.cook)
    assert [line["isHeld"] for one in fired["tickets"] for line in one["lines"]] == [False, False]
    await table.waiter.until(
        lambda state: not any(line["isHeld"] for one in state.of("order") for line in one["lines"])
    )


async def test_a_cook_holds_a_course_and_a_waiter_fires_it_on_the_other_server(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN)
    (ticket,) = (await table.ask("hold", "MAINS", by=table.cook))["tickets"]
    (line,) = ticket["lines"]
    assert (line["isHeld"], line["heldBy"]["kind"], line["firedAt"], line["startsAt"]) == (True, "STAFF", None, None)
    await table.ask("fire", "MAINS")
    line = await table.until_fired(MAIN)
    assert line["heldBy"] is None
    assert line["startsAt"] == line["firedAt"]


async def test_the_guest_sees_what_is_held(house: House) -> None:
    table = await seat(house)
    phone = await house.phone(table.party)
    await table.send(MAIN)
    await table.ask("hold", "MAINS")
    await phone.until(lambda state: any(line["isHeld"] for one in state.of("order") for line in one["lines"]))
    await table.ask("fire", "MAINS")
    await phone.until(lambda state: not any(line["isHeld"] for one in state.of("order") for line in one["lines"]))


async def test_holding_and_firing_are_in_the_log_with_the_number_of_lines(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN, OTHER_MAIN)
    await table.ask("hold", "MAINS")
    await table.ask("fire", "MAINS", by=table.cook)
    for act, is_held in (("course-held", True), ("course-fired", False)):
        (entry,) = await table.entries(act)
        assert (entry["subject"], entry["actor"]["kind"], entry["details"]["lines"]) == ("MAINS", "STAFF", 2)
        assert (entry["before"], entry["after"]) == ({"is_held": not is_held}, {"is_held": is_held})


async def test_a_repeated_operation_changes_nothing(house: House) -> None:
    table, hold, fire = await seat(house), str(uuid4()), str(uuid4())
    await table.send(MAIN)
    await table.ask("hold", "MAINS", opId=hold)
    await table.ask("fire", "MAINS", by=table.cook, opId=fire)
    await table.ask("hold", "MAINS", opId=hold)
    assert await table.held() == set()
    await table.ask("hold", "MAINS")
    await table.ask("fire", "MAINS", by=table.cook, opId=fire)
    assert await table.held() == {MAIN}


async def test_an_operation_that_found_nothing_to_fire_fires_nothing_when_it_is_repeated(house: House) -> None:
    table, fire = await seat(house), str(uuid4())
    await table.send(MAIN)
    await table.ask("fire", "MAINS", opId=fire)
    await table.ask("hold", "MAINS", by=table.cook)
    await table.ask("fire", "MAINS", opId=fire)
    assert await table.held() == {MAIN}
    assert await table.entries("course-fired") == []


async def test_what_this_server_has_not_heard_is_held_is_fired(house: House, monkeypatch: Any) -> None:
    table = await seat(house)
    await table.send(MAIN)
    await table.ask("fire", "MAINS", by=table.cook)
    hear = house.apps[-1].relay._relay

    def hear_late(committed: Committed) -> None:
        asyncio.get_running_loop().call_later(BEHIND_SECONDS, hear, committed)

    monkeypatch.setattr(house.apps[-1].relay, "_relay", hear_late)
    await table.ask("hold", "MAINS")
    await table.cook.send("course:fire", {**table.session, "course": "MAINS"})
    assert await table.held() == set()
    _, line = await table.ordered(MAIN)
    assert not line["is_held"]
    await asyncio.sleep(BEHIND_SECONDS)


async def test_what_is_begun_is_not_held(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN, OTHER_MAIN)
    await table.cooked(MAIN, served=False)
    answer = await table.ask("hold", "MAINS")
    assert [one["isHeld"] for one in answer["orders"][0]["lines"]] == [False, True]


async def test_drinks_can_be_held_by_hand(house: House) -> None:
    table = await seat(house)
    await table.send(DRINK, MAIN)
    await table.ask("hold", "DRINKS")
    assert await table.held() == {DRINK}


async def test_what_is_held_is_no_work_and_takes_no_step(house: House) -> None:
    table = await seat(house)
    await table.send(STARTER, MAIN)
    await table.ask("hold", "MAINS")
    ticket = next(one for one in await table.tickets() if one["station"] == "grill")
    step = {"ticketId": ticket["_id"], "lineId": ticket["lines"][0]["id"], "status": "IN_PROGRESS", "expected": "NEW"}
    with pytest.raises(Refused, match="LINE_HELD"):
        await table.cook.send("line:set-status", step)
    board = await table.cook.send("board:get")
    assert sum(board["allDay"].values()) == 1
    assert any(line["isHeld"] for one in board["tickets"] for line in one["lines"])


async def test_clearing_a_ticket_leaves_what_is_held_on_it(house: House) -> None:
    table = await seat(house)
    await table.send(GRILLED_STARTER, MAIN)
    await table.ask("hold", "MAINS")
    (ticket,) = await table.tickets()
    bumped = (await table.cook.send("ticket:bump", {"ticketId": ticket["_id"]}))["ticket"]
    assert (bumped["status"], [one["status"] for one in bumped["lines"]]) == ("OPEN", ["READY", "NEW"])
    await table.ask("fire", "MAINS")
    bumped = (await table.cook.send("ticket:bump", {"ticketId": ticket["_id"]}))["ticket"]
    assert (bumped["status"], [one["status"] for one in bumped["lines"]]) == ("BUMPED", ["READY", "READY"])


async def test_a_tap_that_was_made_before_a_course_was_fired_is_refused(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN)
    await table.ask("hold", "MAINS")
    (ticket,) = await table.tickets()
    await table.ask("fire", "MAINS")
    with pytest.raises(Refused, match="STATUS_CONFLICT"):
        await table.cook.send("ticket:bump", {"ticketId": ticket["_id"], "revision": ticket["revision"]})


async def test_a_held_line_is_voided_and_held_no_more(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN)
    await table.ask("hold", "MAINS")
    order, line = await table.ordered(MAIN)
    voided = {"orderId": order["_id"], "lineId": line["id"], "reason": "changed", "approval": house.approval()}
    await table.waiter.operate("line:void", {**table.session, **voided})
    assert await table.held() == set()
    order, line = await table.ordered(MAIN)
    assert (line["status"], line["is_held"]) == ("CANCELLED", False)


async def test_a_table_is_not_closed_over_what_is_held_and_a_manager_ends_it(house: House) -> None:
    table = await seat(house)
    order = await table.send(MAIN)
    await table.ask("hold", "MAINS")
    amount = order["total"]["amount"]
    paid = {"method": "CARD_TERMINAL", "amount": amount, "idempotencyKey": str(uuid4())}
    await table.waiter.send("payment:record", {**table.session, **paid})
    with pytest.raises(Refused, match="DISHES_COOKING"):
        await table.waiter.operate("session:close", table.session)
    await (await manager(house)).operate("session:close", {**table.session, "reason": "they left"})
    (ticket,) = await table.tickets()
    assert (ticket["is_waiting"], ticket["lines"][0]["status"]) == (False, "CANCELLED")
    assert await table.outcome("fire", "MAINS", by=table.cook) == "SESSION_CLOSED"


async def test_a_screen_of_one_station_may_not_and_one_of_all_may(house: House) -> None:
    table, boss = await seat(house), await manager(house)
    await table.send(MAIN)
    grill, _ = await enrol(house, boss, "/kitchen", stations=["grill"], name="Grill")
    everything, _ = await enrol(house, boss, "/kitchen", name="Pass")
    assert await table.outcome("hold", "MAINS", by=grill) == "FORBIDDEN"
    assert await table.outcome("hold", "MAINS", by=everything) == "DONE"
    assert await table.outcome("fire", "MAINS", by=grill) == "FORBIDDEN"
    assert await table.held() == {MAIN}


async def test_a_merged_party_is_asked_for_at_its_host(house: House) -> None:
    table = await seat(house)
    guest = await seat(house, 1, table)
    await guest.send(MAIN)
    await table.waiter.operate("session:merge", {"from": guest.party.id, "into": table.party.id})
    for by in (table.waiter, table.cook):
        assert await guest.outcome("hold", "MAINS", by=by) == "SESSION_MERGED"
    await table.ask("hold", "MAINS", by=table.cook)
    assert await table.held() == {MAIN}


async def test_nothing_is_held_and_begun_at_once(house: House) -> None:
    table = await seat(house)
    for _ in range(6):
        await table.send(MAIN)
        ticket = max(await table.tickets(), key=lambda one: one["number"])
        step = {"ticketId": ticket["_id"], "lineId": ticket["lines"][0]["id"], "expected": "NEW", "status": "READY"}
        await asyncio.gather(
            table.ask("hold", "MAINS"), table.cook.send("line:set-status", step), return_exceptions=True
        )
        lines = [line for one in await table.tickets() for line in one["lines"]]
        assert not [line for line in lines if line["is_held"] and line["status"] != "NEW"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def begins(table: Courses, item_id: str) -> float:
    """Return how many minutes after it was fired a dish is to be begun, as the kitchen is told."""
    line = await table.until_fired(item_id)
    return (moment(line["startsAt"]) - moment(line["firedAt"])).total_seconds() / 60


async def test_what_is_sent_together_is_to_be_begun_so_that_it_is_ready_together(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN, OTHER_MAIN, STARTER, DRINK)
    late = MINUTES[MAIN] - MINUTES[OTHER_MAIN]
    assert [await begins(table, one) for one in (MAIN, OTHER_MAIN, STARTER, DRINK)] == [0, late, 0, 0]


async def test_what_is_fired_together_is_to_be_begun_so_that_it_is_ready_together(house: House) -> None:
    table = await seat(house)
    await table.send(OTHER_MAIN)
    await table.ask("hold", "MAINS")
    await table.send(MAIN)
    await table.ask("hold", "MAINS", by=table.cook)
    await table.ask("fire", "MAINS")
    assert [await begins(table, one) for one in (MAIN, OTHER_MAIN)] == [0, MINUTES[MAIN] - MINUTES[OTHER_MAIN]]


async def test_who_only_cooks_is_not_let_hold_on_the_floor(house: House) -> None:
    table = await seat(house)
    await table.send(MAIN)
    assert await table.outcome("hold", "MAINS", by=await on(house, 1, "CHEF")) == "FORBIDDEN"
