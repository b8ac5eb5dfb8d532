"""What looks wrong in the last hour of a house's audit log, although each act alone is allowed. Pure: entries in,
suspicions out.

The limits of a single PIN, log-in name or address are elsewhere, and refuse. Here nothing is refused: it is for people
to look at.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from models.alarm import AlarmKind
from models.audit import AuditEntry
from models.rules import Rules

GIVING_AWAY = ("line-voided", "line-comped", "discount-applied", "payment-refunded")
"""Acts by which a person of the house can turn money into nothing; `amount` in their details is in minor units."""

PIN_FAILED, LOGIN_FAILED, DEVICE_REFUSED = "pin-failed", "login-failed", "device-refused"

HOUSE, SESSIONS = "house", "sessions"

Settled = Mapping[tuple[AlarmKind, str], datetime]
"""When somebody saw to the last alarm about a pattern and subject: what happened until then counts no more."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One pattern, about one person or about the house."""

    kind: AlarmKind
    subject: str
    details: Mapping[str, str | int] = field(default_factory=dict)


def longest_window(rules: Rules) -> timedelta:
    """Return how far back the patterns look."""
    return timedelta(seconds=max(rules.void_alarm_window, rules.house_window, rules.login_window, rules.pairing_window))


def suspicions(entries: Iterable[AuditEntry], settled: Settled, rules: Rules, now: datetime) -> list[Suspicion]:
    """Return what is suspicious in the entries of a house."""
    by_act: dict[str, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        by_act[entry.act].append(entry)

    def lately(kind: AlarmKind, subject: str, seconds: int, acts: Sequence[str]) -> list[AuditEntry]:
        since = now - timedelta(seconds=seconds)
        seen = settled.get((kind, subject), since)
        return [one for act in acts for one in by_act[act] if one.at > since and one.at > seen]

    found = _givers(lately, by_act, rules)
    pins = lately(AlarmKind.PIN_SPRAY, SESSIONS, rules.house_window, (PIN_FAILED,))
    sessions = {one.session_id for one in pins}
    if len(sessions) >= rules.pin_alarm_sessions:
        found.append(Suspicion(AlarmKind.PIN_SPRAY, SESSIONS, {"sessions": len(sessions), "failures": len(pins)}))
    logins = lately(AlarmKind.LOGIN_SPRAY, HOUSE, rules.login_window, (LOGIN_FAILED,))
    # A name that nobody has is not written down: all of those from one network count as one.
    names = {one.subject or one.address for one in logins}
    if len(names) >= rules.login_alarm_names:
        found.append(Suspicion(AlarmKind.LOGIN_SPRAY, HOUSE, {"names": len(names), "failures": len(logins)}))
    devices = lately(AlarmKind.DEVICE_REFUSED, HOUSE, rules.pairing_window, (DEVICE_REFUSED,))
    if len(devices) >= rules.device_alarm_refusals:
        found.append(Suspicion(AlarmKind.DEVICE_REFUSED, HOUSE, {"failures": len(devices)}))
    return found


def _givers(
    lately: Callable[[AlarmKind, str, int, Sequence[str]], list[AuditEntry]],
    by_act: Mapping[str, Sequence[AuditEntry]],
    rules: Rules,
) -> list[Suspicion]:
    """Return who took off or gave away unusually often, or unusually much."""
    found = []
    for person in sorted({one.actor.id for act in GIVING_AWAY for one in by_act.get(act, ())}):
        acts = lately(AlarmKind.MANY_VOIDS, person, rules.void_alarm_window, GIVING_AWAY)
        own = [one for one in acts if one.actor.id == person]
        amount = sum(_amount(one) for one in own)
        if len(own) >= rules.void_alarm_count or amount >= rules.void_alarm_amount:
            details: dict[str, str | int] = {"name": own[0].actor.name, "acts": len(own), "amount": amount}
            found.append(Suspicion(AlarmKind.MANY_VOIDS, person, details))
    return found


def _amount(entry: AuditEntry) -> int:
    """Return what an entry gave away, in minor units: of a refund with what of the tip went back."""
    given = (entry.details.get(name) for name in ("amount", "tip"))
    return sum(one for one in given if isinstance(one, int))
