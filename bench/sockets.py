"""The socket side alone, without storage: an empty command, deliveries to rooms, idle memory, connects."""

import asyncio
import shutil
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bench.child import ROOT, Child, free_port, stopping
from bench.load import Compose, Lane
from bench.phone import Phone, connect_many
from bench.rounds import Effort, Meter, Work, interleave
from bench.table import Row, Target, compare

NODE = "Node socket.io"
STOCK = "python-socketio"
ECHO_SOCKETS = 50
ROOM_LANES = {4: 16, 20: 8, 200: 1}
"""Rooms at work at once, by size; about as many sockets in each row, because more of them cost more each."""
IDLE_SOCKETS = 1000
WARM_SOCKETS = 100
REQUEST = {
    "itemId": "ciorba-de-burta",
    "quantity": 2,
    "modifiers": ["smantana", "ardei-iute"],
    "note": "fără usturoi, vă rog",
    "opId": "6f0c2f1e-7a64-4b57-9d0e-%012d",
}

Start = Callable[[], Child]


def competitors(with_stock: bool) -> dict[str, Start]:
    """Return how to start each echo server, ours first."""

    def python(name: str, module: str) -> Start:
        def start() -> Child:
            port = free_port()
            return Child(name, [sys.executable, "-m", module, str(port)], port)

        return start

    def node() -> Child:
        port = free_port()
        return Child(NODE, [shutil.which("node") or "node", str(ROOT / "bench/node/echo.js"), str(port)], port)

    found: dict[str, Start] = {"ours": python("bench.door", "bench.door"), NODE: node}
    if with_stock:
        found[STOCK] = python(STOCK, "bench.stock")
    return found


def composer(name: str, request: Mapping[str, Any] = REQUEST) -> Compose:
    """Return how to write one command over and over; the only thing that changes is the number in its `opId`."""
    template = b""

    def compose(turn: int, phone: Phone) -> bytes:
        nonlocal template
        template = template or phone.packet(name, request)
        return template % turn

    return compose


def _hang_up(phones: list[Phone]) -> None:
    for phone in phones:
        phone.close()


class SocketRows:
    """Measures the echo servers; `client_share` is the busiest this client has been, as a share of one core."""

    def __init__(self, effort: Effort, starts: Mapping[str, Start]) -> None:
        self.effort = effort
        self.starts = starts
        self.client_share = 0.0

    def _rows(
        self, name: str, unit: str, figures: dict[str, list[float]], target: Target | None, note: str = ""
    ) -> list[Row]:
        rows = [compare(name, unit, figures, NODE, target, note)]
        if STOCK in figures:
            rows.append(compare(f"{name} (library as it comes)", unit, figures, STOCK))
        return rows

    async def _loads(self, lanes_of: Callable[[Child], Any], deliveries: int) -> dict[str, list[float]]:
        """Return µs per delivery (or per turn) of each competitor, connected once and measured in turns."""
        children = {name: start() for name, start in self.starts.items()}
        async with stopping(*children.values()):
            await asyncio.gather(*(child.ready() for child in children.values()))
            works: dict[str, Work] = {}
            everyone: list[Phone] = []
            for name, child in children.items():
                lanes = await lanes_of(child)
                await Meter(child).run(lanes, seconds=self.effort.seconds / 2)
                works[name] = self._work(child, lanes, deliveries)
                everyone += (phone for lane in lanes for phone in lane.phones)
            figures = await interleave(self.effort.rounds, works)
            _hang_up(everyone)
            return figures

    def _work(self, child: Child, lanes: list[Lane], deliveries: int) -> Work:
        async def work() -> float:
            meter = Meter(child)
            await meter.run(lanes, seconds=self.effort.seconds)
            self.client_share = max(self.client_share, meter.client_share)
            return meter.microseconds / deliveries

        return work

    async def echo(self) -> list[Row]:
        """Event → ack: a validated, authorised command that stores nothing."""

        async def lanes(child: Child) -> list[Lane]:
            phones = await connect_many(child.port, [{"rooms": ["quiet"]}] * ECHO_SOCKETS)
            return [Lane([phone], composer("echo:send")) for phone in phones]

        return self._rows("event → ack", "µs", await self._loads(lanes, 1), Target(1.5, 1.0))

    async def rooms(self) -> list[Row]:
        """One command, told to a whole room: cost of each delivery, the command included."""
        rows = []
        for size, count in ROOM_LANES.items():

            async def lanes(child: Child, size: int = size, count: int = count) -> list[Lane]:
                auths = [{"rooms": [f"room-{number}"]} for number in range(count) for _ in range(size)]
                phones = await connect_many(child.port, auths)
                groups = [phones[start : start + size] for start in range(0, len(phones), size)]
                return [Lane(group, composer("room:tell"), "room:told", size) for group in groups]

            figures = await self._loads(lanes, size)
            rows += self._rows(f"delivery to a room of {size}", "µs", figures, Target(0.9, 0.7))
        return rows

    async def idle(self) -> list[Row]:
        """Memory and CPU that sockets cost which are connected, in three rooms, and silent; a fresh process a round."""
        sockets = self.effort.count(IDLE_SOCKETS, 200)
        memory: dict[str, list[float]] = {name: [] for name in self.starts}
        connects: dict[str, list[float]] = {name: [] for name in self.starts}
        for _ in range(self.effort.rounds):
            for name, start in self.starts.items():
                child = start()
                async with stopping(child):
                    await child.ready()
                    warm = await connect_many(child.port, [_seat(number) for number in range(WARM_SOCKETS)])
                    rss, cpu = child.rss_bytes(), child.cpu_seconds()
                    idle = await connect_many(child.port, [_seat(number) for number in range(sockets)])
                    connects[name].append((child.cpu_seconds() - cpu) / sockets * 1e6)
                    memory[name].append((child.rss_bytes() - rss) / sockets / 1024)
                    _hang_up(warm + idle)
        return [
            *self._rows("memory of an idle socket", "KB", memory, Target(30, 18, of_ours=True)),
            *self._rows("connect", "µs", connects, None),
        ]


def _seat(number: int) -> dict[str, Any]:
    return {"rooms": [f"session-{number // 4}", f"participant-{number}", "house-1"]}
