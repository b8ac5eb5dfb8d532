"""An Android phone of the house that sends messages, as a worker that may die at any moment: whether it is here, which
of its sockets counts, how its cards are, and what it was given so far.

One for each device of the kind `SMS_PHONE`, under an id that follows from the device's (`phone_id`). What it proves
itself with is with its device.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints

from models.base import Actor, Aggregate, Change, Request, Value, plain

_SUFFIX = "-sms"

MOST_SIMS = 4

STATUS_EVERY = timedelta(seconds=10)
"""What a phone tells of its battery and signal is written so often at the most; the state of a card at once."""

Word = Annotated[str, StringConstraints(max_length=40), AfterValidator(plain)]
"""A short text from a phone: the name of its operator, the version of its app."""


class SimState(StrEnum):
    """Whether a card can send."""

    READY = "READY"
    NO_SERVICE = "NO_SERVICE"
    LOCKED = "LOCKED"
    ABSENT = "ABSENT"


class PhoneStatus(StrEnum):
    """Whether a phone is here."""

    LIVE = "LIVE"
    AWAY = "AWAY"
    REVOKED = "REVOKED"


class ToldSim(Request):
    """A card as the phone tells of it: the slot counts from 0."""

    slot: int = Field(ge=0, lt=MOST_SIMS)
    operator: Word = ""
    state: Annotated[SimState, Field(strict=False)] = SimState.READY


class Spent(Value):
    """Parts that a card was given, and when: those of one minute together, from `since` until `at`."""

    at: datetime
    since: datetime | None = None
    parts: int = Field(ge=1)


class Sim(Value):
    """A card with what it was given: in the window that operators look at, and in this month (`2026-11`)."""

    slot: int = Field(ge=0, lt=MOST_SIMS)
    operator: Word = ""
    state: SimState = SimState.READY
    spent: tuple[Spent, ...] = ()
    month: str = ""
    month_parts: int = Field(default=0, ge=0)


class Breaker(Value):
    """Failures in a row; from so many on the phone is given nothing but a probe at `probe_at`, after growing waits."""

    failures: int = Field(default=0, ge=0)
    opened_at: datetime | None = None
    probe_at: datetime | None = None
    opened: int = Field(default=0, ge=0)
    """How often it opened since it was last closed: the waits grow with it."""


class PausedReason(StrEnum):
    """Why a phone is given nothing."""

    MANAGER = "MANAGER"
    """Somebody of the house has paused it."""
    ROGUE = "ROGUE"
    """It says that it has sent codes that nobody ever uses."""


class CodeFate(Value):
    """A code that the phone says it has sent, and whether somebody has used it."""

    message_id: str
    about: str | None = None
    """What it proves: a challenge."""
    at: datetime
    is_used: bool = False


class OpenJob(Value):
    """A message that a card was given and of which the phone has not said the end yet."""

    message_id: str
    slot: int
    at: datetime


class Replaced(Value):
    """A socket of a phone, by its epoch, that was still answered when a newer one counted already."""

    epoch: int
    at: datetime


class Shown(Value):
    """What the floor was told last of the work of a phone: in which version, when, and its figures by then. `sims` are
    the month of each card (`2026-11`) and its parts.
    """

    version: int
    at: datetime | None
    health: int
    sent: int
    failed: int
    codes: int
    codes_used: int
    sims: tuple[tuple[str, int], ...]


class SmsPhone(Aggregate):
    """One phone. `epoch` grows whenever it registers: what comes over an older socket is not believed."""

    name: str
    epoch: int = Field(default=0, ge=0)
    process: str | None = None
    """The process of the server that has its socket; None while it has none."""
    last_seen_at: datetime | None = None
    """When it was last known to come, to go, or to say how it is."""
    gone_at: datetime | None = None
    """Since when it is away."""
    told_at: datetime | None = None
    """When what it says of itself was last written."""
    protocol: int = 1
    app: Word = ""
    battery: int | None = Field(default=None, ge=0, le=100)
    is_charging: bool | None = None
    signal: int | None = Field(default=None, ge=0, le=4)
    """Bars, as Android shows them."""
    sims: tuple[Sim, ...] = ()
    breaker: Breaker = Breaker()
    paused_reason: PausedReason | None = None
    paused_at: datetime | None = None
    paused_by: Actor | None = None
    sent: int = Field(default=0, ge=0)
    """Messages that it says it has sent."""
    failed: int = Field(default=0, ge=0)
    codes: tuple[CodeFate, ...] = ()
    """The last codes that it says it has sent, oldest first."""
    jobs: tuple[OpenJob, ...] = ()
    """What it is at; one that it never says the end of counts no more when its lease is long over."""
    outcomes: tuple[bool, ...] = ()
    """Whether it has sent its last messages, oldest first."""
    shown: Shown | None = None
    """What the floor was told before a change that it is not told of; see `models.sms_phone_shown`."""
    replaced: tuple[Replaced, ...] = ()
    """The sockets that were taken from it lately although somebody was still behind them."""
    is_revoked: bool = False
    operations: tuple[str, ...] = ()

    @property
    def device_id(self) -> str:
        """The device that it is."""
        return self.id.removesuffix(_SUFFIX)

    @property
    def is_live(self) -> bool:
        """Whether it has a socket that counts."""
        return self.process is not None

    @property
    def status(self) -> PhoneStatus:
        """Whether it is here, as people see it."""
        if self.is_revoked:
            return PhoneStatus.REVOKED
        return PhoneStatus.LIVE if self.is_live else PhoneStatus.AWAY

    def sim(self, slot: int) -> Sim | None:
        """Return the card in a slot."""
        return next((one for one in self.sims if one.slot == slot), None)

    def registered(
        self,
        process: str,
        protocol: int,
        app: str,
        sims: tuple[ToldSim, ...],
        kept: frozenset[str],
        now: datetime,
    ) -> Self:
        """Let a new socket of it count, and no older one any more; of the messages that it had it has `kept` these."""
        return self.with_(
            epoch=self.epoch + 1,
            process=process,
            protocol=protocol,
            app=app,
            sims=self._known(sims),
            jobs=tuple(one for one in self.jobs if one.message_id in kept),
            last_seen_at=now,
            gone_at=None,
            change=Change(kind="registered", at=now),
        )

    def back(self, process: str, now: datetime) -> Self:
        """Keep that the socket that counts is with a process, which was believed dead."""
        return self.with_(process=process, last_seen_at=now, gone_at=None, change=Change(kind="back", at=now))

    def left(self, epoch: int, now: datetime) -> Self:
        """Keep that a socket of it is gone; the same when a newer one counts."""
        if not self.is_live or epoch != self.epoch:
            return self
        return self.with_(process=None, last_seen_at=now, gone_at=now, change=Change(kind="left", at=now))

    def revoked(self, now: datetime) -> Self:
        """Send it away for good."""
        return self.with_(is_revoked=True, process=None, gone_at=now, change=Change(kind="revoked", at=now))

    def taken_over(self, epoch: int, window: timedelta, now: datetime) -> Self:
        """Keep that a socket was replaced that somebody still answers; the same when that is known, or no newer one
        counts. What has happened before the window is forgotten.
        """
        recent = tuple(one for one in self.replaced if now - one.at < window)
        if epoch >= self.epoch or any(one.epoch == epoch for one in recent):
            return self
        replaced = (*recent, Replaced(epoch=epoch, at=now))
        return self.with_(replaced=replaced, change=Change(kind="taken-over", at=now))

    def told(
        self,
        battery: int | None,
        is_charging: bool | None,
        signal: int | None,
        sims: tuple[ToldSim, ...] | None,
        now: datetime,
    ) -> Self:
        """Take what it says of itself; the same when that is not worth a write yet."""
        known = self.sims if sims is None else self._known(sims)
        states, former = ({one.slot: one.state for one in some} for some in (known, self.sims))
        is_early = self.told_at is not None and now < self.told_at + STATUS_EVERY
        if is_early and states == former:
            return self
        return self.with_(
            battery=self.battery if battery is None else battery,
            is_charging=self.is_charging if is_charging is None else is_charging,
            signal=self.signal if signal is None else signal,
            sims=known,
            last_seen_at=now,
            told_at=now,
            change=Change(kind="told", at=now),
        )

    def tells_again_after(self, now: datetime) -> int:
        """Return the whole seconds after which what it says of itself is written again."""
        since = now - self.told_at if self.told_at else STATUS_EVERY
        return max(0, -((since - STATUS_EVERY) // timedelta(seconds=1)))

    def _known(self, sims: tuple[ToldSim, ...]) -> tuple[Sim, ...]:
        """Return cards as they are told of, each with what was kept of its slot while its operator is the same. What
        was given to one that is not told of is kept, too: after a start a phone may not know its cards yet.
        """
        kept = {one.slot: one for one in self.sims}
        told = {one.slot: _card(kept.get(one.slot), one) for one in sims}
        lost = {slot: one.with_(state=SimState.ABSENT) for slot, one in kept.items() if one.month_parts}
        return tuple(one for _, one in sorted((lost | told).items()))


def _card(former: Sim | None, told: ToldSim) -> Sim:
    """Return a card that is told of. One without service may name no operator, or another: it is the one of before."""
    is_unsure = told.state is not SimState.READY or not told.operator
    if former is None or not (is_unsure or former.operator in ("", told.operator)):
        return Sim(slot=told.slot, operator=told.operator, state=told.state)
    return former.with_(operator=former.operator or told.operator, state=told.state)


def phone_id(device_id: str) -> str:
    """Return the id of the phone that a device is: clients keep both, by their ids."""
    return device_id + _SUFFIX


def lease_owner(device_id: str, slot: int) -> str:
    """Return how a card of a phone is named on the leases of messages."""
    return f"phone:{device_id}:{slot}"


def phone_of(owner: str) -> str | None:
    """Return the device that a lease names; None where somebody else has it."""
    kind, _, rest = owner.partition(":")
    return rest.rpartition(":")[0] if kind == "phone" else None
