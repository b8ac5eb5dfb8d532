"""A party's stay at a table: who sits there, behind which PIN, with what history of tables. Never reused."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from models.base import Actor, Aggregate, Change
from models.dining import DiningOption
from models.errors import (
    NotAtTable,
    NotFound,
    NotJoined,
    PinLocked,
    SameTable,
    SessionClosed,
    SessionMerged,
    TooManyParticipants,
    UndoExpired,
    seconds_until,
)
from models.participant import MergedParty, Participant, Seating
from models.pin import Failures, KeyedHash


class Mode(StrEnum):
    """One cart for all, or one for each phone."""

    FAMILY = "FAMILY"
    INDIVIDUAL = "INDIVIDUAL"


class SessionStatus(StrEnum):
    """A session is open until it is closed, for good."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


EVER_JOINED = 5
"""Times the limit: who joins and leaves over and over does not fill the session without end."""


class TableSession(Aggregate):
    """The aggregate that joins, moves and closes go through.

    What a customer orders from home is a session of its own, too, without a table (`table_id` is its own id), PIN or
    guests: so its rounds, tickets and checks are like all others.

    `failures` count wrong PINs; they lock new joins only. `operations` are the last operation ids, so that a repeat
    changes nothing.
    """

    table_id: str
    table_name: str
    mode: Mode
    covers: int = Field(ge=0)
    status: SessionStatus = SessionStatus.OPEN
    pin: KeyedHash
    failures: Failures = Field(default_factory=Failures)
    participants: tuple[Participant, ...] = ()
    seatings: tuple[Seating, ...]
    undone: tuple[str, ...] = ()
    """The tables that it was moved to by mistake."""
    opened_at: datetime
    opened_by: Actor
    waiter: Actor | None = None
    """Who serves the party."""
    idle_since: datetime | None = None
    """Since when nothing happened, once that is unusually long."""
    closed_at: datetime | None = None
    admits_until: datetime | None = None
    """Until when its PIN is looked at although the house takes no joins."""
    operations: tuple[str, ...] = ()
    merged_into: str | None = None
    """The session that has all that is its own until it is unmerged; it stays open, and its table occupied."""
    dining_option: DiningOption = DiningOption.DINE_IN
    customer_id: str | None = None
    """Who ordered it from home."""
    merged: tuple[MergedParty, ...] = ()
    """The parties that were merged into this one, and those that had been merged into them."""

    @property
    def is_open(self) -> bool:
        """Whether the party is still there."""
        return self.status is SessionStatus.OPEN

    @property
    def is_at_table(self) -> bool:
        """Whether it is a party at a table, and nobody's order from home."""
        return self.dining_option is DiningOption.DINE_IN

    @property
    def table_was(self) -> str | None:
        """The name of the table before the last move."""
        return self.seatings[-2].table_name if len(self.seatings) > 1 else None

    @property
    def table_ids(self) -> tuple[str, ...]:
        """Every table whose code its phones may know: where it sits, and wherever it was moved from."""
        return tuple(dict.fromkeys((*(seating.table_id for seating in self.seatings), *self.undone)))

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of all tables at which the party sits: its own, then those of parties that were merged into it."""
        return (self.table_name, *(party.table_name for party in self.merged))

    def table_was_of(self, homes: tuple[str, ...]) -> str | None:
        """Return the table before the last move of what came with merged parties: `homes`, the last one on top."""
        came = next((party for party in self.merged if homes and party.session_id == homes[-1]), None)
        if came is not None and came.since >= self.seatings[-1].since:
            return came.table_name
        return self.table_was

    def has_sat_at(self, table_id: str) -> bool:
        """Whether the party, or one merged into it, sits at a table or was moved from it: the code that its phones
        scanned may be of any.
        """
        return table_id in self.table_ids or any(table_id in party.table_ids for party in self.merged)

    def require_open(self) -> Self:
        """Return the session, or raise `SessionClosed` or `SessionMerged`."""
        if not self.is_open:
            raise SessionClosed(session_id=self.id)
        return self.require_own()

    def require_own(self) -> Self:
        """Return the session, or raise `SessionMerged` when another one has what is its own."""
        if self.merged_into is not None:
            raise SessionMerged(into=self.merged_into)
        return self

    def require_at_table(self) -> Self:
        """Return the session, or raise `NotAtTable` for what somebody ordered from home."""
        if not self.is_at_table:
            raise NotAtTable(session_id=self.id)
        return self

    def lists(self, participant_id: str) -> bool:
        """Whether it knows a participant, in or gone: those of a merged party are with the one it was merged into."""
        return any(one.id == participant_id for one in self.participants)

    def has_done(self, operation_id: str) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def participant(self, participant_id: str) -> Participant:
        """Return a participant who is in; raises `NotJoined`."""
        for participant in self.participants:
            if participant.id == participant_id and participant.is_in:
                return participant
        raise NotJoined(table=self.table_name)

    def by_device(self, device: str) -> Participant | None:
        """Return the participant of a device cookie who is in, if any."""
        if not device:
            return None
        return next((p for p in self.participants if p.device == device and p.is_in), None)

    def by_name(self, name: str) -> Participant | None:
        """Return the one participant who is in under a name; None when there are several or none."""
        found = [one for one in self.participants if one.is_in and one.is_called(name)]
        return found[0] if len(found) == 1 else None

    def has_ejected(self, device: str, participant_id: str | None = None) -> bool:
        """Whether staff sent the device of a cookie, or a participant, away from this session."""
        return any(
            one.is_ejected and (one.id == participant_id or (bool(device) and one.device == device))
            for one in self.participants
        )

    def admits(self, now: datetime) -> bool:
        """Whether staff opened the door of this session, while the house takes no joins."""
        return self.admits_until is not None and now < self.admits_until

    def require_unlocked(self, limit: int, window: timedelta, now: datetime) -> None:
        """Raise `PinLocked` while new joins are not looked at."""
        until = self.failures.locked_until(limit, window, now)
        if until is not None:
            raise PinLocked(retry_after=seconds_until(until, now))

    def wrong_pin(self, window: timedelta, longest_wait: int, now: datetime) -> Self:
        """Count a wrong PIN."""
        failures = self.failures.add(window, now, longest_wait=longest_wait)
        return self.with_(failures=failures, change=Change(kind="pin-failed", at=now))

    def known(self, newcomer: Participant, participant_id: str | None) -> Participant | None:
        """Return who a newcomer is already: the same cookie, the same joining repeated, or the guest that asks
        again.
        """
        return self.by_device(newcomer.device) or next(
            (
                one
                for one in self.participants
                if one.is_in
                and (one.id == participant_id or (newcomer.operation and one.operation == newcomer.operation))
            ),
            None,
        )

    def join(self, participant: Participant, limit: int) -> Self:
        """Let a device in, or give one that is in its new name; raises `TooManyParticipants`."""
        others = tuple(one for one in self.participants if one.id != participant.id)
        is_new = len(others) == len(self.participants)
        if is_new and (sum(one.is_in for one in others) >= limit or len(others) >= EVER_JOINED * limit):
            raise TooManyParticipants(limit=limit)
        by = Actor(kind="GUEST", id=participant.id, name=participant.name)
        change = Change(kind="joined", by=by, at=participant.joined_at)
        return self.with_(participants=(*others, participant), change=change)

    def leave(self, participant_id: str, now: datetime) -> Self:
        """Let a participant go; the lines they added stay."""
        gone = self.participant(participant_id)
        return self.with_(
            participants=tuple(p.with_(left_at=now) if p.id == gone.id else p for p in self.participants),
            change=Change(kind="left", by=Actor(kind="GUEST", id=gone.id, name=gone.name), at=now),
        )

    def resume(self, participant_id: str, device: str, operation: str, now: datetime) -> Self:
        """Let another device go on as a participant who is in; raises `NotJoined`."""
        known = self.participant(participant_id)
        resumed = known.with_(device=device, operation=operation or known.operation)
        by = Actor(kind="GUEST", id=known.id, name=known.name)
        return self.with_(
            participants=tuple(resumed if one.id == known.id else one for one in self.participants),
            change=Change(kind="resumed", by=by, at=now),
        )

    def eject(self, participant_id: str, by: Actor, now: datetime) -> Self:
        """Send a device away; the lines it added stay. Raises `NotFound` for one who is not in."""
        if all(one.id != participant_id or not one.is_in for one in self.participants):
            raise NotFound(participant_id=participant_id)
        return self.with_(
            participants=tuple(
                one.with_(left_at=now, ejected_at=now) if one.id == participant_id else one for one in self.participants
            ),
            change=Change(kind="ejected", by=by, at=now),
        )

    def admit(self, seconds: int, by: Actor, now: datetime) -> Self:
        """Have the PIN looked at for a while although the house takes no joins."""
        return self.with_(admits_until=now + timedelta(seconds=seconds), change=Change(kind="admitted", by=by, at=now))

    def move(self, table_id: str, table_name: str, by: Actor, now: datetime) -> Self:
        """Seat the party at another table; raises `SameTable` or `SessionClosed`."""
        self.require_open()
        if table_id == self.table_id:
            raise SameTable(table=table_name)
        return self.with_(
            table_id=table_id,
            table_name=table_name,
            seatings=(*self.seatings, Seating(table_id=table_id, table_name=table_name, since=now)),
            change=Change(kind="moved", by=by, at=now),
        )

    def undo_move(self, seconds: int, by: Actor, now: datetime) -> Self:
        """Seat the party where it sat before its last move, as if it had not moved.

        Raises `UndoExpired` when the move is older than `seconds` or there is none, `SessionClosed` or `SessionMerged`.
        """
        self.require_open()
        if len(self.seatings) < 2 or now - self.seatings[-1].since > timedelta(seconds=seconds):
            raise UndoExpired(seconds=seconds)
        former = self.seatings[-2]
        return self.with_(
            table_id=former.table_id,
            table_name=former.table_name,
            seatings=self.seatings[:-1],
            undone=tuple(dict.fromkeys((*self.undone, self.table_id))),
            change=Change(kind="move-undone", by=by, at=now),
        )

    def with_covers(self, covers: int, by: Actor, now: datetime) -> Self:
        """Say how many guests the party has."""
        return self.with_(covers=covers, change=Change(kind="covers-set", by=by, at=now))

    def with_pin(self, pin: KeyedHash, by: Actor, now: datetime) -> Self:
        """Replace the PIN and forget the wrong tries at the old one."""
        return self.with_(pin=pin, failures=Failures(), change=Change(kind="pin-rotated", by=by, at=now))

    def close(self, by: Actor, now: datetime) -> Self:
        """End the stay, or with its host that of a merged party; raises `SessionClosed`."""
        if not self.is_open:
            raise SessionClosed(session_id=self.id)
        return self.with_(status=SessionStatus.CLOSED, closed_at=now, change=Change(kind="closed", by=by, at=now))

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced; whatever happens to a party, it is idle no more."""
        return super().with_(**({"idle_since": None} | changes if "change" in changes else changes))

    def asked(self, kind: str, by: Actor, now: datetime) -> Self:
        """A guest asked for something or took it back: moving the version proves that the guest is still in."""
        return self.with_(change=Change(kind=kind, by=by, at=now))

    def idle(self, since: datetime, now: datetime) -> Self:
        """Nothing has happened since."""
        return self.with_(idle_since=since, change=Change(kind="idle", at=now))

    def busy(self, now: datetime) -> Self:
        """Something happened again."""
        return self.with_(idle_since=None, change=Change(kind="busy", at=now))

    def given_to(self, waiter: Actor | None, by: Actor, now: datetime) -> Self:
        """Another waiter serves the party, which is as idle as it was."""
        change = Change(kind="handed-over", by=by, at=now)
        return self.with_(waiter=waiter, idle_since=self.idle_since, change=change)

    def did(self, operation_id: str | None) -> Self:
        """Remember an operation id; the last 32 are kept."""
        return self.with_(operations=(*self.operations, operation_id)[-32:]) if operation_id else self
