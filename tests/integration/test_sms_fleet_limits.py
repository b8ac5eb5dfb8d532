"""How much the phones of a house are given, which of them is given nothing, and what people are told when none can."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from comanda_client import Refused
from integration import people
from integration.house import House, Installation, start_installation
from integration.sms_jobs import (
    CODE,
    NOTICE,
    jobs,
    kept,
    later,
    queue,
    send,
    settle,
    stored,
    until,
    until_away,
    working,
)
from integration.sms_phone import SIM, pair
from integration.texting import Asker, letter_box

from models.sms import MessageStatus
from models.sms_phone import PausedReason

REFUSED_WITHIN = 3.0
"""Seconds in which people are told that no code can be sent."""
ASKING = 20
"""People who ask for a code in the same moment."""


async def test_a_card_is_never_given_more_than_its_operator_takes_whichever_server_asks(house: House) -> None:
    phone = await pair(house)
    async with working(phone) as sent:
        ids = await asyncio.gather(*(queue(house, NOTICE, 60, number, number) for number in range(30)))
        async with asyncio.timeout(40):
            while len(sent) < 20:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        await later(house, seconds=1)
        await settle()
        assert len(set(sent)) == len(sent) == 20
        # The last five are kept for codes.
        codes = [await queue(house, CODE, number=number, server=number) for number in range(30, 34)]
        for one in codes:
            await until(house, one, MessageStatus.SENT)
        assert sum(one.parts for one in (await kept(house, phone)).sims[0].spent) == 24
        await later(house, minutes=31)
        for one in ids:
            await until(house, one, MessageStatus.SENT)
    assert sorted(sent) == sorted(ids + codes)


async def test_codes_go_first_and_the_newest_of_them(house: House) -> None:
    phone = await pair(house)
    await phone.connection.close()
    await until_away(house, phone)
    notice = await queue(house, NOTICE, number=1)
    waiting = [notice]
    for number in (2, 3):
        house.clock.advance(seconds=1)
        waiting.append(await queue(house, CODE, number=number))
    await settle()
    await phone.come()
    assert [(await phone.job())["correlationId"] for _ in waiting] == [waiting[2], waiting[1], notice]


async def test_a_phone_has_only_so_many_messages_at_a_time(house: House) -> None:
    phone = await pair(house)
    ids = [await queue(house, CODE, number=number) for number in range(7)]
    async with asyncio.timeout(5):
        while len(jobs(phone)) < 5:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    await settle()
    assert set(jobs(phone)) <= set(ids)
    assert len(jobs(phone)) == 5
    async with working(phone):
        for one in ids:
            await until(house, one, MessageStatus.SENT)


async def test_three_failures_open_the_breaker_and_a_probe_closes_it(house: House) -> None:
    phone = await pair(house)
    for number in range(3):
        await queue(house, CODE, number=number)
        assert await phone.ack(await phone.job(), "failed", error="radio_off")
    waiting = [await queue(house, CODE, number=number) for number in (3, 4)]
    await later(house, seconds=1)
    await settle()
    assert jobs(phone) == []
    await later(house, seconds=30)
    probe = await phone.job()
    await settle()
    assert jobs(phone) == []
    assert await phone.ack(probe, "accepted")
    assert await phone.ack(probe, "sent")
    assert {probe["correlationId"], (await send(phone))["correlationId"]} == set(waiting)
    assert (await kept(house, phone)).breaker.opened_at is None


async def test_a_phone_whose_codes_nobody_uses_is_paused_after_ten_at_the_most(house: House) -> None:
    rogue = await pair(house)
    async with working(rogue) as sent:
        for number in range(12):
            await queue(house, CODE, number=number)
        async with asyncio.timeout(10):
            while len(sent) < 10:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        await settle()
        assert len(sent) == 10
        await later(house, minutes=6)
        waiter = await house.waiter()
        alarm = await waiter.until(lambda known: any(one["kind"] == "SMS_PHONE_ROGUE" for one in known.of("alarm")))
        assert alarm is not None
        assert (await kept(house, rogue)).paused_reason is PausedReason.ROGUE
        await queue(house, CODE, number=20)
        await settle()
        assert len(sent) == 10
        honest = await pair(house, name="Phone 2")
        assert (await send(honest))["correlationId"] not in sent


async def test_people_are_told_when_nothing_can_send_their_code(house: House) -> None:
    phone = await pair(house)
    await phone.connection.close()
    await until_away(house, phone)
    house.clock.advance(seconds=31)
    asker, others = Asker(house), [Asker(house, device=f"other-{number}") for number in range(ASKING)]
    before = time.monotonic()
    answers = await asyncio.gather(*(one.ask(f"+4072200{number:04}") for number, one in enumerate(others)), asker.ask())
    assert {one["code"] for one in answers} == {"SMS_UNAVAILABLE"}
    assert time.monotonic() - before < REFUSED_WITHIN
    await phone.come()
    assert (await asker.ask())["codeSent"] is True
    await send(phone)


async def test_the_floor_is_told_while_no_phone_is_there(house: House) -> None:
    waiter, phone = await house.waiter(), await pair(house)
    await later(house, seconds=31)
    assert not any(one["kind"] == "NO_SMS_PHONE" for one in waiter.state.of("alarm"))
    await phone.connection.close()
    await until_away(house, phone)
    await later(house, seconds=20)
    await settle()
    assert not any(one["kind"] == "NO_SMS_PHONE" for one in waiter.state.of("alarm"))
    await later(house, seconds=10)
    await waiter.until(lambda known: any(one["kind"] == "NO_SMS_PHONE" for one in known.of("alarm")))
    await phone.come()
    await later(house, seconds=1)
    await waiter.until(
        lambda known: not any(one["kind"] == "NO_SMS_PHONE" and one["status"] == "OPEN" for one in known.of("alarm"))
    )


async def test_one_phone_number_gets_only_so_many_messages_within_an_hour(house: House) -> None:
    with letter_box(house) as box:
        ids = [await queue(house, NOTICE, 90, number=5) for _ in range(7)]
        async with asyncio.timeout(10):
            while len(box.messages) < 6:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        await settle()
        assert len(box.messages) == 6
        (waiting,) = [one for one in [await stored(house, of) for of in ids] if not one.is_finished]
        assert (waiting.status, waiting.text is None) == (MessageStatus.QUEUED, False)
        await later(house, minutes=60)
        await until(house, waiting.id, MessageStatus.SENT)


@pytest.fixture(scope="module")
async def impatient(mongo_url: str, redis_url: str) -> AsyncIterator[Installation]:
    """A server that takes on no more codes when one has waited for a minute."""
    limits = {"sms_longest_wait": 60}
    installation = await start_installation(mongo_url, redis_url, servers=1, database="impatient", limits=limits)
    yield installation
    await installation.stop()


async def test_no_codes_are_taken_on_when_the_oldest_has_waited_for_a_minute(impatient: Installation) -> None:
    house = await impatient.new_house()
    phone = await pair(house, await people.manager(house), sims=[SIM])
    await Asker(house).ask("+40722000001")
    job = await phone.job()
    house.clock.advance(seconds=59)
    assert (await Asker(house, device="second").ask("+40722000002"))["codeSent"] is True
    house.clock.advance(seconds=1)
    before = time.monotonic()
    assert (await Asker(house, device="third").ask("+40722000003"))["code"] == "SMS_UNAVAILABLE"
    assert time.monotonic() - before < REFUSED_WITHIN
    assert await phone.ack(job, "accepted") is False
    await house.close()


async def test_a_code_that_nobody_here_may_send_again_keeps_nobody_from_asking_for_one(impatient: Installation) -> None:
    house = await impatient.new_house()
    phone = await pair(house)
    await Asker(house).ask("+40722000001")
    job = await phone.job()
    assert await phone.ack(job, "accepted")
    await phone.come(open=[])
    await until(house, job["correlationId"], MessageStatus.UNKNOWN)
    house.clock.advance(seconds=61)
    assert (await Asker(house, device="second").ask("+40722000002"))["codeSent"] is True
    assert (await send(phone))["correlationId"] != job["correlationId"]
    await pair(house, name="Phone 2")
    other = await until(house, job["correlationId"], MessageStatus.LEASED)
    assert other.lease is not None
    assert phone.device_id not in other.lease.owner
    await house.close()


async def test_a_manager_pauses_a_phone_and_lets_it_work_again(house: House) -> None:
    boss = await people.manager(house)
    phone = await pair(house, boss)
    named = {"deviceId": phone.device_id}
    answer = await boss.operate("sms:pause", named)
    assert (answer["smsPhone"]["pausedReason"], answer["smsPhone"]["health"]) == ("MANAGER", 100)
    assert (await boss.operate("sms:pause", named))["smsPhone"]["version"] == answer["smsPhone"]["version"]
    waiting = await queue(house, NOTICE)
    await settle()
    assert jobs(phone) == []
    assert (await Asker(house).ask())["code"] == "SMS_UNAVAILABLE"
    assert (await boss.operate("sms:resume", named))["smsPhone"]["pausedReason"] is None
    assert (await send(phone))["correlationId"] == waiting
    with pytest.raises(Refused, match="NOT_FOUND"):
        await boss.operate("sms:pause", {"deviceId": "nobodys"})
