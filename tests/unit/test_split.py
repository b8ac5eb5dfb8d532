"""Who pays what: shares by each method, after what comes later and after what is paid."""

from typing import Any

import pytest
from unit.charged import (
    ANA,
    BOB,
    DRINKS_ON_TOP,
    EVA,
    NOW,
    WAITER,
    check_of,
    discounted,
    line,
    money,
    on_its_way,
    refund,
    taken_off,
    tender,
)
from unit.divided import amounts, claim, claimed, dinner, dues, people

from models.bill import bill
from models.check import Check
from models.check_line import CheckRound
from models.check_view import check_view, floor_check_view
from models.claim import SplitMethod, SplitPart
from models.errors import (
    NotFound,
    Refusal,
    SessionClosed,
    SplitTooLarge,
)
from models.merging import Merge, Unmerge
from models.pricing import Terms
from models.session import TableSession
from models.split import cost_of_lines, shares

# ── by method ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_evenly_the_first_pay_what_cannot_be_divided() -> None:
    assert amounts(dinner(SplitMethod.EVEN, *people("a", "b", "c"))) == {"a": 2334, "b": 2334, "c": 2333}


def test_by_amount_the_rest_is_a_share_of_its_own() -> None:
    parts = (SplitPart(id="a", amount=3000), SplitPart(id="b", amount=2000))
    assert amounts(dinner(SplitMethod.AMOUNTS, *parts)) == {"a": 3000, "b": 2000, "rest": 2001}


def test_by_participant_each_pays_what_they_added_and_what_staff_added_is_nobodys() -> None:
    assert amounts(dinner(SplitMethod.PARTICIPANTS)) == {"ana": 2000, "bob": 4001, "rest": 1000}


def test_by_participant_what_staff_added_is_shared_by_those_who_are_named() -> None:
    assert amounts(dinner(SplitMethod.PARTICIPANTS, *people("bob", "eva"))) == {"bob": 4501, "eva": 500, "ana": 2000}


def test_by_line_a_line_of_two_parts_is_shared_evenly() -> None:
    parts = (SplitPart(id="a", line_ids=("soup", "pizza")), SplitPart(id="b", line_ids=("pizza",)))
    assert amounts(dinner(SplitMethod.LINES, *parts)) == {"a": 4001, "b": 2000, "rest": 1000}


def test_by_claim_a_shared_dish_is_divided_to_the_last_minor_unit() -> None:
    check = claimed(
        dinner(SplitMethod.CLAIMS), claim("pizza", BOB, 1, 2), claim("pizza", ANA, 1, 3), claim("soup", EVA)
    )
    assert amounts(check) == {"bob": 2000, "ana": 1334, "eva": 2000, "rest": 1667}


def test_without_a_split_the_claims_divide_it_and_without_claims_it_is_nobodys() -> None:
    assert amounts(dinner()) == {"rest": 7001}
    assert amounts(claimed(dinner(), claim("soup"))) == {"ana": 2000, "rest": 5001}


def test_nothing_has_no_shares() -> None:
    assert shares(check_of()) == ()


def test_what_is_charged_for_all_is_borne_by_the_dishes() -> None:
    terms = Terms(service_charge=1000, delivery_fee=600)
    check = check_of(line("soup", 1000), line("wine", 2000, tax=DRINKS_ON_TOP), terms=terms)
    assert cost_of_lines(check) == {"soup": 1000 + 100 + 200, "wine": 2000 + 205 + 200 + 400}


def test_the_tax_on_a_fee_is_borne_by_those_who_bear_the_fee() -> None:
    terms = Terms(service_charge=1000, service_tax=DRINKS_ON_TOP, delivery_fee=300, delivery_tax=DRINKS_ON_TOP)
    check = check_of(line("soup", 1000), line("wine", 2000), terms=terms)
    assert check.total == money(3000 + 300 + 300 + 62)
    assert cost_of_lines(check) == {"soup": 1000 + 110 + 110, "wine": 2000 + 221 + 221}


def test_what_is_brought_for_nothing_shares_the_fee_by_portions() -> None:
    check = check_of(line("soup", 1000, 2), line("bread", 500), line("wine", 900), terms=Terms(delivery_fee=600))
    for name in ("soup", "bread"):
        check = taken_off(check, name, is_comp=True)
    assert cost_of_lines(taken_off(check, "wine")) == {"soup": 400, "bread": 200, "wine": 0}


# ── what comes after a split ──────────────────────────────────────────────────────────────────────────────────────────


def with_dessert(check: Check) -> Check:
    cake = line("cake", 900, by=ANA)
    return check.with_order(CheckRound(order_id="p", number=2, amount=money(900), lines=(cake,)), ANA, NOW)


@pytest.mark.parametrize(
    ("method", "parts", "after"),
    [
        (SplitMethod.EVEN, people("a", "b"), {"a": 3951, "b": 3950}),
        (SplitMethod.PARTICIPANTS, (), {"ana": 2900, "bob": 4001, "rest": 1000}),
        (SplitMethod.AMOUNTS, (SplitPart(id="a", amount=7001),), {"a": 7001, "rest": 900}),
        (SplitMethod.LINES, (SplitPart(id="a", line_ids=("pizza",)),), {"a": 4001, "rest": 3900}),
        (SplitMethod.CLAIMS, (), {"rest": 7901}),
    ],
)
def test_a_new_round_goes_where_the_method_puts_it(
    method: SplitMethod, parts: tuple[SplitPart, ...], after: dict[str, int]
) -> None:
    assert amounts(with_dessert(dinner(method, *parts))) == after


def test_amounts_that_the_check_does_not_come_to_any_more_fall_in_proportion() -> None:
    check = dinner(SplitMethod.AMOUNTS, SplitPart(id="a", amount=4000), SplitPart(id="b", amount=2000))
    assert amounts(discounted(check, 4001)) == {"a": 2000, "b": 1000}


def test_a_discount_lowers_every_share_that_is_made_of_dishes() -> None:
    assert amounts(discounted(dinner(SplitMethod.PARTICIPANTS), percent=5000)) == {
        "ana": 1000,
        "bob": 2000,
        "rest": 500,
    }


def test_parts_may_not_come_to_more_than_the_check() -> None:
    with pytest.raises(SplitTooLarge) as refused:
        dinner(SplitMethod.AMOUNTS, SplitPart(id="a", amount=7002))
    assert refused.value.details["total"]["amount"] == 7001


def test_a_part_has_lines_of_this_check() -> None:
    with pytest.raises(NotFound):
        dinner(SplitMethod.LINES, SplitPart(id="a", line_ids=("cake",)))


def test_a_split_is_taken_back() -> None:
    assert amounts(dinner(SplitMethod.EVEN, *people("a", "b")).divided(None, WAITER, NOW)) == {"rest": 7001}


# ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_share_is_paid_by_what_names_it() -> None:
    check = dinner(SplitMethod.EVEN, *people("a", "b")).paid_by(tender(3000, share_id="a", tip=500))
    assert [(one.paid.amount, one.due.amount) for one in shares(check)] == [(3000, 501), (0, 3500)]


@pytest.mark.parametrize("share_id", [None, "gone"])
def test_what_was_paid_for_no_share_lowers_the_rest_first_and_then_all_others(share_id: str | None) -> None:
    check = dinner(SplitMethod.PARTICIPANTS).paid_by(tender(700, share_id=share_id))
    assert dues(check) == {"ana": 2000, "bob": 4001, "rest": 300}
    assert dues(check.paid_by(tender(2300, name="u"))) == {"ana": 1333, "bob": 2668, "rest": 0}


def test_who_pays_more_than_their_share_pays_for_the_others() -> None:
    check = dinner(SplitMethod.EVEN, *people("a", "b", "c")).paid_by(tender(5000, share_id="a"))
    assert dues(check) == {"a": 0, "b": 1001, "c": 1000}


def test_what_was_given_back_is_due_of_its_share_again() -> None:
    check = dinner(SplitMethod.EVEN, *people("a", "b")).paid_by(tender(3501, share_id="a"))
    assert dues(check.refunded("t", refund(501))) == {"a": 501, "b": 3500}


def test_nothing_is_due_of_a_share_when_too_much_was_paid() -> None:
    check = taken_off(dinner(SplitMethod.EVEN, *people("a", "b")).paid_by(tender(7001)), "pizza")
    assert (dues(check), check.overpaid) == ({"a": 0, "b": 0}, money(4001))


# ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_view_has_the_parts_and_the_shares_of_its_check() -> None:
    check = discounted(dinner(SplitMethod.EVEN, *people("a", "b")), percent=1000)
    for view in (check_view(check), floor_check_view(check)):
        assert (view.bill, view.shares, view.split_method) == (bill(check).parts, shares(check), SplitMethod.EVEN)
        assert [one.amount for one in view.corrections] == [money(700)]


@pytest.mark.parametrize(
    "act",
    [
        lambda check: check.claimed(claim("soup"), NOW),
        lambda check: check.unclaimed("soup", "ana", ANA, NOW),
        lambda check: check.divided(None, WAITER, NOW),
        lambda check: check.with_pending(on_its_way(1)),
    ],
)
def test_a_closed_check_is_neither_divided_nor_claimed(act: Any) -> None:
    check = claimed(dinner(), claim("soup")).closed(WAITER, NOW)
    with pytest.raises(SessionClosed):
        act(check)


def test_an_operation_is_known_again() -> None:
    check = dinner().did("one").did(None)
    assert (check.has_done("one"), check.has_done("two"), check.has_done(None)) == (True, False, False)


# ── merged parties ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_claims_shares_and_payments_go_with_a_check_that_is_merged_and_come_back_with_it() -> None:
    check = claimed(dinner(), claim("pizza", ANA, 1, 2)).with_pending(on_its_way(2001))
    guest, host = (
        TableSession.model_construct(
            id=name, restaurant_id="r", table_name=name, participants=(), merged=(), seatings=()
        )
        for name in ("s", "h")
    )
    merged = Merge(guest, host, WAITER, NOW).check(check)
    assert (merged.session_id, shares(merged), merged.pending) == ("h", shares(check), check.pending)
    with pytest.raises(Refusal, match="LINE_BEING_PAID"):
        merged.unclaimed("pizza", "ana", ANA, NOW)
    paid = merged.received(tender(2001, share_id="ana").with_(payment_id="p"))
    back = Unmerge(guest, host, WAITER, NOW).check(paid)
    assert (back.session_id, back.claims, dues(back)) == ("s", check.claims, {"ana": 0, "rest": 5000})
