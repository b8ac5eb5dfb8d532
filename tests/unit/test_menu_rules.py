"""Choosing from a menu, what it shows in which language and how it is had, and editing its draft."""

from datetime import UTC, datetime
from typing import Any

import pytest
from unit.menus import CONTENT, DIPS, SIDES, dish, group, menu, option, text, with_dish, with_group

from models.base import Actor
from models.dining import DiningOption
from models.dish import MOST_OPTIONS, Allergen, Category, Diet
from models.errors import DraftChanged, MenuMovedOn, MenuTooLarge, ModifiersInvalid, NoDraft, NotFound, UnknownItem
from models.hours import Window
from models.menu_content import MenuContent
from models.menu_difference import MOST_NAMED, differences
from models.menu_draft import (
    EntryKind,
    MenuDraft,
    with_category,
    with_option,
    with_pricing,
    with_promotion,
    without,
)
from models.menu_draft import with_dish as put_dish
from models.menu_draft import with_group as put_group
from models.menu_view import menu_view
from models.pricing import DeliveryFee, Pricing, Promotion

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
ELENA = Actor(kind="STAFF", id="elena", name="Elena")
MENU = menu()
DRAFT = MenuDraft(id="d1", restaurant_id="r1")
PROMOTION = Promotion(code="AUTUMN", name=text("Autumn"), percent=1000)


# ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("modifiers", "price"),
    [
        (("rice",), 7000),
        (("fries",), 6900),
        (("fries", "mayonnaise"), 7100),
        (("ketchup", "fries", "mayonnaise"), 7100),
    ],
)
def test_a_choice_costs_the_dish_and_its_options_nested_ones_too(modifiers: tuple[str, ...], price: int) -> None:
    assert MENU.select("steak", modifiers).unit_price.amount == price


def test_options_that_another_opened_stand_behind_it() -> None:
    chosen = MENU.select("steak", ("ketchup", "fries", "mayonnaise")).modifiers
    assert [one.id for one in chosen] == ["fries", "mayonnaise", "ketchup"]


@pytest.mark.parametrize(
    "modifiers",
    [(), ("fries", "rice"), ("rice", "ketchup"), ("ketchup",), ("rice", "rice"), ("rice", "small"), ("side",)],
    ids=[
        "none of a group that needs one",
        "two of a group that takes one",
        "of a group that nothing opened",
        "only what nothing opened",
        "twice",
        "of no group",
        "a group",
    ],
)
def test_a_choice_that_the_groups_do_not_allow_is_refused(modifiers: tuple[str, ...]) -> None:
    with pytest.raises(ModifiersInvalid):
        MENU.select("steak", modifiers)


def test_a_nested_group_has_its_bounds() -> None:
    strict = menu(with_group("dip", min_select=1, max_select=1))
    assert strict.select("steak", ("rice",)).unit_price.amount == 7000
    for modifiers in (("fries",), ("fries", "ketchup", "mayonnaise")):
        with pytest.raises(ModifiersInvalid) as refused:
            strict.select("steak", modifiers)
        assert refused.value.details["groupId"] == "dip"


def test_a_group_that_two_chosen_options_open_is_asked_once() -> None:
    both = SIDES.with_(options=tuple(one.with_(modifier_groups=("dip",)) for one in SIDES.options), max_select=2)
    generous = menu(CONTENT.with_(modifier_groups=(both, DIPS.with_(max_select=1))))
    assert generous.select("steak", ("fries", "rice", "ketchup")).unit_price.amount == 7000
    with pytest.raises(ModifiersInvalid):
        generous.select("steak", ("fries", "rice", "ketchup", "mayonnaise"))


def test_nothing_is_added_that_was_not_chosen() -> None:
    preset = menu(with_group("dip", defaults=("mayonnaise",)))
    assert [one.id for one in preset.select("steak", ("fries",)).modifiers] == ["fries"]


def test_an_unknown_dish_is_refused() -> None:
    with pytest.raises(UnknownItem):
        MENU.select("pizza", ())


def test_a_price_of_a_dining_option_replaces_the_price() -> None:
    prices = {one: MENU.select("soup", (), one).unit_price.amount for one in DiningOption}
    assert prices == {DiningOption.DINE_IN: 1000, DiningOption.TAKE_OUT: 900, DiningOption.DELIVERY: 1000}


def test_a_choice_has_the_allergens_of_the_dish_and_of_its_options_and_suits_what_both_suit() -> None:
    cheese = option("cheese", allergens=(Allergen.MILK,), diets=(Diet.VEGETARIAN,))
    egg = option("egg", allergens=(Allergen.EGGS, Allergen.MILK))
    content = CONTENT.with_(
        modifier_groups=(*CONTENT.modifier_groups, group("extra", cheese, egg, max_select=2)),
        dishes=(
            *CONTENT.dishes,
            dish(
                "salad",
                modifier_groups=("extra",),
                allergens=(Allergen.NUTS,),
                diets=(Diet.VEGETARIAN, Diet.VEGAN),
            ),
        ),
    )
    chosen = menu(content).select("salad", ("egg", "cheese"))
    assert chosen.allergens == (Allergen.EGGS, Allergen.MILK, Allergen.NUTS)
    assert (chosen.diets, chosen.tax_class) == ((Diet.VEGETARIAN,), "food")
    assert menu(content).select("salad", ("egg",)).diets == (Diet.VEGETARIAN, Diet.VEGAN)


# ── when ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

LATE, EARLY = Window(opens="22:00", closes="02:00"), Window(opens="08:00", closes="11:00")


def timed(of_category: tuple[Window, ...], of_dish: tuple[Window, ...] | None) -> Any:
    starters, mains = CONTENT.categories
    content = CONTENT.with_(categories=(starters.with_(hours=of_category), mains))
    return menu(content.with_(dishes=(content.dishes[0].with_(hours=of_dish), content.dishes[1])))


@pytest.mark.parametrize(
    ("of_category", "of_dish", "served"),
    [((), None, True), ((EARLY,), None, False), ((EARLY,), (), True), ((EARLY,), (LATE,), True), ((), (EARLY,), False)],
)
def test_a_dish_has_its_own_hours_else_those_of_its_heading(
    of_category: tuple[Window, ...], of_dish: tuple[Window, ...] | None, served: object
) -> None:
    changed = timed(of_category, of_dish)  # at 22:00 in Bucharest
    assert changed.is_served(changed.dishes[0], NOW, "Europe/Bucharest") is served
    assert changed.not_served(NOW, "Europe/Bucharest") == (() if served else ("soup",))


def test_the_next_change_of_a_menu_is_the_earliest_of_its_dishes() -> None:
    soup, steak = timed((EARLY,), None).dishes
    both = timed((EARLY,), None).with_(dishes=(soup, steak.with_(hours=(LATE,))))
    assert both.next_change(NOW, "Europe/Bucharest") == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert MENU.next_change(NOW, "Europe/Bucharest") is None


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "name"), [("en", "soup"), ("ro", "soup (ro)"), ("de", "soup (ro)")], ids=["en", "ro", "fallback"]
)
def test_a_menu_is_read_in_a_language_with_the_first_of_the_house_as_fallback(language: str, name: str) -> None:
    view = menu_view(MENU, language)
    assert (view.languages, view.dishes[0].name) == ((language,), {language: name})
    assert set(view.modifier_groups[0].options[0].name) == {language}


def test_a_text_in_a_language_of_nobody_is_better_than_none() -> None:
    only = menu(CONTENT.with_(languages=("ro",))).with_(
        categories=tuple(one.with_(name={"hu": "Levesek", "ro": one.name["ro"]}) for one in CONTENT.categories)
    )
    assert menu_view(only, "hu").categories[0].name == {"hu": "Levesek"}


def test_all_languages_are_read_without_one() -> None:
    assert menu_view(MENU).dishes[0].name == CONTENT.dishes[0].name


def test_a_dining_option_shows_what_is_offered_for_it_at_its_prices() -> None:
    content = with_dish("steak", dining_options=(DiningOption.DINE_IN,))
    away, here = (menu_view(menu(content), None, one) for one in (DiningOption.TAKE_OUT, DiningOption.DINE_IN))
    assert [(one.id, one.price, one.prices) for one in away.dishes] == [("soup", 900, {})]
    assert ([one.id for one in away.categories], away.modifier_groups) == (["starters"], ())
    assert [one.id for one in here.dishes] == ["soup", "steak"]
    assert [one.id for one in here.modifier_groups] == ["side", "dip"]


# ── the draft ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ids(content: MenuContent) -> list[str]:
    return [one.id for one in content.dishes]


def test_a_new_dish_stands_last_under_its_heading() -> None:
    assert ids(put_dish(CONTENT, dish("broth", category_id="starters"), None)) == ["soup", "broth", "steak"]


def test_a_dish_that_is_changed_keeps_its_place() -> None:
    more = put_dish(CONTENT, dish("broth", category_id="starters"), None)
    assert ids(put_dish(more, dish("soup", 1200, category_id="starters"), None)) == ["soup", "broth", "steak"]


def test_a_dish_is_put_in_its_place_among_those_of_its_heading() -> None:
    assert ids(put_dish(CONTENT, dish("broth", category_id="starters"), 0)) == ["broth", "soup", "steak"]
    assert ids(put_dish(CONTENT, dish("burger"), 0)) == ["soup", "burger", "steak"]
    assert ids(put_dish(CONTENT, dish("soup"), 9)) == ["steak", "soup"]


def test_headings_take_their_dishes_along() -> None:
    moved = with_category(CONTENT, CONTENT.categories[1], 0)
    assert ([one.id for one in moved.categories], ids(moved)) == (["mains", "starters"], ["steak", "soup"])


def test_an_option_is_put_into_its_group() -> None:
    changed = with_option(CONTENT, "side", option("salad"), 0)
    assert [one.id for one in changed.modifier_groups[0].options] == ["salad", "fries", "rice"]
    with pytest.raises(NotFound):
        with_option(CONTENT, "sides", option("salad"), None)


@pytest.mark.parametrize(
    ("kind", "entry_id"),
    [
        (EntryKind.CATEGORY, "mains"),
        (EntryKind.GROUP, "dip"),
        (EntryKind.OPTION, "ketchup"),
        (EntryKind.DISH, "soup"),
        (EntryKind.PROMOTION, "AUTUMN"),
    ],
)
def test_what_is_taken_out_is_not_there_any_more_and_not_a_second_time(kind: EntryKind, entry_id: str) -> None:
    content = with_promotion(CONTENT, PROMOTION)
    left = without(content, kind, entry_id)
    key = "code" if kind is EntryKind.PROMOTION else "id"
    assert f'{{"{key}":"{entry_id}"' in content.model_dump_json()
    assert f'{{"{key}":"{entry_id}"' not in left.model_dump_json()
    with pytest.raises(NotFound):
        without(left, kind, entry_id)


def test_new_taxes_and_fees_leave_the_promotions() -> None:
    changed = with_pricing(with_promotion(CONTENT, PROMOTION), Pricing(delivery_fee=DeliveryFee(amount=1500)))
    assert (changed.pricing.tax_classes, changed.pricing.promotions) == ((), (PROMOTION,))


def test_a_menu_cannot_grow_beyond_its_bounds() -> None:
    full = with_group("dip", options=tuple(option(f"dip-{number}") for number in range(MOST_OPTIONS)))
    with pytest.raises(MenuTooLarge) as refused:
        with_option(full, "dip", option("one-more"), None)
    assert refused.value.details["limit"] == MOST_OPTIONS
    many = CONTENT.with_(categories=tuple(Category(id=f"c{number}", name=text("x")) for number in range(60)))
    with pytest.raises(MenuTooLarge):
        with_category(many, Category(id="one-more", name=text("x")), None)


def test_a_draft_begins_at_the_menu_of_its_first_edit_and_stays_based_on_it() -> None:
    first = DRAFT.edited(CONTENT, MENU, ELENA, NOW, "op-000001")
    second = first.edited(CONTENT, MENU.with_(version=9), ELENA, NOW, "op-000002")
    assert (first.based_on, second.based_on, second.edited_by) == (3, 3, ELENA)
    assert all(second.has_done(one) for one in ("op-000001", "op-000002"))


def test_who_saw_another_version_of_a_draft_has_to_look_again() -> None:
    DRAFT.with_(version=4, edited_by=ELENA).require(4)
    with pytest.raises(DraftChanged) as refused:
        DRAFT.with_(version=4, edited_by=ELENA).require(3)
    assert refused.value.details["draftVersion"] == 4
    assert refused.value.details["editedBy"]["name"] == "Elena"


def test_a_draft_of_a_menu_that_moved_on_is_published_only_by_who_has_seen_the_new_one() -> None:
    draft = DRAFT.edited(CONTENT, MENU, ELENA, NOW, "op-000001")
    newer = MENU.with_(version=4)
    assert draft.to_publish(MENU, None) is CONTENT
    assert draft.to_publish(newer, 4) is CONTENT
    for seen in (None, 3):
        with pytest.raises(MenuMovedOn) as refused:
            draft.to_publish(newer, seen)
        assert refused.value.details == {"menuVersion": 4, "basedOn": 3}


def test_there_is_nothing_to_publish_or_discard_without_a_draft() -> None:
    gone = DRAFT.edited(CONTENT, MENU, ELENA, NOW, "op-000001").published(ELENA, NOW, "op-000002")
    for draft in (DRAFT, gone):
        with pytest.raises(NoDraft):
            draft.to_publish(MENU, None)
        with pytest.raises(NoDraft):
            draft.discarded(ELENA, NOW, "op-000003")


# ── what the log says ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_price_is_told_with_the_one_before() -> None:
    assert differences(CONTENT, with_dish("soup", price=1100)) == (
        {"dishes/soup/price": 1000},
        {"dishes/soup/price": 1100},
    )


def test_what_came_and_what_went_is_told_by_name() -> None:
    before, after = differences(CONTENT, without(put_dish(CONTENT, dish("burger"), None), EntryKind.DISH, "soup"))
    assert before == {"dishes/soup": "soup (ro)", "dishes/burger": None}
    assert after == {"dishes/soup": None, "dishes/burger": "burger (ro)"}


def test_an_option_a_fee_and_a_promotion_are_told_too() -> None:
    changed = with_promotion(with_option(CONTENT, "dip", option("mayonnaise", 250), None), PROMOTION)
    changed = with_pricing(changed, changed.pricing.with_(delivery_fee=DeliveryFee(amount=1500)))
    _, after = differences(CONTENT, changed)
    assert after == {
        "options/mayonnaise/price": 250,
        "promotions/AUTUMN": "Autumn (ro)",
        "delivery_fee": "there",
    }


def test_no_more_is_told_than_a_log_can_hold() -> None:
    many = CONTENT.with_(dishes=tuple(dish(f"dish-{number}") for number in range(300)))
    before, after = differences(CONTENT, many)
    assert len(before) == MOST_NAMED
    assert after["more"] == 302


def test_nothing_is_told_when_nothing_changed() -> None:
    assert differences(CONTENT, put_group(CONTENT, SIDES, None)) == ({}, {})
