"""Closed-loop load: lanes that each do one turn after another, all lanes at once, until time or work is up.

A lane is a handful of phones that belong together (a room, a table). Its turn is one command from one of them; it is
over when the ack is here and all have heard what they should: so nothing piles up, and what is counted has arrived.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.phone import Gone, Phone

STALL_SECONDS = 30.0

Compose = Callable[[int, Phone], bytes]
"""Makes the packet of a lane's turn, from the number of the turn and the phone that sends it."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a load did: turns, and the share of one core that this client needed for it."""

    turns: int
    seconds: float
    client_share: float


class Lane:
    """Phones that act in turn. `hears` is how many events called `event` one turn brings, over all its phones."""

    def __init__(self, phones: list[Phone], compose: Compose, event: str = "", hears: int = 0) -> None:
        self.phones = phones
        self.turns = 0
        self.last_ack = b""
        self._compose = compose
        self._hears = hears
        self._event = phones[0].event_prefix + f'["{event}"'.encode()
        self._open = 0
        self._over: Callable[[Lane], None] | None = None
        self._failed: Callable[[Gone], None] | None = None

    def begin(self, over: Callable[["Lane"], None], failed: Callable[[Gone], None]) -> None:
        """Listen on all phones and take the first turn."""
        self._over, self._failed = over, failed
        for phone in self.phones:
            phone.ear = self
        self.turn()

    def end(self) -> None:
        """Stop listening."""
        for phone in self.phones:
            phone.ear = None

    def turn(self) -> None:
        """Send the next command."""
        self._open = 1 + self._hears
        packet, sender = self.next_packet()
        sender.send(packet)

    def next_packet(self) -> tuple[bytes, Phone]:
        """Return the packet of the next turn and the phone that is to send it."""
        sender = self.phones[self.turns % len(self.phones)]
        packet = self._compose(self.turns, sender)
        self.turns += 1
        return packet, sender

    def acked(self, packet: bytes) -> None:
        """Take an ack; a refusal ends the whole load, because its cost is not the cost that is measured."""
        if b'"success":true' not in packet[:200]:
            self.lost(Gone(f"a command of the load was refused: {packet[:300]!r}"))
            return
        self.last_ack = packet
        self._step()

    def heard(self, packet: bytes) -> None:
        """Take an event; others than the expected one are part of the load, not of the count."""
        if self._hears and packet.startswith(self._event):
            self._step()

    def lost(self, fault: Gone) -> None:
        """End the load: a phone of it is gone."""
        assert self._failed is not None
        self._failed(fault)

    def _step(self) -> None:
        self._open -= 1
        if self._open == 0:
            assert self._over is not None
            self._over(self)


async def run(lanes: Iterable[Lane], *, seconds: float = 0.0, turns_each: int = 0, at_a_time: int = 0) -> Tally:
    """Run all lanes at once for some seconds, or for a number of turns each (at most `at_a_time` lanes then, if given).

    Raises `Gone` if a command is refused and `TimeoutError` if the load stands still.
    """
    lanes = list(lanes)
    finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    began, worked = time.perf_counter(), time.process_time()
    until = began + seconds
    before = sum(lane.turns for lane in lanes)
    limits = {lane: lane.turns + turns_each for lane in lanes}
    busy = len(lanes)
    waiting = lanes[at_a_time:] if at_a_time else []

    def over(lane: Lane) -> None:
        nonlocal busy
        if lane.turns < limits[lane] if turns_each else time.perf_counter() < until:
            lane.turn()
            return
        busy -= 1
        if waiting:
            waiting.pop().begin(over, failed)
        if busy == 0 and not finished.done():
            finished.set_result(None)

    def failed(fault: Gone) -> None:
        if not finished.done():
            finished.set_exception(fault)

    for lane in lanes[:at_a_time] if at_a_time else lanes:
        lane.begin(over, failed)
    try:
        await asyncio.wait_for(finished, seconds + STALL_SECONDS)
    finally:
        for lane in lanes:
            lane.end()
    took = time.perf_counter() - began
    return Tally(
        turns=sum(lane.turns for lane in lanes) - before,
        seconds=took,
        client_share=(time.process_time() - worked) / took,
    )
