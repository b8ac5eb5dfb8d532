"""How many codes may be sent: to one phone on one day, for one address in one hour, by one house in one hour.

Each message costs the house money and somebody a look at their phone, and whoever asks for one has proved nothing yet.
So what was sent is counted in two documents, one of the phone and one of the house, which are written in the
transaction that sends: of two requests at the same moment one is run again and sees the other.
"""

from datetime import UTC, datetime, timedelta
from typing import Self

from models.base import Aggregate, Value
from models.errors import PhoneBlocked, RateLimited, SmsLimitExceeded, SmsUnavailable, seconds_until
from models.rules import Rules

HOUR = timedelta(hours=1)

FORGOTTEN = timedelta(days=1)
"""A row of blocks ends when the last one has been over for so long."""

MARGIN = timedelta(hours=1)
"""What counts no more is kept a little longer: the database's clock is another one."""


class PhoneBudget(Aggregate):
    """One phone's: the codes of its day, and how long it is blocked. `phone` is the digest of its blind index."""

    phone: str
    date: str = ""
    """The calendar day of the house to which `sent` belongs (`2026-11-21`)."""
    sent: int = 0
    sent_at: datetime | None = None
    hour: tuple[datetime, ...] = ()
    """When messages of any kind were sent to it within the last hour, oldest first."""
    blocks: int = 0
    """How often in a row all tries of a challenge were wrong."""
    blocked_until: datetime | None = None
    purge_at: datetime

    def require_open(self, now: datetime) -> None:
        """Raise `PhoneBlocked` while it is blocked."""
        if self.blocked_until is not None and now < self.blocked_until:
            raise PhoneBlocked(retry_after=seconds_until(self.blocked_until, now))

    def require_left(self, date: str, midnight: datetime, rules: Rules, now: datetime) -> None:
        """Raise `RateLimited` when the last code was sent a moment ago, `SmsLimitExceeded` when the day's are used up.

        `date` is the calendar day of the house, which ends at `midnight`.
        """
        again_at = self.sent_at + timedelta(seconds=rules.code_resend_seconds) if self.sent_at else now
        if now < again_at:
            raise RateLimited(retry_after=seconds_until(again_at, now))
        if self.date == date and self.sent >= rules.phone_messages:
            raise SmsLimitExceeded(rules.phone_messages, rfc3339(midnight))
        until = self.full_until(rules, now)
        if until is not None:
            raise SmsLimitExceeded(rules.recipient_messages, rfc3339(until))

    def full_until(self, rules: Rules, now: datetime) -> datetime | None:
        """Return when it may have another message; None when it may have one now."""
        recent = self._since(now - HOUR)
        return recent[-rules.recipient_messages] + HOUR if len(recent) >= rules.recipient_messages else None

    def with_message(self, now: datetime) -> Self:
        """Count a message of any kind."""
        return self.with_(hour=(*self._since(now - HOUR), now), purge_at=max(self.purge_at, now + HOUR + MARGIN))

    def with_sent(self, date: str, midnight: datetime, now: datetime) -> Self:
        """Count a code; those of another day count no more."""
        return self.with_(
            date=date,
            sent=self.sent + 1 if self.date == date else 1,
            sent_at=now,
            purge_at=max(self.purge_at, midnight + MARGIN),
        ).with_message(now)

    def blocked(self, rules: Rules, now: datetime) -> Self:
        """All tries of a challenge were wrong: block the phone, each time in a row twice as long."""
        is_in_a_row = self.blocked_until is not None and now - self.blocked_until < FORGOTTEN
        blocks = self.blocks + 1 if is_in_a_row else 1
        seconds = min(rules.phone_block_seconds * 2 ** min(blocks - 1, 30), rules.phone_block_longest)
        until = now + timedelta(seconds=seconds)
        return self.with_(blocks=blocks, blocked_until=until, purge_at=max(self.purge_at, until + FORGOTTEN + MARGIN))

    def proved(self) -> Self:
        """Its owner has proved it: the row of blocks ends."""
        return self.with_(blocks=0, blocked_until=None)

    def _since(self, start: datetime) -> tuple[datetime, ...]:
        return tuple(one for one in self.hour if one > start)


class SentCode(Value):
    """One code that was sent: of which challenge, when, for whom (`source`: keyed hash of an address), and whether it
    was used.
    """

    challenge_id: str
    source: str
    at: datetime
    is_used: bool = False


class MessageBudget(Aggregate):
    """One house's: the codes of the last hour, oldest first, and until when no more are sent."""

    codes: tuple[SentCode, ...] = ()
    stopped_until: datetime | None = None

    def require_left(self, source: str, rules: Rules, now: datetime) -> None:
        """Raise `SmsLimitExceeded` when the hour's codes of an address are used up; `SmsUnavailable` when those of the
        house are, or when codes are sent that nobody uses.
        """
        recent = self._since(now - HOUR)
        own = [one for one in recent if one.source == source]
        if len(own) >= rules.address_messages:
            raise SmsLimitExceeded(rules.address_messages, rfc3339(own[-rules.address_messages].at + HOUR))
        if self.stopped_until is not None and now < self.stopped_until:
            raise SmsUnavailable(retry_after=seconds_until(self.stopped_until, now))
        if len(recent) >= rules.house_messages:
            raise SmsUnavailable(retry_after=seconds_until(recent[-rules.house_messages].at + HOUR, now))

    def with_sent(self, code: SentCode, rules: Rules) -> Self:
        """Count a code; with too few of them used no more are sent for a while."""
        longest = max(HOUR, timedelta(seconds=rules.code_use_window))
        counted = self.with_(codes=(*self._since(code.at - longest), code))
        sent, used = counted.use(rules, code.at)
        if sent < rules.code_use_sample or used * 100 >= sent * rules.code_use_percent:
            return counted
        return counted.with_(stopped_until=code.at + timedelta(seconds=rules.code_use_window))

    def with_used(self, challenge_id: str) -> Self:
        """A challenge was answered: its last code was used."""
        newest = max((at for at, one in enumerate(self.codes) if one.challenge_id == challenge_id), default=None)
        if newest is None:
            return self
        used = self.codes[newest].with_(is_used=True)
        return self.with_(codes=(*self.codes[:newest], used, *self.codes[newest + 1 :]))

    def use(self, rules: Rules, now: datetime) -> tuple[int, int]:
        """Return how many codes were sent lately, and how many of them were used.

        One that nobody has used counts once it could be sent again: until then its owner may still be reading it, and
        many who ask within a few seconds would look like a machine.
        """
        recent = self._since(now - timedelta(seconds=rules.code_use_window))
        had_time = now - timedelta(seconds=rules.code_resend_seconds)
        used = sum(one.is_used for one in recent)
        return used + sum(not one.is_used and one.at <= had_time for one in recent), used

    def in_hour(self, now: datetime) -> int:
        """Return how many codes were sent within the last hour."""
        return len(self._since(now - HOUR))

    def _since(self, start: datetime) -> tuple[SentCode, ...]:
        return tuple(one for one in self.codes if one.at > start)


def rfc3339(moment: datetime) -> str:
    """Return a moment as the wire has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
