"""The check: whatever is taken off, paid and given back, the parts add up and nothing falls below zero."""

import pytest
from unit import charged
from unit.charged import NOW, WAITER, check_of, money, round_of

from models.base import Actor
from models.check import Check, entered, named, new_check, with_order, with_tender
from models.check_content import MOST_ENTRIES
from models.check_line import CheckLine
from models.check_view import CorrectionView, TenderView, check_view, floor_check_view
from models.correction import CorrectionKind, Entry
from models.errors import (
    CheckFull,
    DiscountOutOfRange,
    IdempotencyKeyReused,
    LineTakenOff,
    NotFound,
    PaymentTooLarge,
    RefundTooLarge,
    SessionClosed,
)
from models.tender import Refund, Tender, TenderMethod

ELENA = Actor(kind="STAFF", id="elena", name="Elena")
VOID, COMP = CorrectionKind.VOID, CorrectionKind.COMP


def line(name: str = "l", *, quantity: int = 3, price: int = 1250) -> CheckLine:
    return charged.line(name, price, quantity)


def entry(key: str = "key", reason: str = "cold") -> Entry:
    return Entry(id=f"id-{key}", key=key, fingerprint="print", by=WAITER, at=NOW, reason=reason)


def void(check: Check, dish: CheckLine, quantity: int | None = None, *, kind: CorrectionKind = VOID) -> Check:
    return check.corrected(check.taking_off(kind, "o", dish, quantity, entry()))


def tender(amount: int, *, tip: int = 0, given: int | None = None, key: str = "pay") -> Tender:
    return Tender(
        id=f"id-{key}",
        method=TenderMethod.CARD_TERMINAL if given is None else TenderMethod.CASH,
        amount=money(amount),
        tip=money(tip),
        given=None if given is None else money(given),
        by=WAITER,
        at=NOW,
        key=key,
        fingerprint="print",
    )


def refund(amount: int, key: str = "back") -> Refund:
    return Refund(
        id=f"id-{key}",
        amount=money(amount),
        reason="cold",
        by=WAITER,
        approver=ELENA,
        at=NOW,
        key=key,
        fingerprint="print",
    )


# ── what is taken off ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_void_takes_off_what_its_portions_cost() -> None:
    check = void(check_of(line(quantity=3)), line(quantity=3), 2)
    assert (check.total, check.due) == (money(1250), money(1250))
    assert check.rounds[0].amount == money(3750)


def test_without_a_quantity_all_that_is_left_comes_off() -> None:
    check = void(void(check_of(line(quantity=3)), line(quantity=3), 1), line(quantity=3))
    assert [one.quantity for one in check.corrections] == [1, 2]
    assert check.total == money(0)


@pytest.mark.parametrize("first", [VOID, COMP])
@pytest.mark.parametrize("then", [VOID, COMP])
def test_a_line_is_not_taken_off_twice(first: CorrectionKind, then: CorrectionKind) -> None:
    check = void(check_of(line()), line(), kind=first)
    with pytest.raises(LineTakenOff) as refused:
        check.taking_off(then, "o", line(), None, entry())
    assert refused.value.details == {"left": 0}


def test_a_line_is_not_taken_off_beyond_its_quantity() -> None:
    check = void(check_of(line(quantity=3)), line(quantity=3), 2, kind=COMP)
    with pytest.raises(LineTakenOff) as refused:
        check.taking_off(VOID, "o", line(quantity=3), 2, entry())
    assert refused.value.details == {"left": 1}


def test_lines_of_two_orders_are_counted_apart() -> None:
    check = check_of(line()).with_order(round_of("p", line("m")), WAITER, NOW)
    check = void(check, line())
    assert (check.portions_left("o", line()), check.portions_left("p", line("m"))) == (0, 3)


def test_after_a_void_a_discount_takes_off_no_more_than_the_check_still_has() -> None:
    check = check_of(line(quantity=2, price=1000))
    check = check.corrected(check.discount(1900, None, entry()))
    check = void(check, line(quantity=2, price=1000), 1)
    assert [check.takes_off(one).amount for one in check.corrections] == [1000, 1000]
    assert check.total == money(0)


def test_a_percentage_stays_a_percentage() -> None:
    check = check_of(line(quantity=3))
    check = check.corrected(check.discount(None, 1000, entry()))
    assert check.total == money(3375)
    check = check.with_order(round_of("p", line("m", price=100)), WAITER, NOW)
    assert check.total == money(3645)
    assert void(check, line(quantity=3), 2).total == money(1395)


@pytest.mark.parametrize(
    ("amount", "percent", "off"), [(500, None, 500), (3750, None, 3750), (None, 1000, 375), (None, 10_000, 3750)]
)
def test_a_discount_is_an_amount_or_a_share_of_what_the_check_comes_to(
    amount: int | None, percent: int | None, off: int
) -> None:
    check = check_of(line(quantity=3))
    assert check.takes_off(check.discount(amount, percent, entry())) == money(off)


@pytest.mark.parametrize(("basis_points", "share"), [(1, 0), (49, 0), (50, 1), (149, 1), (150, 2), (10_000, 100)])
def test_half_a_minor_unit_is_rounded_up(basis_points: int, share: int) -> None:
    assert money(100).share(basis_points) == money(share)


@pytest.mark.parametrize(("amount", "percent"), [(3751, None), (None, 1), (0, None)])
def test_a_discount_of_nothing_or_of_more_than_the_check_is_refused(amount: int | None, percent: int | None) -> None:
    with pytest.raises(DiscountOutOfRange):
        check_of(line(quantity=3)).discount(amount, percent, entry())


def test_nothing_is_discounted_where_nothing_is_left() -> None:
    with pytest.raises(DiscountOutOfRange):
        void(check_of(line()), line()).discount(None, 10_000, entry())


# ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_payment_lowers_what_is_due_and_its_tip_does_not() -> None:
    check = check_of(line(quantity=2)).paid_by(tender(1000, tip=300))
    assert (check.paid, check.due) == (money(1000), money(1500))


def test_change_is_what_was_given_beyond_amount_and_tip() -> None:
    assert tender(1000, tip=300, given=2000).change == money(700)
    assert tender(1000, tip=300).change is None


def test_more_than_what_is_due_is_not_taken() -> None:
    check = check_of(line(quantity=2)).paid_by(tender(2000))
    with pytest.raises(PaymentTooLarge) as refused:
        check.paid_by(tender(501, key="pay-2"))
    assert refused.value.details["due"]["amount"] == 500


def test_what_is_taken_off_after_it_was_paid_has_to_be_given_back() -> None:
    check = void(check_of(line(quantity=2)).paid_by(tender(2500)), line(quantity=2), 1)
    assert (check.due, check.overpaid) == (money(0), money(1250))
    settled = check.refunded("id-pay", refund(1250))
    assert (settled.due, settled.overpaid, settled.paid) == (money(0), money(0), money(1250))


def test_no_more_is_given_back_than_was_paid_to_the_check() -> None:
    check = check_of(line(quantity=2)).paid_by(tender(2000, tip=300)).refunded("id-pay", refund(1500))
    with pytest.raises(RefundTooLarge) as refused:
        check.refunded("id-pay", refund(501, "back-2"))
    assert refused.value.details["left"]["amount"] == 500


def test_what_was_given_back_is_due_again() -> None:
    check = check_of(line(quantity=2)).paid_by(tender(2500)).refunded("id-pay", refund(500))
    assert check.due == money(500)


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_check_takes_no_correction_and_no_payment_but_gives_back() -> None:
    check = check_of(line(quantity=2)).paid_by(tender(1000)).closed(WAITER, NOW)
    with pytest.raises(SessionClosed):
        void(check, line(quantity=2))
    with pytest.raises(SessionClosed):
        check.paid_by(tender(100, key="pay-2"))
    assert check.refunded("id-pay", refund(1000)).paid == money(0)


def test_a_full_check_says_so() -> None:
    check = check_of(line(quantity=99))
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
    first, second = check_of(line()), check_of(line()).with_(id="k2").paid_by(tender(100))
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
    empty, full = new_check("k0", "r", "s", "RON"), check_of(line()).paid_by(tender(100))
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
    check = void(check_of(line()).paid_by(tender(100)).refunded("id-pay", refund(50)), line(), 1)
    shown = check_view(check).model_dump_json()
    assert set(check_view(check).corrections[0].__dict__) == set(CorrectionView.model_fields)
    assert set(check_view(check).tenders[0].__dict__) == set(TenderView.model_fields)
    assert not [secret for secret in ("cold", "Elena", "Ion", "print", '"key"') if secret in shown]
    told = floor_check_view(check).model_dump_json()
    assert [secret for secret in ("cold", "Elena", "Ion") if secret not in told] == []
    assert "print" not in told
