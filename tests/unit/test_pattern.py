"""Suspicious patterns: what is one, for whom, in what time, and what was seen to already."""

from datetime import UTC, datetime, timedelta

import pytest

from models.alarm import AlarmKind
from models.audit import AuditEntry
from models.base import Actor
from models.pattern import GIVING_AWAY, Suspicion, longest_window, suspicions
from models.rules import Rules

NOW = datetime(2026, 11, 21, 21, 0, tzinfo=UTC)
RULES = Rules(
    void_alarm_count=3,
    void_alarm_amount=1_000,
    void_alarm_window=600,
    pin_alarm_sessions=3,
    login_alarm_names=3,
    device_alarm_refusals=3,
)


def entry(act: str, by: str = "ana", ago: int = 60, *, amount: int = 0, **fields: str | None) -> AuditEntry:
    return AuditEntry(
        id=f"{act}-{by}-{ago}",
        restaurant_id="r1",
        at=NOW - timedelta(seconds=ago),
        act=act,
        actor=Actor(kind="STAFF", id=by, name=by.title()),
        details={"amount": amount},
        **fields,
    )


def found(*entries: AuditEntry, **settled: datetime) -> list[tuple[AlarmKind, str]]:
    known = {(AlarmKind.MANY_VOIDS, subject): at for subject, at in settled.items()}
    return [(one.kind, one.subject) for one in suspicions(entries, known, RULES, NOW)]


@pytest.mark.parametrize("act", GIVING_AWAY)
def test_many_acts_of_one_person_that_give_money_away_are_suspicious(act: str) -> None:
    assert found(entry(act), entry(act)) == []
    assert found(entry(act), entry(act), entry("line-voided")) == [(AlarmKind.MANY_VOIDS, "ana")]


def test_few_acts_over_a_large_amount_are_suspicious() -> None:
    assert found(entry("line-comped", amount=999)) == []
    (one,) = suspicions([entry("line-comped", amount=1_000)], {}, RULES, NOW)
    assert one == Suspicion(AlarmKind.MANY_VOIDS, "ana", {"name": "Ana", "acts": 1, "amount": 1_000})


def test_what_goes_back_of_a_tip_is_given_away_too() -> None:
    back = entry("payment-refunded", amount=400)
    assert found(back.with_(details={"amount": 400, "tip": 599})) == []
    assert found(back.with_(details={"amount": 400, "tip": 600})) == [(AlarmKind.MANY_VOIDS, "ana")]


def test_the_acts_of_several_people_are_not_added_up() -> None:
    acts = [entry("line-voided", by) for by in ("ana", "ana", "ion", "ion")]
    assert found(*acts) == []


def test_what_is_older_than_the_window_counts_no_more() -> None:
    assert found(*(entry("line-voided", ago=ago) for ago in (1, 2, 600))) == []


def test_what_happened_before_somebody_saw_to_it_counts_no_more() -> None:
    before = [entry("line-voided", ago=100), entry("line-voided", ago=90), entry("line-voided", ago=80)]
    seen_at = NOW - timedelta(seconds=80)
    assert found(*before, ana=seen_at) == []
    after = [entry("line-voided", ago=ago) for ago in (30, 20, 10)]
    assert found(*before, *after, ana=seen_at) == [(AlarmKind.MANY_VOIDS, "ana")]


def test_wrong_pins_at_many_sessions_are_suspicious_and_many_at_one_are_not() -> None:
    assert found(*(entry("pin-failed", session_id="s1") for _ in range(9))) == []
    spread = [entry("pin-failed", session_id=f"s{n}") for n in range(3)]
    assert found(*spread) == [(AlarmKind.PIN_SPRAY, "sessions")]


def test_failed_log_ins_at_many_names_are_suspicious_and_many_at_one_are_not() -> None:
    assert found(*(entry("login-failed", subject="ana") for _ in range(9))) == []
    unknown = [entry("login-failed", subject=None, address="203.0.113.0/24") for _ in range(9)]
    assert found(*unknown) == []
    spread = [entry("login-failed", subject=name) for name in ("ana", "ion")]
    assert found(*spread, *unknown) == [(AlarmKind.LOGIN_SPRAY, "house")]


def test_many_refused_devices_are_suspicious() -> None:
    assert found(*(entry("device-refused", by="") for _ in range(3))) == [(AlarmKind.DEVICE_REFUSED, "house")]


def test_the_look_goes_back_as_far_as_the_longest_window() -> None:
    assert longest_window(Rules()) == timedelta(seconds=3_600)
