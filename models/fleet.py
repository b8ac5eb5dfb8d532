"""The phones of a house as a fleet: how much a card may be given, and what is learnt from what comes of it. Which card
is given the next message stands in `models.route`.

All of it is worked out from what is stored, so any process may do it, and the phone is written with the lease: of two
that give a card its last part at the same moment one is run again and sees the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from models.base import Actor, Change
from models.rules import Rules
from models.sms import ACCEPT_WITHIN, SEND_WITHIN, MessageKind, MessageStatus, SmsMessage
from models.sms_phone import Breaker, CodeFate, OpenJob, Sim, SimState, SmsPhone, Spent, lease_owner, phone_of

OFFLINE_AFTER = timedelta(seconds=30)
"""A phone without a socket for so long is away; before that it may only be changing networks."""

REMEMBERED_CODES = 20
"""The last codes that say whether a phone does what it says."""

REMEMBERED_OUTCOMES = 20
"""The last messages that say how well a phone sends."""

MOST_REFUSALS = 3
"""A message that so many have failed to send is itself at fault."""

MERGED_WITHIN = timedelta(minutes=1)
"""Parts of one card within this time are kept as one entry, with the time of the last: that errs on the safe side."""

LOW_BATTERY = 15
"""Percent below which a phone that is not charging may go at any moment."""

GOOD_SIGNAL = 2
"""Bars."""


def can_send(phones: Iterable[SmsPhone], has_http: bool, now: datetime, rules: Rules) -> bool:
    """Whether a short message that is queued now can be hoped to go out soon.

    A phone that has just lost its socket counts, and so does one that is busy with others.
    """
    return has_http or any(
        not is_away(one, now)
        and not one.is_revoked
        and is_trusted(one, now, rules)
        and is_given_anything(one, now)
        and any(has_room(sim, 1, now, rules) for sim in one.sims)
        for one in phones
    )


def has_other_way(message: SmsMessage, phones: Iterable[SmsPhone], has_http: bool) -> bool:
    """Whether anybody is left who has not failed to send a message, now or later."""
    if len(message.refused) >= MOST_REFUSALS:
        return False
    return has_http or any(
        not is_refused(message, one, sim) for one in phones if not one.is_revoked for sim in one.sims
    )


def is_refused(message: SmsMessage, phone: SmsPhone, sim: Sim) -> bool:
    """Whether a card has failed to send a message, or its phone may have sent it."""
    if message.status is MessageStatus.UNKNOWN or message.is_repeated:
        return phone.device_id in {phone_of(one) for one in message.refused}
    return lease_owner(phone.device_id, sim.slot) in message.refused


def is_away(phone: SmsPhone, now: datetime) -> bool:
    """Whether it has been without a socket for longer than a change of networks takes."""
    return not phone.is_live and (phone.gone_at is None or now - phone.gone_at >= OFFLINE_AFTER)


def can_take(phone: SmsPhone, now: datetime, rules: Rules) -> bool:
    """Whether a phone is to be given anything at this moment."""
    working = at_work(phone, now)
    is_free = len(working) < rules.sms_phone_jobs and not (phone.breaker.opened_at and working)
    return (
        phone.is_live
        and not phone.is_revoked
        and is_free
        and is_given_anything(phone, now)
        and (is_trusted(phone, now, rules))
    )


def is_given_anything(phone: SmsPhone, now: datetime) -> bool:
    """Whether it is not paused, and its breaker is closed or lets a probe through."""
    breaker = phone.breaker
    return phone.paused_reason is None and (breaker.probe_at is None or now >= breaker.probe_at)


def is_trusted(phone: SmsPhone, now: datetime, rules: Rules) -> bool:
    """Whether codes that it says it has sent are used. One that has shown nothing yet is given so many as are looked
    at, and no more until one of them is used.
    """
    last = _last_codes(phone, rules)
    if any(one.is_used for one in last):
        return True
    is_on_probation = len(last) + len(at_work(phone, now)) < 2 * rules.sms_phone_unused
    return is_on_probation and not is_rogue(phone, now, rules)


def is_rogue(phone: SmsPhone, now: datetime, rules: Rules) -> bool:
    """Whether it says that it sends codes, so many of the last are over, and nobody has used any of the last."""
    last = _last_codes(phone, rules)
    lives = timedelta(seconds=rules.code_seconds)
    is_any_used = any(one.is_used for one in last)
    return not is_any_used and sum(now >= one.at + lives for one in last) >= rules.sms_phone_unused


def has_room(sim: Sim, parts: int, now: datetime, rules: Rules) -> bool:
    """Whether a card can send so many parts within its operator's patience."""
    return room_of(sim, now, rules) >= parts


def room_of(sim: Sim, now: datetime, rules: Rules) -> int:
    """Return how many parts a card can send now within its operator's patience, 0 or less when none."""
    if sim.state is not SimState.READY:
        return 0
    return min(rules.sim_parts - spent_lately(sim, now, rules), rules.sim_month_parts - _in_month(sim, now))


def spent_lately(sim: Sim, now: datetime, rules: Rules) -> int:
    """Return the parts that a card was given within the window."""
    since = now - timedelta(seconds=rules.sim_window)
    return sum([one.parts for one in sim.spent if one.at > since])


def at_work(phone: SmsPhone, now: datetime) -> tuple[OpenJob, ...]:
    """Return the messages it has not said the end of, and whose leases may still count."""
    begun_after = now - ACCEPT_WITHIN - SEND_WITHIN
    return tuple([one for one in phone.jobs if one.at > begun_after])


def health(phone: SmsPhone) -> int:
    """Return how well a phone is, of 100: what came of its last messages and codes, its battery and its signal.

    What it has not told counts as good.
    """
    sent = _percent([*phone.outcomes, True])
    used = _percent([*(one.is_used for one in phone.codes), True])
    is_low = phone.battery is not None and phone.battery < LOW_BATTERY and not phone.is_charging
    signal = 4 if phone.signal is None else phone.signal
    return (sent * 50 + used * 10) // 100 + (0 if is_low else 20) + min(signal, GOOD_SIGNAL) * 10


# ── what a phone is given, and what comes of it ───────────────────────────────────────────────────────────────────────


def with_job(phone: SmsPhone, slot: int, message: SmsMessage, now: datetime, rules: Rules) -> SmsPhone:
    """Give a card of a phone a message: its parts are spent whether they go out or not."""
    sims = tuple(_spending(one, message.parts, now, rules) if one.slot == slot else one for one in phone.sims)
    job = OpenJob(message_id=message.id, slot=slot, at=now)
    return phone.with_(sims=sims, jobs=(*_without(phone, message.id, now), job), change=Change(kind="given", at=now))


def without_jobs(phone: SmsPhone, message_ids: frozenset[str], now: datetime) -> SmsPhone:
    """Take messages from a phone that it is not to send any more; the same when it is at none of them."""
    jobs = tuple(one for one in phone.jobs if one.message_id not in message_ids)
    if jobs == phone.jobs:
        return phone
    return phone.with_(jobs=jobs, change=Change(kind="freed", at=now))


def with_sent(phone: SmsPhone, message: SmsMessage, now: datetime) -> SmsPhone:
    """It says that it has sent a message: its breaker closes."""
    fate = CodeFate(message_id=message.id, about=message.about, at=now)
    codes = (*phone.codes, fate)[-REMEMBERED_CODES:] if message.kind is MessageKind.CODE else phone.codes
    return phone.with_(
        jobs=_without(phone, message.id, now),
        breaker=Breaker(),
        sent=phone.sent + 1,
        outcomes=_noted(phone, is_good=True),
        codes=codes,
        change=Change(kind="sent", at=now),
    )


def with_failure(phone: SmsPhone, message: SmsMessage, now: datetime, rules: Rules) -> SmsPhone:
    """It could not send a message, or was silent about it: after some in a row it is given nothing for a while. What it
    had already when its breaker opened is no probe, and makes the wait no longer.
    """
    former = phone.breaker
    failures = former.failures + 1
    breaker = former.with_(failures=failures)
    is_probed = former.probe_at is None or now >= former.probe_at
    if failures >= rules.sms_phone_failures and is_probed:
        wait = min(rules.sms_phone_probe_seconds * 2 ** min(former.opened, 30), rules.sms_phone_probe_longest)
        breaker = Breaker(
            failures=failures,
            opened_at=former.opened_at or now,
            probe_at=now + timedelta(seconds=wait),
            opened=former.opened + 1,
        )
    return phone.with_(
        jobs=_without(phone, message.id, now),
        breaker=breaker,
        failed=phone.failed + 1,
        outcomes=_noted(phone, is_good=False),
        change=Change(kind="failed", at=now),
    )


def code_sent_at(phone: SmsPhone, about: str) -> datetime | None:
    """Return when a phone says it has sent its last code about something; None when it sent none."""
    return max((one.at for one in phone.codes if one.about == about), default=None)


def with_code_used(phone: SmsPhone, about: str, now: datetime) -> SmsPhone:
    """Credit a phone with the last code about something, which somebody has used; the same when it sent none."""
    newest = max((at for at, one in enumerate(phone.codes) if one.about == about), default=None)
    if newest is None or phone.codes[newest].is_used:
        return phone
    used = phone.codes[newest].with_(is_used=True)
    codes = (*phone.codes[:newest], used, *phone.codes[newest + 1 :])
    return phone.with_(codes=codes, change=Change(kind="code-used", at=now))


def resumed(phone: SmsPhone, by: Actor | None, now: datetime) -> SmsPhone:
    """Let a phone work that was paused, or that has failed: what it has shown so far counts no more against it."""
    return phone.with_(
        paused_reason=None,
        paused_at=None,
        paused_by=None,
        breaker=Breaker(),
        codes=(),
        change=Change(kind="resumed", by=by, at=now),
    )


def _spending(sim: Sim, parts: int, now: datetime, rules: Rules) -> Sim:
    kept = tuple(one for one in sim.spent if now - one.at < timedelta(seconds=rules.sim_window))
    last = kept[-1] if kept else None
    # An entry that took in more and more would never become old: it ends a minute after it began.
    if last is not None and now - (last.since or last.at) < MERGED_WITHIN:
        spent = (*kept[:-1], last.with_(at=now, parts=last.parts + parts))
    else:
        spent = (*kept, Spent(at=now, since=now, parts=parts))
    return sim.with_(spent=spent, month=_month(now), month_parts=_in_month(sim, now) + parts)


def _last_codes(phone: SmsPhone, rules: Rules) -> tuple[CodeFate, ...]:
    """Return twice as many as must be over: what was sent a moment ago cannot have been used yet."""
    return phone.codes[-2 * rules.sms_phone_unused :]


def _month(now: datetime) -> str:
    return now.strftime("%Y-%m")


def _in_month(sim: Sim, now: datetime) -> int:
    return sim.month_parts if sim.month == _month(now) else 0


def _without(phone: SmsPhone, message_id: str, now: datetime) -> tuple[OpenJob, ...]:
    return tuple(one for one in at_work(phone, now) if one.message_id != message_id)


def _noted(phone: SmsPhone, *, is_good: bool) -> tuple[bool, ...]:
    return (*phone.outcomes, is_good)[-REMEMBERED_OUTCOMES:]


def _percent(outcomes: Sequence[bool]) -> int:
    return 100 * sum(outcomes) // len(outcomes)
