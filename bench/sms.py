"""What the queue of messages costs: how many jobs a second one process gives to the phones of houses and has them say
`sent` of, and how long one waits when there is little to do.

The phones are sockets of this process, which say `accepted` when they are given a message and `sent` when that counted:
what a phone needs to send is another's time. The jobs are queued by the bench itself, as another process of the server
would, so what it costs to ask for a code is not in the figures.
"""

import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.child import Child, stopping
from bench.house import House
from bench.phone import ANSWER_SECONDS, Gone, Phone, connect_as
from bench.rounds import Effort
from bench.table import Row, Target, compare
from handlers.context import Context, Done
from handlers.messaging import queue_message
from models.base import Actor
from models.device import Device, DeviceKind, DeviceStatus
from models.principal import the_house
from models.sms import MessageKind
from models.sms_proof import proof, stored_key
from models.store.codec import to_document
from server.app import App
from server.config import load, with_secrets
from server.embedded import Services

PHONES = 50
HOUSES = 10
JOBS = 3_000
IN_ONE_TRANSACTION = 100
CALM_JOBS = 500
CALM_RATE = 50
"""Jobs a second where it is asked how long one waits."""

STALL_SECONDS = 60.0
PAUSE_SECONDS = 0.5
"""After which a phone says again what was refused."""

LIMITS = {
    "SIM_PARTS": "10000000",
    "SIM_MONTH_PARTS": "10000000",
    "SMS_PHONE_JOBS": "8",
    "SMS_PHONE_UNUSED": "1000000",
}
"""What is lifted, as environment: a card is given no 500 messages a second, and no code is used here."""

TARGET = Target(4, 2, of_ours=True)
"""Milliseconds a job: the promise is 500 a second."""


@dataclass
class Log:
    """When the jobs of a run were queued, given to a phone and known to be sent, by their ids."""

    wanted: int = 0
    queued: dict[str, float] = field(default_factory=dict)
    given: dict[str, float] = field(default_factory=dict)
    sent: dict[str, float] = field(default_factory=dict)
    late: int = 0
    """Words of phones that did not count: somebody else has the message by then."""
    refused: int = 0
    """Words that were refused, and said again."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Gone | None = None

    def note(self, job: str) -> None:
        """A job was sent, and the house knows it."""
        self.sent[job] = time.perf_counter()
        if len(self.sent) >= self.wanted:
            self.over.set()

    async def until_over(self) -> None:
        """Wait until all that is wanted was sent. Raises `Gone` or `TimeoutError`."""
        await asyncio.wait_for(self.over.wait(), STALL_SECONDS)
        if self.fault is not None:
            raise self.fault


class Worker(Phone):
    """An SMS phone that sends whatever it is given, at once; it is its own ear."""

    def __init__(self, namespace: str, auth: Any) -> None:
        super().__init__(namespace, auth)
        self.log = Log()
        self.ear = self
        self._greeted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._said: dict[int, tuple[str, int, bool]] = {}
        self._count = 1_000

    async def register(self, device_id: str, secret: str) -> None:
        """Come in as a phone that is paired."""
        challenge = await asyncio.wait_for(self._greeted, ANSWER_SECONDS)
        sims = [{"slot": 0, "operator": "Bench", "state": "READY"}]
        asked = {"deviceId": device_id, "proof": proof(secret, challenge), "protocols": [1], "app": "1", "sims": sims}
        await self.done("sms:register", asked)

    def heard(self, packet: bytes) -> None:
        """Say `accepted` of a message."""
        name, payload = json.loads(packet[packet.index(b"[") :])
        if name == "hello":
            self._greeted.set_result(payload["challenge"])
        elif name == "sms:send":
            self.log.given.setdefault(payload["correlationId"], time.perf_counter())
            self._say(payload["correlationId"], payload["epoch"], is_sent=False)

    def acked(self, packet: bytes) -> None:
        """Say `sent` of a message whose `accepted` has counted."""
        body = packet[len(self.event_prefix) :]
        number, _, _ = body.partition(b"[")
        job, epoch, is_sent = self._said.pop(int(number))
        if b'"success":true' not in body:
            self.log.refused += 1
            asyncio.get_running_loop().call_later(PAUSE_SECONDS, partial(self._say, job, epoch, is_sent=is_sent))
        elif b'"counted":true' not in body:
            self.log.late += 1
        elif is_sent:
            self.log.note(job)
        else:
            self._say(job, epoch, is_sent=True)

    def lost(self, fault: Gone) -> None:
        """End the run."""
        self.log.fault = fault
        self.log.over.set()

    def _say(self, job: str, epoch: int, *, is_sent: bool) -> None:
        self._count += 1
        self._said[self._count] = job, epoch, is_sent
        said = {"correlationId": job, "epoch": epoch, "status": "sent" if is_sent else "accepted"}
        self.send(self.packet("sms:ack", said, self._count))


class SmsRows:
    """Measures the queue of messages to phones."""

    def __init__(self, effort: Effort, services: Services, folder: Path) -> None:
        self.effort = effort
        self._services = services
        self._folder = folder / "server"

    async def sms(self) -> list[Row]:
        """Drain a backlog in one house and in several, then let single messages come."""
        phones = self.effort.count(PHONES, 10)
        async with self._served("sms", 1, phones) as run:
            rows = [await self._drain(run, f"one house, {phones} phones"), *await self._calm(run)]
        houses = self.effort.count(HOUSES, 2)
        async with self._served("sms_houses", houses, phones) as run:
            return [*rows, await self._drain(run, f"{houses} houses, {phones} phones")]

    async def _drain(self, run: "Run", where: str) -> Row:
        """Measure how fast a backlog is given out and known to be sent."""
        jobs, took, used, busy = self.effort.count(JOBS, 200), list[float](), list[float](), 0.0
        troubles = 0
        await run.drain(jobs // 4)
        for _ in range(self.effort.rounds):
            cpu, own = run.child.cpu_seconds(), time.process_time()
            seconds = await run.drain(jobs)
            took.append(seconds / jobs * 1e3)
            troubles += run.log.late + run.log.refused
            used.append((run.child.cpu_seconds() - cpu) / jobs * 1e6)
            busy = max(busy, (time.process_time() - own) / seconds)
        rate = 1e3 / statistics.median(took)
        note = (
            f"{rate:,.0f} jobs a second, {statistics.median(used):,.0f} µs of CPU of the server for each; a backlog of "
            f"{jobs:,} codes, {LIMITS['SMS_PHONE_JOBS']} at a time to a phone; counted until the phone has the answer "
            f"to its `sent`, what queueing costs is not; {troubles} words of phones were too late or refused; the "
            f"phones and the queueing were busy at most {busy:.0%} of one core"
        )
        return compare(f"SMS queue, {where}: time a job", "ms", {"ours": took}, target=TARGET, note=note)

    async def _calm(self, run: "Run") -> list[Row]:
        """Measure how long a job waits when there is little to do."""
        log = await run.trickle(self.effort.count(CALM_JOBS, 50), CALM_RATE)
        rows = []
        for what, heard in (("is given to a phone", log.given), ("is known to be sent", log.sent)):
            waits = sorted((heard[job] - begun) * 1e3 for job, begun in log.queued.items())
            note = f"99% within {waits[int(len(waits) * 0.99)]:.0f} ms; from before its transaction begins"
            name = f"SMS queue at {CALM_RATE} jobs a second: until one {what}"
            rows.append(compare(name, "ms", {"ours": waits}, note=note))
        return rows

    @asynccontextmanager
    async def _served(self, name: str, houses: int, phones: int) -> AsyncIterator["Run"]:
        house = House(self._services, name, self._folder, 2)
        lifted = {f"COMANDA_LIMITS__{limit}": value for limit, value in LIMITS.items()}
        # One socket acts here for a phone that would need a second for each message.
        house.environment |= lifted | {"COMANDA_GUARD__COMMANDS_PER_SECOND": "100000"}
        await asyncio.to_thread(house.furnish)
        ids, devices = _enrol(house, houses, phones)
        app = App(
            with_secrets(
                load(
                    mongodb={"url": self._services.mongo_url, "database": house.database.name},
                    redis={"enabled": False},
                    data_dir=self._folder,
                )
            )
        )
        child = house.start()
        try:
            async with stopping(child):
                await child.ready()
                workers = [await _come(child.port, device, secret) for device, secret in devices]
                yield Run(child, app, ids, workers)
                for worker in workers:
                    worker.ear = None
                    worker.close()
        finally:
            app.vault.close()
            await app.client.close()


@dataclass
class Run:
    """A server with the phones of some houses, and who queues."""

    child: Child
    app: App
    houses: Sequence[str]
    workers: Sequence[Worker]
    number: int = 0
    log: Log = field(default_factory=Log)

    async def drain(self, jobs: int) -> float:
        """Queue jobs as fast as possible; returns the seconds from the first that was given to a phone until all were
        sent.
        """
        log = self._log(jobs)
        each = -(-jobs // len(self.houses))
        log.wanted = each * len(self.houses)
        for house in self.houses:
            for first in range(0, each, IN_ONE_TRANSACTION):
                await self._queue(house, min(IN_ONE_TRANSACTION, each - first))
        await log.until_over()
        return max(log.sent.values()) - min(log.given.values())

    async def trickle(self, jobs: int, rate: int) -> Log:
        """Queue single jobs, so many a second, and wait until they are sent."""
        log = self._log(jobs)
        begun = time.perf_counter()
        for number in range(jobs):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            asked_at = time.perf_counter()
            (job,) = await self._queue(self.houses[number % len(self.houses)], 1)
            log.queued[job] = asked_at
        await log.until_over()
        return log

    def _log(self, jobs: int) -> Log:
        log = self.log = Log(jobs)
        for worker in self.workers:
            worker.log = log
        return log

    async def _queue(self, house: str, count: int) -> list[str]:
        """Queue codes, each to another recipient, in one transaction; returns their ids."""
        first, self.number = self.number, self.number + count
        ids: list[str] = []

        async def act(ctx: Context, _: None) -> Done:
            ids.clear()
            for number in range(first, first + count):
                queued = queue_message(
                    ctx,
                    kind=MessageKind.CODE,
                    phone=f"+407{number:08}",
                    text=f"{number % 1_000_000:06} is your code.",
                    not_after=ctx.now + timedelta(minutes=30),
                    about=f"bench-{number}",
                )
                assert queued is not None
                ids.append(queued.id)
            return Done()

        await self.app.dispatcher.perform(the_house(house), act, None)
        return ids


def _enrol(house: House, houses: int, phones: int) -> tuple[list[str], list[tuple[str, str]]]:
    """Write houses and paired phones; returns the ids of the houses, and the devices with their secrets."""
    restaurants = house.database["restaurants"]
    model = restaurants.find_one()
    assert model is not None
    ids = [str(model["_id"]), *(f"other-{number}" for number in range(1, houses))]
    if houses > 1:
        restaurants.insert_many([{**model, "_id": one} for one in ids[1:]])
    secret, now = "A" * 43, datetime.now(UTC)
    devices = [
        Device(
            id=f"phone-{number}",
            restaurant_id=ids[number % houses],
            version=1,
            kind=DeviceKind.SMS_PHONE,
            name=f"Phone {number}",
            status=DeviceStatus.PAIRED,
            stored_key=stored_key(secret),
            enrolled_by=Actor(kind="HOUSE", id="bench"),
            enrolled_at=now,
            paired_at=now,
        )
        for number in range(phones)
    ]
    house.database["devices"].insert_many([to_document(one) for one in devices])
    return ids, [(one.id, secret) for one in devices]


async def _come(port: int, device_id: str, secret: str) -> Worker:
    worker = await connect_as(Worker, port, "/sms", {})
    await worker.register(device_id, secret)
    return worker
