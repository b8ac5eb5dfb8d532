"""Short secrets: the PIN of a session, and how often a wrong one may be tried.

Four digits are worth 13 bits, so no hash protects them from someone who holds the key: they are kept as
HMAC-SHA-256 under a pepper that is not in the database, and guessing is bounded by counting. A failure is written
before its answer is given.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from models.base import Aggregate, Value

PIN_PURPOSE = "session-pin"
"""What the PIN of a session is hashed for."""

Pin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class KeyedHash(Value):
    """HMAC-SHA-256 of a secret under the pepper named `key`, as lower-case hexadecimal."""

    key: str
    digest: str


def keyed_hash(key: str, pepper: bytes, purpose: str, scope: str, secret: str) -> KeyedHash:
    """Hash a secret for one purpose and one scope, so that a digest proves nothing elsewhere.

    Any text has a digest, also one that is no UTF-8: clients choose it.
    """
    text = "\x1f".join((purpose, scope, secret)).encode(errors="surrogatepass")
    return KeyedHash(key=key, digest=hmac.new(pepper, text, hashlib.sha256).hexdigest())


def matches(stored: KeyedHash, candidate: KeyedHash) -> bool:
    """Compare in constant time."""
    return stored.key == candidate.key and hmac.compare_digest(stored.digest, candidate.digest)


def source_of(address: str) -> str:
    """Return what failures from an address count under: itself, or of IPv6 its `/64`, which one line has whole."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((int(found), 64), strict=False)) if isinstance(found, IPv6Address) else address


REMEMBERED = timedelta(days=1)
"""Failures in a row are forgotten when none was added for so long."""


class Failures(Value):
    """Recent failures of one scope: when they happened, oldest first, and until when nothing is looked at."""

    at: tuple[datetime, ...] = ()
    in_a_row: int = 0
    """As long as no day passes between two. A right log-in ends the row of a name; of a session's PIN only a new PIN
    does: a guest who is let in does not shorten the waits of someone who guesses.
    """
    blocked_until: datetime | None = None

    def within(self, window: timedelta, now: datetime) -> tuple[datetime, ...]:
        """Return the failures of the last `window`."""
        start = now - window
        return tuple(moment for moment in self.at if moment > start)

    def locked_until(self, limit: int, window: timedelta, now: datetime) -> datetime | None:
        """Return when the next try is looked at, or None when it is looked at now."""
        recent = self.within(window, now)
        locked = recent[-limit] + window if len(recent) >= limit else None
        waiting = self.blocked_until if self.blocked_until and self.blocked_until > now else None
        return max((moment for moment in (locked, waiting) if moment), default=None)

    def add(self, window: timedelta, now: datetime, *, longest_wait: int = 0) -> Self:
        """Record a failure; a wait of 1, 2, 4 … `longest_wait` seconds follows it (0: no waits). It goes on growing
        beyond the window, so that who tries for hours gets one try each `longest_wait`.
        """
        recent = (*self.within(window, now), now)
        goes_on = bool(self.at) and now - self.at[-1] < REMEMBERED
        in_a_row = self.in_a_row + 1 if goes_on else 1
        wait = min(longest_wait, 2 ** min(in_a_row - 1, 30)) if longest_wait else 0
        blocked_until = now + timedelta(seconds=wait) if wait else None
        return self.with_(at=recent, in_a_row=in_a_row, blocked_until=blocked_until)


class AttemptLimit(Aggregate):
    """Failures of a scope that is no aggregate itself: an address, a house, a log-in name."""

    scope: str
    failures: Failures = Field(default_factory=Failures)
    expires_at: datetime | None = None
    """When nothing of it counts any more: then the database forgets it."""

    def failed(self, window: timedelta, now: datetime, *, longest_wait: int = 0) -> Self:
        """Record a failure."""
        failures = self.failures.add(window, now, longest_wait=longest_wait)
        return self.with_(failures=failures, expires_at=now + max(window, REMEMBERED if longest_wait else window))
