"""Every mistake that a menu can have is found, by its path and its code, and nothing else is called one."""

from collections.abc import Mapping

import pytest
from pydantic import ValidationError
from unit.menus import CONTENT, DIPS, PREMISES, SIDES, dish, group, menu, option, text, with_dish, with_group

from models.dining import DiningOption
from models.dish import Category
from models.errors import LANGUAGES
from models.hours import Window
from models.menu_check import LARGEST, Premises, problems
from models.menu_content import MenuContent
from models.menu_view import problem_views
from models.pricing import DeliveryFee, Pricing, Promotion, ServiceCharge, TaxClass
from models.problem import TEXTS, Problem, ProblemCode

PRICING = CONTENT.pricing
EMPTY = Window(opens="10:00", closes="10:00")
PROMOTION = Promotion(code="AUTUMN", name=text("Autumn"), percent=1000)

MISTAKES: Mapping[str, tuple[MenuContent, str, ProblemCode]] = {
    "a dish without a station": (with_dish("soup", stations=()), "dishes.soup.stations", ProblemCode.NO_STATION),
    "an unknown station": (with_dish("soup", stations=("bar",)), "dishes.soup.stations", ProblemCode.UNKNOWN_STATION),
    "a station that does not cook": (
        with_dish("soup", stations=("expo",)),
        "dishes.soup.stations",
        ProblemCode.STATION_COOKS_NOTHING,
    ),
    "a station twice": (with_dish("soup", stations=("grill", "grill")), "dishes.soup.stations", ProblemCode.TWICE),
    "minimum above maximum": (
        with_group("dip", min_select=2, max_select=1),
        "modifier_groups.dip.min_select",
        ProblemCode.MIN_ABOVE_MAX,
    ),
    "maximum above the options": (
        with_group("dip", max_select=3),
        "modifier_groups.dip.max_select",
        ProblemCode.MAX_ABOVE_OPTIONS,
    ),
    "nothing to choose from": (
        with_group("dip", options=()),
        "modifier_groups.dip.options",
        ProblemCode.NO_OPTIONS,
    ),
    "a default of another group": (
        with_group("dip", defaults=("rice",)),
        "modifier_groups.dip.defaults",
        ProblemCode.UNKNOWN_DEFAULT,
    ),
    "too many defaults": (
        with_group("side", defaults=("rice", "fries")),
        "modifier_groups.side.defaults",
        ProblemCode.WRONG_NUMBER_OF_DEFAULTS,
    ),
    "too few defaults": (
        with_group("dip", min_select=2, defaults=("ketchup",)),
        "modifier_groups.dip.defaults",
        ProblemCode.WRONG_NUMBER_OF_DEFAULTS,
    ),
    "a group nobody uses": (
        CONTENT.with_(modifier_groups=(SIDES, DIPS, group("size", option("small")))),
        "modifier_groups.size",
        ProblemCode.UNUSED_GROUP,
    ),
    "an unknown group at a dish": (
        with_dish("soup", modifier_groups=("bread",)),
        "dishes.soup.modifier_groups",
        ProblemCode.UNKNOWN_GROUP,
    ),
    "an unknown group at an option": (
        with_group("side", options=(SIDES.options[0], option("rice", modifier_groups=("bread",)))),
        "modifier_groups.side.options.rice.modifier_groups",
        ProblemCode.UNKNOWN_GROUP,
    ),
    "a group twice at a dish": (
        with_dish("steak", modifier_groups=("side", "side")),
        "dishes.steak.modifier_groups",
        ProblemCode.TWICE,
    ),
    "nested twice": (
        CONTENT.with_(
            modifier_groups=(
                SIDES,
                DIPS.with_(options=(DIPS.options[0], option("ketchup", modifier_groups=("heat",)))),
                group("heat", option("mild")),
            ),
            dishes=(*CONTENT.dishes, dish("sausage", modifier_groups=("heat",))),
        ),
        "modifier_groups.dip.options.ketchup.modifier_groups",
        ProblemCode.NESTED_TWICE,
    ),
    "nested in itself": (
        with_group("dip", options=(option("mayonnaise", modifier_groups=("dip",)), DIPS.options[1])),
        "modifier_groups.dip.options.mayonnaise.modifier_groups",
        ProblemCode.NESTED_TWICE,
    ),
    "an unknown category": (
        with_dish("steak", category_id="grill"),
        "dishes.steak.category",
        ProblemCode.UNKNOWN_CATEGORY,
    ),
    "an unknown tax class": (
        with_dish("steak", tax_class="luxury"),
        "dishes.steak.tax_class",
        ProblemCode.UNKNOWN_TAX_CLASS,
    ),
    "no tax class where there are some": (
        with_dish("steak", tax_class=None),
        "dishes.steak.tax_class",
        ProblemCode.NO_TAX_CLASS,
    ),
    "an unknown tax class of a fee": (
        CONTENT.with_(pricing=PRICING.with_(delivery_fee=DeliveryFee(amount=1500, tax_class="luxury"))),
        "pricing.delivery_fee.tax_class",
        ProblemCode.UNKNOWN_TAX_CLASS,
    ),
    "two dishes of one id": (
        CONTENT.with_(dishes=(*CONTENT.dishes, dish("steak"))),
        "dishes.steak.id",
        ProblemCode.DOUBLE_ID,
    ),
    "a dish and an option of one id": (
        CONTENT.with_(dishes=(*CONTENT.dishes, dish("fries"))),
        "dishes.fries.id",
        ProblemCode.DOUBLE_ID,
    ),
    "an option in two groups": (
        with_group("dip", options=(*DIPS.options, option("rice"))),
        "modifier_groups.dip.options.rice.id",
        ProblemCode.DOUBLE_ID,
    ),
    "two categories of one id": (
        CONTENT.with_(categories=(*CONTENT.categories, CONTENT.categories[0])),
        "categories.starters.id",
        ProblemCode.DOUBLE_ID,
    ),
    "two tax classes of one id": (
        CONTENT.with_(pricing=PRICING.with_(tax_classes=PRICING.tax_classes * 2)),
        "pricing.tax_classes.food.id",
        ProblemCode.DOUBLE_ID,
    ),
    "two promotions of one code": (
        CONTENT.with_(pricing=PRICING.with_(promotions=(PROMOTION, PROMOTION))),
        "pricing.promotions.AUTUMN.id",
        ProblemCode.DOUBLE_ID,
    ),
    "a dish without a name in a language": (
        with_dish("soup", name={"ro": "Supă"}),
        "dishes.soup.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "a description in one language": (
        with_dish("soup", description={"ro": "Caldă"}),
        "dishes.soup.description",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "an empty name": (
        with_dish("soup", name={"ro": "Supă", "en": ""}),
        "dishes.soup.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "a heading without a name": (
        CONTENT.with_(categories=(CONTENT.categories[0], Category(id="mains", name={"en": "Mains"}))),
        "categories.mains.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "a group without a name": (
        with_group("dip", name={"en": "Dip"}),
        "modifier_groups.dip.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "an option without a name": (
        with_group("dip", options=(DIPS.options[0], option("ketchup").with_(name={"en": "Ketchup"}))),
        "modifier_groups.dip.options.ketchup.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "a tax class without a name": (
        CONTENT.with_(pricing=Pricing(tax_classes=(TaxClass(id="food", name={"en": "Food"}),))),
        "pricing.tax_classes.food.name",
        ProblemCode.MISSING_TRANSLATION,
    ),
    "a language twice": (CONTENT.with_(languages=("ro", "en", "ro")), "languages", ProblemCode.TWICE),
    "prices in another currency": (CONTENT.with_(currency="EUR"), "currency", ProblemCode.WRONG_CURRENCY),
    "a language of the house left out": (
        CONTENT.with_(languages=("en",)),
        "languages",
        ProblemCode.MISSING_LANGUAGE,
    ),
    "a dish that never opens": (with_dish("soup", hours=(EMPTY,)), "dishes.soup.hours.0", ProblemCode.NEVER_OPEN),
    "a heading that never opens": (
        CONTENT.with_(categories=(CONTENT.categories[0].with_(hours=(EMPTY,)), CONTENT.categories[1])),
        "categories.starters.hours.0",
        ProblemCode.NEVER_OPEN,
    ),
    "a dish on no menu": (
        with_dish("steak", dining_options=()),
        "dishes.steak.dining_options",
        ProblemCode.NO_DINING_OPTION,
    ),
    "a price for what is not offered": (
        with_dish("soup", dining_options=(DiningOption.DINE_IN,)),
        "dishes.soup.prices",
        ProblemCode.NOT_OFFERED,
    ),
    "a picture without https": (
        with_dish("soup", picture="http://example.com/soup.jpg"),
        "dishes.soup.picture",
        ProblemCode.BAD_PICTURE,
    ),
}


def found(content: MenuContent, premises: Premises | None = PREMISES) -> list[tuple[str, ProblemCode]]:
    return [(one.path, one.code) for one in problems(content, premises)]


def test_a_menu_that_is_right_has_no_mistake() -> None:
    assert found(CONTENT) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_found_and_nothing_else(mistake: str) -> None:
    content, path, code = MISTAKES[mistake]
    assert found(content) == [(path, code)]


def test_all_mistakes_are_found_at_once_in_the_order_of_the_menu() -> None:
    content = with_dish("soup", stations=(), name={}).with_(modifier_groups=(SIDES,), currency="EUR")
    assert [path for path, _ in found(content)] == [
        "modifier_groups.side.options.fries.modifier_groups",
        "dishes.soup.name",
        "dishes.soup.stations",
        "currency",
    ]


@pytest.mark.parametrize(
    "picture",
    [
        "soup.jpg",
        "javascript:alert(1)",
        "https:soup.jpg",
        "https://cook:secret@example.com/soup.jpg",
        "https://example.com/so up.jpg",
        'https://example.com/"onload=',
        "",
    ],
)
def test_a_picture_is_an_https_url_and_nothing_else(picture: str) -> None:
    assert found(with_dish("soup", picture=picture)) == [("dishes.soup.picture", ProblemCode.BAD_PICTURE)]


def test_a_picture_by_https_is_right() -> None:
    assert found(with_dish("soup", picture="https://example.com/supă.jpg?w=400")) == []


def test_a_house_without_tax_classes_needs_none_at_its_dishes() -> None:
    dishes = tuple(one.with_(tax_class=None) for one in CONTENT.dishes)
    fees = Pricing(service_charge=ServiceCharge(rate=1000))
    assert found(CONTENT.with_(dishes=dishes, pricing=fees)) == []


def test_a_menu_that_a_slow_phone_could_not_be_sent_is_refused() -> None:
    names = {"ro": "x" * 80, "en": "x" * 80}
    options = [option(f"option-{number}").with_(name=names) for number in range(60)]
    groups = tuple(
        group(f"group-{number}", *(one.with_(id=f"{one.id}-{number}") for one in options)) for number in range(30)
    )
    many = tuple(one.id for one in groups)
    dishes = tuple(dish(f"dish-{number}", modifier_groups=many[number : number + 1]) for number in range(30))
    content = CONTENT.with_(modifier_groups=groups, dishes=dishes)
    assert len(content.model_dump_json()) > LARGEST
    assert found(content) == [("menu", ProblemCode.TOO_LARGE)]


@pytest.mark.parametrize("mistake", [name for name, (content, _, _) in MISTAKES.items() if problems(content)])
def test_a_menu_with_a_mistake_of_its_own_cannot_be_constructed(mistake: str) -> None:
    content, path, _ = MISTAKES[mistake]
    with pytest.raises(ValidationError, match=path):
        menu(content)


def test_stations_currency_and_languages_are_the_house_s_and_not_asked_of_a_menu_alone() -> None:
    assert found(with_dish("soup", stations=("bar",)).with_(currency="EUR"), None) == []


def test_every_kind_of_mistake_is_said_in_every_language() -> None:
    assert set(TEXTS) == set(ProblemCode)
    assert all(set(texts) == set(LANGUAGES) for texts in TEXTS.values())
    for code in ProblemCode:
        said = {Problem(path="x", code=code, what="fifty-one").message(language) for language in LANGUAGES}
        assert len(said) == len(LANGUAGES)
        assert all("{" not in one for one in said)


def test_a_client_reads_paths_as_fields_are_called_on_the_wire() -> None:
    wrong = problems(with_group("dip", max_select=3)) + problems(with_dish("steak", category_id="grill"))
    assert [one.path for one in problem_views(wrong, "ro")] == [
        "modifierGroups.dip.maxSelect",
        "dishes.steak.categoryId",
    ]
    assert problem_views(wrong, "ro")[1].message == "nu există categoria grill"
