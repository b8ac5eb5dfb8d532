"""Striking lines of a ticket, cancelling lines of a round, allowances and promotions: the rules by themselves."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import making

from models.allowance import Allowance, GivingKind, new_allowance
from models.base import Actor
from models.dining import DiningOption
from models.errors import DailyCeiling, LineCancelled, NotFound, OrderNotWaiting, OrderSent, TransitionRefused
from models.order import Order, OrderStatus
from models.pricing import Pricing, Promotion
from models.promotion import PromotionCount, promotion_now
from models.rules import Rules
from models.status import LineStatus
from models.ticket import Ticket, TicketStatus

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
COOK = Actor(kind="STAFF", id="cook", name="Radu")
OTHER = Actor(kind="SCREEN", id="grill", name="Grill")
ANA = Actor(kind="GUEST", id="ana", name="Ana")


def ticket(*quantities: int) -> Ticket:
    return making.ticket(
        *(making.ticket_line(f"l{number}", quantity=quantity) for number, quantity in enumerate(quantities))
    )


def order(status: OrderStatus = OrderStatus.WAITING, lines: int = 3) -> Order:
    return making.order(*(making.order_line(f"l{number}", quantity=2) for number in range(lines)), status=status)


# ── what is struck ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_cook_has_not_seen_stays_struck() -> None:
    shown = ticket(5).with_voided("l0", 1, ANA, NOW)
    later = shown.with_voided("l0", 3, ANA, NOW)
    assert later.acknowledged("l0", shown.line("l0").voided, COOK, NOW).line("l0").struck == 2


def test_a_late_receipt_takes_nothing_back() -> None:
    known = ticket(5).with_voided("l0", 3, ANA, NOW).acknowledged("l0", None, COOK, NOW)
    assert known.acknowledged("l0", 1, OTHER, NOW) is known
    assert known.line("l0").acknowledged_by == COOK


def test_what_is_struck_whole_is_cleared_by_the_last_receipt_and_the_rest_is_not() -> None:
    struck = ticket(1, 1).with_voided("l0", 1, ANA, NOW)
    assert struck.acknowledged("l0", None, COOK, NOW).is_open
    whole = struck.with_voided("l1", 1, ANA, NOW)
    first = whole.acknowledged("l0", None, COOK, NOW)
    assert first.is_open
    assert first.acknowledged("l1", None, COOK, NOW).status is TicketStatus.BUMPED


def test_what_was_finished_when_the_rest_was_struck_is_still_there_to_be_bumped() -> None:
    half = ticket(1, 1).step("l0", LineStatus.READY, LineStatus.NEW, COOK, NOW).struck(ANA, NOW)
    assert [line.struck for line in half.lines] == [0, 1]
    assert half.acknowledged("l1", None, COOK, NOW).is_open


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["void", "acknowledge", "bump", "recall", "strike"]), st.integers(0, 9))))
def test_no_more_is_acknowledged_than_was_struck_and_nothing_is_forgotten(acts: list[tuple[str, int]]) -> None:
    now, seen = ticket(9), 0
    for act, portions in acts:
        match act:
            case "void":
                now = now.with_voided("l0", max(portions, now.line("l0").voided), ANA, NOW)
            case "acknowledge":
                now = now.acknowledged("l0", portions, COOK, NOW)
            case "bump":
                now = now.bump(COOK, NOW)
            case "recall":
                with suppress(TransitionRefused):
                    now = now.recall(COOK, NOW)
            case "strike":
                now = now.struck(ANA, NOW)
        line = now.line("l0")
        assert seen <= line.acknowledged <= line.voided <= line.quantity
        seen = line.acknowledged


# ── what is cancelled ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_round_is_cancelled_when_nothing_of_it_is_left() -> None:
    part = order().cancelled(("l0", "l2"), "late", COOK, NOW)
    assert (part.status, [line.id for line in part.to_send]) == (OrderStatus.WAITING, ["l1"])
    whole = part.cancelled(("l1",), "late", COOK, NOW)
    assert (whole.status, whole.to_send, whole.reason, whole.decided_by) == (OrderStatus.CANCELLED, (), "late", COOK)
    assert whole.total == order().total


def test_what_was_cancelled_is_not_cancelled_again() -> None:
    part = order().cancelled(("l0",), None, ANA, NOW)
    with pytest.raises(LineCancelled):
        part.cancelled(("l0",), None, ANA, NOW)
    whole = part.cancelled(("l0", "l1", "l2"), None, ANA, NOW)
    with pytest.raises(OrderNotWaiting):
        whole.cancelled(None, None, ANA, NOW)


def test_an_approved_part_keeps_what_was_cancelled() -> None:
    sent = order().cancelled(("l0",), None, ANA, NOW).approved(COOK, NOW)
    assert [line.id for line in sent.to_send] == ["l1", "l2"]


@pytest.mark.parametrize(
    ("status", "refusal"), [(OrderStatus.PLACED, OrderSent), (OrderStatus.REJECTED, OrderNotWaiting)]
)
def test_nothing_is_cancelled_of_what_was_decided(status: OrderStatus, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        order(status).cancelled(None, None, ANA, NOW)


def test_a_line_of_another_round_is_not_found() -> None:
    with pytest.raises(NotFound):
        order().cancelled(("l0", "nothing"), None, ANA, NOW)


# ── what is given away ────────────────────────────────────────────────────────────────────────────────────────────────


def allowance(amount: int) -> Allowance:
    return new_allowance("a", "r", COOK, "2026-11-21", NOW).with_given(GivingKind.VOID, amount, COOK, NOW)


def test_all_that_is_left_may_be_given_and_not_one_more() -> None:
    limited = Rules(void_day_amount=1000)
    allowance(400).require_left(GivingKind.VOID, 600, limited)
    with pytest.raises(DailyCeiling) as refused:
        allowance(400).require_left(GivingKind.VOID, 601, limited)
    assert refused.value.details == {"kind": "VOID", "limit": 1000, "left": 600}


def test_a_ceiling_of_zero_is_none() -> None:
    allowance(10**9).require_left(GivingKind.VOID, 10**9, Rules(void_day_amount=0))


def test_what_somebody_approved_beyond_the_ceiling_leaves_nothing() -> None:
    assert allowance(5000).left(GivingKind.VOID, Rules(void_day_amount=1000)) == 0


# ── promotions ────────────────────────────────────────────────────────────────────────────────────────────────────────

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("terms", "is_running"),
    [
        ({}, True),
        ({"starts_at": NOW}, True),
        ({"starts_at": NOW + HOUR}, False),
        ({"ends_at": NOW + HOUR}, True),
        ({"ends_at": NOW}, False),
        ({"dining_options": (DiningOption.DELIVERY,)}, False),
    ],
)
def test_a_promotion_runs_from_its_beginning_until_its_end_where_it_is_meant_to(
    terms: dict[str, Any], is_running: bool
) -> None:
    running = Promotion(code="LUNCH", name={"en": "Lunch"}, percent=1000, **terms)
    found = promotion_now(Pricing(promotions=(running,)), "LUNCH", DiningOption.DINE_IN, NOW)
    assert (found is running) == is_running


def test_a_promotion_is_used_up_after_its_uses_and_one_that_is_taken_off_is_free_again() -> None:
    promotion = Promotion(code="LUNCH", name={"en": "Lunch"}, amount=100, uses=1)
    count = PromotionCount(id="p", restaurant_id="r", code="LUNCH")
    used = count.taken(ANA, NOW)
    assert [one.is_used_up(promotion) for one in (count, used, used.returned(COOK, NOW))] == [False, True, False]
