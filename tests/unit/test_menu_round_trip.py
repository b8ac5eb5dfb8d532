"""A menu that is written to a file and read again is the same, right or wrong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit.menus import CONTENT

from models.base import plain
from models.dining import DiningOption
from models.dish import Allergen, Category, Course, Diet, Dish, ModifierGroup, Option
from models.hours import Weekday, Window
from models.menu_content import MenuContent
from models.menu_draft import arranged
from models.pricing import DeliveryFee, Pricing, Promotion, ServiceCharge, TaxClass, TaxRate
from server.menu_files import open_files
from server.menu_reading import read
from server.menu_writing import menu_text

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).map(plain)
texts = st.dictionaries(st.sampled_from(["ro", "en", "no", "on"]), words, max_size=3)
ids = st.text("abcyesnot0123456789_-", min_size=1, max_size=8)
amounts = st.integers(0, 1_000_000_000)
times = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
rates = st.integers(1, 10_000)


def some(values: Any, most: int = 3) -> Any:
    return st.lists(st.sampled_from(list(values)), unique=True, max_size=most).map(tuple)


def made(model: Any, **fields: Any) -> Any:
    return st.fixed_dictionaries(fields).map(lambda given: model(**given))


names = st.lists(ids, max_size=3).map(tuple)
hours = st.lists(made(Window, days=some(Weekday), opens=times, closes=times), max_size=2).map(tuple)
early, late = (
    st.integers(first, first + 5_000).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
    for first in (0, 5_001)
)
options = made(
    Option,
    id=ids,
    name=texts,
    price=amounts,
    allergens=some(Allergen),
    diets=st.none() | some(Diet),
    modifier_groups=names,
)
groups = made(
    ModifierGroup,
    id=ids,
    name=texts,
    min_select=st.integers(0, 30),
    max_select=st.integers(1, 60),
    defaults=names,
    options=st.lists(options, max_size=3).map(tuple),
)
dishes = made(
    Dish,
    id=ids,
    category_id=st.sampled_from(["c1", "c2", "c3"]),
    name=texts,
    description=texts,
    price=amounts,
    prices=st.dictionaries(st.sampled_from(DiningOption), amounts),
    dining_options=some(DiningOption),
    hours=st.none() | hours,
    stations=names,
    course=st.sampled_from(Course),
    modifier_groups=names,
    allergens=some(Allergen),
    diets=some(Diet),
    prep_minutes=st.integers(0, 240),
    tax_class=st.none() | ids,
    picture=st.none() | st.text(max_size=12).filter(lambda text: text.isascii() and text.isprintable()),
)
promotions = made(
    Promotion,
    code=st.text("ABCXYZ019-", min_size=3, max_size=6),
    name=texts,
    amount=st.none(),
    percent=rates,
    most=st.none() | st.integers(1, 10_000),
    from_amount=amounts,
    uses=st.none() | st.integers(1, 99),
    dining_options=some(DiningOption),
    starts_at=st.none() | early,
    ends_at=st.none() | late,
)
pricings = made(
    Pricing,
    tax_classes=st.lists(
        made(
            TaxClass,
            id=ids,
            name=texts,
            rates=st.dictionaries(st.sampled_from(DiningOption), made(TaxRate, rate=rates, is_inclusive=st.booleans())),
        ),
        max_size=2,
    ).map(tuple),
    service_charge=st.none()
    | made(ServiceCharge, rate=rates, dining_options=some(DiningOption), tax_class=st.none() | ids),
    delivery_fee=st.none()
    | made(DeliveryFee, amount=amounts, free_from=st.none() | amounts, tax_class=st.none() | ids),
    promotions=st.lists(promotions, max_size=2).map(tuple),
)
contents = made(
    MenuContent,
    currency=st.sampled_from(["RON", "EUR", "JPY", "KWD"]),
    languages=st.sampled_from([("ro", "en"), ("en",), ("no", "ro")]),
    categories=st.lists(
        made(Category, id=st.sampled_from(["c1", "c2"]), name=texts, hours=hours),
        unique_by=lambda category: category.id,
        max_size=2,
    ).map(tuple),
    modifier_groups=st.lists(groups, max_size=3).map(tuple),
    dishes=st.lists(dishes, max_size=5).map(tuple),
    pricing=pricings,
).map(arranged)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(contents)
def test_a_menu_that_is_written_and_read_is_the_same_right_or_wrong(tmp_path: Path, content: MenuContent) -> None:
    file = tmp_path / "menu.yaml"
    file.write_text(menu_text(content, "A menu."), encoding="utf-8")
    assert read(open_files([file]), None).content == content


def test_what_most_dishes_of_a_heading_have_stands_at_the_heading() -> None:
    text = menu_text(CONTENT, "A menu.")
    assert text.count("tax_class: food") == len(CONTENT.categories)
    assert text.startswith("# A menu.\ncurrency: RON\nlanguages: [ro, en]\n")
    assert "price: 69.00 RON" in text
