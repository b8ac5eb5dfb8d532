"""What a check comes to: the parts in their order, and each rule by itself. `docs/money.md` has the two examples."""

import pytest
from unit.charged import (
    DRINKS_ON_TOP,
    FOOD,
    MEALS_ON_TOP,
    WAITER,
    WINE,
    check_of,
    discounted,
    entry,
    line,
    money,
    taken_off,
)

from models.bill import PartKind, bill
from models.check import Check
from models.dining import DiningOption
from models.errors import NotFound
from models.pricing import DeliveryFee, Pricing, Promotion, ServiceCharge, TaxClass, TaxRate, Terms

SERVICE = Terms(service_charge=1000, service_from_covers=6)
DELIVERY = Terms(delivery_fee=1500, delivery_free_from=10_000)


def parts(check: Check) -> list[tuple[str, int]]:
    """What a bill shows."""
    return [(part.kind.value, part.amount.amount) for part in bill(check).parts]


def promoted(check: Check, **terms: int) -> Check:
    """The check with a promotion code."""
    promotion = Promotion(code="NUCA", name={"en": "Walnut week"}, **terms)  # type: ignore[arg-type]
    return check.corrected(check.promotion(promotion, entry(f"c{len(check.corrections)}")))


# ── the examples of docs/money.md ─────────────────────────────────────────────────────────────────────────────────────


def test_a_bill_in_a_house_whose_prices_contain_the_tax() -> None:
    terms = SERVICE.with_(service_tax=WINE.with_(class_id="service"))
    dinner = (line("soup", 2800, 3, FOOD), line("rolls", 4250, 2, FOOD), line("wine", 9600, 1, WINE))
    check = promoted(
        discounted(taken_off(check_of(*dinner, terms=terms, covers=6), "soup", 1), percent=1000), amount=2000
    )
    assert parts(check) == [
        ("ITEMS", 26_500),
        ("VOID", -2800),
        ("DISCOUNT", -2370),
        ("PROMOTION", -2000),
        ("SERVICE_CHARGE", 1933),
        ("TAX", 1140),
        ("TAX", 335),
        ("TAX", 1359),
        ("TOTAL", 21_263),
    ]
    assert [(part.class_id, part.base and part.base.amount) for part in bill(check).of(PartKind.TAX)] == [
        ("food", 11_500),
        ("service", 1933),
        ("wine", 7830),
    ]


def test_a_bill_in_a_house_where_the_tax_comes_on_top() -> None:
    dinner = (line("burger", 1450, 2, MEALS_ON_TOP), line("beer", 600, 2, DRINKS_ON_TOP))
    check = discounted(taken_off(check_of(*dinner), "beer", 1, is_comp=True), percent=1500)
    assert parts(check) == [
        ("ITEMS", 4100),
        ("COMP", -600),
        ("DISCOUNT", -525),
        ("TAX", 173),
        ("TAX", 52),
        ("TOTAL", 3200),
    ]
    assert [part.base and part.base.amount for part in bill(check).of(PartKind.TAX)] == [2465, 510]


# ── order ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_percentages_are_of_what_is_left_in_the_order_in_which_they_were_entered() -> None:
    dinner = check_of(line("wine", 10_000))
    assert parts(promoted(discounted(dinner, percent=1000), amount=3000))[1:] == [
        ("DISCOUNT", -1000),
        ("PROMOTION", -3000),
        ("TOTAL", 6000),
    ]
    assert parts(discounted(promoted(dinner, amount=3000), percent=1000))[1:] == [
        ("PROMOTION", -3000),
        ("DISCOUNT", -700),
        ("TOTAL", 6300),
    ]


def test_voids_and_comps_come_before_a_discount_whenever_they_were_entered() -> None:
    check = discounted(check_of(line("soup", 1000), line("rolls", 3000)), percent=1000)
    check = taken_off(taken_off(check, "soup", is_comp=True), "rolls")
    assert parts(check) == [("ITEMS", 4000), ("VOID", -3000), ("COMP", -1000), ("DISCOUNT", 0), ("TOTAL", 0)]


# ── promotions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("terms", "off"), [({"percent": 2000, "most": 500}, 500), ({"percent": 2000, "most": 5000}, 2000)]
)
def test_a_promotion_takes_off_no_more_than_its_cap(terms: dict[str, int], off: int) -> None:
    check = promoted(check_of(line("wine", 10_000)), **terms)
    assert check.takes_off(check.corrections[0]) == money(off)


def test_a_promotion_takes_nothing_off_while_the_dishes_come_to_less() -> None:
    check = promoted(check_of(line("wine", 6000), line("soup", 4000)), amount=1000, from_amount=10_000)
    assert (check.total, taken_off(check, "soup").total) == (money(9000), money(6000))


def test_what_the_dishes_must_come_to_for_a_promotion_is_counted_before_discounts() -> None:
    check = discounted(check_of(line("wine", 10_000)), percent=1000)
    assert promoted(check, amount=1000, from_amount=10_000).total == money(8000)


def test_a_promotion_that_is_withdrawn_takes_nothing_off_and_is_not_shown() -> None:
    check = promoted(check_of(line("wine", 6000)), amount=1000)
    assert check.has_code("NUCA")
    withdrawn = check.withdrawn("c0", WAITER, entry().at)
    assert (withdrawn.total, parts(withdrawn)) == (money(6000), [("ITEMS", 6000), ("TOTAL", 6000)])
    assert not withdrawn.has_code("NUCA")
    assert withdrawn.entered("key-c0", "print") == "c0"
    with pytest.raises(NotFound):
        withdrawn.withdrawn("c0", WAITER, entry().at)


# ── fees and taxes ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("covers", "service"), [(5, []), (6, [("SERVICE_CHARGE", 90)])])
def test_the_service_charge_is_for_large_parties_and_of_what_is_left(
    covers: int, service: list[tuple[str, int]]
) -> None:
    check = discounted(check_of(line("soup", 1000), terms=SERVICE, covers=covers), percent=1000)
    assert parts(check)[2:-1] == service


def test_who_joins_a_party_may_bring_the_service_charge_and_who_leaves_takes_it_away() -> None:
    check = check_of(line("soup", 1000), terms=SERVICE, covers=2)
    larger = check.with_covers(7, WAITER, entry().at)
    assert (check.total, larger.total) == (money(1000), money(1100))
    assert larger.with_covers(3, WAITER, entry().at).total == money(1000)


@pytest.mark.parametrize(("price", "fee"), [(9_999, 1500), (10_000, 0)])
def test_from_an_amount_on_it_is_brought_for_nothing(price: int, fee: int) -> None:
    assert check_of(line("soup", price), terms=DELIVERY).total == money(price + fee)


def test_a_free_dish_is_brought_and_a_voided_one_is_not() -> None:
    check = check_of(line("soup", 1000), terms=DELIVERY)
    assert taken_off(check, "soup", is_comp=True).total == money(1500)
    assert taken_off(check, "soup").total == money(0)
    assert check_of(terms=DELIVERY).total == money(0)


def test_both_kinds_of_tax_stand_on_one_check_and_only_what_is_on_top_is_added() -> None:
    check = check_of(line("soup", 1110, tax=FOOD), line("wine", 1000, tax=WINE.with_(is_inclusive=False)))
    assert parts(check) == [("ITEMS", 2110), ("TAX", 210), ("TAX", 110), ("TOTAL", 2320)]
    assert [part.is_inclusive for part in bill(check).of(PartKind.TAX)] == [False, True]


def test_a_tax_is_computed_once_of_all_its_dishes_and_not_dish_by_dish() -> None:
    check = check_of(*(line(f"bread-{number}", 7, tax=MEALS_ON_TOP) for number in range(10)))
    assert parts(check)[1] == ("TAX", 5)


def test_fees_are_taxed_by_their_own_class() -> None:
    terms = SERVICE.with_(
        service_from_covers=1, service_tax=DRINKS_ON_TOP, delivery_fee=1000, delivery_tax=MEALS_ON_TOP
    )
    check = check_of(line("soup", 10_000), terms=terms)
    assert parts(check)[1:] == [
        ("SERVICE_CHARGE", 1000),
        ("DELIVERY_FEE", 1000),
        ("TAX", 70),
        ("TAX", 103),
        ("TOTAL", 12_173),
    ]


def test_a_rate_of_nothing_is_shown_because_a_receipt_must_name_it() -> None:
    check = check_of(line("bread", 500, tax=FOOD.with_(rate=0)))
    assert parts(check) == [("ITEMS", 500), ("TAX", 0), ("TOTAL", 500)]


@pytest.mark.parametrize(
    ("option", "tax", "terms"),
    [
        (DiningOption.DINE_IN, (2100, True), Terms(service_charge=1000, service_from_covers=6)),
        (DiningOption.TAKE_OUT, (900, False), Terms()),
        (DiningOption.DELIVERY, None, Terms(delivery_fee=1500)),
    ],
)
def test_a_house_prices_by_how_the_meal_reaches_the_guest(
    option: DiningOption, tax: tuple[int, bool] | None, terms: Terms
) -> None:
    rates = {DiningOption.DINE_IN: TaxRate(rate=2100), DiningOption.TAKE_OUT: TaxRate(rate=900, is_inclusive=False)}
    pricing = Pricing(
        tax_classes=(TaxClass(id="food", name={"en": "Food"}, rates=rates),),
        service_charge=ServiceCharge(rate=1000, from_covers=6),
        delivery_fee=DeliveryFee(amount=1500),
    )
    found = pricing.tax("food", option)
    assert (found and (found.rate, found.is_inclusive)) == tax
    assert pricing.terms(option) == terms
