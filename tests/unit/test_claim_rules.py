"""Claims on dishes, and what a payment on its way keeps from changing."""

from typing import Any

import pytest
from unit.charged import (
    ANA,
    BOB,
    EVA,
    NOW,
    WAITER,
    check_of,
    line,
    money,
    on_its_way,
    taken_off,
    tender,
)
from unit.divided import amounts, claim, claimed, dinner

from models.check_view import check_view
from models.errors import (
    ClaimTooLarge,
    LineBeingPaid,
    LineTakenOff,
    NotFound,
    PaymentTooLarge,
)

# ── claims ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_more_of_a_dish_is_claimed_than_there_is() -> None:
    check = claimed(dinner(), claim("pizza", ANA, 1, 2), claim("pizza", BOB, 1, 3))
    with pytest.raises(ClaimTooLarge) as refused:
        check.claimed(claim("pizza", EVA, 1, 5), NOW)
    assert {key: refused.value.details[key] for key in ("parts", "of")} == {"parts": 1, "of": 6}
    assert amounts(claimed(check, claim("pizza", EVA, 1, 6))) == {"ana": 2000, "bob": 1334, "eva": 667, "rest": 3000}


def test_a_claim_takes_the_place_of_ones_former_claim_on_the_dish() -> None:
    check = claimed(dinner(), claim("pizza", ANA, 1, 2), claim("pizza", ANA, 2, 3))
    assert [(one.parts, one.of) for one in check.claims] == [(2, 3)]


def test_a_claim_is_taken_back_and_only_ones_own() -> None:
    check = claimed(dinner(), claim("pizza", ANA, 1, 2), claim("pizza", BOB, 1, 2))
    assert [one.by.id for one in check.unclaimed("pizza", "ana", ANA, NOW).claims] == ["bob"]
    for line_id, participant in (("soup", "ana"), ("pizza", "eva"), ("cake", "ana")):
        with pytest.raises(NotFound):
            check.unclaimed(line_id, participant, ANA, NOW)


@pytest.mark.parametrize("is_comp", [False, True])
def test_claims_on_a_dish_that_is_taken_off_or_free_are_dropped(is_comp: bool) -> None:
    check = claimed(check_of(line("beer", 900, 2), line("soup", 1000)), claim("beer"), claim("soup", BOB))
    less = taken_off(check, "beer", 1, is_comp=is_comp)
    assert amounts(less) == {"ana": 900, "bob": 1000}
    gone = taken_off(less, "beer", is_comp=is_comp)
    assert [one.line_id for one in gone.claims] == ["soup"]
    with pytest.raises(LineTakenOff):
        gone.claimed(claim("beer"), NOW)


def test_what_is_not_on_the_check_is_not_claimed() -> None:
    with pytest.raises(NotFound):
        dinner().claimed(claim("cake"), NOW)


# ── payments on their way ─────────────────────────────────────────────────────────────────────────────────────────────


def test_an_amount_on_its_way_is_not_paid_by_anybody_else() -> None:
    check = dinner().with_pending(on_its_way(5000))
    assert (check.due, check.payable) == (money(7001), money(2001))
    for pay in (lambda: check.paid_by(tender(2002)), lambda: check.with_pending(on_its_way(2002, BOB, "q"))):
        with pytest.raises(PaymentTooLarge) as refused:
            pay()
        assert {key: refused.value.details[key]["amount"] for key in ("due", "payable")} == {
            "due": 7001,
            "payable": 2001,
        }
    assert check.paid_by(tender(2001)).payable == money(0)


def test_a_dish_that_is_being_paid_is_neither_claimed_nor_given_up() -> None:
    check = claimed(dinner(), claim("pizza", ANA, 1, 2), claim("soup", BOB)).with_pending(on_its_way(2001))
    assert check.pending[0].line_ids == ("pizza",)
    acts: tuple[Any, ...] = (
        lambda: check.claimed(claim("pizza", BOB, 1, 2), NOW),
        lambda: check.claimed(claim("pizza", ANA, 1, 3), NOW),
        lambda: check.unclaimed("pizza", "ana", WAITER, NOW),
    )
    for act in acts:
        with pytest.raises(LineBeingPaid):
            act()
    assert check.claimed(claim("bread", BOB), NOW).unclaimed("soup", "bob", BOB, NOW)
    assert check.without_pending("p", ANA, NOW).unclaimed("pizza", "ana", ANA, NOW).claims == check.claims[1:]


def test_all_see_who_pays_how_much_of_what_and_nobody_which_payment_it_is() -> None:
    check = claimed(dinner(), claim("pizza")).with_pending(on_its_way(4001, name="secret-id").with_(share_id="ana"))
    view = check_view(check)
    (pending,) = view.pending
    assert (pending.by.name, pending.amount, pending.share_id, pending.line_ids) == (
        "Ana",
        money(4001),
        "ana",
        ("pizza",),
    )
    assert (view.payable, view.due) == (money(3000), money(7001))
    assert "secret-id" not in view.model_dump_json()


def test_a_payment_that_will_not_come_frees_its_amount() -> None:
    check = dinner().with_pending(on_its_way(5000)).with_pending(on_its_way(1000, BOB, "q"))
    freed = check.without_pending("p", ANA, NOW)
    assert ([one.payment_id for one in freed.pending], freed.payable) == (["q"], money(6001))
    assert freed.without_pending("p", ANA, NOW).pending == freed.pending


def test_money_that_came_is_booked_whatever_happened_meanwhile() -> None:
    check = taken_off(dinner().with_pending(on_its_way(7001)), "pizza").closed(WAITER, NOW)
    booked = check.received(tender(7001, share_id="ana").with_(payment_id="p"))
    assert (booked.pending, booked.paid, booked.due, booked.overpaid) == ((), money(7001), money(0), money(4001))


def test_when_less_is_owed_than_is_on_its_way_nothing_can_be_paid() -> None:
    check = taken_off(dinner().with_pending(on_its_way(6000)), "pizza")
    assert (check.due, check.payable) == (money(3000), money(0))
