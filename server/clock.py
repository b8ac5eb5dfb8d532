"""Time, ids and randomness: the only place that asks the machine for them, so that tests can say what they are."""

import base64
import secrets
import time
from datetime import UTC, datetime


class Clock:
    """The machine's clock and its source of randomness."""

    def now(self) -> datetime:
        """Return the time in UTC, to the millisecond that MongoDB keeps."""
        return datetime.fromtimestamp(int(time.time() * 1000) / 1000, UTC)

    monotonic = staticmethod(time.monotonic)
    """Seconds that only ever go forward."""

    def new_id(self) -> str:
        """Return 24 characters: 48 bits of time, so that ids of one hour lie together in an index, and 72 random
        bits.
        """
        moment = int(self.now().timestamp() * 1000)
        return base64.b32hexencode(moment.to_bytes(6, "big") + secrets.token_bytes(9)).decode().lower()

    def pin(self) -> str:
        """Return four digits, uniform over all ten thousand."""
        return f"{secrets.randbelow(10_000):04d}"

    def code(self) -> str:
        """Return six digits, uniform over the whole million: `000000` is as likely as any other."""
        return f"{secrets.randbelow(1_000_000):06d}"

    def token(self) -> str:
        """Return a secret of 128 bits in 22 characters."""
        return secrets.token_urlsafe(16)

    def nonce(self) -> bytes:
        """Return 96 random bits, for one message under one key."""
        return secrets.token_bytes(12)

    def jitter(self) -> float:
        """Return a number from 0 to 1."""
        return secrets.randbelow(1_000_000) / 1_000_000
