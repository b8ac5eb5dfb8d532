"""Who is to send a message: the order of failover among the cards of a house's phones, and what is left to a provider
over HTTP. Several messages are given out one after the other, as if each had been written before the next.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.base import Value
from models.fleet import at_work, can_take, health, is_refused, room_of, spent_lately, with_failure, with_job
from models.rules import Rules
from models.sms import MessageKind, MessageStatus, SmsMessage
from models.sms_phone import Sim, SmsPhone, lease_owner, phone_of
from models.sms_phone_shown import worked

CODES_SHARE = 5
"""One in so many parts of a card's window is kept for codes: the notices of a busy evening must leave some for them."""


class Route(Value):
    """Who is to send a message: a card of a phone, or a provider over HTTP where there is no phone."""

    phone: SmsPhone | None = None
    slot: int = 0

    @property
    def owner(self) -> str | None:
        """How the lease names the card; None for a provider."""
        return lease_owner(self.phone.device_id, self.slot) if self.phone else None


@dataclass(frozen=True, slots=True)
class Way:
    """A card that may be given messages now: the health of its phone, the parts it was given lately, those that it can
    take, and those of them that are not kept for codes.
    """

    phone: SmsPhone
    sim: Sim
    health: int
    spent: int
    room: int
    spare: int

    def has_room(self, message: SmsMessage) -> bool:
        """Whether the card can take a message."""
        return (self.room if message.kind is MessageKind.CODE else self.spare) >= message.parts


def ways_of(phone: SmsPhone, now: datetime, rules: Rules) -> tuple[Way, ...]:
    """Return the cards of a phone that may be given anything at this moment."""
    if not can_take(phone, now, rules):
        return ()
    well = health(phone)
    return tuple(
        Way(phone, sim, well, spent_lately(sim, now, rules), room, room - rules.sim_parts // CODES_SHARE)
        for sim in phone.sims
        if (room := room_of(sim, now, rules)) > 0
    )


def route(message: SmsMessage, phones: Iterable[SmsPhone], has_http: bool, now: datetime, rules: Rules) -> Route | None:
    """Return who is to send a message now; None when nobody can.

    What nobody said a word about goes to somebody else as long as there is anybody: only after them to the phone that
    was silent. What may have been sent goes to another phone or to nobody.
    """
    return _chosen(message, (way for one in phones for way in ways_of(one, now, rules)), has_http)


class Allotment:
    """The phones of a house while messages are given out at one moment: what one has cost a card the next one finds
    spent. `phones` are by their ids, as they are by then.
    """

    def __init__(self, phones: Iterable[SmsPhone], has_http: bool, now: datetime, rules: Rules) -> None:
        self._before = {one.id: one for one in phones}
        self._has_http = has_http
        self._now = now
        self._rules = rules
        self.phones = dict(self._before)
        self._ways = {one.id: ways_of(one, now, rules) for one in self._before.values()}

    @property
    def changed(self) -> list[SmsPhone]:
        """The phones that are to be written."""
        return [
            worked(before, after, self._now)
            for after in self.phones.values()
            if after is not (before := self._before[after.id])
        ]

    @property
    def free(self) -> int:
        """How many messages the phones have room for, at the most."""
        most = self._rules.sms_phone_jobs
        return sum(
            min(most - len(at_work(self.phones[phone_id], self._now)), sum(one.room for one in ways))
            for phone_id, ways in self._ways.items()
            if ways
        )

    def way(self, message: SmsMessage) -> tuple[Route | None, SmsPhone | None]:
        """Return who is to send a message, None when nobody can; and the phone that has failed by having been silent
        about it. Nothing is changed by that.
        """
        silent = self.silent(message)
        ways = self._ways if silent is None else {**self._ways, silent.id: self._ways_of(silent)}
        return _chosen(message, (one for some in ways.values() for one in some), self._has_http), silent

    def silent(self, message: SmsMessage) -> SmsPhone | None:
        """Return the phone that had a message and said nothing of it, as it is after that; None where there is none."""
        device_id = phone_of(message.lease.owner) if message.lease else None
        phone = next((one for one in self.phones.values() if one.device_id == device_id), None) if device_id else None
        return with_failure(phone, message, self._now, self._rules) if phone else None

    def note(self, phone: SmsPhone | None) -> None:
        """Go on with a phone as it is now."""
        if phone is not None:
            self.phones[phone.id] = phone
            self._ways[phone.id] = self._ways_of(phone)

    def give(self, route: Route, message: SmsMessage) -> None:
        """Give a message to the card of a route."""
        if route.phone is not None:
            self.note(with_job(self.phones[route.phone.id], route.slot, message, self._now, self._rules))

    def _ways_of(self, phone: SmsPhone) -> tuple[Way, ...]:
        return ways_of(phone, self._now, self._rules)


def _chosen(message: SmsMessage, ways: Iterable[Way], has_http: bool) -> Route | None:
    silent = _silent(message)
    failed = {phone_of(one) for one in message.refused}

    def rank(way: Way) -> tuple[bool, bool, int, int, str, int]:
        """Return where a card stands in the order, first the smallest: a phone that was silent about the message last,
        the other card of one that could not send it first.
        """
        device_id = way.phone.device_id
        return device_id == silent, device_id not in failed, -way.health, way.spent, way.phone.id, way.sim.slot

    fit = (one for one in ways if one.has_room(message) and not is_refused(message, one.phone, one.sim))
    best = min(fit, key=rank, default=None)
    if best is None or (best.phone.device_id == silent and has_http):
        return Route() if has_http else None
    return Route.model_construct(phone=best.phone, slot=best.sim.slot)


def _silent(message: SmsMessage) -> str | None:
    """Return the phone that let its lease go by without a word."""
    is_open = message.status is MessageStatus.LEASED and message.lease is not None
    return phone_of(message.lease.owner) if is_open and message.lease else None
