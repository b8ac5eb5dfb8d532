"""What a process writes of the phones that are connected to it: in the order in which it has happened."""

import asyncio
from typing import Any

from models.base import Change
from models.principal import PairedPhone, Role
from models.sms_phone import SmsPhone
from models.store.cache import Cache
from server.attendance import Attendance
from server.clock import Clock

PHONE = PairedPhone(
    restaurant_id="h",
    roles=frozenset({Role.SMS_PHONE}),
    address="",
    device="",
    device_id="d",
    epoch=3,
    name="Phone 1",
)


class Place:
    """A connection of which nothing is asked."""

    def send(self, event: str, payload: str) -> None: ...
    def close(self, reason: str) -> None: ...


class Asleep:
    """Stands for a dispatcher whose database answers the first who asks late, and all others at once."""

    def __init__(self) -> None:
        self.is_awake = asyncio.Event()
        self.begun = list[str]()
        self.written = list[str]()

    async def perform(self, _: Any, act: Any, subject: Any) -> None:
        self.begun.append(act.__name__)
        if len(self.begun) == 1:
            await self.is_awake.wait()
        self.written.append(act.__name__)


async def test_that_a_phone_has_gone_is_written_after_that_it_was_here() -> None:
    """Others took its process for dead while the database was away, and then the phone went."""
    database, cache, place = Asleep(), Cache(10), Place()
    attendance = Attendance(database, cache, Clock(), "ours", 15, 30, lambda count: None)  # type: ignore[arg-type]
    cache.put(
        SmsPhone(
            id="d-sms",
            restaurant_id="h",
            version=7,
            name="Phone 1",
            epoch=3,
            process=None,
            change=Change(kind="left", at=Clock().now()),
        )
    )
    attendance.follow(place, PHONE)
    attendance.look()
    await asyncio.sleep(0.05)
    attendance.leave(place)
    await asyncio.sleep(0.05)
    assert database.begun == ["phone_here"]
    database.is_awake.set()
    await attendance.stop()
    assert database.written == ["phone_here", "phone_gone"]
