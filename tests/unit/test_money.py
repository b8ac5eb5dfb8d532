"""Amounts: the exponent of each currency, and the one rounding rule."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from models.house import Restaurant
from models.money import LARGEST_AMOUNT, Money, apportion, exponent, is_currency, portion

AMOUNT = st.integers(0, LARGEST_AMOUNT)
WEIGHTS = st.lists(st.integers(0, LARGEST_AMOUNT), min_size=1, max_size=30)


@pytest.mark.parametrize(("currency", "digits"), [("RON", 2), ("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_a_currency_has_the_digits_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("code", ["ROL", "XAU", "XXX", "LEI", "ron", "", "RON "])
def test_what_nobody_can_pay_in_is_no_currency(code: str) -> None:
    assert not is_currency(code)
    with pytest.raises(ValueError, match=code.strip() or "not a valid"):
        exponent(code)


@pytest.mark.parametrize("code", ["ABC", "XAU", "ron"])
def test_a_house_has_a_currency_that_exists(code: str) -> None:
    with pytest.raises(ValidationError, match="currency"):
        Restaurant(id="r", restaurant_id="r", name="Casa", currency=code)


def test_amounts_of_two_currencies_do_not_add() -> None:
    with pytest.raises(ValueError, match="EUR cannot be added to RON"):
        _ = Money(amount=1, currency="RON") + Money(amount=1, currency="EUR")


@pytest.mark.parametrize("currency", ["RON", "EUR", "JPY", "KWD"])
@pytest.mark.parametrize(
    ("amount", "basis_points", "share"), [(1249, 1000, 125), (1244, 1000, 124), (1245, 1000, 125), (5, 1000, 1)]
)
def test_a_share_is_rounded_half_up_to_the_minor_unit_whatever_that_is(
    currency: str, amount: int, basis_points: int, share: int
) -> None:
    assert Money(amount=amount, currency=currency).share(basis_points) == Money(amount=share, currency=currency)


@given(AMOUNT, st.integers(0, 20_000), st.integers(1, 20_000))
def test_a_portion_is_the_nearest_whole_number_and_of_two_the_higher(
    amount: int, numerator: int, denominator: int
) -> None:
    off = portion(amount, numerator, denominator) - Fraction(amount * numerator, denominator)
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (10, [5, 3, 1], [6, 3, 1]),
        (7, [1, 0, 1], [4, 0, 3]),
        (5, [0, 0], [3, 2]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (1, [1, 2, 1], [0, 1, 0]),
    ],
)
def test_the_largest_remainders_get_what_is_left_over_and_of_equals_the_earlier(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert apportion(amount, weights) == parts


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, [1, -1]), (1, [])])
def test_what_cannot_be_divided_is_refused(amount: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="amount"):
        apportion(amount, weights)


@settings(max_examples=500)
@given(AMOUNT, WEIGHTS)
def test_parts_add_up_and_none_is_a_whole_unit_away_from_its_share(amount: int, weights: list[int]) -> None:
    parts = apportion(amount, weights)
    assert sum(parts) == amount
    counted = weights if any(weights) else [1] * len(weights)
    assert all(abs(part - Fraction(amount * one, sum(counted))) < 1 for part, one in zip(parts, counted, strict=True))


@settings(max_examples=500)
@given(WEIGHTS, st.data())
def test_of_an_amount_that_the_weights_hold_no_part_is_more_than_its_weight(
    weights: list[int], data: st.DataObject
) -> None:
    parts = apportion(data.draw(st.integers(0, sum(weights))), weights)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
