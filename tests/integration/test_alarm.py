"""Alarms on the floor: resolved by anyone who serves, and raised anew when their cause comes back."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration.house import House

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from models.alarm import Alarm, AlarmKind
from models.store.work import Work


async def act(ctx: Context, subject: str) -> Done:
    await raise_alarm(ctx, AlarmKind.LOGIN_SPRAY, subject, failures=12)
    return Done()


async def raised(house: House, waiter: Connection, subject: str = "house") -> dict[str, object]:
    """Raise an alarm on the last server and wait until the waiter has it."""
    await house.perform(act, subject, server=-1)
    state = await waiter.until(lambda known: any(one["status"] == "OPEN" for one in known.of("alarm")))
    return next(one for one in state.of("alarm") if one["status"] == "OPEN")


async def test_whoever_serves_resolves_an_alarm_and_the_floor_hears_it(house: House) -> None:
    waiter, cashier = await house.waiter(), await house.staff(house.login_of("CASHIER"))
    alarm = await raised(house, waiter)
    answer = await cashier.operate("alarm:resolve", {"alarmId": alarm["id"]})
    assert answer["alarm"]["resolvedBy"]["name"] == "Ioana Dobre"
    await waiter.until(lambda known: [one["status"] for one in known.of("alarm")] == ["RESOLVED"])
    assert list((await waiter.fresh()).of("alarm")) == []


async def test_two_who_resolve_at_once_both_have_done_it(house: House) -> None:
    first, second = await house.staff("ana"), await house.staff("mihai")
    alarm = await raised(house, first)
    answers = await asyncio.gather(
        *(one.send("alarm:resolve", {"alarmId": alarm["id"], "opId": str(uuid4())}) for one in (first, second) * 3)
    )
    assert len({(one["alarm"]["resolvedBy"]["id"], one["alarm"]["version"]) for one in answers}) == 1


async def test_a_cause_that_comes_back_raises_a_new_alarm(house: House) -> None:
    waiter = await house.waiter()
    first = await raised(house, waiter)
    await waiter.operate("alarm:resolve", {"alarmId": first["id"]})
    await waiter.until(lambda known: all(one["status"] == "RESOLVED" for one in known.of("alarm")))
    second = await raised(house, waiter)
    assert second["id"] != first["id"]
    assert second["details"] == {"failures": 12}


async def test_a_cause_is_not_lost_to_a_server_that_still_has_the_alarm_as_open(house: House) -> None:
    waiter = await house.waiter()
    first = await raised(house, waiter)
    app = house.apps[-1]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    [behind] = await work.members(Alarm, "open", house.restaurant.id)
    await waiter.operate("alarm:resolve", {"alarmId": first["id"]})
    await waiter.until(lambda known: all(one["status"] == "RESOLVED" for one in known.of("alarm")))
    members = Work.members

    async def members_as_they_were(work: Work, model: type[Any], group: str, key: str) -> list[Any]:
        return [behind] if model is Alarm else await members(work, model, group, key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Work, "members", members_as_they_were)
        await house.perform(act, "house", server=-1)
    await waiter.until(lambda known: [one["status"] for one in known.of("alarm")].count("OPEN") == 1)


async def test_an_alarm_that_was_resolved_is_known_to_who_was_away(house: House) -> None:
    waiter, colleague = await house.staff("ana"), await house.staff("mihai")
    alarm = await raised(house, waiter)
    await colleague.until(lambda known: any(known.of("alarm")))
    question = colleague.state.ask()
    await waiter.operate("alarm:resolve", {"alarmId": alarm["id"]})
    await colleague.until(lambda known: any(one["status"] == "RESOLVED" for one in known.of("alarm")))
    answer = await colleague.send("sync:get", {"have": question.have})
    (told,) = [one["payload"]["alarm"] for one in answer["messages"] if one["event"] == "alarm:changed"]
    assert told["status"] == "RESOLVED"


@pytest.mark.parametrize("role", ["CHEF"])
async def test_who_does_not_serve_resolves_nothing(house: House, role: str) -> None:
    waiter, cook = await house.waiter(), await house.staff(house.login_of(role))
    alarm = await raised(house, waiter)
    with pytest.raises(Refused, match="FORBIDDEN"):
        await cook.send("alarm:resolve", {"alarmId": alarm["id"]})


async def test_another_houses_alarm_is_not_found(house: House) -> None:
    alarm = await raised(house, await house.waiter())
    elsewhere = await house.installation.new_house()
    try:
        with pytest.raises(Refused, match="NOT_FOUND"):
            await (await elsewhere.waiter()).send("alarm:resolve", {"alarmId": alarm["id"]})
    finally:
        await elsewhere.close()
