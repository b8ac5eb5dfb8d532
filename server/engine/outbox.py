"""What a client has not taken yet, and how much of that is too much."""

import asyncio
from collections import deque


class Unsent:
    """The packets that a WebSocket's transport still keeps, oldest first; exists while the kernel takes no more."""

    __slots__ = ("_packets", "_total")

    def __init__(self, size: int, now: float) -> None:
        self._packets: deque[tuple[int, float]] = deque([(size, now)])
        self._total = size

    def add(self, size: int, now: float) -> None:
        """Note a packet of about `size` bytes that was written now."""
        self._packets.append((size, now))
        self._total += size

    def shrink(self, kept: int) -> int:
        """Forget what has left, when the transport keeps `kept` bytes; returns how many packets remain."""
        packets = self._packets
        while packets and self._total - packets[0][0] >= kept:
            self._total -= packets.popleft()[0]
        return len(packets)

    def besides_largest(self, kept: int) -> int:
        """Return how many of the `kept` bytes are not of the largest packet."""
        return kept - max((size for size, _ in self._packets), default=0)

    def oldest(self) -> float | None:
        """Return when the oldest packet was written."""
        return self._packets[0][1] if self._packets else None


class Backlog:
    """The packets that wait for a long-polling client's next request."""

    __slots__ = ("_asked", "packets", "size")

    def __init__(self) -> None:
        self.packets: deque[str] = deque()
        self.size = 0
        self._asked: asyncio.Future[None] | None = None

    @property
    def is_asked(self) -> bool:
        """Whether a request is waiting for packets."""
        return self._asked is not None

    def besides_largest(self) -> int:
        """Return the size of all packets but the largest."""
        return self.size - max(map(len, self.packets), default=0)

    def add(self, text: str) -> None:
        """Append a packet and wake the request that waits."""
        self.packets.append(text)
        self.size += len(text)
        self.release()

    def release(self) -> None:
        """Wake the request that waits, even if there is nothing for it."""
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(None)

    async def take(self, limit: int) -> list[str]:
        """Wait for packets and return up to `limit` of them."""
        if not self.packets:
            self._asked = asyncio.get_running_loop().create_future()
            try:
                await self._asked
            finally:
                self._asked = None
        return self.take_now(limit)

    def take_now(self, limit: int) -> list[str]:
        """Return up to `limit` packets that are there."""
        taken = [self.packets.popleft() for _ in range(min(limit, len(self.packets)))]
        self.size -= sum(map(len, taken))
        return taken
