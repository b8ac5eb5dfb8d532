"""What a sender keeps in mind between its turns; what it sends is tried in `messages` and `integration`."""

import asyncio
from datetime import timedelta
from typing import Any

from handlers.context import Reply
from handlers.messaging import Told
from handlers.sms_turn import Taken, take
from models.sealed import Sealed
from models.sms import Lease, MessageKind, MessageStatus, SmsMessage
from server.clock import Clock
from sms_gateway.sender import Sender

WAIT = timedelta(seconds=0.5)
CLOCK = Clock()


def accepted() -> SmsMessage:
    """A message that a provider has accepted, and that is to be looked at in a moment."""
    now = CLOCK.now()
    return SmsMessage(
        id="m",
        restaurant_id="h",
        kind=MessageKind.CODE,
        phone=Sealed(key="e1", text="sealed"),
        text=Sealed(key="e1", text="sealed"),
        last_four="0123",
        parts=1,
        status=MessageStatus.ACCEPTED,
        lease=Lease(owner="http:p", epoch=1, until=now + WAIT),
        epoch=1,
        queued_at=now,
        not_after=now + timedelta(minutes=5),
        next_at=now + WAIT,
    )


async def test_what_is_heard_of_a_message_while_it_is_sent_does_not_make_its_next_time_forgotten() -> None:
    turns: list[float] = []
    heard_again = asyncio.Event()

    async def perform(_: str, act: Any, subject: Any) -> Reply:
        if act is not take:
            turns.append(CLOCK.monotonic())
            if len(turns) == 2:
                heard_again.set()
            return Taken(left=("m",) if len(turns) <= 2 else ())
        await heard_again.wait()
        await asyncio.sleep(0.05)
        return Told(message=accepted())

    sender = Sender((), perform, None, CLOCK, "p", lambda kind, outcome: None)  # type: ignore[arg-type]
    try:
        due = accepted().with_(next_at=CLOCK.now())
        sender.hear(due)
        await asyncio.sleep(0.1)
        sender.hear(due)
        async with asyncio.timeout(10):
            while len(turns) < 4:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
    finally:
        await sender.stop()
    assert turns[3] - turns[2] > WAIT.total_seconds() / 2
