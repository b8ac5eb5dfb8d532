"""The demonstration house is whole and plausible, and a house that could not open is refused with the reason."""

import re
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from models.base import Aggregate
from models.dish import Allergen, Course, Diet
from models.principal import STAFF, Role
from models.station import StationKind
from server.seed import DEMO_HOUSE, DemoHouse, FurnishedHouse, HouseInvalid, StaffDraft, load_demo_house

NOT_VEGETARIAN = {Allergen.FISH, Allergen.CRUSTACEANS, Allergen.MOLLUSCS}
NOT_VEGAN = NOT_VEGETARIAN | {Allergen.MILK, Allergen.EGGS}


def numbered(prefix: str) -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"{prefix}{next(numbers)}"


@pytest.fixture(scope="module")
def house() -> DemoHouse:
    return load_demo_house()


@pytest.fixture(scope="module")
def furnished(house: DemoHouse) -> FurnishedHouse:
    return house.furnish(ids=numbered("id-"), token=numbered("token-"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEMO_HOUSE, tmp_path / "house"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_menu_has_at_least_56_dishes(furnished: FurnishedHouse) -> None:
    assert len(furnished.menu.dishes) >= 56


def test_the_menu_has_the_headings_of_a_whole_dinner(furnished: FurnishedHouse) -> None:
    assert [category.id for category in furnished.menu.categories] == [
        *("soups", "salads", "starters", "pizza", "grill", "pasta", "mains", "sides", "desserts"),
        *("breakfast", "late-night", "to-go"),
        *("coffee", "soft-drinks", "beer", "wine", "cocktails"),
    ]


def test_every_course_has_dishes(furnished: FurnishedHouse) -> None:
    assert {dish.course for dish in furnished.menu.dishes} == set(Course)


def test_every_name_and_description_is_there_in_both_languages(furnished: FurnishedHouse) -> None:
    menu = furnished.menu
    texts = [category.name for category in menu.categories]
    texts += [station.name for station in furnished.stations]
    texts += [group.name for group in menu.modifier_groups]
    texts += [option.name for group in menu.modifier_groups for option in group.options]
    texts += [text for dish in menu.dishes for text in (dish.name, dish.description)]
    assert [text for text in texts if set(text) != {"ro", "en"} or not all(t.strip() for t in text.values())] == []


def test_romanian_letters_are_written_with_comma_below(furnished: FurnishedHouse) -> None:
    assert re.findall("[ŞşŢţ]", furnished.menu.model_dump_json()) == []


def test_prices_are_believable_in_bani(furnished: FurnishedHouse) -> None:
    assert [dish.id for dish in furnished.menu.dishes if not 500 <= dish.price <= 20_000] == []


def test_every_station_that_cooks_has_dishes_and_the_pass_has_none(furnished: FurnishedHouse) -> None:
    used = {station for dish in furnished.menu.dishes for station in dish.stations}
    assert used == {station.code for station in furnished.stations if station.kind is StationKind.PREP}


def test_the_stations_are_grill_cold_pizza_bar_and_expo(furnished: FurnishedHouse) -> None:
    assert {station.code: station.kind for station in furnished.stations} == {
        **dict.fromkeys(("grill", "cold", "pizza", "bar"), StationKind.PREP),
        "expo": StationKind.EXPO,
    }


def test_some_dishes_need_two_stations(furnished: FurnishedHouse) -> None:
    assert [dish for dish in furnished.menu.dishes if len(dish.stations) > 1]


def test_all_fourteen_allergens_occur(furnished: FurnishedHouse) -> None:
    assert {allergen for dish in furnished.menu.dishes for allergen in dish.allergens} == set(Allergen)


def test_no_dish_with_animal_allergens_is_called_vegan(furnished: FurnishedHouse) -> None:
    vegan = [dish for dish in furnished.menu.dishes if Diet.VEGAN in dish.diets]
    assert [dish.id for dish in vegan if NOT_VEGAN & set(dish.allergens)] == []


def test_no_dish_with_fish_or_seafood_is_called_vegetarian(furnished: FurnishedHouse) -> None:
    vegetarian = [dish for dish in furnished.menu.dishes if Diet.VEGETARIAN in dish.diets]
    assert [dish.id for dish in vegetarian if NOT_VEGETARIAN & set(dish.allergens)] == []


def test_every_vegan_dish_is_vegetarian_too(furnished: FurnishedHouse) -> None:
    assert [d.id for d in furnished.menu.dishes if Diet.VEGAN in d.diets and Diet.VEGETARIAN not in d.diets] == []


def test_every_diet_has_dishes(furnished: FurnishedHouse) -> None:
    assert {diet for dish in furnished.menu.dishes for diet in dish.diets} == set(Diet)


def test_every_modifier_group_is_used(furnished: FurnishedHouse) -> None:
    used = furnished.menu.groups_of(furnished.menu.dishes)
    assert {group.id for group in furnished.menu.modifier_groups} == used


def test_there_are_at_least_ten_modifier_groups(furnished: FurnishedHouse) -> None:
    assert len(furnished.menu.modifier_groups) >= 10


@pytest.mark.parametrize(
    ("group_id", "bounds"),
    [("doneness", (1, 1)), ("pizza-size", (1, 1)), ("pizza-topping", (0, 4)), ("side", (1, 1)), ("sauce", (0, 3))],
)
def test_modifier_group_has_bounds(furnished: FurnishedHouse, group_id: str, bounds: tuple[int, int]) -> None:
    group = next(group for group in furnished.menu.modifier_groups if group.id == group_id)
    assert (group.min_select, group.max_select) == bounds


def test_every_dish_can_be_ordered_with_the_fewest_modifiers(furnished: FurnishedHouse) -> None:
    menu = furnished.menu
    least = {group.id: [option.id for option in group.options[: group.min_select]] for group in menu.modifier_groups}
    for dish in menu.dishes:
        menu.select(dish.id, tuple(option for group in dish.modifier_groups for option in least[group]))


def test_a_rib_eye_costs_its_price_and_its_paid_options(furnished: FurnishedHouse) -> None:
    selection = furnished.menu.select("antricot", ("medium-rare", "side-vegetables", "sauce-pepper"))
    assert selection.unit_price.amount == 13_900 + 400 + 600


def test_there_are_twenty_tables_in_three_zones(furnished: FurnishedHouse) -> None:
    assert len(furnished.tables) == 20
    assert {table.zone for table in furnished.tables} == {"Terasă", "Salon", "Bar"}


def test_every_table_has_its_own_token_and_position(furnished: FurnishedHouse) -> None:
    assert len({table.token for table in furnished.tables}) == 20
    assert [table.position for table in furnished.tables] == list(range(20))


def test_there_is_staff_of_every_role_and_two_waiters(furnished: FurnishedHouse) -> None:
    roles = [role for person in furnished.staff for role in person.roles]
    assert set(roles) == STAFF
    assert roles.count(Role.WAITER) == 2


def test_everything_belongs_to_the_same_house(furnished: FurnishedHouse) -> None:
    parts: list[Aggregate | StaffDraft] = [furnished.restaurant, furnished.menu, *furnished.stations]
    parts += [*furnished.tables, *furnished.staff]
    assert {part.restaurant_id for part in parts} == {furnished.restaurant.id}


def test_no_two_aggregates_share_an_id(furnished: FurnishedHouse) -> None:
    parts: list[Aggregate | StaffDraft] = [furnished.restaurant, furnished.menu, *furnished.stations]
    parts += [*furnished.tables, *furnished.staff]
    assert len({part.id for part in parts}) == len(parts)


def test_a_draft_becomes_staff_with_the_hash_and_without_the_password(furnished: FurnishedHouse) -> None:
    draft = furnished.staff[0]
    hired = draft.hired("$2b$12$hash")
    assert (hired.login, hired.roles, hired.password_hash) == (draft.login, draft.roles, "$2b$12$hash")
    assert draft.password not in hired.model_dump_json()


def test_a_wrong_allergen_is_refused_by_name(copy: Path) -> None:
    edit(copy / "food.yaml", "[MILK, EGGS, CELERY, SULPHITES]", "[MILK, EGSG]")
    with pytest.raises(HouseInvalid, match=r"dishes\.ciorba-de-burta\.allergens\.1: EGSG is none of the 14 allergens"):
        load_demo_house(copy)


def test_a_dish_at_the_pass_is_refused(copy: Path) -> None:
    edit(copy / "food.yaml", "stations: [grill]", "stations: [expo]")
    with pytest.raises(HouseInvalid, match=r"ciorba-de-burta\.stations: the station expo assembles"):
        load_demo_house(copy)


def test_a_dish_with_an_unknown_modifier_group_is_refused(copy: Path) -> None:
    edit(copy / "food.yaml", "modifier_groups: [soup-side]", "modifier_groups: [soup-sides]")
    with pytest.raises(HouseInvalid, match=r"ciorba-de-burta\.modifier_groups: there is no modifier group soup-sides"):
        load_demo_house(copy)


def test_a_modifier_group_that_no_dish_uses_is_refused(copy: Path) -> None:
    edit(copy / "food.yaml", "modifier_groups: [soup-side]", "modifier_groups: []")
    with pytest.raises(HouseInvalid, match=r"modifier_groups\.soup-side: no dish uses this group"):
        load_demo_house(copy)


def test_a_table_name_in_two_zones_is_refused(copy: Path) -> None:
    edit(copy / "house.yaml", "B1: 2", "S1: 2")
    with pytest.raises(HouseInvalid, match="table stands twice: S1"):
        load_demo_house(copy)


def test_a_guest_among_the_staff_is_refused(copy: Path) -> None:
    edit(copy / "house.yaml", "roles: [CASHIER]", "roles: [GUEST]")
    with pytest.raises(HouseInvalid, match="ioana: GUEST is no role of the staff"):
        load_demo_house(copy)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "drinks.yaml").unlink()
    with pytest.raises(HouseInvalid, match=r"drinks\.yaml"):
        load_demo_house(copy)


def test_broken_yaml_is_refused_with_its_line(copy: Path) -> None:
    (copy / "drinks.yaml").write_text("categories:\n  - {id: coffee", encoding="utf-8")
    with pytest.raises(HouseInvalid, match=r"drinks\.yaml:2:"):
        load_demo_house(copy)


def test_a_second_restaurant_block_is_refused(copy: Path) -> None:
    with (copy / "drinks.yaml").open("a", encoding="utf-8") as file:
        file.write("restaurant: {name: Other}\n")
    with pytest.raises(HouseInvalid, match="restaurant: cannot be read: it stands in another file already"):
        load_demo_house(copy)
