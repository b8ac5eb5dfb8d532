"""Whatever is done to a check, in any order: the parts are the whole, and nothing is below zero."""

from collections.abc import Callable
from contextlib import suppress
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from unit.charged import NOW, WAITER, check_of, entry, line, refund, round_of, tender

from models.check import Check
from models.correction import CorrectionKind
from models.errors import Refusal

TAKEN_OFF = [CorrectionKind.VOID, CorrectionKind.COMP]
PARTY = (line("a", quantity=1, price=1), line("b", quantity=4, price=999), line("c", quantity=12, price=12_350))
AMOUNT = st.integers(0, 200_000)
ACT = st.one_of(
    st.tuples(st.sampled_from(TAKEN_OFF), st.sampled_from(PARTY), st.none() | st.integers(0, 14)),
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
        "pay": lambda: check.paid_by(tender(given, tip=given, name=key)),  # type: ignore[arg-type]
        "refund": lambda: check.refunded(paid[more % len(paid)], refund(given, key)),  # type: ignore[arg-type, operator]
        "order": lambda: check.with_order(
            round_of(key, line(f"line-{number}", quantity=1, price=given)),  # type: ignore[arg-type]
            WAITER,
            NOW,
        ),
    }
    if what in acts:
        return acts[what]()
    return check.corrected(check.taking_off(what, "o", given, more, entry(key)))  # type: ignore[arg-type]


@settings(max_examples=400, deadline=None)
@given(st.lists(ACT, max_size=40))
def test_after_any_sequence_the_parts_are_the_whole_and_nothing_is_below_zero(acts: list[tuple[object, ...]]) -> None:
    check, numbers = check_of(*PARTY), count()
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
