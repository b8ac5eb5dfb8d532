"""What a party asks of the staff with a touch on the phone: come, bring the check, bring water.

A request stays until someone has seen to it or the party takes it back. When nobody takes it in time it is escalated
once. Asked again while it waits, from whichever phone, it is the same request.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from models.base import Actor, Aggregate, Change
from models.errors import AlreadyTaken, RateLimited, RequestFinished, seconds_until
from models.session import TableSession

REMEMBERED_OPERATIONS = 16


class ServiceKind(StrEnum):
    """What is asked for."""

    WAITER = "WAITER"
    BILL = "BILL"
    WATER = "WATER"
    OTHER = "OTHER"
    """What the note says: another note is another request."""


class ServiceStatus(StrEnum):
    """Shown until it is resolved or cancelled."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    RESOLVED = "RESOLVED"
    CANCELLED = "CANCELLED"


class ServiceRequest(Aggregate):
    """One request of one party. `homes` are the sessions that it came from by merging, the first one first."""

    session_id: str
    homes: tuple[str, ...] = ()
    table_name: str
    waiter: Actor | None = None
    """Whose table it is."""
    kind: ServiceKind
    note: str = ""
    by: Actor
    at: datetime
    status: ServiceStatus = ServiceStatus.OPEN
    is_finished: bool = False
    """Whether it is resolved or cancelled: what is still shown is found by it."""
    taken_by: Actor | None = None
    taken_at: datetime | None = None
    resolved_by: Actor | None = None
    resolved_at: datetime | None = None
    escalated_at: datetime | None = None
    wish: str
    """What it is the only one of while it waits; a merge leaves it as it is."""
    operations: tuple[str, ...] = ()
    """The operation ids of who asked, so that a repeat changes nothing."""

    @property
    def is_overlooked(self) -> bool:
        """Whether nobody has taken it, and nobody was alarmed yet."""
        return self.status is ServiceStatus.OPEN and self.escalated_at is None

    def is_same(self, kind: ServiceKind, note: str) -> bool:
        """Whether asking for this now is asking for it again."""
        return not self.is_finished and self.kind is kind and (kind is not ServiceKind.OTHER or self.note == note)

    def asked_again(self, note: str, by: Actor, now: datetime, operation_id: str | None) -> Self:
        """Take a new note, and remember the operation; the same value when there is nothing new."""
        is_news = bool(note) and note != self.note
        if not is_news and operation_id is None:
            return self
        return self.with_(
            note=note or self.note,
            operations=_remembered(self.operations, operation_id),
            change=Change(kind="asked-again", by=by, at=now),
        )

    def taken(self, by: Actor, now: datetime) -> Self:
        """Say who goes there; raises `AlreadyTaken` (by a colleague) or `RequestFinished`."""
        if self.is_finished:
            raise RequestFinished(status=self.status.value)
        if self.taken_by is not None and self.taken_by.id != by.id:
            raise AlreadyTaken(by=self.taken_by.model_dump())
        change = Change(kind="taken", by=by, at=now)
        return self.with_(status=ServiceStatus.TAKEN, taken_by=by, taken_at=now, change=change)

    def resolved(self, by: Actor, now: datetime) -> Self:
        """Someone has seen to it, whoever had taken it."""
        return self._finished(ServiceStatus.RESOLVED, by, now).with_(resolved_by=by, resolved_at=now)

    def cancelled(self, by: Actor, now: datetime) -> Self:
        """The party takes it back, or has left."""
        return self._finished(ServiceStatus.CANCELLED, by, now)

    def escalated(self, now: datetime) -> Self:
        """Nobody took it in time."""
        return self.with_(escalated_at=now, change=Change(kind="escalated", at=now))

    def moved(self, table_name: str, by: Actor, now: datetime) -> Self:
        """Follow the party to another table."""
        return self.with_(table_name=table_name, change=Change(kind="moved", by=by, at=now))

    def given_to(self, waiter: Actor | None, by: Actor, now: datetime) -> Self:
        """Follow the table to another waiter."""
        return self.with_(waiter=waiter, change=Change(kind="handed-over", by=by, at=now))

    def _finished(self, status: ServiceStatus, by: Actor, now: datetime) -> Self:
        return self.with_(status=status, is_finished=True, change=Change(kind=status.value.lower(), by=by, at=now))


def new_request(
    request_id: str,
    session: TableSession,
    kind: ServiceKind,
    note: str,
    by: Actor,
    now: datetime,
    operation_id: str | None,
) -> ServiceRequest:
    """Make a request of a party, for whoever has its table."""
    return ServiceRequest(
        id=request_id,
        restaurant_id=session.restaurant_id,
        session_id=session.id,
        table_name=session.table_name,
        waiter=session.waiter,
        kind=kind,
        note=note,
        by=by,
        at=now,
        wish=f"{session.id}/{kind.value}" + (f"/{note}" if kind is ServiceKind.OTHER else ""),
        operations=_remembered((), operation_id),
        change=Change(kind="asked", by=by, at=now),
    )


def require_not_too_many(asked: Iterable[ServiceRequest], limit: int, window: timedelta, now: datetime) -> None:
    """Raise `RateLimited` when a party has asked `limit` times within the window."""
    recent = sorted(one.at for one in asked if one.at > now - window)
    if len(recent) >= limit:
        raise RateLimited(retry_after=seconds_until(recent[-limit] + window, now))


def _remembered(operations: tuple[str, ...], operation_id: str | None) -> tuple[str, ...]:
    return (*operations, operation_id)[-REMEMBERED_OPERATIONS:] if operation_id else operations
