"""Something that staff must know at once and that nobody asked for: a PIN is being guessed, a request waits too long.

An alarm is raised once for its kind and subject and stays until someone on the floor resolves it, or until what it is
about is over, where the house can tell.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change


class AlarmStatus(StrEnum):
    """Shown until it is resolved."""

    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class AlarmKind(StrEnum):
    """What is wrong."""

    PIN_SPRAY = "PIN_SPRAY"
    """So many wrong PINs in this house that joins need a waiter's tap."""
    SERVICE_WAITING = "SERVICE_WAITING"
    """A guest has asked and nobody has taken it."""
    MANY_VOIDS = "MANY_VOIDS"
    """One person takes off or gives away unusually much."""
    DEVICE_REFUSED = "DEVICE_REFUSED"
    """Devices that are not ours try to pair, or revoked ones come back."""
    LOGIN_SPRAY = "LOGIN_SPRAY"
    """Many failed log-ins over several names."""
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105  (a name, not a secret)
    """A refresh token was shown twice: someone has a copy."""
    PAYMENT_AFTER_CLOSE = "PAYMENT_AFTER_CLOSE"
    """A payment online came in after its table was closed: it may have to be given back."""
    PAYMENT_OVERPAID = "PAYMENT_OVERPAID"
    """A payment online came in that is more than what is owed by now: it has to be given back."""
    PAYMENT_MISMATCH = "PAYMENT_MISMATCH"
    """The provider speaks of another payment, amount or currency than we asked for: nothing was booked."""
    REFUND_FAILED = "REFUND_FAILED"
    """The provider could not give money back: the house still has it."""
    WEBHOOK_FORGED = "WEBHOOK_FORGED"
    """Somebody pretends to be the provider of payments."""
    TICKET_UNSEEN = "TICKET_UNSEEN"
    """No screen of its station shows a ticket. It is over when one does."""
    STATION_DARK = "STATION_DARK"
    """A station that cooks has no screen. It is over when it has one."""
    CODES_UNUSED = "CODES_UNUSED"
    """Codes are sent to phones and hardly any is used: somebody annoys strangers. None is sent for a while."""
    MESSAGE_BUDGET = "MESSAGE_BUDGET"
    """The house has sent as many codes within an hour as it sends at the most."""
    NO_SMS_PHONE = "NO_SMS_PHONE"
    """None of the phones that send the house's messages is here. It is over when one is back."""
    SMS_PHONE_ROGUE = "SMS_PHONE_ROGUE"
    """A phone says that it sends codes, and nobody ever uses one: it is paused."""
    SMS_PHONE_COPIED = "SMS_PHONE_COPIED"
    """Two devices pass for one phone and take it from each other: somebody has a copy of its secret."""


class Alarm(Aggregate):
    """One for each kind and subject while it is open."""

    kind: AlarmKind
    subject: str
    """What it is about: an id, `house`, or `sessions` (many of them)."""
    session_id: str | None = None
    table_name: str | None = None
    details: dict[str, str | int] = Field(default_factory=dict)
    status: AlarmStatus = AlarmStatus.OPEN
    raised_at: datetime
    resolved_at: datetime | None = None
    resolved_by: Actor | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return self.status is AlarmStatus.OPEN

    def moved(self, table_name: str, by: Actor, now: datetime) -> Self:
        """Follow the party to another table."""
        return self.with_(table_name=table_name, change=Change(kind="moved", by=by, at=now))

    def resolved(self, by: Actor | None, now: datetime) -> Self:
        """Someone has seen to it; without `by` it is over by itself."""
        return self.with_(
            status=AlarmStatus.RESOLVED,
            resolved_at=now,
            resolved_by=by,
            change=Change(kind="resolved", by=by, at=now),
        )
