"""A small menu that is right, to be made wrong in one place."""

from typing import Any

from models.dining import DiningOption
from models.dish import Category, Course, Dish, ModifierGroup, Option
from models.menu import Menu
from models.menu_check import Premises
from models.menu_content import MenuContent
from models.pricing import Pricing, TaxClass, TaxRate
from models.station import StationKind

PREMISES = Premises(
    stations={"grill": StationKind.PREP, "cold": StationKind.PREP, "expo": StationKind.EXPO},
    currency="RON",
    languages=("ro", "en"),
)


def text(word: str) -> dict[str, str]:
    return {"ro": f"{word} (ro)", "en": word}


def option(entry_id: str, price: int = 0, **more: Any) -> Option:
    return Option(id=entry_id, name=text(entry_id), price=price, **more)


def group(entry_id: str, *options: Option, **more: Any) -> ModifierGroup:
    return ModifierGroup(id=entry_id, name=text(entry_id), options=options, **more)


def dish(entry_id: str, price: int = 1000, **more: Any) -> Dish:
    fields: dict[str, Any] = {
        "category_id": "mains",
        "name": text(entry_id),
        "stations": ("grill",),
        "course": Course.MAINS,
        "tax_class": "food",
    }
    return Dish(id=entry_id, price=price, **(fields | more))


SIDES = group("side", option("fries", modifier_groups=("dip",)), option("rice", 100), min_select=1, defaults=("rice",))
DIPS = group("dip", option("mayonnaise", 200), option("ketchup"), max_select=2)

CONTENT = MenuContent(
    currency="RON",
    languages=("ro", "en"),
    categories=(Category(id="starters", name=text("Starters")), Category(id="mains", name=text("Mains"))),
    modifier_groups=(SIDES, DIPS),
    dishes=(
        dish("soup", category_id="starters", course=Course.STARTERS, prices={DiningOption.TAKE_OUT: 900}),
        dish("steak", 6900, modifier_groups=("side",)),
    ),
    pricing=Pricing(
        tax_classes=(TaxClass(id="food", name=text("Food"), rates={DiningOption.DINE_IN: TaxRate(rate=1100)}),)
    ),
)


def with_dish(entry_id: str, **changes: Any) -> MenuContent:
    """Return the menu with one dish changed."""
    return CONTENT.with_(dishes=tuple(one.with_(**changes) if one.id == entry_id else one for one in CONTENT.dishes))


def with_group(entry_id: str, **changes: Any) -> MenuContent:
    """Return the menu with one modifier group changed."""
    groups = tuple(one.with_(**changes) if one.id == entry_id else one for one in CONTENT.modifier_groups)
    return CONTENT.with_(modifier_groups=groups)


def menu(content: MenuContent = CONTENT) -> Menu:
    """Return it published."""
    fields = {name: getattr(content, name) for name in MenuContent.model_fields}
    return Menu(id="m1", restaurant_id="r1", version=3, **fields)
