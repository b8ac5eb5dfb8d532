"""The check: whatever is taken off, paid and given back, the parts add up and nothing falls below zero."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unit import making

from kitchen_display.board import all_day
from models.base import Actor
from models.check import Check, entered, named, new_check, with_order, with_tender
from models.check_content import MOST_ENTRIES
from models.check_line import CheckLine, CheckRound
from models.check_view import CorrectionView, TenderView, check_view, floor_check_view
from models.correction import CorrectionKind, Entry
from models.dish import Course
from models.errors import (
    CheckFull,
    DiscountOutOfRange,
    IdempotencyKeyReused,
    LineTakenOff,
    NotFound,
    PaymentTooLarge,
    RefundTooLarge,
    Refusal,
    SessionClosed,
    TransitionRefused,
)
from models.money import Money, total
from models.order import OrderLine
from models.status import LineStatus
from models.tender import Refund, Tender, TenderMethod
from models.ticket import Ticket

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ANA = Actor(kind="GUEST", id="ana", name="Ana")
ION = Actor(kind="STAFF", id="ion", name="Ion")
ELENA = Actor(kind="STAFF", id="elena", name="Elena")
VOID, COMP = CorrectionKind.VOID, CorrectionKind.COMP


def lei(amount: int) -> Money:
    return Money(amount=amount, currency="RON")


def line(name: str = "l", *, quantity: int = 3, price: int = 1250) -> OrderLine:
    return OrderLine(
        id=name,
        item_id="soup",
        name={"en": "Soup"},
        quantity=quantity,
        course=Course.STARTERS,
        unit_price=lei(price),
        added_by=ANA,
        stations=("cold",),
    )


def check_with(*lines: OrderLine) -> Check:
    """A check with one order of these lines."""
    return new_check("k", "r", "s", "RON").with_order(round_of("o", *lines), ION, NOW)


def round_of(order_id: str, *lines: OrderLine) -> CheckRound:
    """What an order puts on a check."""
    return CheckRound(
        order_id=order_id,
        number=1,
        amount=total((one.price for one in lines), "RON"),
        lines=tuple(
            CheckLine(
                id=one.id,
                item_id=one.item_id,
                name=one.name,
                quantity=one.quantity,
                unit_price=one.unit_price,
                by=one.added_by,
            )
            for one in lines
        ),
    )


def entry(key: str = "key", reason: str = "cold") -> Entry:
    return Entry(id=f"id-{key}", key=key, fingerprint="print", by=ION, at=NOW, reason=reason)


def void(check: Check, dish: OrderLine, quantity: int | None = None, *, kind: CorrectionKind = VOID) -> Check:
    return check.corrected(check.taking_off(kind, "o", dish, quantity, entry()))


def tender(amount: int, *, tip: int = 0, given: int | None = None, key: str = "pay") -> Tender:
    return Tender(
        id=f"id-{key}",
        method=TenderMethod.CARD_TERMINAL if given is None else TenderMethod.CASH,
        amount=lei(amount),
        tip=lei(tip),
        given=None if given is None else lei(given),
        by=ION,
        at=NOW,
        key=key,
        fingerprint="print",
    )


def refund(amount: int, key: str = "back") -> Refund:
    return Refund(
        id=f"id-{key}", amount=lei(amount), reason="cold", by=ION, approver=ELENA, at=NOW, key=key, fingerprint="print"
    )


# ── what is taken off ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_void_takes_off_what_its_portions_cost() -> None:
    check = void(check_with(line(quantity=3)), line(quantity=3), 2)
    assert (check.total, check.due) == (lei(1250), lei(1250))
    assert check.rounds[0].amount == lei(3750)


def test_without_a_quantity_all_that_is_left_comes_off() -> None:
    check = void(void(check_with(line(quantity=3)), line(quantity=3), 1), line(quantity=3))
    assert [one.quantity for one in check.corrections] == [1, 2]
    assert check.total == lei(0)


@pytest.mark.parametrize("first", [VOID, COMP])
@pytest.mark.parametrize("then", [VOID, COMP])
def test_a_line_is_not_taken_off_twice(first: CorrectionKind, then: CorrectionKind) -> None:
    check = void(check_with(line()), line(), kind=first)
    with pytest.raises(LineTakenOff) as refused:
        check.taking_off(then, "o", line(), None, entry())
    assert refused.value.details == {"left": 0}


def test_a_line_is_not_taken_off_beyond_its_quantity() -> None:
    check = void(check_with(line(quantity=3)), line(quantity=3), 2, kind=COMP)
    with pytest.raises(LineTakenOff) as refused:
        check.taking_off(VOID, "o", line(quantity=3), 2, entry())
    assert refused.value.details == {"left": 1}


def test_lines_of_two_orders_are_counted_apart() -> None:
    check = check_with(line()).with_order(round_of("p", line("m")), ION, NOW)
    check = void(check, line())
    assert (check.portions_left("o", line()), check.portions_left("p", line("m"))) == (0, 3)


def test_after_a_void_a_discount_takes_off_no_more_than_the_check_still_has() -> None:
    check = check_with(line(quantity=2, price=1000))
    check = check.corrected(check.discount(1900, None, entry()))
    check = void(check, line(quantity=2, price=1000), 1)
    assert [check.takes_off(one).amount for one in check.corrections] == [1000, 1000]
    assert check.total == lei(0)


def test_a_percentage_stays_a_percentage() -> None:
    check = check_with(line(quantity=3))
    check = check.corrected(check.discount(None, 1000, entry()))
    assert check.total == lei(3375)
    check = check.with_order(round_of("p", line("m", price=100)), ION, NOW)
    assert check.total == lei(3645)
    assert void(check, line(quantity=3), 2).total == lei(1395)


@pytest.mark.parametrize(
    ("amount", "percent", "off"), [(500, None, 500), (3750, None, 3750), (None, 1000, 375), (None, 10_000, 3750)]
)
def test_a_discount_is_an_amount_or_a_share_of_what_the_check_comes_to(
    amount: int | None, percent: int | None, off: int
) -> None:
    check = check_with(line(quantity=3))
    assert check.takes_off(check.discount(amount, percent, entry())) == lei(off)


@pytest.mark.parametrize(("basis_points", "share"), [(1, 0), (49, 0), (50, 1), (149, 1), (150, 2), (10_000, 100)])
def test_half_a_minor_unit_is_rounded_up(basis_points: int, share: int) -> None:
    assert lei(100).share(basis_points) == lei(share)


@pytest.mark.parametrize(("amount", "percent"), [(3751, None), (None, 1), (0, None)])
def test_a_discount_of_nothing_or_of_more_than_the_check_is_refused(amount: int | None, percent: int | None) -> None:
    with pytest.raises(DiscountOutOfRange):
        check_with(line(quantity=3)).discount(amount, percent, entry())


def test_nothing_is_discounted_where_nothing_is_left() -> None:
    with pytest.raises(DiscountOutOfRange):
        void(check_with(line()), line()).discount(None, 10_000, entry())


# ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_payment_lowers_what_is_due_and_its_tip_does_not() -> None:
    check = check_with(line(quantity=2)).paid_by(tender(1000, tip=300))
    assert (check.paid, check.due) == (lei(1000), lei(1500))


def test_change_is_what_was_given_beyond_amount_and_tip() -> None:
    assert tender(1000, tip=300, given=2000).change == lei(700)
    assert tender(1000, tip=300).change is None


def test_more_than_what_is_due_is_not_taken() -> None:
    check = check_with(line(quantity=2)).paid_by(tender(2000))
    with pytest.raises(PaymentTooLarge) as refused:
        check.paid_by(tender(501, key="pay-2"))
    assert refused.value.details["due"]["amount"] == 500


def test_what_is_taken_off_after_it_was_paid_has_to_be_given_back() -> None:
    check = void(check_with(line(quantity=2)).paid_by(tender(2500)), line(quantity=2), 1)
    assert (check.due, check.overpaid) == (lei(0), lei(1250))
    settled = check.refunded("id-pay", refund(1250))
    assert (settled.due, settled.overpaid, settled.paid) == (lei(0), lei(0), lei(1250))


def test_no_more_is_given_back_than_was_paid_to_the_check() -> None:
    check = check_with(line(quantity=2)).paid_by(tender(2000, tip=300)).refunded("id-pay", refund(1500))
    with pytest.raises(RefundTooLarge) as refused:
        check.refunded("id-pay", refund(501, "back-2"))
    assert refused.value.details["left"]["amount"] == 500


def test_what_was_given_back_is_due_again() -> None:
    check = check_with(line(quantity=2)).paid_by(tender(2500)).refunded("id-pay", refund(500))
    assert check.due == lei(500)


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_check_takes_no_correction_and_no_payment_but_gives_back() -> None:
    check = check_with(line(quantity=2)).paid_by(tender(1000)).closed(ION, NOW)
    with pytest.raises(SessionClosed):
        void(check, line(quantity=2))
    with pytest.raises(SessionClosed):
        check.paid_by(tender(100, key="pay-2"))
    assert check.refunded("id-pay", refund(1000)).paid == lei(0)


def test_a_full_check_says_so() -> None:
    check = check_with(line(quantity=99))
    for number in range(MOST_ENTRIES):
        check = check.paid_by(tender(1, key=f"pay-{number}"))
    for enter in (
        lambda: check.paid_by(tender(1, key="one-more")),
        lambda: void(check, line(quantity=99)),
        lambda: check.refunded("id-pay-0", refund(1)),
    ):
        with pytest.raises(CheckFull):
            enter()


def test_a_key_belongs_to_one_entry_of_all_checks() -> None:
    first, second = check_with(line()), check_with(line()).with_(id="k2").paid_by(tender(100))
    second = second.refunded("id-pay", refund(50))
    second = void(second, line(), 1)
    found = {key: entered([first, second], key, "print") for key in ("pay", "back", "key", "new")}
    assert {key: one and (one[0].id, one[1]) for key, one in found.items()} == {
        "pay": ("k2", "id-pay"),
        "back": ("k2", "id-back"),
        "key": ("k2", "id-key"),
        "new": None,
    }
    with pytest.raises(IdempotencyKeyReused):
        entered([first, second], "pay", "other content")


def test_a_check_is_found_by_what_is_on_it() -> None:
    empty, full = new_check("k0", "r", "s", "RON"), check_with(line()).paid_by(tender(100))
    assert with_order([empty, full], "o") is full
    assert with_tender([empty, full], "id-pay") is full
    assert (named([empty, full], None), named([empty, full], "k")) == (empty, full)
    for look in (
        lambda: with_order([empty], "o"),
        lambda: with_tender([empty], "id-pay"),
        lambda: named([empty], "k"),
        lambda: named([], None),
    ):
        with pytest.raises(NotFound):
            look()


def test_guests_see_what_was_taken_off_and_paid_but_neither_why_nor_by_whom() -> None:
    check = void(check_with(line()).paid_by(tender(100)).refunded("id-pay", refund(50)), line(), 1)
    shown = check_view(check).model_dump_json()
    assert set(check_view(check).corrections[0].__dict__) == set(CorrectionView.model_fields)
    assert set(check_view(check).tenders[0].__dict__) == set(TenderView.model_fields)
    assert not [secret for secret in ("cold", "Elena", "Ion", "print", '"key"') if secret in shown]
    told = floor_check_view(check).model_dump_json()
    assert [secret for secret in ("cold", "Elena", "Ion") if secret not in told] == []
    assert "print" not in told


# ── any sequence ──────────────────────────────────────────────────────────────────────────────────────────────────────

PARTY = (line("a", quantity=1, price=1), line("b", quantity=4, price=999), line("c", quantity=12, price=12_350))
AMOUNT = st.integers(0, 200_000)
ACT = st.one_of(
    st.tuples(st.sampled_from([VOID, COMP]), st.sampled_from(PARTY), st.none() | st.integers(0, 14)),
    st.tuples(st.just("amount off"), AMOUNT, st.none()),
    st.tuples(st.just("percent off"), st.integers(0, 10_000), st.none()),
    st.tuples(st.just("pay"), AMOUNT, st.none()),
    st.tuples(st.just("refund"), AMOUNT, st.integers(0, 20)),
    st.tuples(st.just("order"), AMOUNT, st.none()),
)


def carried_out(check: Check, act: tuple[object, ...], number: int) -> Check:
    """Do one act of a sequence; raises what it is refused with."""
    what, given, more = act
    key = f"key-{number}"
    paid = [one.id for one in check.tenders] or ["nothing"]
    acts: dict[object, Callable[[], Check]] = {
        "amount off": lambda: check.corrected(check.discount(given, None, entry(key))),  # type: ignore[arg-type]
        "percent off": lambda: check.corrected(check.discount(None, given, entry(key))),  # type: ignore[arg-type]
        "pay": lambda: check.paid_by(tender(given, tip=given, key=key)),  # type: ignore[arg-type]
        "refund": lambda: check.refunded(paid[more % len(paid)], refund(given, key)),  # type: ignore[arg-type, operator]
        "order": lambda: check.with_order(
            round_of(key, line(f"line-{number}", quantity=1, price=given)),  # type: ignore[arg-type]
            ION,
            NOW,
        ),
    }
    if what in acts:
        return acts[what]()
    return check.corrected(check.taking_off(what, "o", given, more, entry(key)))  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(st.lists(ACT, max_size=40))
def test_after_any_sequence_the_parts_are_the_whole_and_nothing_is_below_zero(acts: list[tuple[object, ...]]) -> None:
    check, numbers = check_with(*PARTY), count()
    for act in acts:
        with suppress(Refusal):
            check = carried_out(check, act, next(numbers))
    rounds = sum(one.amount.amount for one in check.rounds)
    off = sum(check.takes_off(one).amount for one in check.corrections)
    paid = sum(one.amount.amount for one in check.tenders)
    back = sum(part.amount.amount for one in check.tenders for part in one.refunds)
    assert check.total.amount == rounds - off
    assert check.paid.amount == paid - back
    assert check.due.amount - check.overpaid.amount == check.total.amount - check.paid.amount
    assert min(check.total.amount, check.paid.amount, check.due.amount, check.overpaid.amount) >= 0
    assert 0 in (check.due.amount, check.overpaid.amount)
    assert all(check.takes_off(one).amount >= 0 for one in check.corrections)
    assert all(0 <= one.refunded.amount <= one.amount.amount for one in check.tenders)
    for dish in PARTY:
        gone = sum(one.quantity or 0 for one in check.corrections if one.line_id == dish.id)
        assert 0 <= gone <= dish.quantity
        assert check.portions_left("o", dish) == dish.quantity - gone


# ── the kitchen ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ticket(status: LineStatus = LineStatus.IN_PROGRESS) -> Ticket:
    dish = making.ticket_line(quantity=3, course=Course.STARTERS, status=status)
    return making.ticket(dish, station="cold")


@pytest.mark.parametrize("status", [one for one in LineStatus if one is not LineStatus.CANCELLED])
def test_a_line_is_struck_when_no_portion_is_left_whatever_its_state(status: LineStatus) -> None:
    partly = ticket(status).with_voided("l", 2, ION, NOW)
    assert (partly.lines[0].voided, partly.lines[0].status) == (2, status)
    struck = partly.with_voided("l", 3, ION, NOW)
    assert (struck.lines[0].voided, struck.lines[0].status) == (3, LineStatus.CANCELLED)
    assert struck.change
    assert struck.change.kind == "line-voided"


def test_a_struck_line_stays_struck_through_bump_and_recall() -> None:
    cleared = ticket().with_voided("l", 3, ION, NOW).bump(ION, NOW)
    assert cleared.lines[0].status is LineStatus.CANCELLED
    with pytest.raises(TransitionRefused):
        cleared.recall(ION, NOW)


def test_voided_portions_are_not_to_be_cooked() -> None:
    assert all_day([ticket().with_voided("l", 2, ION, NOW), ticket()]) == {"Soup": 4}
