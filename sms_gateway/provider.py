"""The seam to whoever brings a message to a phone: what the house asks of them, what comes back, what can go wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from models.sms import MessageStatus, ProviderReport


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it is sent; `phone` is E.164. Neither phone nor text are in what is shown of it."""

    correlation_id: str
    restaurant_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    not_after: datetime
    message_id: str = ""
    epoch: int = 0
    """Of its lease."""

    @property
    def names(self) -> tuple[str, str, str]:
        """By which a provider names this one sending in its reports; see `heard`."""
        return self.restaurant_id, self.message_id, str(self.epoch)


@dataclass(frozen=True, slots=True)
class Handed:
    """What a provider says that tells later what becomes of a message.

    `status`: `ACCEPTED`, `SENT` or `DELIVERED`. `looks`: how often it is asked when it tells nothing.
    """

    status: MessageStatus
    provider_id: str | None = None
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider tells by itself, and of which message of which house."""

    restaurant_id: str
    message_id: str
    report: ProviderReport


def heard(
    names: Sequence[str], provider: str, provider_id: str | None, status: MessageStatus, reason: str | None
) -> Heard | None:
    """Return what a provider tells of a sending that it calls by `Outgoing.names`; None where that is nothing new, or
    of nothing of ours.
    """
    if status is MessageStatus.ACCEPTED or len(names) != 3 or not re.fullmatch("[0-9]{1,9}", names[2]):
        return None
    report = ProviderReport(
        provider=provider, provider_id=provider_id, epoch=int(names[2]), status=status, reason=reason
    )
    return Heard(names[0], names[1], report)


class Declined(Exception):  # noqa: N818  (an answer, not a fault)
    """It will not be sent, and was not: `reason` is the provider's word for why. Asking again would not help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(Exception):  # noqa: N818
    """It was surely not sent: somebody may try again."""


class Unclear(Exception):  # noqa: N818
    """Nobody can tell whether it was sent."""


class Forged(Exception):  # noqa: N818
    """What came in as a message of a provider is not signed by it, or is too old."""


class Provider(Protocol):
    """Whoever brings messages to phones."""

    name: str

    async def send(self, message: Outgoing) -> Handed | MessageStatus:
        """Send a message; returns how far it is: `ACCEPTED` or `SENT`. Raises `Declined`, `Unreachable` or `Unclear`.

        It has the time of a lease (`models.sms.ACCEPT_WITHIN`): what is not answered by then is unclear.
        """

    async def close(self) -> None:
        """Let its connections go."""


@runtime_checkable
class Asked(Provider, Protocol):
    """A provider that can be asked what became of a message."""

    async def look(self, provider_id: str) -> tuple[MessageStatus, str | None] | None:
        """Return how far a message is, and why where it has failed; None when nothing new is known."""


@runtime_checkable
class Telling(Provider, Protocol):
    """A provider that tells by itself what became of messages: by a POST to `path`, a pattern of the router."""

    path: str

    def read(self, path: str, headers: Mapping[str, str], body: bytes) -> Heard | None:
        """Return what it tells, None for what is none of our business.

        `path` is as it was asked for, with its query. Raises `Forged`, and `ValueError` for what cannot be read.
        """
