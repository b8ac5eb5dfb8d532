"""Promise G22: messages of a house whose three phones are killed at random, on a driven clock. Every one ends; while
one phone lives they are sent in time; none is sent again that is known to be sent; no other house's phone sees one.

What was sent is read from the phones' side (`fault.field.Air`). Time in which no phone is there does not count. Neither
does a phone whose power went while the message was at its radio: it may have left, so only another phone sends it, and
a notice nobody, which are counted apart. A phone is away for less than 15 seconds: of what a dead one has accepted, the
house knows nothing for 30, and gives a code to another phone only then (`integration/test_sms_fleet.py`).
"""

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fault.driver import new_seed
from fault.field import FIELD_FAULTS, Air, FieldPhone, Sent, Ticker
from integration.house import UNHURRIED, House, start_installation
from integration.people import stored
from integration.sms_jobs import CODE, NOTICE, TEXT, queue
from integration.sms_phone import enrol

from models.alarm import Alarm
from models.sms import GONE, MessageKind, MessageStatus, SmsMessage
from models.store.codec import from_document
from server.fleet import FLEET
from server.messages import MESSAGES

PROVE = bool(os.environ.get("PROVE"))
JOBS = 10_000 if PROVE else 200
FOREIGN_JOBS = 10
STEP, PAUSE = 0.5, 0.1
"""Seconds of the driven clock in each step, and of the machine's at least."""
QUEUED_A_STEP = 1
BETWEEN, DOWN = (4.0, 10.0), (1.0, 12.0)
"""Driven seconds between two hits, and until what was killed is started again."""
IN_TIME = timedelta(seconds=30)
LONGEST_END = timedelta(minutes=10)
"""Time in which the last message has ended: a code that nobody can send lives for five minutes."""

pytestmark = pytest.mark.timeout(0 if PROVE else 300)

LIMITS = {"sim_parts": 100_000, "sim_month_parts": 100_000, "sms_phone_unused": 100_000}
"""Phones of this night send as much as they can, and nobody uses their codes."""


@dataclass
class Night:
    """What came of a run."""

    seed: int
    air: Air = field(default_factory=Air)
    foreign_air: Air = field(default_factory=Air)
    queued: dict[str, tuple[MessageKind, datetime, str]] = field(default_factory=dict)
    """By message: its kind, when it was queued, and to whom."""
    foreign: set[str] = field(default_factory=set)
    stored: dict[str, SmsMessage] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    alarms: set[str] = field(default_factory=set)

    def sendings(self) -> dict[str, list[Sent]]:
        """Return what left the phones of the house, by message."""
        found = defaultdict[str, list[Sent]](list)
        for one in self.air.sent:
            found[one.message_id].append(one)
        return found

    def late(self) -> list[str]:
        """Return what did not leave in time, told well enough to see why."""
        sendings = self.sendings()
        return [
            f"{kind} {message_id} after {[one.at - at for one in sendings[message_id]]}, {self._told(message_id, at)}"
            for message_id, (kind, at, _) in self.queued.items()
            if message_id not in self.unsendable
            and not any(self.air.lived(message_id, at, one.at) <= IN_TIME for one in sendings[message_id])
        ]

    @property
    def unsendable(self) -> set[str]:
        """Notices that were at a radio when its power went."""
        return {one for one in self.air.lost if one in self.queued and self.queued[one][0] is NOTICE}

    def _told(self, message_id: str, at: datetime) -> str:
        message = self.stored.get(message_id)
        history = message.history if message else ()
        return ", ".join(f"{step.status} by {step.by} {(step.at - at).total_seconds()}" for step in history)


@pytest.fixture(scope="module")
async def night(mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Send all messages, once for all tests of this module."""
    night = Night(new_seed())
    print(f"\nFAULT_SEED={night.seed}")
    guard = {"phone_ping_interval_seconds": 1, "phone_silent_seconds": 2}
    limits = LIMITS | {"sms_longest_wait": 10**6}
    installation = await start_installation(
        mongo_url, redis_url, servers=2, database=f"field-{night.seed}", limits=limits, guard=UNHURRIED | guard
    )
    try:
        house, other = await installation.new_house(), await installation.new_house()
        await _play(night, house, other, tmp_path_factory.mktemp("field"))
        night.alarms = {str(one["kind"]) for one in await stored(house, Alarm)}
        await asyncio.gather(house.close(), other.close())
    finally:
        await installation.stop()
    statuses = Counter(one.status.value for one in night.stored.values())
    dead = sum((last - first for first, last, phones in night.air.there if not phones), timedelta()).total_seconds()
    print(
        f"seed {night.seed}: {len(night.queued)} messages, {len(night.air.sent)} sendings, hits {dict(night.hits)}, "
        f"{dict(statuses)}, no phone for {dead} s, {len(night.unsendable)} lost at a radio, late: {night.late()}"
    )
    return night


async def _play(night: Night, house: House, other: House, folder: Path) -> None:
    chance, ticker = random.Random(night.seed), Ticker(house.clock)
    ours = [
        FieldPhone(house, ticker, night.air, folder / f"phone-{n}", random.Random(n), {"faults": faults})
        for n, faults in enumerate(FIELD_FAULTS)
    ]
    theirs = FieldPhone(other, ticker, night.foreign_air, folder / "other-house", random.Random(9))
    for number, phone in enumerate([*ours, theirs]):
        await phone.switch_on((await enrol(phone.house, name=f"Phone {number}"))["code"])
    hitting = asyncio.create_task(_hit(night, ticker, ours, chance))
    try:
        while len(night.queued) < JOBS:
            await _queue_some(night, house, other, chance)
            await _step(night, ticker, house, ours)
        ends_at = ticker.now() + LONGEST_END
        while len(night.stored) < JOBS + FOREIGN_JOBS and ticker.now() < ends_at:
            await _step(night, ticker, house, ours)
            await _read(night, house)
    finally:
        hitting.cancel()
        await asyncio.gather(hitting, return_exceptions=True)
        await asyncio.gather(*(one.cut_power() for one in (*ours, theirs)))


async def _queue_some(night: Night, house: House, other: House, chance: random.Random) -> None:
    for _ in range(min(QUEUED_A_STEP, JOBS - len(night.queued))):
        number = len(night.queued)
        kind = CODE if chance.random() < 0.7 else NOTICE
        at = house.clock.now()
        message_id = await queue(house, kind, 5 if kind is CODE else 60, number, chance.randrange(2))
        night.queued[message_id] = kind, at, f"+40722{number:06}"
    if len(night.foreign) < FOREIGN_JOBS and len(night.queued) * FOREIGN_JOBS >= len(night.foreign) * JOBS:
        night.foreign.add(await queue(other, CODE, 5, 900_000 + len(night.foreign)))


async def _step(night: Night, ticker: Ticker, house: House, ours: list[FieldPhone]) -> None:
    began = ticker.now()
    ticker.advance(STEP)
    asked_at = time.monotonic()
    await house.apps[0].duties.perform(MESSAGES)
    await house.apps[0].duties.perform(FLEET)
    # A slow machine has its time: the clock of the domain must not run away from it.
    await asyncio.sleep(PAUSE + 3 * (time.monotonic() - asked_at))
    night.air.there.append((began, ticker.now(), frozenset(one.name for one in ours if one.is_live)))


async def _hit(night: Night, ticker: Ticker, phones: list[FieldPhone], chance: random.Random) -> None:
    """Do something to a phone every few seconds, until cancelled."""
    async with asyncio.TaskGroup() as starting:
        while True:
            await ticker.sleep(chance.uniform(*BETWEEN))
            name = chance.choice(("kill", "kill", "power", "network"))
            on = [one for one in phones if one.is_on]
            if len(on) == 1 and name != "network":
                continue
            phone = chance.choice(on)
            night.hits[name] += 1
            if name == "network":
                await phone.lose_network()
            else:
                await (phone.cut_power() if name == "power" else phone.kill())
                starting.create_task(_start_again(ticker, phone, chance.uniform(*DOWN)))


async def _start_again(ticker: Ticker, phone: FieldPhone, seconds: float) -> None:
    await ticker.sleep(seconds)
    await phone.switch_on()


async def _read(night: Night, house: House) -> None:
    """Read what the house says of what has ended."""
    ids = [one for one in [*night.queued, *night.foreign] if one not in night.stored]
    found = house.apps[0].store.collection(SmsMessage).find({"_id": {"$in": ids}, "is_finished": True})
    async for document in found:
        message = from_document(SmsMessage, document)
        night.stored[message.id] = message


async def test_every_kind_of_hit_has_fired(night: Night) -> None:
    assert set(night.hits) == {"kill", "power", "network"}
    assert len(night.queued) == JOBS


async def test_every_message_ends_and_nothing_of_it_is_kept(night: Night) -> None:
    assert set(night.stored) == set(night.queued) | night.foreign
    assert [one.id for one in night.stored.values() if (one.phone, one.text, one.lease) != (None, None, None)] == []


async def test_while_a_phone_lives_messages_leave_within_thirty_seconds(night: Night) -> None:
    assert len(night.unsendable) <= 0.02 * JOBS
    assert len(night.late()) <= 0.001 * JOBS, night.late()


async def test_a_code_is_repeated_once_at_the_most_and_a_notice_never(night: Night) -> None:
    most = {MessageKind.CODE: 2, MessageKind.NOTICE: 1}
    repeated = {one: len(sent) for one, sent in night.sendings().items()}
    assert {one: times for one, times in repeated.items() if times > most[night.queued[one][0]]} == {}


async def test_nothing_goes_to_a_radio_that_is_known_to_be_sent(night: Night) -> None:
    known = {
        message.id: step.at for message in night.stored.values() for step in message.history if step.status in GONE
    }
    again = [one for one in night.air.sent if one.message_id in known and one.began_at > known[one.message_id]]
    assert again == []


async def test_what_the_house_believes_to_be_sent_has_left_and_what_it_gave_up_has_not(night: Night) -> None:
    left = {one.message_id for one in night.air.sent}
    believed = {one.id for one in night.stored.values() if one.status in GONE} - night.foreign
    given_up = {
        one.id for one in night.stored.values() if one.status not in GONE and one.status is not MessageStatus.UNKNOWN
    }
    assert believed <= left
    assert given_up & left == set()


async def test_each_message_goes_to_whom_it_is_for_as_it_is(night: Night) -> None:
    assert {one.text for one in night.air.sent} == {TEXT}
    assert [one for one in night.air.sent if one.phone != night.queued[one.message_id][2]] == []


async def test_no_phone_of_another_house_sees_a_message(night: Night) -> None:
    assert sorted(one.message_id for one in night.foreign_air.sent) == sorted(night.foreign)
    assert {one.message_id for one in night.air.sent} <= set(night.queued)


async def test_a_phone_that_loses_its_network_or_its_app_is_never_taken_for_two(night: Night) -> None:
    assert "SMS_PHONE_COPIED" not in night.alarms
