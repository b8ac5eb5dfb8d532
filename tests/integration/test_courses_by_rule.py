"""Courses that are held and fired by themselves, whatever served the course before and through whichever server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from integration.coursed import (
    DESSERT,
    DRINK,
    GRILLED_STARTER,
    MAIN,
    MINUTES,
    OTHER_MAIN,
    OTHER_STARTER,
    SHARED_STARTER,
    STARTER,
    on,
    seat,
)
from integration.house import House, Installation, start_installation
from integration.people import manager

from models.check import Check
from models.store.stream import Committed
from models.ticket import Ticket

BEHIND_SECONDS = 1.0


@pytest.fixture(scope="module")
async def installation_with_courses(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """Two servers that hold later courses."""
    limits = {"hold_courses": True}
    installation = await start_installation(mongo_url, redis_url, servers=2, database="courses", limits=limits)
    yield installation
    await installation.stop()


@pytest.fixture
async def paced(installation_with_courses: Installation) -> AsyncIterator[House]:
    """A new house where later courses are held; its clients are compared with the truth at the end."""
    house = await installation_with_courses.new_house()
    yield house
    await house.require_all_know_the_truth()
    await house.close()


async def test_later_courses_are_held_when_they_are_sent_and_drinks_are_not(paced: House) -> None:
    table = await seat(paced)
    phone = await paced.phone(table.party)
    order = await table.send(STARTER, MAIN, DESSERT, DRINK)
    assert [line["isHeld"] for line in order["lines"]] == [False, True, True, False]
    await phone.until(lambda state: sum(line["isHeld"] for one in state.of("order") for line in one["lines"]) == 2)
    assert await table.held() == {MAIN, DESSERT}
    lines = [line for one in await table.tickets() for line in one["lines"]]
    assert [line["fired_at"] is None for line in lines] == [line["is_held"] for line in lines]
    assert {line["held_by"] for line in lines} == {None}


async def test_the_next_course_is_fired_when_it_was_served_through_the_other_server(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN, OTHER_MAIN, DESSERT)
    await table.cooked(STARTER)
    main, other = await table.until_fired(MAIN), await table.until_fired(OTHER_MAIN)
    assert main["startsAt"] == main["firedAt"] == other["firedAt"] < other["startsAt"]
    assert MINUTES[MAIN] > MINUTES[OTHER_MAIN]
    await table.pace()
    assert await table.held() == {DESSERT}
    (entry,) = await table.entries("course-fired")
    assert (entry["actor"]["kind"], entry["subject"], entry["details"]["lines"]) == ("HOUSE", "MAINS", 2)


async def test_dishes_that_are_ready_are_not_served_yet(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await table.cooked(STARTER, served=False)
    await table.pace()
    assert await table.held() == {MAIN}


async def test_what_the_kitchen_serves_itself_counts(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await table.cooked(STARTER, served=False)
    ticket = next(one for one in await table.tickets() if one["station"] == "cold")
    step = {"ticketId": ticket["_id"], "lineId": ticket["lines"][0]["id"], "status": "SERVED", "expected": "READY"}
    await table.cook.send("line:set-status", step)
    await table.pace()
    assert await table.held() == set()


async def test_what_the_pass_runs_counts_and_what_is_held_on_that_ticket_stays(paced: House) -> None:
    table = await seat(paced)
    order = await table.send(GRILLED_STARTER, MAIN)
    await table.cook.operate("order:bump", {"orderId": order["id"], "level": "RUN"})
    assert await table.held() == {MAIN}
    line = await table.until_fired(MAIN)
    (ticket,) = await table.tickets()
    assert (ticket["status"], ticket["is_shown"], line["status"]) == ("OPEN", True, "NEW")


async def test_a_dish_of_two_stations_is_served_once_both_parts_are(paced: House) -> None:
    table = await seat(paced)
    await table.send(SHARED_STARTER, MAIN)
    cold = next(one for one in await table.tickets() if one["station"] == "cold")
    await table.cook.send("ticket:bump", {"ticketId": cold["_id"]})
    await table.pace()
    assert await table.held() == {MAIN}
    await table.cooked(SHARED_STARTER)
    await table.pace()
    assert await table.held() == set()


async def test_what_comes_late_for_a_course_that_runs_is_not_held(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await table.cooked(STARTER)
    await table.pace()
    await table.send(OTHER_MAIN)
    assert await table.held() == set()


async def test_a_round_waits_for_the_starters_of_an_older_one(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER)
    await table.send(MAIN)
    assert await table.held() == {MAIN}


async def test_rounds_of_two_phones_that_are_sent_at_once_know_of_each_other(paced: House) -> None:
    waiter = await on(paced, 0, "WAITER")
    for number in range(2):
        party = await paced.party(waiter, number, "INDIVIDUAL")
        phones = [await paced.phone(party, name) for name in ("Ana", "Ion")]
        carts = [
            (await phone.operate("cart:add", {"itemId": dish}))["cart"]["version"]
            for phone, dish in zip(phones, (STARTER, MAIN), strict=True)
        ]
        rounds = await asyncio.gather(
            *(
                phone.send("order:place", {"idempotencyKey": str(uuid4()), "cartVersion": version})
                for phone, version in zip(phones, carts, strict=True)
            )
        )
        starter, main = (one["order"] for one in rounds)
        check = await paced.apps[0].store.collection(Check).find_one({"session_id": party.id})
        assert check is not None
        in_turn = [one["order_id"] for one in check["rounds"]]
        is_second = in_turn.index(main["id"]) > in_turn.index(starter["id"])
        assert main["lines"][0]["isHeld"] is is_second


async def test_a_round_waits_for_starters_of_which_its_server_has_not_heard(paced: House, monkeypatch: Any) -> None:
    table = await seat(paced)
    elsewhere = replace(table, waiter=await on(paced, 1, "MANAGER"))
    await elsewhere.send(MAIN)
    hear = paced.apps[1].relay._relay

    def hear_late(committed: Committed) -> None:
        seconds = BEHIND_SECONDS if committed.kind.model is Ticket else 0
        asyncio.get_running_loop().call_later(seconds, hear, committed)

    monkeypatch.setattr(paced.apps[1].relay, "_relay", hear_late)
    await table.send(STARTER)
    await elsewhere.waiter.until(lambda state: sum(1 for _ in state.of("order")) == 2)
    await elsewhere.send(OTHER_MAIN)
    assert await table.held() == {OTHER_MAIN}
    await asyncio.sleep(BEHIND_SECONDS)


async def test_a_void_of_the_last_starter_fires_what_comes_next(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, OTHER_STARTER, MAIN)
    await table.cooked(STARTER)
    await table.pace()
    assert await table.held() == {MAIN}
    order, line = await table.ordered(OTHER_STARTER)
    voided = {"orderId": order["_id"], "lineId": line["id"], "reason": "changed", "approval": paced.approval()}
    await table.waiter.operate("line:void", {**table.session, **voided})
    await table.pace()
    assert await table.held() == set()


async def test_two_waiters_who_serve_the_last_two_starters_at_once_still_fire_the_mains(paced: House) -> None:
    table, colleague = await seat(paced), await on(paced, 1, "MANAGER")
    for _ in range(3):
        await table.send(STARTER, OTHER_STARTER, MAIN)
        for dish in (STARTER, OTHER_STARTER):
            await table.cooked(dish, served=False)
        order, line = await table.ordered(STARTER)
        _, other = await table.ordered(OTHER_STARTER)
        await asyncio.gather(
            *(
                client.send("line:serve", {"orderId": order["_id"], "lineId": one["id"], **table.session})
                for client, one in ((table.waiter, line), (colleague, other))
            )
        )
        await table.pace()
        assert await table.held() == set()


async def test_two_servers_that_look_at_once_fire_once(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    before = next(one["revision"] for one in await table.tickets() if one["is_waiting"])
    await table.cooked(STARTER)
    await asyncio.gather(*(table.pace() for _ in range(3)))
    after = next(one["revision"] for one in await table.tickets() if one["station"] == "grill")
    assert after == before + 1
    assert len(await table.entries("course-fired")) == 1


async def test_a_party_that_joins_one_with_unserved_starters_waits_and_goes_on_when_it_parts(paced: House) -> None:
    host = await seat(paced)
    await host.send(STARTER)
    guest = await seat(paced, 1, host)
    await guest.send(OTHER_STARTER, MAIN)
    merging = {"from": guest.party.id, "into": host.party.id}
    await host.waiter.operate("session:merge", merging)
    await host.cooked(OTHER_STARTER)
    await host.pace()
    assert await host.held() == {MAIN}
    await host.waiter.operate("session:unmerge", guest.session)
    await guest.pace()
    assert await guest.held() == set()
    assert len(await guest.entries("course-fired")) == 1


async def test_the_course_of_a_merged_party_is_fired_at_its_host(paced: House) -> None:
    host = await seat(paced)
    guest = await seat(paced, 1, host)
    await guest.send(STARTER, MAIN)
    await host.waiter.operate("session:merge", {"from": guest.party.id, "into": host.party.id})
    await host.cooked(STARTER)
    await host.until_fired(MAIN)


async def test_a_party_that_moved_has_its_course_fired_at_the_new_table(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await table.waiter.operate("session:move", {**table.session, "tableId": paced.tables[2].id})
    await table.cooked(STARTER)
    await table.pace()
    (ticket,) = [one for one in await table.tickets() if one["station"] == "grill"]
    assert (ticket["lines"][0]["is_held"], ticket["table_name"]) == (False, paced.tables[2].name)


async def test_what_somebody_holds_is_not_fired_by_itself(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await table.ask("hold", "MAINS", by=table.cook)
    await table.cooked(STARTER)
    await table.pace()
    assert await table.held() == {MAIN}
    await table.ask("fire", "MAINS")
    assert await table.held() == set()


async def test_somebody_fires_a_course_before_its_turn(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN, DESSERT)
    await table.ask("fire", "MAINS", by=table.cook)
    assert await table.held() == {DESSERT}


async def test_nothing_of_a_closed_party_is_fired(paced: House) -> None:
    table = await seat(paced)
    await table.send(STARTER, MAIN)
    await (await manager(paced)).operate("session:close", {**table.session, "reason": "they left"})
    await table.pace()
    statuses = {line["status"] for one in await table.tickets() for line in one["lines"]}
    assert statuses == {"CANCELLED"}
    assert await table.entries("course-fired") == []
