"""What a phone and the house make of each other's open messages when the phone has come back: both tell what they have,
and each message ends with one of the two that is right.

A phone writes down what it accepts before it says so, sends only what it was told that it may, and forgets a message
only when its last word about it was answered. So what it does not name it does not have.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from models.base import Change, Id, Request, Value
from models.sms import GONE, SEND_WITHIN, MessageKind, MessageStatus, SmsMessage
from models.sms_phone import phone_of

MOST_OPEN = 100
"""Messages that a phone may name: more than it is ever given before it has sent some."""


class AckStatus(StrEnum):
    """How far a message is, as a phone says it."""

    ACCEPTED = "accepted"
    """It is written down, and the phone knows of no sending yet: it may be at its radio."""
    SENT = "sent"
    """The network has taken it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It was surely not sent."""

    @property
    def status(self) -> MessageStatus:
        """The same in the words of the house."""
        return MessageStatus[self.name]


class OpenMessage(Request):
    """A message that a phone has and that is not finished for it."""

    correlation_id: Id
    status: Annotated[AckStatus, Field(strict=False)]


class Do(StrEnum):
    """What a phone has to do about a message that it has named."""

    SEND = "send"
    """Send it, under the epoch that is told with it, and say so."""
    REPORT = "report"
    """Say again how far it is, under the epoch that is told with it."""
    FORGET = "forget"
    """Do nothing more about it: it is somebody else's, finished, or too old."""


class Task(Value):
    """What to do about one open message; `epoch` is that of its lease from now on."""

    correlation_id: str
    do: Do
    epoch: int | None = None


class Reconciled(Value):
    """What was agreed: the messages that have changed, the ids of those that the phone still has, and what it has to do
    about each that it named.
    """

    changed: tuple[SmsMessage, ...]
    kept: frozenset[str]
    tasks: tuple[Task, ...]


def reconciled(device_id: str, held: Iterable[SmsMessage], named: Iterable[OpenMessage], now: datetime) -> Reconciled:
    """Compare what the house thinks that a phone holds with what the phone says."""
    theirs = {one.correlation_id: one.status for one in named}
    after: dict[str, SmsMessage] = {}
    for message in held:
        if _is_held(message, device_id):
            said = theirs.get(message.correlation_id)
            after[message.correlation_id] = _lost(message, now) if said is None else _kept(message, said, now)
    tasks = (_task(one, said, device_id, after.get(one)) for one, said in theirs.items())
    kept = frozenset(one.id for one in after.values() if _is_held(one, device_id))
    return Reconciled(changed=tuple(after.values()), kept=kept, tasks=tuple(tasks))


def _task(correlation_id: str, said: AckStatus, device_id: str, message: SmsMessage | None) -> Task:
    if message is None or not (_is_held(message, device_id) or message.status in GONE):
        return Task(correlation_id=correlation_id, do=Do.FORGET)
    do = Do.SEND if said is AckStatus.ACCEPTED else Do.REPORT
    return Task(correlation_id=correlation_id, do=do, epoch=message.epoch)


def _is_held(message: SmsMessage, device_id: str) -> bool:
    """Whether a message is leased by a card of a phone."""
    is_open = message.status in (MessageStatus.LEASED, MessageStatus.ACCEPTED)
    return is_open and message.lease is not None and phone_of(message.lease.owner) == device_id


def _lost(message: SmsMessage, now: datetime) -> SmsMessage:
    """Take a message from a phone that does not have it: what it never accepted was never sent, and is anyone's at
    once; what it had accepted may have been sent before it was lost.
    """
    if message.status is MessageStatus.ACCEPTED:
        return message.moved(MessageStatus.UNKNOWN, now, reason="lost")
    return message.with_(lease=None, next_at=now, change=Change(kind="lost", at=now))


def _kept(message: SmsMessage, said: AckStatus, now: datetime) -> SmsMessage:
    """Leave a message with a phone that has it, under a new epoch, so that nothing said over its older sockets counts.

    What it has sent is known from now on, whether it comes to say so again or not: nobody else sends it. What it could
    not send is somebody else's at once.
    What was not sent in time never is. Of a code that a phone has had for as long as it may take, nobody knows whether
    it is at its radio: another phone sends it once more. Else a phone that comes and goes would keep it until it is
    worth nothing. A notice, which nobody else may send, stays with it.
    """
    if said.status in GONE and message.lease is not None:
        owner = message.lease.owner
        return message.with_(provider=owner).moved(said.status, now, owner)
    if said is not AckStatus.ACCEPTED:
        return message.returned("failed", now)
    if now >= message.not_after:
        return message.moved(MessageStatus.EXPIRED, now)
    accepted_at = message.accepted_at
    if message.kind is MessageKind.CODE and accepted_at is not None and now >= accepted_at + SEND_WITHIN:
        return message.moved(MessageStatus.UNKNOWN, now, reason="slow")
    if message.status is MessageStatus.LEASED and message.lease is not None:
        message = message.moved(MessageStatus.ACCEPTED, now, message.lease.owner)
    return _leased_anew(message, now)


def _leased_anew(message: SmsMessage, now: datetime) -> SmsMessage:
    if message.lease is None:
        return message
    lease = message.lease.with_(epoch=message.epoch + 1, until=now + SEND_WITHIN)
    change = Change(kind="reconciled", at=now)
    return message.with_(lease=lease, epoch=lease.epoch, next_at=lease.until, looks=0, change=change)
