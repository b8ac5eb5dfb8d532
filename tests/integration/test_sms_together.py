"""Messages that are given out together, and what phones say at the same time: one transaction, and to each its own
truth.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Refused
from integration import people
from integration.house import House
from integration.sms_jobs import CODE, NOTICE, jobs, kept, queue, settle, stored, until_away
from integration.sms_phone import Phone, pair

from handlers.context import Context, Done
from models.room import device_room
from models.sms import ACCEPT_WITHIN, MessageStatus, SmsMessage
from server.app import App

ACCEPTED, CANCELLED, LEASED = MessageStatus.ACCEPTED, MessageStatus.CANCELLED, MessageStatus.LEASED


def served_by(house: House, phone: Phone) -> App:
    """Return the server that has the socket of a phone."""
    return next(one for one in house.apps if list(one.engine.members("/sms", device_room(phone.device_id))))


@asynccontextmanager
async def held_up(house: House) -> AsyncIterator[None]:
    """Keep all servers from writing phones of the house meanwhile: what is said to them waits, and goes together."""
    key = f"fleet:{house.restaurant.id}"
    releases = [await app.store.locks.acquire(key, 5) for app in house.apps]
    try:
        yield
    finally:
        for release in releases:
            release()


async def given(house: House, phones: list[Phone], count: int, first: int = 0) -> list[tuple[Phone, dict[str, Any]]]:
    """Queue codes, and return who was given which."""
    await asyncio.gather(*(queue(house, CODE, 60, number) for number in range(first, first + count)))
    async with asyncio.timeout(10):
        while sum(len(jobs(one)) for one in phones) < count:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    return [(one, await one.job()) for one in phones for _ in jobs(one)]


async def said_together(house: House, said: list[tuple[Phone, dict[str, Any]]], status: str) -> list[bool]:
    """Have phones say something of all their messages while nothing can be written; returns what counted."""
    async with held_up(house):
        answers = asyncio.gather(*(phone.ack(job, status) for phone, job in said))
        await settle()
        assert not answers.done()
    return list(await answers)


async def test_of_ten_that_are_said_together_those_that_are_wrong_do_not_count(house: House) -> None:
    phones = [await pair(house, name=f"Phone {number}") for number in range(2)]
    ten = await given(house, phones, 10)
    wrong = [(phone, job | {"epoch": job["epoch"] + 1}) for phone, job in ten[:1]]
    foreign = [(next(one for one in phones if one is not phone), job) for phone, job in ten[1:2]]
    counted = await said_together(house, [*wrong, *foreign, *ten[2:]], "accepted")
    assert counted == [False] * 2 + [True] * 8
    states = [(await stored(house, job["correlationId"])).status for _, job in ten]
    assert states == [LEASED] * 2 + [ACCEPTED] * 8


async def test_of_ten_that_are_said_together_a_late_one_does_not_count(house: House) -> None:
    phones = [await pair(house, name=f"Phone {number}") for number in range(2)]
    early = await given(house, phones, 1)
    house.clock.advance(seconds=4)
    late = await given(house, phones, 9, 1)
    house.clock.advance(seconds=1)
    assert await said_together(house, [*late[:5], *early, *late[5:]], "accepted") == [True] * 5 + [False] + [True] * 4
    assert (await stored(house, early[0][1]["correlationId"])).status is LEASED


async def test_what_was_said_together_is_stored_for_each_phone(house: House) -> None:
    phones = [await pair(house, name=f"Phone {number}") for number in range(2)]
    ten = await given(house, phones, 10)
    assert all(await said_together(house, ten, "accepted"))
    assert all(await said_together(house, ten, "sent"))
    for phone in phones:
        known = await kept(house, phone)
        assert (known.sent, known.jobs) == (sum(one is phone for one, _ in ten), ())
    for _, job in ten:
        done = await stored(house, job["correlationId"])
        assert [step.status.value for step in done.history] == ["QUEUED", "LEASED", "ACCEPTED", "SENT"]


async def test_one_that_another_server_took_back_does_not_keep_the_others_from_counting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await pair(house)
    five = await given(house, [phone], 5)
    taken_back = five[2][1]["correlationId"]

    async def cancel(ctx: Context, message_id: str) -> Done:
        message = await ctx.store.fresh(SmsMessage, message_id)
        assert message is not None
        ctx.store.save(message.moved(CANCELLED, ctx.now))
        return Done()

    async def look(ctx: Context, message_id: str) -> Done:
        """Have a server keep the message in memory, so that it is behind when it hears no more of it."""
        await ctx.store.get(SmsMessage, message_id)
        return Done()

    here = served_by(house, phone)
    there = next(number for number, one in enumerate(house.apps) if one is not here)
    await house.perform(look, taken_back, 1 - there)
    conflicts = here.metrics.write_conflicts._value.get()
    async with held_up(house):
        answers = asyncio.gather(*(one.ack(job, "accepted") for one, job in five))
        await settle()
        unheard: list[str] = []
        with monkeypatch.context() as deaf:
            deaf.setattr(here.relay, "_relay", lambda committed: unheard.append(committed.id))
            await house.perform(cancel, taken_back, there)
            async with asyncio.timeout(5):
                while taken_back not in unheard:  # noqa: ASYNC110  (nothing tells)
                    await asyncio.sleep(0.01)
    assert await answers == [True, True, False, True, True]
    assert here.metrics.write_conflicts._value.get() > conflicts
    assert (await stored(house, taken_back)).status is CANCELLED


async def test_a_phone_that_was_sent_away_is_told_so_and_the_others_count(house: House) -> None:
    boss = await people.manager(house)
    phones = [await pair(house, boss, name=f"Phone {number}") for number in range(2)]
    ten = await given(house, phones, 10)
    async with held_up(house):
        answers = asyncio.gather(*(phone.ack(job, "accepted") for phone, job in ten), return_exceptions=True)
        await settle()
        await _set_status(house, phones[0], "REVOKED")
    for (phone, _), answer in zip(ten, await answers, strict=True):
        assert isinstance(answer, Refused) if phone is phones[0] else answer is True
    await _set_status(house, phones[0], "PAIRED")


async def _set_status(house: House, phone: Phone, status: str) -> None:
    """Write what a device is past everybody who could tell the phone."""
    await house.apps[0].database["devices"].update_one({"_id": phone.device_id}, {"$set": {"status": status}})
    for app in house.apps:
        app.store.cache.clear()


async def test_a_phone_that_comes_gets_what_waits_in_one_transaction_with_codes_first(house: House) -> None:
    phone = await pair(house)
    await phone.connection.close()
    await until_away(house, phone)
    ids = [await queue(house, NOTICE, number=1)]
    for number in range(2, 6):
        house.clock.advance(milliseconds=5)
        ids.append(await queue(house, CODE, number=number))
    # Each server has found by then that nobody can send them.
    await settle()
    await phone.come()
    assert [(await phone.job())["correlationId"] for _ in ids] == [*reversed(ids[1:]), ids[0]]
    leases = [(await stored(house, one)).history[-1].at for one in ids]
    assert len(set(leases)) == 1
    assert len((await kept(house, phone)).jobs) == 5


async def test_codes_that_nobody_here_may_send_again_do_not_keep_older_ones_from_a_phone(house: House) -> None:
    phone = await pair(house)
    await phone.connection.close()
    await until_away(house, phone)
    ids = []
    for number in range(8):
        house.clock.advance(milliseconds=5)
        ids.append(await queue(house, CODE, number=number))
    older, newer = ids[:3], ids[3:]
    await settle()
    await phone.come()
    for _ in newer:
        assert await phone.ack(await phone.job(), "accepted")
    await phone.come(open=[])
    assert [(await phone.job())["correlationId"] for _ in older] == older[::-1]
    assert len({(await stored(house, one)).history[-1].at for one in older}) == 1
    assert {(await stored(house, one)).status for one in newer} == {MessageStatus.UNKNOWN}


async def test_a_lease_begins_when_the_turn_has_come_and_not_when_it_was_waited_for(house: House) -> None:
    phone = await pair(house)
    async with held_up(house):
        message_id = await queue(house, CODE)
        await settle(2)
    await phone.job()
    message = await stored(house, message_id)
    assert message.lease is not None
    assert message.lease.until - ACCEPT_WITHIN > message.queued_at + timedelta(seconds=1.5)
