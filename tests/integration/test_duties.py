"""What the house does by itself: by one process of all, under a lease, as a command like any other."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from integration.house import House, Installation

from handlers.alarms import raise_alarm
from handlers.context import Context, Done
from models.alarm import Alarm, AlarmKind
from models.errors import NotFound
from models.store.lease import Lease
from models.store.work import Work
from server.duties import Due, Duties, Duty


async def alarm_act(ctx: Context, subject: str) -> Done:
    await raise_alarm(ctx, AlarmKind.LOGIN_SPRAY, subject)
    return Done()


async def refused_act(ctx: Context, subject: str) -> Done:
    raise NotFound


def due_in(house: House, *subjects: str) -> Any:
    async def find(work: Work, now: Any) -> Sequence[Due]:
        return [Due(house.restaurant.id, subject) for subject in subjects]

    return find


def duties_of(house: House, name: str, *duties: Duty) -> list[Duties]:
    """As every process of the installation has them, under a lease of this test."""
    return [
        Duties(Lease(app.database, name, app.process_id, 10), duties, app.store, app.dispatcher, app.clock, app.metrics)
        for app in house.apps
    ]


async def alarms(house: House) -> list[dict[str, Any]]:
    return await house.apps[0].store.collection(Alarm).find({"restaurant_id": house.restaurant.id}).to_list()


async def test_of_two_processes_one_holds_a_lease_and_the_other_takes_over(installation_of_two: Installation) -> None:
    first, second = (Lease(app.database, "test", app.process_id, 1) for app in installation_of_two.apps)
    fence = await first.take()
    assert fence is not None
    assert await second.take() is None
    assert await first.take() == fence
    await first.release()
    assert await second.take() == fence + 1
    assert await first.take() is None
    await asyncio.sleep(1.1)
    assert await first.take() == fence + 2


async def test_of_many_who_ask_at_once_one_gets_the_lease(installation_of_two: Installation) -> None:
    database = installation_of_two.apps[0].database
    leases = [Lease(database, "contended", f"process-{number}", 10) for number in range(20)]
    fences = await asyncio.gather(*(lease.take() for lease in leases))
    assert len([fence for fence in fences if fence is not None]) == 1


async def test_what_a_duty_does_is_heard_on_the_floor(house: House) -> None:
    waiter = await house.waiter()
    duty = Duty("test", 60, due_in(house, "one", "two"), alarm_act)
    duties = duties_of(house, "heard", duty)[-1]
    assert await duties.perform(duty) == 2
    await waiter.until(lambda state: {one["subject"] for one in state.of("alarm")} == {"one", "two"})


async def test_a_duty_done_by_two_processes_at_once_is_done_once(house: House) -> None:
    duty = Duty("test", 60, due_in(house, *"abcdefgh"), alarm_act)
    await asyncio.gather(*(duties.perform(duty) for duties in duties_of(house, "twice", duty) * 2))
    assert sorted(one["subject"] for one in await alarms(house)) == list("abcdefgh")


async def test_a_duty_that_is_refused_or_fails_does_not_keep_the_others_from_theirs(house: House) -> None:
    async def broken(work: Work, now: Any) -> Sequence[Due]:
        raise RuntimeError("a mistake")

    refused = Duty("refused", 60, due_in(house, "none"), refused_act)
    failing = Duty("failing", 60, broken, alarm_act)
    good = Duty("good", 60, due_in(house, "good"), alarm_act)
    await duties_of(house, "others", refused, failing, good)[0].tick()
    assert [one["subject"] for one in await alarms(house)] == ["good"]


async def test_what_fails_in_one_house_does_not_keep_a_duty_from_the_others(house: House) -> None:
    async def act(ctx: Context, subject: str) -> Done:
        if subject == "broken":
            raise RuntimeError("a mistake")
        return await alarm_act(ctx, subject)

    duty = Duty("test", 60, due_in(house, "broken", "good"), act)
    await duties_of(house, "houses", duty)[0].tick()
    assert [one["subject"] for one in await alarms(house)] == ["good"]


async def test_a_duty_waits_until_its_time_has_come_again(house: House) -> None:
    done: list[str] = []

    async def find(work: Work, now: Any) -> Sequence[Due]:
        done.append("looked")
        return []

    duties = duties_of(house, "time", Duty("test", 60, find, alarm_act))[0]
    await duties.tick()
    await duties.tick()
    assert done == ["looked"]


async def test_a_process_that_stops_lets_the_next_one_go_on(house: House) -> None:
    duties = duties_of(house, "stopping")[0]
    running = asyncio.create_task(duties.run())
    other = Lease(house.apps[-1].database, "stopping", "the next", 10)
    async with asyncio.timeout(5):
        while await other.take() is not None:
            await other.release()
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await duties.stop()
    assert await other.take() is not None
