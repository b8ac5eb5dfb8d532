"""What can be paid of a share, what pays the whole check in the end, and what is given back, tips too."""

from random import Random

import pytest
from unit.charged import ANA, BOB, NOW, WAITER, any_check, any_split, check_of, line, money, on_its_way, refund, tender

from models.check import Check, done, with_line
from models.check_line import CheckRound
from models.claim import Claim, Split, SplitMethod, SplitPart
from models.errors import NotFound, PaymentTooLarge, RefundTooLarge
from models.split import payable, require_payable, shares
from models.tender import RefundStatus

DRAWN = 3_000
DINNER = (line("soup", 2000), line("pizza", 4001, by=BOB))


def halves() -> Check:
    """A check of 60.01, divided evenly between `a` and `b`."""
    parts = (SplitPart(id="a"), SplitPart(id="b"))
    return check_of(*DINNER).divided(Split(method=SplitMethod.EVEN, parts=parts, by=WAITER, at=NOW), WAITER, NOW)


# ── what can be paid ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_more_is_paid_of_a_share_than_is_due_of_it() -> None:
    check = halves()
    assert [payable(check, one) for one in ("a", "b", None)] == [money(3001), money(3000), money(6001)]
    paid = check.paid_by(tender(3001, share_id="a"))
    assert [payable(paid, one) for one in ("a", "b", None)] == [money(0), money(3000), money(3000)]
    with pytest.raises(PaymentTooLarge) as refused:
        require_payable(paid, money(1), "a")
    assert refused.value.details == {"due": money(3000).model_dump(), "payable": money(0).model_dump()}


def test_what_is_on_its_way_for_a_share_is_not_paid_a_second_time() -> None:
    check = halves().with_pending(on_its_way(3000).with_(share_id="a"))
    assert [payable(check, one) for one in ("a", "b", None)] == [money(1), money(3000), money(3001)]


def test_what_is_on_its_way_for_no_share_leaves_less_for_all_of_them() -> None:
    check = halves().with_pending(on_its_way(5000))
    assert [payable(check, one) for one in ("a", "b", None)] == [money(1001)] * 3
    assert [one.payable for one in shares(check)] == [money(1001)] * 2


def test_a_share_that_is_none_of_the_check_is_not_found() -> None:
    for share_id in ("c", "rest"):
        with pytest.raises(NotFound):
            payable(halves(), share_id)


@pytest.mark.timeout(240)
def test_whoever_pays_what_is_due_of_every_share_has_paid_the_check() -> None:
    for seed in range(DRAWN):
        random = Random(seed)
        check = any_check(random)
        check = check.with_(split=any_split(random, check))
        ids = [one.id for one in shares(check)]
        random.shuffle(ids)
        for number, share_id in enumerate(ids):
            for amount in (payable(check, share_id).amount // random.randint(1, 3), payable(check, share_id).amount):
                left = min(amount, payable(check, share_id).amount)
                if left:
                    require_payable(check, money(left), share_id)
                    check = check.paid_by(tender(left, share_id=share_id, name=f"pay-{number}-{left}"))
        assert (check.due, [one.due.amount for one in shares(check) if one.due.amount]) == (money(0), []), seed


# ── what is given back ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tip_is_given_back_apart_from_what_was_paid() -> None:
    check = check_of(*DINNER).paid_by(tender(2000, tip=500))
    check = check.refunded("t", refund(0).with_(tip=money(400)))
    (one,) = check.tenders
    assert (check.paid, one.refunded, one.tip_refunded, one.tip_kept) == (money(2000), money(0), money(400), money(100))
    with pytest.raises(RefundTooLarge) as refused:
        check.refunded("t", refund(0).with_(tip=money(101)))
    assert refused.value.details == {"left": money(2000).model_dump(), "tipLeft": money(100).model_dump()}
    with pytest.raises(RefundTooLarge):
        check.refunded("t", refund(2001))


def test_a_tip_that_could_not_be_given_back_is_kept() -> None:
    check = check_of(*DINNER).paid_by(tender(2000, tip=500)).refunded("t", refund(100).with_(tip=money(500)))
    (one,) = check.tenders
    failed = one.refund_decided("b", RefundStatus.FAILED, NOW)
    assert (one.tip_kept, failed.tip_kept) == (money(0), money(500))


def test_what_one_person_has_given_back_alone_counts_with_its_tips() -> None:
    check = check_of(*DINNER).paid_by(tender(2000, tip=500)).refunded("t", refund(100).with_(tip=money(50)))
    assert check.given_back_alone(WAITER.id) == 150


# ── finding the check ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_check_is_found_by_a_line_and_by_what_was_done_on_it() -> None:
    entry = CheckRound(order_id="p", number=2, amount=money(700), lines=(line("beer", 700),))
    other = check_of().with_(id="k2").with_order(entry, WAITER, NOW)
    other = other.claimed(Claim(line_id="beer", by=ANA, parts=1, of=1), NOW, by=WAITER).did("op-1")
    checks = [check_of(*DINNER), other]
    assert (with_line(checks, "beer"), with_line(checks, "soup")) == (other, checks[0])
    assert (done(checks, "op-1"), done(checks, "op-2")) == (other, None)
    assert other.change
    assert (other.change.by, other.claims[0].by) == (WAITER, ANA)
    with pytest.raises(NotFound):
        with_line(checks, "cake")
