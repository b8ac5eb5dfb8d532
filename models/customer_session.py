"""The proof of a phone number, for as long as it counts: what a customer's token rests on."""

from datetime import datetime, timedelta
from typing import Self

from models.base import Actor, Aggregate, Change
from models.staff import Freshness

TOKEN_PURPOSE = "checkout"  # noqa: S105  (a purpose, not a secret)
"""Tokens hold the house, this session's id and its generation; nothing about the person."""


class CustomerSession(Aggregate):
    """One browser or app that proved a phone number.

    Its token is good until `expires_at`; a refresh makes the next `generation`. It ends for good at `ends_at`, by
    log-out, or when a token of a generation before the last one is shown for a refresh: somebody has a copy.
    """

    customer_id: str
    device: str = ""
    """Hash of the device cookie it came with."""
    generation: int = 1
    rotated_at: datetime | None = None
    started_at: datetime
    expires_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    end_reason: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it counts at a moment."""
        return self.ended_at is None and now < self.expires_at and now < self.ends_at

    def freshness(self, generation: int, grace: timedelta, now: datetime) -> Freshness:
        """Judge a token of a generation (RFC 9700, 4.14.2: a replaced token that is shown again ends the session)."""
        if generation == self.generation:
            return Freshness.PRESENT
        is_direct = generation == self.generation - 1 and self.rotated_at is not None
        if is_direct and self.rotated_at is not None and now - self.rotated_at < grace:
            return Freshness.PREDECESSOR
        return Freshness.REUSED

    def rotated(self, life: timedelta, by: Actor, now: datetime) -> Self:
        """Make the next token the good one, for as long as a token lives, and never beyond the end of the session."""
        return self.with_(
            generation=self.generation + 1,
            rotated_at=now,
            expires_at=min(now + life, self.ends_at),
            change=Change(kind="refreshed", by=by, at=now),
        )

    def ended(self, reason: str, by: Actor, now: datetime) -> Self:
        """End it for good: log-out, or a copy of a token was shown."""
        return self.with_(ended_at=now, end_reason=reason, change=Change(kind="ended", by=by, at=now))
