"""The proof of a phone number, for as long as it counts: what a customer's token rests on."""

from datetime import datetime

from models.base import Aggregate

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
