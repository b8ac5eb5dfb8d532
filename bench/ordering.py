"""The whole server with its database: what carts and orders cost, how soon all have them, what fullness adds."""

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import bson

from bench import usual
from bench.child import Child, free_port, stopping
from bench.house import Document, House
from bench.load import run
from bench.party import ADDS, LINES_OF_AN_ORDER, Party
from bench.phone import Gone
from bench.rounds import Effort, Meter, interleave
from bench.table import Row, Target, compare
from server.embedded import Services

BARE = "bare PyMongo"
ACK = "its own ack"
TABLES = 100
CART_PASSES = 3
ORDER_PASSES = 5
WARM_PASSES = 3
"""As many as a compiler that compiles while it runs needs before it stops getting faster."""
AT_A_TIME = 8
"""Orders on their way at once: as in the measurements of the drivers, and more than a busy house sends."""
SINGLE_CHANGES = 300
SESSIONS = 10_000
FEW_ORDERS = 10_000
SETTLE_SECONDS = 0.1
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A server and the parties at its tables."""

    child: Child
    parties: list[Party]

    async def cart_round(self, passes: int) -> float:
        """Return µs of CPU for one `cart:add`, told to four phones; carts are cleared between, unmeasured."""
        meter = Meter(self.child)
        for _ in range(passes):
            await meter.run([party.add for party in self.parties], turns_each=ADDS, at_a_time=AT_A_TIME)
            await run([party.clear for party in self.parties], turns_each=1)
        return meter.microseconds

    async def order_round(self, passes: int) -> float:
        """Return µs of CPU for one `order:place`, told to four phones; carts are filled between, unmeasured."""
        meter = Meter(self.child)
        for _ in range(passes):
            await run([party.add for party in self.parties], turns_each=LINES_OF_AN_ORDER, at_a_time=AT_A_TIME)
            await asyncio.sleep(SETTLE_SECONDS)
            await meter.run([party.place for party in self.parties], turns_each=1, at_a_time=AT_A_TIME)
        return meter.microseconds

    async def warm(self, passes: int) -> None:
        """Do everything a few times, so that caches, pools and compilers are as they are in service."""
        await self.cart_round(passes)
        await self.order_round(passes)
        await run([party.clear for party in self.parties], turns_each=1)


class Watch:
    """Times one command at one table: the ack, and the moment when the last phone has the change."""

    def __init__(self, party: Party) -> None:
        self._party = party
        self._event = party.phones[0].event_prefix + b'["cart:changed"'
        self._begun = 0.0
        self._heard = 0
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.ack_seconds: list[float] = []
        self.all_seconds: list[float] = []
        for phone in party.phones:
            phone.ear = self

    async def change(self) -> None:
        """Run one change of the cart on the idle table."""
        full = len(self.ack_seconds) % (ADDS + 1) == ADDS
        lane = self._party.clear if full else self._party.add
        self._heard, self._over = 0, asyncio.get_running_loop().create_future()
        packet, sender = lane.next_packet()
        self._begun = time.perf_counter()
        sender.send(packet)
        await asyncio.wait_for(self._over, START_SECONDS)

    def acked(self, packet: bytes) -> None:
        """Take the ack."""
        if b'"success":true' not in packet[:200]:
            self.lost(Gone(f"a change was refused: {packet[:300]!r}"))
        self.ack_seconds.append(time.perf_counter() - self._begun)
        self._arrived()

    def heard(self, packet: bytes) -> None:
        """Take one phone's event."""
        if packet.startswith(self._event):
            self._heard += 1
            if self._heard == len(self._party.phones):
                self.all_seconds.append(time.perf_counter() - self._begun)
                self._arrived()

    def lost(self, fault: Gone) -> None:
        """Stop waiting."""
        if not self._over.done():
            self._over.set_exception(fault)

    def _arrived(self) -> None:
        if len(self.ack_seconds) == len(self.all_seconds) and not self._over.done():
            self._over.set_result(None)


class OrderingRows:
    """Measures the whole server against the usual one and the bare driver, all on one MongoDB."""

    def __init__(self, effort: Effort, services: Services, folder: Path) -> None:
        self.effort = effort
        self._services = services
        self._folder = folder
        self._tables = effort.count(TABLES, 10)
        self._warm_passes = effort.count(WARM_PASSES, 1)
        self._sample: dict[str, list[Document]] = {}
        self._model: House | None = None

    @asynccontextmanager
    async def _ours(self, name: str, *, sessions: int = 0, orders: int = 0) -> AsyncIterator[Scene]:
        house = House(self._services, name, self._folder / "server", self._tables + 1)
        await asyncio.to_thread(house.furnish, self._model)
        self._sample = self._sample or await house.sample()
        self._model = self._model or house
        await asyncio.to_thread(house.store_sessions, self._sample, sessions)
        await asyncio.to_thread(house.store_orders, self._sample, orders)
        child = house.start()
        async with stopping(child):
            await child.ready()
            scene = Scene(child, await house.seat(child, self._tables))
            await scene.warm(self._warm_passes)
            yield scene
            for party in scene.parties:
                party.close()

    @asynccontextmanager
    async def _usual(self) -> AsyncIterator[Scene]:
        child = usual.start(self._services.mongo_url, self._tables)
        async with stopping(child):
            await child.ready()
            scene = Scene(child, await usual.seat(child, self._tables))
            await scene.warm(self._warm_passes)
            yield scene
            for party in scene.parties:
                party.close()

    @asynccontextmanager
    async def _bare(self) -> AsyncIterator["Bare"]:
        path = self._folder / "sample.bson"
        path.write_bytes(bson.encode(self._sample))
        port = free_port()
        command = [sys.executable, "-m", "bench.transaction", str(port), self._services.mongo_url, str(path)]
        child = Child(BARE, command, port)
        async with stopping(child):
            await child.ready()
            bare = Bare(child, *await asyncio.open_connection("127.0.0.1", port))
            await bare.round(20)
            yield bare

    async def commands(self) -> list[Row]:
        """`cart:add` and `order:place`, whole, against the usual server and the bare driver."""
        carts, orders = self.effort.count(CART_PASSES, 1), self.effort.count(ORDER_PASSES, 1)
        async with self._ours("house") as ours, self._usual() as node, self._bare() as bare:
            adds = await interleave(
                self.effort.rounds,
                {"ours": lambda: ours.cart_round(carts), usual.USUAL: lambda: node.cart_round(carts)},
            )
            places = await interleave(
                self.effort.rounds,
                {
                    "ours": lambda: ours.order_round(orders),
                    usual.USUAL: lambda: node.order_round(orders),
                    BARE: lambda: bare.round(-(-orders * self._tables // AT_A_TIME)),
                },
            )
            latency = await self._latency(ours)
        return [
            compare("cart:add, whole, four phones", "µs", adds, usual.USUAL, Target(0.7, 0.4)),
            compare("order:place, whole, four phones", "µs", places, BARE, Target(1.5, 1.25)),
            compare("order:place, whole, four phones", "µs", places, usual.USUAL, Target(0.7, 0.5)),
            latency,
        ]

    async def _latency(self, scene: Scene) -> Row:
        watches = [Watch(party) for party in scene.parties]
        for number in range(self.effort.count(SINGLE_CHANGES, 50)):
            await watches[number % len(watches)].change()
        acks = [seconds * 1e3 for watch in watches for seconds in watch.ack_seconds]
        last = [seconds * 1e3 for watch in watches for seconds in watch.all_seconds]
        return Row(
            name="cart:add sent → last of four phones has it, idle",
            unit="ms",
            ours=statistics.median(last),
            peer_name=ACK,
            peer=statistics.median(acks),
            target=Target(1.5, 1.2),
            note=f"{len(acks)} changes, one at a time; the slowest twentieth took {_late(last):.1f} ms and more",
        )

    async def sessions(self) -> list[Row]:
        """`cart:add` at the same tables, with few and with many other open sessions in the database."""
        few, many = self._tables, self.effort.count(SESSIONS, 500)
        passes = self.effort.count(CART_PASSES, 1)
        async with self._ours("few_sessions") as quiet, self._ours("many_sessions", sessions=many) as busy:
            figures = await interleave(
                self.effort.rounds,
                {"ours": lambda: busy.cart_round(passes), f"with {few}": lambda: quiet.cart_round(passes)},
            )
        return [compare(f"cart:add with {many:,} open sessions", "µs", figures, f"with {few}", Target(1.1, 1.05))]

    async def stored(self) -> list[Row]:
        """`order:place` with few and with many past orders of the same house."""
        many = self.effort.stored_orders
        few = min(FEW_ORDERS, many // 10)
        passes = self.effort.count(ORDER_PASSES, 1)
        async with self._ours("few_orders", orders=few) as young, self._ours("many_orders", orders=many) as old:
            figures = await interleave(
                self.effort.rounds,
                {"ours": lambda: old.order_round(passes), f"with {few:,}": lambda: young.order_round(passes)},
            )
        return [compare(f"order:place with {many:,} stored orders", "µs", figures, f"with {few:,}", Target(1.2, 1.1))]

    async def start(self) -> list[Row]:
        """From the command to `/readyz`, with everything embedded, on data that is there already."""
        seconds = []
        environment = {"COMANDA_DATA_DIR": str(self._folder / "start"), "COMANDA_SERVER__DRAIN_SECONDS": "0"}
        for number in range(1 + self.effort.rounds):
            port = free_port()
            begun = time.perf_counter()
            child = Child("start", [sys.executable, "-m", "server", "serve", "--port", str(port)], port, environment)
            try:
                await child.ready()
                await _until_ready(port)
                if number:
                    seconds.append(time.perf_counter() - begun)
            finally:
                await asyncio.to_thread(child.stop, 40.0)
        return [compare("start, second time, to ready", "s", {"ours": seconds}, target=Target(5, 2, of_ours=True))]


class Bare:
    """The process of `bench.transaction` and the line to it."""

    def __init__(self, child: Child, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._child, self._reader, self._writer = child, reader, writer

    async def round(self, each: int) -> float:
        """Return µs of CPU for one transaction, `AT_A_TIME` at a time, `each` one after another."""
        before = self._child.cpu_seconds()
        self._writer.write(f"{each} {AT_A_TIME}\n".encode())
        if await self._reader.readline() != b"done\n":
            raise Gone(f"the bare driver stopped:\n{self._child.written()}")
        return (self._child.cpu_seconds() - before) / (each * AT_A_TIME) * 1e6


async def _until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    answer = b""
    while time.monotonic() < deadline:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        if answer.startswith(b"HTTP/1.1 200"):
            return
        await asyncio.sleep(0.02)
    raise Gone(f"/readyz says {answer[:300]!r}")


def _late(figures: Sequence[float]) -> float:
    return statistics.quantiles(figures, n=20)[-1]
