"""The simulated phone against real servers: an app that dies, hangs, repeats itself or lies, and what is sent all the
same.

What was sent is what its radio was given; what the house believes is compared with it.
"""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from comanda_client import Refused
from comanda_client.sms_phone import TWO_CARDS, Entry, Faults, Journal, NotSent, SmsPhone
from integration import people
from integration.house import House
from integration.sms_jobs import CODE, NOTICE, TEXT, later, queue, settle, until
from integration.sms_phone import enrol

from models.sms import MessageStatus
from models.sms_phone import SmsPhone as SmsPhoneKept
from models.sms_phone import phone_id

SECONDS = 10.0


@dataclass
class Radio:
    """Sends what it is given as long as it is `open`; `sent` are the messages that have left, with their cards."""

    sent: list[tuple[str, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    began: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    error: str | None = None

    def __post_init__(self) -> None:
        self.open.set()

    async def send(self, entry: Entry) -> None:
        self.began.append(entry.correlation_id)
        await self.open.wait()
        if self.error:
            raise NotSent(self.error)
        self.sent.append((entry.correlation_id, entry.sim))
        self.texts.append(f"{entry.phone} {entry.text}")

    @property
    def ids(self) -> list[str]:
        return [one for one, _ in self.sent]


@dataclass
class Handset:
    """A phone that can be switched off in the middle of anything, and on again, with what its file says."""

    house: House
    path: Path
    radio: Radio = field(default_factory=Radio)
    options: dict[str, Any] = field(default_factory=dict)
    phone: SmsPhone | None = None
    task: asyncio.Task[None] | None = None

    async def on(self, code: str | None = None) -> SmsPhone:
        """Start the app, and wait until it is registered."""
        addresses = self.house.installation.addresses
        clock = self.house.clock
        options = {"now": clock.now, "first_pause": 0.05} | self.options
        self.phone = SmsPhone(addresses, self.path, self.radio.send, **options)
        self.task = asyncio.create_task(self.phone.run(code))
        await asyncio.wait_for(self.phone.is_live.wait(), SECONDS)
        return self.phone

    async def off(self) -> None:
        """End the app in the middle of whatever it does."""
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError, Refused):
                await self.task


@asynccontextmanager
async def handset(house: House, path: Path, name: str = "Phone 1", **options: Any) -> AsyncIterator[Handset]:
    """A phone that was just paired."""
    enrolled = await enrol(house, name=name)
    one = Handset(house, path / f"{name}.json", options=options)
    try:
        await one.on(enrolled["code"])
        yield one
    finally:
        await one.off()


async def until_true(is_true: Callable[[], bool]) -> None:
    await people.until_true(is_true, SECONDS)


async def test_it_sends_what_it_is_given_and_keeps_nothing_of_it(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path) as one:
        ids = [await queue(house, kind, number=number) for number, kind in enumerate((CODE, NOTICE))]
        for message_id in ids:
            await until(house, message_id, MessageStatus.DELIVERED)
        assert sorted(one.radio.ids) == sorted(ids)
        assert one.radio.texts[0].startswith("+40722000")
        assert TEXT not in one.path.read_text()
        assert json.loads(one.path.read_text())["open"] == []
        assert stat.S_IMODE(one.path.stat().st_mode) == 0o600


async def test_it_comes_back_with_its_secret_and_sends_what_it_had_accepted_once(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path) as one:
        one.radio.open.clear()
        ids = [await queue(house, NOTICE, number=number) for number in range(3)]
        for message_id in ids:
            await until(house, message_id, MessageStatus.ACCEPTED)
        await until_true(lambda: len(one.radio.began) == 1)
        (begun,) = one.radio.began
        await one.off()
        one.radio.open.set()
        await one.on()
        for message_id in set(ids) - {begun}:
            await until(house, message_id, MessageStatus.DELIVERED)
        # What was at the radio when the app died may have left: it is not sent again, nor called sent.
        assert (await until(house, begun, MessageStatus.UNKNOWN)).is_finished
        assert sorted(one.radio.ids) == sorted(set(ids) - {begun})


async def test_what_was_sent_while_it_was_alone_is_told_when_it_is_back(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path) as one:
        assert one.phone is not None
        one.radio.open.clear()
        message_id = await queue(house, CODE)
        await until_true(lambda: bool(one.radio.began))
        assert one.phone._connection is not None
        await one.phone._connection.drop()
        one.radio.open.set()
        await until(house, message_id, MessageStatus.DELIVERED)
        assert one.radio.ids == [message_id]


async def test_an_app_that_dies_after_it_has_accepted_sends_it_when_it_is_started_again(
    house: House, tmp_path: Path
) -> None:
    faults = Faults(dies_after_accept=1, restart_seconds=0.1)
    async with handset(house, tmp_path, faults=faults) as one:
        message_id = await queue(house, CODE)
        await until(house, message_id, MessageStatus.DELIVERED)
        assert one.radio.ids == [message_id]


@pytest.mark.parametrize("faults", [Faults(repeats_acks=True), Faults(reorders_acks=True)])
async def test_what_is_said_twice_or_in_another_order_is_sent_once(
    house: House, tmp_path: Path, faults: Faults
) -> None:
    async with handset(house, tmp_path, faults=faults) as one:
        message_id = await queue(house, CODE)
        await until(house, message_id, MessageStatus.DELIVERED)
        await settle()
        assert one.radio.ids == [message_id]
        assert one.phone is not None
        assert one.phone.journal.open == []


async def test_an_app_that_hangs_loses_its_messages_to_another_phone(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path, faults=Faults(goes_silent=1)) as silent:
        message_id = await queue(house, CODE)
        await until(house, message_id, MessageStatus.LEASED)
        async with handset(house, tmp_path, "Phone 2") as other:
            await later(house, seconds=5)
            await until(house, message_id, MessageStatus.DELIVERED)
            assert (silent.radio.ids, other.radio.ids) == ([], [message_id])


async def test_what_one_card_refuses_goes_out_by_the_other(house: House, tmp_path: Path) -> None:
    faults = Faults(quota=1)
    async with handset(house, tmp_path, sims=TWO_CARDS, faults=faults) as one:
        for number in range(2):
            await until(house, await queue(house, CODE, number=number), MessageStatus.DELIVERED)
        assert sorted(sim for _, sim in one.radio.sent) == [0, 1]
        third = await until(house, await queue(house, CODE, number=2), MessageStatus.FAILED)
        assert third.reason == "RESULT_ERROR_LIMIT_EXCEEDED"


async def test_a_rogue_phone_says_sent_and_sends_nothing(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path, faults=Faults(is_rogue=True)) as one:
        await until(house, await queue(house, CODE), MessageStatus.DELIVERED)
        assert one.radio.sent == []


async def test_what_is_taken_back_is_not_sent(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path) as one:
        one.radio.open.clear()
        first, second = [await queue(house, CODE, number=number) for number in (0, 1)]
        for message_id in (first, second):
            await until(house, message_id, MessageStatus.ACCEPTED)
        await until_true(lambda: bool(one.radio.began))
        await later(house, seconds=30)
        assert one.phone is not None
        begun = one.radio.began[0]
        journal = one.phone.journal
        await until_true(lambda: [entry.correlation_id for entry in journal.open] == [begun])
        one.radio.open.set()
        await settle()
        assert one.radio.ids == [begun]


async def test_what_is_too_late_is_not_sent(house: House, tmp_path: Path) -> None:
    async with handset(house, tmp_path) as one:
        one.radio.open.clear()
        ids = [await queue(house, NOTICE, minutes=1, number=number) for number in (0, 1)]
        for message_id in ids:
            await until(house, message_id, MessageStatus.ACCEPTED)
        await until_true(lambda: bool(one.radio.began))
        house.clock.advance(seconds=70)
        one.radio.open.set()
        await settle()
        assert one.radio.ids == one.radio.began[:1]


async def test_it_tells_how_it_is_and_again_when_that_was_too_early(house: House, tmp_path: Path) -> None:
    slept: list[float] = []
    told = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        house.clock.advance(seconds=seconds)
        await (told.wait() if len(slept) > 3 else asyncio.sleep(0))

    async with handset(house, tmp_path, sleep=sleep) as one:
        assert one.phone is not None
        found = await people.stored(house, SmsPhoneKept)
        assert [phone["_id"] for phone in found] == [phone_id(one.phone.journal.device_id)]
        await until_true(lambda: len(slept) > 3)
        assert (await people.stored(house, SmsPhoneKept))[0]["battery"] == 97
        lives = [
            line for app in house.apps for line in app.metrics.text().decode().splitlines() if "phones_live" in line
        ]
        assert sum(float(line.split()[-1]) for line in lives if not line.startswith("#")) >= 1


async def test_a_phone_that_was_sent_away_ends_with_the_refusal(house: House, tmp_path: Path) -> None:
    boss = await people.manager(house)
    async with handset(house, tmp_path) as one:
        assert one.phone is not None
        assert one.task is not None
        await boss.operate("device:revoke", {"deviceId": one.phone.journal.device_id})
        with pytest.raises(Refused, match="PAIRING_REFUSED"):
            await asyncio.wait_for(one.task, SECONDS)


def test_a_journal_that_is_none_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "phone.json").write_text("[]")
    with pytest.raises(Exception, match="is not the journal of a phone"):
        Journal(tmp_path / "phone.json")
