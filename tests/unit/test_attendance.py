"""What a process writes of the phones that are connected to it: in the order in which it has happened."""

import asyncio
from datetime import timedelta
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
    """A connection that keeps what is done to it."""

    def __init__(self) -> None:
        self.done = list[str]()

    def send(self, event: str, payload: str) -> None:
        self.done.append(event)

    def leave(self, room: str) -> None:
        self.done.append(f"leave {room}")

    def close(self, reason: str) -> None:
        self.done.append(reason)


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


async def test_a_socket_that_was_replaced_is_given_nothing_and_is_asked_who_is_behind_it() -> None:
    database, place = Asleep(), Place()
    attendance = Attendance(database, Cache(10), Clock(), "ours", 15, 30, lambda count: None)  # type: ignore[arg-type]
    attendance.follow(place, PHONE)
    attendance.hear(place, "sms:pong")
    for _ in range(2):
        attendance.replace(place)
    assert place.done == ["leave device:d", "sms:ping"]
    attendance.hear(place, "sms:ack")
    await asyncio.sleep(0)
    assert database.begun == []
    for _ in range(2):
        attendance.hear(place, "sms:pong")
    await asyncio.sleep(0)
    assert database.begun == ["phone_taken_over"]
    async with asyncio.timeout(10):
        while place.done[-1] != "replaced":  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.02)
    database.is_awake.set()
    await attendance.stop()


def test_a_socket_that_was_replaced_counts_once_and_for_as_long_as_the_window() -> None:
    now, window = Clock().now(), timedelta(minutes=5)
    phone = SmsPhone(id="d-sms", restaurant_id="h", name="Phone 1", epoch=4)
    first = phone.taken_over(3, window, now)
    assert [one.epoch for one in first.replaced] == [3]
    assert first.taken_over(3, window, now) is first
    assert phone.taken_over(4, window, now) is phone
    assert [one.epoch for one in first.with_(epoch=5).taken_over(4, window, now + window).replaced] == [4]
