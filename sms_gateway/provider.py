"""The seam to whoever brings a message to a phone: what the house asks of them, what comes back, what can go wrong."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.sms import MessageStatus


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is sent; `phone` is E.164. Neither phone nor text are in what is shown of it."""

    correlation_id: str
    restaurant_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    not_after: datetime


class Declined(Exception):  # noqa: N818  (an answer, not a fault)
    """It will not be sent, and was not: `reason` is the provider's word for why. Asking again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):  # noqa: N818
    """It was surely not sent: somebody may try again."""


class Unclear(Exception):  # noqa: N818
    """Nobody can tell whether it was sent."""


class Provider(Protocol):
    """Whoever brings messages to phones."""

    name: str

    async def send(self, message: Outgoing) -> MessageStatus:
        """Send a message; returns `ACCEPTED` or `SENT`. Raises `Declined`, `Unreachable` or `Unclear`.

        It has the time of a lease (`models.sms.ACCEPT_WITHIN`): what is not answered by then is unclear.
        """

    async def close(self) -> None:
        """Let its connections go."""
