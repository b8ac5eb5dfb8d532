"""Menus as files: what was written is read back as it was, and every mistake is named by its path."""

import re
from pathlib import Path
from typing import Any

import pytest
from unit.menus import PREMISES

from models.dining import DiningOption
from models.dish import Course
from models.hours import Weekday, Window
from models.menu_check import Premises
from models.problem import ProblemCode
from server.menu_files import open_files
from server.menu_reading import Reading, read

MENU = """\
pricing:
  tax_classes:
    - {id: food, name: {ro: Mâncare, en: Food}, rates: {DINE_IN: {rate: 11%}}}
modifier_groups:
  - id: side
    name: {ro: Garnitură, en: Side}
    options:
      - {id: fries, name: {ro: Cartofi, en: Fries}}
      - {id: rice, name: {ro: Orez, en: Rice}, price: 1.00 RON}
categories:
  - id: mains
    name: {ro: Feluri principale, en: Mains}
    course: MAINS
    tax_class: food
    stations: [grill]
    modifier_groups: [side]
    hours:
      - {days: [FRI, SAT], opens: 22:00, closes: 02:00}
    dishes:
      - id: steak
        name: {ro: Antricot, en: Rib-eye}
        price: 69.00 RON
        allergens: [MILK]
      - id: soup
        name: {ro: Supă, en: Soup}
        price: 24 RON
        prices: {TAKE_OUT: 21.50 RON}
        course: STARTERS
        stations: [cold]
        modifier_groups: []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def reading(folder: Path, *texts: str, house: Premises | None = PREMISES) -> Reading:
    """Read texts as the files of one menu."""
    files = [folder / f"{number}.yaml" for number in range(1, len(texts) + 1)]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    opened = open_files(files)
    return read(opened, house or opened.premises)


def named(found: Reading) -> list[tuple[str, ProblemCode]]:
    return [(one.path, one.code) for one in found.problems]


def said(found: Reading) -> list[str]:
    return [f"{one.path}: {one.message('en')}" for one in found.problems]


def menu_with(old: str, new: str) -> str:
    assert MENU.count(old) == 1
    return MENU.replace(old, new)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_in_the_docs_is_right(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "menu.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    found = reading(folder, example, house=None)
    assert found.problems == []
    assert found.content is not None
    assert [dish.id for dish in found.content.dishes] == ["steak"]


def test_a_heading_speaks_for_its_dishes_unless_they_say_otherwise(folder: Path) -> None:
    found = reading(folder, MENU)
    assert found.problems == []
    assert found.content is not None
    steak, soup = found.content.dishes
    assert (steak.course, steak.stations, steak.modifier_groups) == (Course.MAINS, ("grill",), ("side",))
    assert (soup.course, soup.stations, soup.modifier_groups) == (Course.STARTERS, ("cold",), ())
    assert (steak.tax_class, soup.tax_class) == ("food", "food")


def test_prices_and_rates_become_minor_units_and_basis_points(folder: Path) -> None:
    content = reading(folder, MENU).content
    assert content is not None
    assert [dish.price for dish in content.dishes] == [6900, 2400]
    assert content.dishes[1].prices == {DiningOption.TAKE_OUT: 2150}
    assert content.modifier_groups[0].options[1].price == 100
    assert content.pricing.tax_classes[0].rates[DiningOption.DINE_IN].rate == 1100


@pytest.mark.parametrize(
    ("currency", "price", "amount"),
    [("JPY", "1200 JPY", 1200), ("KWD", "1.250 KWD", 1250), ("KWD", "3 KWD", 3000), ("EUR", "0.05 EUR", 5)],
)
def test_a_price_has_the_digits_of_its_currency(folder: Path, currency: str, price: str, amount: int) -> None:
    text = f"currency: {currency}\n{MENU}".replace("69.00 RON", price)
    found = reading(folder, text, house=PREMISES)
    assert found.content is not None
    assert found.content.dishes[0].price == amount


@pytest.mark.parametrize(
    "price", ["69.00", "6900", "69.0 RON", "69.000 RON", "69,00 RON", "RON 69", "-1.00 RON", "lots"]
)
def test_a_price_that_does_not_say_what_it_is_is_refused(folder: Path, price: str) -> None:
    found = reading(folder, menu_with("69.00 RON", f'"{price}"'))
    assert said(found) == ["dishes.steak.price: cannot be read: write a price with its currency, like 24.00 RON"]


def test_times_and_languages_are_no_numbers_and_no_truth(folder: Path) -> None:
    text = menu_with("{ro: Feluri principale, en: Mains}", "{ro: Feluri principale, en: Mains, no: Hovedretter}")
    content = reading(folder, text).content
    assert content is not None
    assert content.categories[0].name["no"] == "Hovedretter"
    assert content.categories[0].hours == (Window(days=(Weekday.FRI, Weekday.SAT), opens="22:00", closes="02:00"),)


def test_files_are_put_together(folder: Path) -> None:
    pie = "id: pie, category: mains, name: {ro: Plăcintă, en: Pie}, price: 9.00 RON, course: DESSERTS, stations: [cold]"
    content = reading(folder, MENU, f"dishes:\n  - {{{pie}, tax_class: food}}\n").content
    assert content is not None
    assert [dish.id for dish in content.dishes] == ["steak", "soup", "pie"]


def test_files_that_name_the_house_need_no_other(folder: Path) -> None:
    house = "currency: RON\nlanguages: [ro, en]\nstations: [{code: grill}, {code: cold}, {code: expo, kind: EXPO}]\n"
    assert reading(folder, house + MENU, house=None).problems == []
    assert open_files([folder / "1.yaml"]).premises == PREMISES


# ── mistakes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[MILK]", "[MILK, EGSG]", [("dishes.steak.allergens.1", ProblemCode.UNKNOWN_ALLERGEN)]),
        ("69.00 RON", "14.00 EUR", [("dishes.steak.price", ProblemCode.WRONG_CURRENCY)]),
        ("1.00 RON", "1.00 EUR", [("modifier_groups.side.options.rice.price", ProblemCode.WRONG_CURRENCY)]),
        ("21.50 RON", "5 EUR", [("dishes.soup.prices.TAKE_OUT", ProblemCode.WRONG_CURRENCY)]),
        ("stations: [cold]", "stations: []", [("dishes.soup.stations", ProblemCode.NO_STATION)]),
        ("stations: [cold]", "stations: [bar]", [("dishes.soup.stations", ProblemCode.UNKNOWN_STATION)]),
        ("22:00", "25:00", [("categories.mains.hours.0.opens", ProblemCode.UNREADABLE)]),
        ("[FRI, SAT]", "[FRI, Sat]", [("categories.mains.hours.0.days.1", ProblemCode.UNREADABLE)]),
        ("11%", "0.11", [("pricing.tax_classes.food.rates.DINE_IN.rate", ProblemCode.UNREADABLE)]),
        ("    course: MAINS\n", "    course: LUNCH\n", [("categories.mains.course", ProblemCode.UNREADABLE)]),
        ("stations: [grill]", "stations: grill", [("categories.mains.stations", ProblemCode.UNREADABLE)]),
        (
            "modifier_groups:\n",
            "modifer_groups:\n",
            [
                ("modifer_groups", ProblemCode.UNREADABLE),
                ("dishes.steak.modifier_groups", ProblemCode.UNKNOWN_GROUP),
            ],
        ),
        ("        allergens:", "        alergens:", [("dishes.steak.alergens", ProblemCode.UNREADABLE)]),
        (
            "      - id: steak\n",
            "      - di: steak\n",
            [
                ("categories.mains.dishes.0.id", ProblemCode.UNREADABLE),
                ("categories.mains.dishes.0.di", ProblemCode.UNREADABLE),
            ],
        ),
        ("Rib-eye", "Rib\u202eeye", [("dishes.steak.name.en", ProblemCode.UNREADABLE)]),
    ],
)
def test_a_mistake_is_named_by_its_path(folder: Path, old: str, new: str, expected: list[Any]) -> None:
    assert named(reading(folder, menu_with(old, new))) == expected


def test_mistakes_of_every_kind_are_named_at_once_and_none_that_only_follows(folder: Path) -> None:
    text = (
        menu_with("69.00 RON", "69 EUR")
        .replace("[MILK]", "[MLIK]")
        .replace("{id: fries, name: {ro: Cartofi, en: Fries}}", "{id: fries, name: Fries}")
        .replace("en: Soup}", "fr: Soupe}")
    )
    assert named(reading(folder, text)) == [
        ("modifier_groups.side.options.fries.name", ProblemCode.UNREADABLE),
        ("dishes.steak.price", ProblemCode.WRONG_CURRENCY),
        ("dishes.steak.allergens.0", ProblemCode.UNKNOWN_ALLERGEN),
        ("dishes.soup.name", ProblemCode.MISSING_TRANSLATION),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("categories:\n  - {id: mains\n", "1.yaml:3:1: cannot be read: expected ',' or '}', but got '<stream end>'"),
        ("categories: []\ncategories: []\n", "1.yaml:2:1: cannot be read: categories stands twice"),
        ("a: {b: 1, b: 2}\n", "1.yaml:1:11: cannot be read: b stands twice"),
        ("- soup\n", "1.yaml: cannot be read: it has to begin with a name and a colon, like `categories:`"),
        ("a: !!python/object:os.system {}\n", "1.yaml:1:4: cannot be read: could not determine a constructor"),
        ("1: 2\n", "1.yaml:1:1: cannot be read: 1 is no name"),
    ],
)
def test_what_is_no_yaml_is_named_by_line_and_column(folder: Path, text: str, expected: str) -> None:
    [first] = said(reading(folder, text))
    assert first.startswith(f"{folder}/{expected}")


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    opened = open_files([folder / "none.yaml"])
    assert said(read(opened, PREMISES)) == [f"{folder}/none.yaml: cannot be read: No such file or directory"]


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "1.yaml").write_bytes(b"\xff\xfe\x00")
    assert said(read(open_files([folder / "1.yaml"]), PREMISES)) == [
        f"{folder}/1.yaml: cannot be read: it is no UTF-8 text"
    ]


def test_what_two_files_say_of_the_house_is_refused(folder: Path) -> None:
    found = reading(folder, "currency: RON\n" + MENU, "currency: RON\n")
    assert said(found) == ["currency: cannot be read: it stands in another file already (2.yaml)"]


@pytest.mark.parametrize("part", ["stations", "modifier_groups", "categories", "dishes"])
def test_a_part_that_is_no_list_is_refused(folder: Path, part: str) -> None:
    assert (part, ProblemCode.UNREADABLE) in named(reading(folder, f"{part}: soup\n"))


@pytest.mark.parametrize("raw", ["soup", "[soup]", "7", "null", "{dishes: soup}", "{id: {a: b}}", "{dishes: [[soup]]}"])
@pytest.mark.parametrize("part", ["stations", "modifier_groups", "categories", "dishes"])
def test_whatever_stands_in_a_list_is_a_mistake_and_no_failure(folder: Path, part: str, raw: str) -> None:
    assert reading(folder, f"{part}:\n  - {raw}\n").problems


@pytest.mark.parametrize("raw", ["soup", "[soup]", "7", "{tax_classes: soup}", "{service_charge: 10%}", "{tips: 1}"])
def test_whatever_stands_in_pricing_is_a_mistake_and_no_failure(folder: Path, raw: str) -> None:
    assert [path.split(".")[0] for path, _ in named(reading(folder, f"pricing: {raw}\n"))] == ["pricing"]


def test_a_currency_of_nobody_is_refused(folder: Path) -> None:
    assert (
        said(reading(folder, f"currency: LEI\n{MENU}"))[0] == "currency: cannot be read: LEI is no currency of ISO 4217"
    )


def test_prices_cannot_be_read_without_a_house_and_without_its_currency(folder: Path) -> None:
    assert [path for path, _ in named(reading(folder, MENU, house=None))] == ["currency", "languages"]


# ── shapes that nobody means ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("    dishes:\n      - id: steak", "    dishes: 5\nothers:\n      - id: steak", "categories.mains.dishes"),
        ("pricing:\n", "currency: [RON]\npricing:\n", "currency"),
        ("pricing:\n", "currency: lei\npricing:\n", "currency"),
        ("    options:\n", "    min_select: 31\n    options:\n", "modifier_groups.side.min_select"),
    ],
    ids=["dishes-are-a-number", "currency-is-a-list", "no-such-currency", "more-than-one-can-choose"],
)
def test_a_shape_that_nobody_means_is_named_by_its_path(folder: Path, old: str, new: str, path: str) -> None:
    assert path in [one.path for one in reading(folder, menu_with(old, new)).problems]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("categories: " + "[" * 5_000 + "]" * 5_000, "it is nested too deep"),
        ("a: &a [x]\nb: [*a, *a]", "a menu has no aliases"),
    ],
    ids=["deep", "aliases"],
)
def test_a_file_that_would_break_a_reader_is_refused_in_a_sentence(folder: Path, text: str, what: str) -> None:
    assert any(what in one for one in said(reading(folder, text)))


def test_a_promotion_that_ends_before_it_starts_is_refused(folder: Path) -> None:
    late = (
        "pricing:\n  promotions:\n    - {code: LATE, name: {ro: Târziu, en: Late}, percent: 10%,"
        " starts_at: 2026-12-02T10:00:00Z, ends_at: 2026-12-01T10:00:00Z}\n"
    )
    assert any("it ends before it starts" in one for one in said(reading(folder, menu_with("pricing:\n", late))))
