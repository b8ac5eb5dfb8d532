"""What a provider tells of a message: believed by its name and its sending, never backwards."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sealed import Sealed
from models.sms import (
    ACCEPT_WITHIN,
    LOOK_AFTER,
    SEND_WITHIN,
    TRANSITIONS,
    MessageKind,
    MessageStatus,
    ProviderReport,
    SmsMessage,
)

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
SEALED = Sealed(key="e1", text="sealed")
S = MessageStatus
OUTCOMES = (S.SENT, S.DELIVERED, S.FAILED)


def message(kind: MessageKind = MessageKind.CODE) -> SmsMessage:
    return SmsMessage(
        id="m",
        restaurant_id="h",
        kind=kind,
        phone=SEALED,
        text=SEALED,
        last_four="0123",
        parts=1,
        queued_at=NOON,
        not_after=NOON + timedelta(minutes=5),
        next_at=NOON,
    )


def accepted(kind: MessageKind = MessageKind.CODE, looks: int = 2) -> SmsMessage:
    leased = message(kind).taken("one", NOON)
    return leased.with_(provider="twilio", provider_id="SM1", looks=looks).moved(S.ACCEPTED, NOON, "one")


def said(status: MessageStatus, epoch: int = 1, sid: str | None = "SM1", provider: str = "twilio") -> ProviderReport:
    return ProviderReport(provider=provider, provider_id=sid, epoch=epoch, status=status, reason="why")


def after(one: SmsMessage, *reports: ProviderReport) -> SmsMessage:
    for report in reports:
        one = one.told(report, NOON) or one
    return one


def test_a_report_counts_without_a_lease_and_erases_what_is_sealed() -> None:
    sent = accepted().told(said(S.SENT), NOON + SEND_WITHIN * 2)
    assert sent is not None
    assert (sent.status, sent.is_finished, sent.phone, sent.text, sent.lease) == (S.SENT, True, None, None, None)
    assert sent.history[-1].by == "twilio"


@pytest.mark.parametrize("order", list(permutations((S.SENT, S.DELIVERED))))
def test_the_order_of_reports_does_not_matter(order: tuple[MessageStatus, ...]) -> None:
    assert after(accepted(), *(said(one) for one in order)).status is S.DELIVERED


@given(st.lists(st.sampled_from(OUTCOMES), max_size=8), st.booleans())
def test_reports_only_move_forward(reports: list[MessageStatus], is_leased: bool) -> None:
    one = message().taken("one", NOON) if is_leased else accepted()
    for status in reports:
        moved = one.told(said(status), NOON)
        assert moved is None or status in TRANSITIONS[one.status]
        one = moved or one
    states = [step.status for step in one.history]
    assert len(states) == len(set(states))


@pytest.mark.parametrize(
    "foreign", [said(S.SENT, sid="SM2"), said(S.SENT, provider="webhook"), said(S.SENT, epoch=2), said(S.FAILED, 0)]
)
def test_a_report_of_somebody_or_something_else_changes_nothing(foreign: ProviderReport) -> None:
    assert accepted().told(foreign, NOON) is None


def test_a_report_that_is_earlier_than_the_answer_names_the_message() -> None:
    sent = message().taken("one", NOON).told(said(S.SENT), NOON)
    assert sent is not None
    assert (sent.provider, sent.provider_id) == ("twilio", "SM1")


def test_a_service_that_gives_its_messages_no_name_is_believed() -> None:
    given = accepted().with_(provider="webhook", provider_id="out-1").told(said(S.SENT, 1, None, "webhook"), NOON)
    assert given is not None
    assert given.provider_id == "out-1"


def repeated() -> SmsMessage:
    """Return a code that is being sent once more, after nobody knew what had become of it."""
    unknown = accepted(looks=0).taken("two", NOON + SEND_WITHIN)
    again = unknown.taken("two", NOON + SEND_WITHIN)
    assert (again.status, again.epoch, again.provider, again.provider_id) == (S.LEASED, 2, None, None)
    return again


@pytest.mark.parametrize("status", [S.SENT, S.DELIVERED])
def test_that_the_first_sending_has_gone_is_believed_also_while_it_is_sent_again(status: MessageStatus) -> None:
    assert after(repeated(), said(status)).status is status


def test_that_the_first_sending_has_failed_says_nothing_of_the_second() -> None:
    assert repeated().told(said(S.FAILED), NOON) is None
    assert after(repeated(), said(S.FAILED, epoch=2, sid="SM2")).status is S.FAILED


def test_a_message_of_which_nothing_is_told_is_looked_at_twice() -> None:
    one = accepted()
    assert one.next_at == NOON + LOOK_AFTER
    first = one.taken("two", NOON + LOOK_AFTER)
    assert (first.status, first.looks, first.next_at) == (S.ACCEPTED, 1, NOON + SEND_WITHIN)
    second = first.taken("two", NOON + SEND_WITHIN)
    assert (second.status, second.looks, second.next_at) == (S.ACCEPTED, 0, NOON + SEND_WITHIN + ACCEPT_WITHIN)
    assert second.taken("two", NOON + SEND_WITHIN + ACCEPT_WITHIN).status is S.UNKNOWN


def test_what_is_unknown_may_still_be_told() -> None:
    unknown = accepted(MessageKind.NOTICE, looks=0).taken("two", NOON + SEND_WITHIN)
    assert unknown.is_finished
    delivered = unknown.told(said(S.DELIVERED), NOON + timedelta(hours=1))
    assert delivered is not None
    assert (delivered.status, delivered.finished_at) == (S.DELIVERED, NOON + SEND_WITHIN)
