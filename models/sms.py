"""A message to a mobile phone, as a durable job: it is written with what caused it, and whoever sends it may die at any
moment.

Who sends takes a lease on it: an owner, an epoch that grows with each lease, and a deadline. All that comes back names
owner and epoch, so a sender that is late changes nothing. States only move forward, by `TRANSITIONS`. Phone and text
are sealed while somebody still has to read them, and erased when nobody has.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from models.base import Aggregate, Change, Value
from models.sealed import Sealed, place_of

COLLECTION = "sms_messages"

ACCEPT_WITHIN = timedelta(seconds=5)
"""Whoever has leased a message says by then that it is accepted, or somebody else gets it."""

SEND_WITHIN = timedelta(seconds=30)
"""Whoever has accepted a message says by then what became of it, or that is unknown."""

LOOK_AFTER = timedelta(seconds=10)
"""When a provider that can be asked is asked first what became of a message that it has accepted; it is asked once more
when `SEND_WITHIN` is over."""

KEPT = timedelta(days=30)
"""How long one is kept that nobody has to send any more: for late reports, and for whoever looks why none arrived."""


class MessageKind(StrEnum):
    """What it is for: codes go first, and only a code is ever sent twice."""

    CODE = "CODE"
    NOTICE = "NOTICE"


class MessageStatus(StrEnum):
    """How far it is."""

    QUEUED = "QUEUED"
    LEASED = "LEASED"
    """Somebody is about to send it."""
    ACCEPTED = "ACCEPTED"
    """They have it and will send it."""
    SENT = "SENT"
    """The network has it: nobody has to do anything more. Whether it arrived may still be reported."""
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    """It was not sent in time, and is never sent."""
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"
    """It was accepted, and nothing was heard of it since."""


_S = MessageStatus

TRANSITIONS: dict[MessageStatus, frozenset[MessageStatus]] = {
    _S.QUEUED: frozenset({_S.LEASED, _S.EXPIRED, _S.CANCELLED}),
    _S.LEASED: frozenset(set(_S) - {_S.QUEUED}),
    _S.ACCEPTED: frozenset({_S.LEASED, _S.SENT, _S.DELIVERED, _S.FAILED, _S.UNKNOWN, _S.EXPIRED, _S.CANCELLED}),
    _S.UNKNOWN: frozenset({_S.LEASED, _S.SENT, _S.DELIVERED, _S.FAILED, _S.EXPIRED, _S.CANCELLED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.FAILED}),
    _S.DELIVERED: frozenset(),
    _S.FAILED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.CANCELLED: frozenset(),
}  # fmt: skip
"""What may follow what. `UNKNOWN` is followed by `LEASED` once, and for a code alone; `ACCEPTED` when a phone gives a
message back that it surely has not sent.
"""

AT_REST = frozenset({_S.SENT, _S.DELIVERED, _S.FAILED, _S.EXPIRED, _S.CANCELLED})
"""Nobody has to send it any more."""

GONE = frozenset({_S.SENT, _S.DELIVERED})
"""It has left, and is not sent again."""

_PROVIDER = "http:"


class Lease(Value):
    """Who may send a message, until when. `epoch` grows with each lease of it."""

    owner: str
    epoch: int
    until: datetime


class Step(Value):
    """When it got into a state, and by whom: the owner of a lease, or a provider; empty for the house."""

    status: MessageStatus
    at: datetime
    by: str = ""


class SmsMessage(Aggregate):
    """One message. Times are UTC; `parts` is what an operator counts."""

    kind: MessageKind
    phone: Sealed | None
    text: Sealed | None
    last_four: str
    parts: int
    about: str | None = None
    """What a code proves: a challenge; or the order that a notice tells of."""
    recipient: str | None = None
    """Digest of the blind index of the phone, where it is still to be counted for it; erased with it."""
    status: MessageStatus = MessageStatus.QUEUED
    history: tuple[Step, ...] = ()
    reason: str | None = None
    """Why it has failed, as a word of ours or of the provider's."""
    lease: Lease | None = None
    epoch: int = 0
    is_repeated: bool = False
    """It was leased once more after nobody knew what had become of it."""
    refused: tuple[str, ...] = ()
    """The owners of leases that gave it back, or may have sent it: none of them is given it again."""
    provider: str | None = None
    """Who was given it last, where that is a provider that tells later what became of it."""
    provider_id: str | None = None
    """What they call it."""
    looks: int = 0
    """How often they may still be asked about it."""
    queued_at: datetime
    not_after: datetime
    """It is never sent later than this."""
    next_at: datetime | None
    """When somebody has to do something about it; None when nobody has to."""
    is_finished: bool = False
    finished_at: datetime | None = None
    purge_at: datetime | None = None
    """When it is deleted; None as long as somebody has to send it."""

    @property
    def correlation_id(self) -> str:
        """By which whoever sends it speaks of it."""
        return self.id

    @property
    def may_have_left(self) -> bool:
        """Whether a process that hands it to a provider has not said what came of that. A provider sends at once, a
        phone only when its `accepted` was counted.
        """
        lease = self.lease
        return self.status is MessageStatus.LEASED and lease is not None and lease.owner.startswith(_PROVIDER)

    def is_due(self, now: datetime) -> bool:
        """Whether it waits to be sent, or whoever wanted to send it has not said so in time."""
        return self.next_at is not None and self.next_at <= now

    def holds(self, owner: str, epoch: int, now: datetime) -> bool:
        """Whether a lease still counts: what its owner says is believed."""
        lease = self.lease
        return lease is not None and self.was_leased_to(owner, epoch) and now < lease.until

    def was_leased_to(self, owner: str, epoch: int) -> bool:
        """Whether a lease is the last one, and nobody has said the end of it; its time may be over."""
        return self.lease is not None and (self.lease.owner, self.lease.epoch) == (owner, epoch)

    def taken(self, owner: str, now: datetime) -> Self:
        """Lease it when it is due, or say what became of it where it cannot be sent any more.

        Raises `ValueError` when it is nobody's turn.
        """
        if not self.is_due(now):
            raise ValueError("not due")
        if self.is_in_hand:
            return self._looked_at(now) if self.looks else self.moved(MessageStatus.UNKNOWN, now)
        if self.may_have_left:
            return self.moved(MessageStatus.UNKNOWN, now, reason="unheard")
        if now >= self.not_after:
            return self.moved(MessageStatus.EXPIRED, now)
        lease = Lease(owner=owner, epoch=self.epoch + 1, until=now + ACCEPT_WITHIN)
        repeated = self.is_repeated or self.status is MessageStatus.UNKNOWN
        leased = self.moved(MessageStatus.LEASED, now, owner)
        return leased.with_(
            lease=lease,
            epoch=lease.epoch,
            next_at=lease.until,
            is_repeated=repeated,
            provider=None,
            provider_id=None,
            looks=0,
        )

    def unsent(self, now: datetime) -> Self:
        """Take it back from whoever surely has not sent it and may try again: anybody may when the lease is over."""
        until = self.lease.until if self.lease else now
        return self.with_(lease=None, next_at=max(now, until), change=Change(kind="unsent", at=now))

    def returned(self, reason: str | None, now: datetime) -> Self:
        """Take it back from whoever surely has not sent it: it is somebody else's turn."""
        owners = (self.lease.owner,) if self.lease else ()
        change = Change(kind="returned", at=now)
        return self.with_(lease=None, next_at=now, refused=(*self.refused, *owners), reason=reason, change=change)

    def moved(self, status: MessageStatus, now: datetime, by: str = "", reason: str | None = None) -> Self:
        """Move it on; raises `ValueError` for what does not follow. At rest its phone and text are erased."""
        if status not in TRANSITIONS[self.status]:
            raise ValueError(f"{status} does not follow {self.status}")
        history = self.history
        if status is not self.status:
            history = (*history, Step(status=status, at=now, by=by))
        moved = self.with_(
            status=status,
            history=history,
            reason=reason,
            change=Change(kind=status.value.lower(), at=now),
        )
        if status in AT_REST or (status is MessageStatus.UNKNOWN and not self._is_worth_repeating):
            ended_at = self.finished_at or now
            return moved.with_(
                phone=None,
                text=None,
                recipient=None,
                lease=None,
                next_at=None,
                is_finished=True,
                finished_at=ended_at,
                purge_at=ended_at + KEPT,
            )
        if status is MessageStatus.UNKNOWN:
            owners = (self.lease.owner,) if self.lease else ()
            return moved.with_(lease=None, next_at=now, refused=(*self.refused, *owners))
        if status is MessageStatus.ACCEPTED and self.lease is not None:
            lease = self.lease.with_(until=now + SEND_WITHIN)
            return moved.with_(lease=lease, next_at=now + LOOK_AFTER if self.looks else lease.until)
        return moved

    def told(self, said: "ProviderReport", now: datetime) -> Self | None:
        """Take what a provider tells of itself, whoever has the lease; None when that changes nothing.

        Reports get lost, come twice and in any order: states only move forward. One about a sending before the last is
        believed when it says that the message has gone, which is so whatever is sent since; that it has failed says
        nothing of what is on its way.
        """
        is_last = said.epoch == self.epoch
        is_named = None not in (self.provider_id, said.provider_id)
        is_theirs = self.provider in (None, said.provider) and (self.provider_id == said.provider_id or not is_named)
        if said.epoch > self.epoch or said.status not in TRANSITIONS[self.status] or said.status is self.status:
            return None
        if not (is_theirs if is_last else said.status in GONE):
            return None
        names = {"provider": said.provider, "provider_id": said.provider_id or self.provider_id} if is_last else {}
        return self.with_(**names).moved(said.status, now, said.provider, said.reason)

    def _looked_at(self, now: datetime) -> Self:
        """Have the provider asked, and wait a moment longer for what it answers where the time is over."""
        if self.lease is None:
            return self.moved(MessageStatus.UNKNOWN, now)
        lease = self.lease.with_(until=max(self.lease.until, now + ACCEPT_WITHIN))
        change = Change(kind="looked-at", at=now)
        return self.with_(looks=self.looks - 1, lease=lease, next_at=lease.until, change=change)

    @property
    def accepted_at(self) -> datetime | None:
        """When whoever has it has accepted it; None while they have not."""
        if self.status is not MessageStatus.ACCEPTED:
            return None
        return self.history[-1].at if self.history else self.queued_at

    @property
    def is_in_hand(self) -> bool:
        """Whether somebody has accepted it and still has it."""
        return self.status is MessageStatus.ACCEPTED and self.lease is not None

    @property
    def _is_worth_repeating(self) -> bool:
        """A code that may not have been sent is sent once more; anything else is better missed than had twice."""
        return self.kind is MessageKind.CODE and not self.is_repeated


def provider_owner(process_id: str) -> str:
    """Return how a process is named on the leases of messages that it hands to a provider over HTTP."""
    return _PROVIDER + process_id


class ProviderReport(Value):
    """What a provider tells of a message that it was given: of the sending with this epoch."""

    provider: str
    provider_id: str | None
    epoch: int
    status: MessageStatus
    reason: str | None = None


def phone_place(restaurant_id: str, message_id: str) -> str:
    """Return what the sealed phone number of a message is bound to."""
    return place_of(restaurant_id, COLLECTION, message_id, "phone")


def text_place(restaurant_id: str, message_id: str) -> str:
    """Return what the sealed text of a message is bound to."""
    return place_of(restaurant_id, COLLECTION, message_id, "text")
