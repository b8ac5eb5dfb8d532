"""What the floor is shown of the work of an SMS phone. A busy phone is written with every message that it is given and
has sent; people look at its figures now and then. So it is told of them some seconds apart, and what is told later has
the version and the figures of what was told last.
"""

from datetime import datetime, timedelta

from models.fleet import health
from models.sms_phone import Shown, SmsPhone

APART = timedelta(seconds=5)
"""The floor is told so often at the most of messages that a phone was given and has sent; of all else at once."""

_WORK = frozenset({"given", "sent"})
"""The changes that may go untold."""


def shown(phone: SmsPhone) -> Shown:
    """Return what the floor is shown of a phone: what it was told last, or what is told with this version."""
    if phone.shown is not None and phone.change is not None and phone.change.kind in _WORK:
        return phone.shown
    return Shown(
        version=phone.version,
        at=phone.change.at if phone.change else None,
        health=health(phone),
        sent=phone.sent,
        failed=phone.failed,
        codes=len(phone.codes),
        codes_used=sum(one.is_used for one in phone.codes),
        sims=tuple((one.month, one.month_parts) for one in phone.sims),
    )


def worked(before: SmsPhone, after: SmsPhone, now: datetime) -> SmsPhone:
    """Return a phone as it is to be stored after messages that it was given or has sent: the floor is not told of them
    when it was told a moment ago and nothing else has changed.
    """
    former = shown(before)
    is_recent = former.at is not None and now - former.at < APART
    is_same = (before.breaker.probe_at, before.failed, _months(before)) == (
        after.breaker.probe_at,
        after.failed,
        _months(after),
    )
    return after.with_(shown=former if is_recent and is_same else None)


def is_untold(phone: SmsPhone, now: datetime) -> bool:
    """Whether the floor is shown figures that are old and not true any more."""
    last = shown(phone)
    return last.version != phone.version and last.at is not None and now - last.at >= APART


def _months(phone: SmsPhone) -> tuple[str, ...]:
    return tuple(one.month for one in phone.sims)
