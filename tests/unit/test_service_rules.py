"""Requests for service: what is asked for twice, who goes there, and what is over."""

from datetime import UTC, datetime, timedelta

import pytest
from unit.making import session

from models.base import Actor
from models.errors import AlreadyTaken, RateLimited, RequestFinished
from models.service import ServiceKind, ServiceRequest, ServiceStatus, new_request, require_not_too_many

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
GUEST = Actor(kind="GUEST", id="p1", name="Maria")
ANA = Actor(kind="STAFF", id="w1", name="Ana")
IOAN = Actor(kind="STAFF", id="w2", name="Ioan")
WINDOW = timedelta(minutes=10)

SESSION = session(table_name="T1", opened_by=ANA, waiter=ANA)


def asked(
    kind: ServiceKind = ServiceKind.WATER, note: str = "", at: datetime = NOW, operation: str | None = None
) -> ServiceRequest:
    return new_request("q1", SESSION, kind, note, GUEST, at, operation)


def test_a_request_carries_the_table_and_its_waiter() -> None:
    request = asked()
    assert (request.table_name, request.waiter, request.by) == ("T1", ANA, GUEST)


def test_the_same_kind_is_the_same_request_whatever_is_added() -> None:
    assert asked(ServiceKind.BILL).is_same(ServiceKind.BILL, "by card")
    assert not asked(ServiceKind.BILL).is_same(ServiceKind.WATER, "")


def test_something_else_is_another_request() -> None:
    chair = asked(ServiceKind.OTHER, "a high chair")
    assert chair.is_same(ServiceKind.OTHER, "a high chair")
    assert not chair.is_same(ServiceKind.OTHER, "a blanket")
    assert chair.wish != asked(ServiceKind.OTHER, "a blanket").wish


def test_what_is_over_can_be_asked_for_anew() -> None:
    for over in (asked().resolved(ANA, NOW), asked().cancelled(GUEST, NOW)):
        assert not over.is_same(ServiceKind.WATER, "")


def test_what_is_taken_is_not_asked_for_anew() -> None:
    assert asked().taken(ANA, NOW).is_same(ServiceKind.WATER, "")


def test_asking_again_without_a_word_changes_nothing() -> None:
    request = asked(note="still")
    assert request.asked_again("", GUEST, NOW, None) is request
    assert request.asked_again("still", GUEST, NOW, None) is request


def test_asking_again_with_a_word_adds_it() -> None:
    assert asked(ServiceKind.BILL).asked_again("by card", GUEST, NOW, None).note == "by card"


def test_asking_again_under_an_operation_remembers_it_and_keeps_the_word() -> None:
    request = asked(note="still", operation="op-1").asked_again("", GUEST, NOW, "op-2")
    assert (request.note, request.operations) == ("still", ("op-1", "op-2"))


def test_the_operations_of_one_request_are_bounded() -> None:
    request = asked()
    for number in range(40):
        request = request.asked_again("", GUEST, NOW, f"op-{number}")
    assert len(request.operations) == 16
    assert request.operations[-1] == "op-39"


def test_one_waiter_goes_there() -> None:
    taken = asked().taken(ANA, NOW)
    assert (taken.status, taken.taken_by, taken.taken_at) == (ServiceStatus.TAKEN, ANA, NOW)
    with pytest.raises(AlreadyTaken) as refused:
        taken.taken(IOAN, NOW)
    assert refused.value.details["by"]["id"] == ANA.id


@pytest.mark.parametrize("over", [asked().resolved(ANA, NOW), asked().cancelled(GUEST, NOW)], ids=["resolved", "back"])
def test_nobody_goes_where_nobody_is_needed(over: ServiceRequest) -> None:
    with pytest.raises(RequestFinished):
        over.taken(ANA, NOW)


def test_a_colleague_may_resolve_what_another_has_taken() -> None:
    resolved = asked().taken(ANA, NOW).resolved(IOAN, NOW)
    assert (resolved.status, resolved.is_finished) == (ServiceStatus.RESOLVED, True)
    assert (resolved.taken_by, resolved.resolved_by) == (ANA, IOAN)


def test_what_is_taken_back_was_resolved_by_nobody() -> None:
    cancelled = asked().cancelled(GUEST, NOW)
    assert (cancelled.is_finished, cancelled.resolved_by) == (True, None)


@pytest.mark.parametrize(
    ("request_", "is_overlooked"),
    [
        (asked(), True),
        (asked().taken(ANA, NOW), False),
        (asked().escalated(NOW), False),
        (asked().resolved(ANA, NOW), False),
        (asked().cancelled(GUEST, NOW), False),
    ],
    ids=["open", "taken", "escalated", "resolved", "cancelled"],
)
def test_only_what_nobody_has_seen_to_is_overlooked(request_: ServiceRequest, is_overlooked: bool) -> None:
    assert request_.is_overlooked is is_overlooked


def test_a_party_may_ask_so_often_within_a_window() -> None:
    earlier = [asked(at=NOW - timedelta(minutes=minutes)) for minutes in (1, 3, 9, 11)]
    require_not_too_many(earlier, 4, WINDOW, NOW)
    with pytest.raises(RateLimited) as refused:
        require_not_too_many(earlier, 3, WINDOW, NOW)
    assert refused.value.details == {"retryAfter": 60}


def test_whatever_happens_to_a_party_it_is_idle_no_more() -> None:
    idle = SESSION.idle(NOW - timedelta(hours=1), NOW)
    assert idle.with_(version=7).idle_since is not None
    assert idle.asked("service-requested", GUEST, NOW).idle_since is None
    assert idle.busy(NOW).idle_since is None


def test_a_party_that_changes_hands_is_as_idle_as_before() -> None:
    since = NOW - timedelta(hours=1)
    assert SESSION.idle(since, NOW).given_to(IOAN, ANA, NOW).idle_since == since
