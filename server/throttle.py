"""How often one address may call: a token bucket for each, in the memory of this process."""

from ipaddress import IPv6Address, ip_address
from math import ceil

MOST_ADDRESSES = 10_000
"""Bounds the memory. Whoever has that many addresses is met by the limits that count phones and houses."""

CLEARING_SECONDS = 1.0

NETWORK_BITS = 64
"""Of IPv6 one line has at least so many addresses to itself."""


class Throttle:
    """Admits `per_minute` calls of each address, and `burst` at once after a pause."""

    def __init__(self, per_minute: int, burst: int) -> None:
        self._step = 60 / per_minute
        self._room = self._step * (burst - 1)
        self._full_at: dict[str, float] = {}
        """When each bucket is full again, in monotonic seconds, oldest entry first."""
        self._cleared_at = 0.0

    def wait(self, address: str, now: float) -> int:
        """Take one from an address's bucket and return 0, or return after how many seconds there is one again."""
        key = _line(address)
        start = max(self._full_at.pop(key, now), now)
        over = start - now - self._room
        is_admitted = over <= 1e-9
        self._full_at[key] = start + self._step if is_admitted else start
        self._forget(now)
        return 0 if is_admitted else max(1, ceil(over))

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full, and the oldest one where all are in use.

        All are looked through at most once a second: whoever comes from ever new addresses must not make each call cost
        that.
        """
        if len(self._full_at) <= MOST_ADDRESSES:
            return
        if now - self._cleared_at >= CLEARING_SECONDS:
            self._cleared_at = now
            self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) > MOST_ADDRESSES:
            del self._full_at[next(iter(self._full_at))]


def _line(address: str) -> str:
    """Return what an address is counted under: of IPv6 its network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(int(found) >> (128 - NETWORK_BITS)) if isinstance(found, IPv6Address) else address
