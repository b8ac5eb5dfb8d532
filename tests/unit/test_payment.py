"""A payment online only moves forward, whatever the provider says, and in whatever order."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import Actor
from models.money import Money
from models.payment import JITTER, LEASE, Payment
from models.payment_state import PaymentStatus, Seen, SeenRefund, Step
from models.tender import RefundStatus

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ANA = Actor(kind="GUEST", id="p1", name="Ana")
ORDER = [
    PaymentStatus.STARTING,
    PaymentStatus.REQUIRES_ACTION,
    PaymentStatus.PROCESSING,
]
ENDS = [PaymentStatus.SUCCEEDED, PaymentStatus.FAILED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED]
TELLABLE = [one for one in PaymentStatus if one not in (PaymentStatus.STARTING, PaymentStatus.EXPIRED)]


def lei(amount: int) -> Money:
    return Money(amount=amount, currency="RON")


def payment(**more: object) -> Payment:
    return Payment(
        id="y1",
        restaurant_id="r1",
        check_id="k1",
        participant_id=ANA.id,
        by=ANA,
        provider="stripe",
        amount=lei(1000),
        tip=lei(100),
        key="k",
        fingerprint="f",
        started_at=NOW,
        expires_at=NOW + timedelta(minutes=15),
        next_at=NOW,
    ).with_(**more)


def seen(status: PaymentStatus, **more: object) -> Seen:
    received = lei(1100 if status is PaymentStatus.SUCCEEDED else 0)
    return Seen(intent_id="pi_1", status=status, asked=lei(1100), received=received, client_secret="s").with_(**more)


def test_what_was_cancelled_while_the_provider_was_asked_is_due_when_the_answer_comes() -> None:
    waiting = payment().moved(seen(PaymentStatus.REQUIRES_ACTION), NOW, 0)
    asked = waiting.woken(NOW).claimed(NOW)
    moved = asked.cancelling(ANA, NOW).moved(seen(PaymentStatus.REQUIRES_ACTION), NOW + timedelta(seconds=1), 0)
    assert moved.is_due(NOW + timedelta(seconds=1))
    assert moved.step is Step.CANCEL
    heard = asked.woken(NOW).moved(seen(PaymentStatus.REQUIRES_ACTION), NOW, 0)
    assert heard.is_due(NOW)
    assert not asked.moved(seen(PaymentStatus.REQUIRES_ACTION), NOW, 0).is_due(NOW)


def paid() -> Payment:
    return payment().moved(seen(PaymentStatus.SUCCEEDED), NOW, 0)


def rank(one: Payment) -> int:
    return ORDER.index(one.status) if one.status in ORDER else len(ORDER)


# ── forward only ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("before", "told"), list(product(PaymentStatus, TELLABLE)))
def test_from_no_state_a_payment_goes_back(before: PaymentStatus, told: PaymentStatus) -> None:
    known = payment(status=before, intent_id="pi_1")
    after = known.moved(seen(told), NOW, 0)
    assert rank(after) >= rank(known)
    assert before not in ENDS or after is known


@given(st.lists(st.sampled_from(TELLABLE), max_size=12))
def test_whatever_is_told_in_whatever_order_the_first_end_stays(told: list[PaymentStatus]) -> None:
    known, ends = payment(), [one for one in told if one in ENDS]
    for status in told:
        known = known.moved(seen(status), NOW, 0)
    # What has failed after it was processed is cancelled, and is then called FAILED.
    assert not ends or known.status in (ends[0], known.ending)
    assert known.is_decided == bool(ends)
    assert (known.client_secret is None) == (known.is_decided or not told)
    assert (known.next_at is None) == known.is_decided


def test_what_has_failed_after_it_was_processed_is_cancelled_before_it_has_failed() -> None:
    failing = payment(status=PaymentStatus.PROCESSING, intent_id="pi_1").moved(
        seen(PaymentStatus.REQUIRES_ACTION, failure="generic_decline"), NOW, 0
    )
    assert (failing.status, failing.step, failing.is_due(NOW)) == (PaymentStatus.PROCESSING, Step.CANCEL, True)
    assert failing.moved(seen(PaymentStatus.CANCELLED), NOW, 0).status is PaymentStatus.FAILED


@pytest.mark.parametrize("ending", [PaymentStatus.EXPIRED, PaymentStatus.CANCELLED])
def test_what_is_to_end_has_ended_when_the_provider_says_so_and_is_paid_when_it_says_that(
    ending: PaymentStatus,
) -> None:
    known = payment(intent_id="pi_1", ending=ending)
    assert known.step is Step.CANCEL
    assert known.moved(seen(PaymentStatus.CANCELLED), NOW, 0).status is ending
    assert known.moved(seen(PaymentStatus.SUCCEEDED), NOW, 0).status is PaymentStatus.SUCCEEDED


# ── what is ours ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "other",
    [
        {"intent_id": "pi_2"},
        {"asked": lei(1000)},
        {"asked": Money(amount=1100, currency="EUR")},
        {"received": lei(1099)},
        {"received": Money(amount=1100, currency="EUR")},
        {"received": None},
    ],
)
def test_only_the_payment_amount_and_currency_that_were_asked_for_are_ours(other: dict[str, object]) -> None:
    known = payment(intent_id="pi_1")
    assert known.is_about(seen(PaymentStatus.SUCCEEDED))
    assert not known.is_about(seen(PaymentStatus.SUCCEEDED, **other))


def test_money_for_what_had_ended_is_a_contradiction() -> None:
    ended = payment(intent_id="pi_1").ended(PaymentStatus.EXPIRED, None, NOW)
    assert ended.contradicts(seen(PaymentStatus.SUCCEEDED))
    assert not ended.contradicts(seen(PaymentStatus.CANCELLED))
    assert not paid().contradicts(seen(PaymentStatus.SUCCEEDED))


# ── turns ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_while_one_asks_it_is_nobody_elses_turn() -> None:
    claimed = payment().claimed(NOW)
    assert not claimed.is_due(NOW + LEASE - timedelta(seconds=1))
    assert claimed.is_due(NOW + LEASE)


def test_who_does_not_pay_in_time_is_expired_by_the_next_who_asks() -> None:
    late = NOW + timedelta(minutes=15)
    waiting = payment(status=PaymentStatus.REQUIRES_ACTION, intent_id="pi_1")
    assert waiting.claimed(late - timedelta(seconds=1)).ending is None
    assert waiting.claimed(late).ending is PaymentStatus.EXPIRED
    assert payment(status=PaymentStatus.PROCESSING, intent_id="pi_1").claimed(late).ending is None


def test_one_that_is_to_end_ends_without_the_provider_only_if_no_phone_was_told_how_to_pay() -> None:
    cancelling = payment().cancelling(ANA, NOW)
    assert cancelling.end_without_provider(NOW) is PaymentStatus.CANCELLED
    assert cancelling.with_(intent_id="pi_1").end_without_provider(NOW) is None
    assert payment().end_without_provider(NOW) is None
    assert payment().end_without_provider(NOW + timedelta(minutes=15)) is PaymentStatus.EXPIRED


@pytest.mark.parametrize("jitter", [0, JITTER // 2, JITTER])
def test_waits_grow_up_to_a_minute_and_are_spread(jitter: int) -> None:
    waits = []
    for tries in range(1, 40):
        waiting = payment(status=PaymentStatus.PROCESSING, intent_id="pi_1", tries=tries)
        postponed = waiting.postponed(NOW, jitter)
        assert postponed.next_at
        waits.append(postponed.next_at - NOW)
        assert waiting.look_at(NOW, jitter) >= postponed.next_at
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=2) * (2 * JITTER - jitter) / (2 * JITTER)
    assert waits[-1] == timedelta(seconds=60) * (2 * JITTER - jitter) / (2 * JITTER)


def test_whoever_waits_for_the_payer_looks_again_when_their_time_is_up() -> None:
    waiting = payment(status=PaymentStatus.REQUIRES_ACTION, intent_id="pi_1", tries=30)
    assert waiting.look_at(NOW + timedelta(minutes=14, seconds=50), 0) == waiting.expires_at


# ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def seen_refund(status: RefundStatus, **more: object) -> SeenRefund:
    return SeenRefund(provider_id="re_1", intent_id="pi_1", status=status, amount=lei(300)).with_(**more)


@given(st.lists(st.sampled_from(RefundStatus), max_size=8))
def test_a_refund_only_moves_forward_and_a_failure_is_final(told: list[RefundStatus]) -> None:
    known = paid().refunding("b1", lei(300), ANA, NOW)
    for status in told:
        refund = known.refund("b1")
        assert refund
        known = known.refund_moved(refund, seen_refund(status), NOW, 0)
    refund = known.refund("b1")
    assert refund
    last = RefundStatus.FAILED if RefundStatus.FAILED in told else RefundStatus.SUCCEEDED
    decided = {RefundStatus.SUCCEEDED, RefundStatus.FAILED} & set(told)
    assert refund.status is (last if decided else RefundStatus.PENDING)
    assert known.is_finished == bool(decided)
    assert known.status is PaymentStatus.SUCCEEDED


def test_each_of_several_refunds_has_its_turn_the_new_one_first() -> None:
    known = paid().refunding("b1", lei(300), ANA, NOW).refunding("b2", lei(200), ANA, NOW)
    first = known.refund("b1")
    assert first
    known = known.refund_moved(first, seen_refund(RefundStatus.PENDING), NOW, 0)
    assert (known.step, known.refund_to_ask) == (Step.REFUND, known.refund("b2"))
    assert known.is_due(NOW)
    second = known.refund("b2")
    assert second
    known = known.refund_moved(second, seen_refund(RefundStatus.PENDING, provider_id="re_2"), NOW, 0)
    asked = {known.with_(tries=tries).refund_to_ask for tries in range(4)}
    assert known.step is Step.LOOK_AT_REFUND
    assert {one.id for one in asked if one} == {"b1", "b2"}


@pytest.mark.parametrize("other", [{"intent_id": "pi_2"}, {"amount": lei(299)}, {"provider_id": "re_2"}])
def test_only_the_refund_that_was_asked_for_is_ours(other: dict[str, object]) -> None:
    known = paid().refunding("b1", lei(300), ANA, NOW)
    refund = known.refund("b1")
    assert refund
    asked = refund.with_(provider_id="re_1")
    assert known.is_about_refund(asked, seen_refund(RefundStatus.PENDING))
    assert not known.is_about_refund(asked, seen_refund(RefundStatus.PENDING, **other))
