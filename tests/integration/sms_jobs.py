"""Messages that phones of a house send in tests: queued, waited for, and phones that do their work or not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from integration.house import House
from integration.sms_phone import Phone, hear

from handlers.context import Context, Done
from handlers.messaging import queue_message
from models.sms import MessageKind, MessageStatus, SmsMessage
from models.sms_phone import SmsPhone, phone_id
from models.store.codec import from_document
from server.fleet import FLEET
from server.messages import MESSAGES

TEXT = "Your order has left."
WAIT_SECONDS = 10.0
CODE, NOTICE = MessageKind.CODE, MessageKind.NOTICE


async def queue(house: House, kind: MessageKind = CODE, minutes: int = 5, number: int = 0, server: int = 0) -> str:
    """Queue a message to one of many people; returns its id."""
    queued: list[SmsMessage | None] = []

    async def act(ctx: Context, text: str) -> Done:
        until = ctx.now + timedelta(minutes=minutes)
        phone = f"+40722{number:06}"
        queued.append(queue_message(ctx, kind=kind, phone=phone, text=text, not_after=until, about=f"c{number}"))
        return Done()

    await house.perform(act, TEXT, server)
    assert queued[-1] is not None
    return queued[-1].id


async def stored(house: House, message_id: str) -> SmsMessage:
    """Return a message as the database has it."""
    found = await house.apps[0].store.collection(SmsMessage).find_one({"_id": message_id})
    assert found is not None
    return from_document(SmsMessage, found)


async def until(house: House, message_id: str, status: MessageStatus) -> SmsMessage:
    """Wait until a message is in a state."""
    async with asyncio.timeout(WAIT_SECONDS):
        while (message := await stored(house, message_id)).status is not status:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.01)
    return message


async def kept(house: House, phone: Phone) -> SmsPhone:
    """Return what the house keeps of a phone."""
    found = await house.apps[0].store.collection(SmsPhone).find_one({"_id": phone_id(phone.device_id)})
    assert found is not None
    return from_document(SmsPhone, found)


async def later(house: House, **time: float) -> None:
    """Let time pass, and do what the house does by itself about its messages and its phones."""
    house.clock.advance(**time)
    # Messages are left to those who know of them for a moment.
    house.clock.advance(seconds=3)
    await house.apps[0].duties.perform(MESSAGES)
    await house.apps[0].duties.perform(FLEET)


async def until_away(house: House, phone: Phone) -> None:
    """Wait until the house knows that a phone is gone, on every server that has it in memory."""
    async with asyncio.timeout(WAIT_SECONDS):
        while (await kept(house, phone)).is_live or _is_remembered_live(house, phone):  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.02)


def _is_remembered_live(house: House, phone: Phone) -> bool:
    remembered = [app.store.cache.get(SmsPhone, phone_id(phone.device_id)) for app in house.apps]
    return any(one is not None and one.is_live for one in remembered)


async def settle(seconds: float = 0.3) -> None:
    """Give the servers time for what must not happen."""
    await asyncio.sleep(seconds)


def jobs(phone: Phone) -> list[str]:
    """Return the messages that a phone was given and has not looked at yet."""
    return [payload["correlationId"] for event, payload in phone.connection.heard if event == "sms:send"]


async def send(phone: Phone) -> dict[str, Any]:
    """Have a phone send the oldest message that it has."""
    job = await phone.job()
    assert await phone.ack(job, "accepted")
    assert await phone.ack(job, "sent")
    return job


async def cancelled(phone: Phone) -> str:
    """Wait until something is taken back from a phone; returns its id."""
    return str((await hear(phone.connection, "sms:cancel"))["correlationId"])


@asynccontextmanager
async def working(*phones: Phone) -> AsyncIterator[list[str]]:
    """Have phones send whatever they are given; yields the ids of what they have sent."""
    sent: list[str] = []

    async def work(phone: Phone) -> None:
        while True:
            job = await phone.job(600)
            if await phone.ack(job, "accepted") and await phone.ack(job, "sent"):
                sent.append(job["correlationId"])

    tasks = [asyncio.create_task(work(phone)) for phone in phones]
    try:
        yield sent
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
