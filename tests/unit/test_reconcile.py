"""What a phone and the house agree on when the phone has come back: each message ends with one of the two."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reconcile import AckStatus, Do, OpenMessage, Task, reconciled
from models.sealed import Sealed
from models.sms import GONE, SEND_WITHIN, Lease, MessageKind, MessageStatus, SmsMessage, Step
from models.sms_phone import lease_owner

NOON = datetime(2026, 11, 21, 10, tzinfo=UTC)
LATER = NOON + timedelta(seconds=29)
SEALED = Sealed(key="e1", text="sealed")
S = MessageStatus


def message(
    status: S, owner: str = lease_owner("d", 0), kind: MessageKind = MessageKind.CODE, at: datetime = NOON
) -> SmsMessage:
    """A message with an id of its own for each state, leased by a card since `at`."""
    return SmsMessage(
        id=f"m-{status}",
        restaurant_id="h",
        kind=kind,
        phone=SEALED,
        text=SEALED,
        last_four="0123",
        parts=1,
        status=status,
        history=(Step(status=status, at=at, by=owner),),
        lease=Lease(owner=owner, epoch=3, until=NOON),
        epoch=3,
        queued_at=NOON,
        not_after=NOON + timedelta(minutes=5),
        next_at=NOON,
    )


def said(status: AckStatus, *messages: SmsMessage) -> list[OpenMessage]:
    return [OpenMessage(correlation_id=one.correlation_id, status=status) for one in messages]


def test_what_the_phone_never_got_is_anyones_at_once() -> None:
    (after,) = reconciled("d", [message(S.LEASED)], [], LATER).changed
    assert (after.status, after.lease, after.next_at) == (S.LEASED, None, LATER)
    assert after.taken("phone:e:0", LATER).holds("phone:e:0", 4, LATER)


@pytest.mark.parametrize(("kind", "is_finished"), [(MessageKind.CODE, False), (MessageKind.NOTICE, True)])
def test_what_the_phone_had_accepted_and_lost_is_unknown_and_a_code_is_sent_again(
    kind: MessageKind, is_finished: bool
) -> None:
    (after,) = reconciled("d", [message(S.ACCEPTED, kind=kind)], [], LATER).changed
    assert (after.status, after.is_finished, after.reason) == (S.UNKNOWN, is_finished, "lost")
    assert after.next_at == (None if is_finished else LATER)


@pytest.mark.parametrize("status", [S.LEASED, S.ACCEPTED])
def test_what_the_phone_has_accepted_it_sends_under_a_new_epoch(status: S) -> None:
    one = message(status)
    agreed = reconciled("d", [one], said(AckStatus.ACCEPTED, one), LATER)
    (after,) = agreed.changed
    assert after.status is S.ACCEPTED
    assert agreed.tasks == (Task(correlation_id=one.id, do=Do.SEND, epoch=4),)
    assert after.holds(lease_owner("d", 0), 4, LATER + SEND_WITHIN - timedelta(milliseconds=1))
    assert not after.holds(lease_owner("d", 0), 3, LATER)
    assert agreed.kept == {one.id}


@pytest.mark.parametrize("kind", MessageKind)
def test_a_phone_that_comes_and_goes_keeps_no_code_for_longer_than_its_time(kind: MessageKind) -> None:
    """At 20 seconds it has another half minute; at 40 it had its time, and the code may be at its radio."""
    one = message(S.ACCEPTED, kind=kind)
    (again,) = reconciled("d", [one], said(AckStatus.ACCEPTED, one), NOON + timedelta(seconds=20)).changed
    assert again.holds(lease_owner("d", 0), 4, NOON + timedelta(seconds=49))
    late = NOON + timedelta(seconds=40)
    agreed = reconciled("d", [again], said(AckStatus.ACCEPTED, again), late)
    (after,) = agreed.changed
    if kind is MessageKind.CODE:
        assert agreed.tasks == (Task(correlation_id=one.id, do=Do.FORGET),)
        assert (after.lease, after.refused, after.reason) == (None, (lease_owner("d", 0),), "slow")
        repeated = after.taken(lease_owner("e", 0), late)
        assert (repeated.status, repeated.is_repeated) == (S.LEASED, True)
    else:
        assert agreed.tasks == (Task(correlation_id=one.id, do=Do.SEND, epoch=5),)
        assert after.holds(lease_owner("d", 0), 5, late)


@pytest.mark.parametrize("status", [S.LEASED, S.ACCEPTED])
@pytest.mark.parametrize("word", [AckStatus.SENT, AckStatus.DELIVERED])
def test_what_the_phone_has_sent_is_known_at_once_and_said_again(word: AckStatus, status: S) -> None:
    one = message(status)
    agreed = reconciled("d", [one], said(word, one), LATER)
    (after,) = agreed.changed
    assert (after.status, after.text, after.lease, after.provider) == (word.status, None, None, lease_owner("d", 0))
    assert (agreed.tasks, agreed.kept) == ((Task(correlation_id=one.id, do=Do.REPORT, epoch=3),), frozenset())


def test_what_the_phone_could_not_send_is_somebody_elses_at_once() -> None:
    one = message(S.ACCEPTED)
    agreed = reconciled("d", [one], said(AckStatus.FAILED, one), LATER)
    (after,) = agreed.changed
    assert (after.lease, after.refused, after.is_repeated) == (None, (lease_owner("d", 0),), False)
    assert after.is_due(LATER)
    assert agreed.tasks == (Task(correlation_id=one.id, do=Do.FORGET),)


@pytest.mark.parametrize("status", [S.LEASED, S.ACCEPTED])
def test_what_was_not_sent_in_time_never_is(status: S) -> None:
    one = message(status)
    agreed = reconciled("d", [one], said(AckStatus.ACCEPTED, one), NOON + timedelta(minutes=5))
    assert [after.status for after in agreed.changed] == [S.EXPIRED]
    assert agreed.tasks == (Task(correlation_id=one.id, do=Do.FORGET),)


def test_what_is_another_phones_or_nobodys_is_forgotten_and_not_touched() -> None:
    theirs = message(S.ACCEPTED, lease_owner("e", 0))
    unknown = OpenMessage(correlation_id="nothing", status=AckStatus.SENT)
    agreed = reconciled("d", [theirs], [*said(AckStatus.SENT, theirs), unknown], LATER)
    assert agreed.changed == ()
    assert {(one.do, one.epoch) for one in agreed.tasks} == {(Do.FORGET, None)}


@given(
    st.lists(st.sampled_from([S.LEASED, S.ACCEPTED]), unique=True),
    st.dictionaries(st.sampled_from(["m-LEASED", "m-ACCEPTED", "other"]), st.sampled_from(list(AckStatus))),
    st.integers(0, 10),
)
def test_every_message_ends_with_one_of_the_two(statuses: list[S], named: dict[str, AckStatus], minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    opened = [OpenMessage(correlation_id=one, status=word) for one, word in named.items()]
    agreed = reconciled("d", [message(one) for one in statuses], opened, now)
    kept = {one.id for one in agreed.changed if one.lease is not None}
    assert {one.correlation_id for one in agreed.tasks} == set(named)
    gone = {one.id for one in agreed.changed if one.status in GONE}
    assert {one.correlation_id for one in agreed.tasks if one.do is not Do.FORGET} == kept | gone
    assert kept == agreed.kept
    assert all(one.is_finished or one.is_due(now) for one in agreed.changed if one.id not in kept)
