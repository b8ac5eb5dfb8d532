"""Every rule that a menu must keep to be published, in one place: a file, a draft and the published menu are all asked
here. All mistakes are found at once, each named by its path.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic_core import Url

from models.dish import Dish, ModifierGroup, Option
from models.hours import Hours
from models.menu_content import MenuContent
from models.problem import Problem
from models.problem import ProblemCode as Code
from models.station import StationKind

LARGEST = 400_000
"""Characters of the menu as JSON: a socket with a megabyte in its queue is cut off, and a letter may take two bytes."""

Found = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Premises:
    """What of the house a menu must fit: its stations by code, its currency, its languages."""

    stations: Mapping[str, StationKind]
    currency: str
    languages: tuple[str, ...]


def problems(content: MenuContent, premises: Premises | None = None) -> list[Problem]:
    """Return all mistakes, in the order of the menu; without `premises` those that show in the menu alone."""
    found = [
        *_of_the_whole(content),
        *_of_ids(content),
        *_of_categories(content),
        *_of_groups(content),
        *(one for dish in content.dishes for one in _of_dish(dish, content)),
        *_of_pricing(content),
    ]
    return [*found, *_of_premises(content, premises)] if premises else found


def size_of(content: MenuContent) -> int:
    """Return how many characters a menu has as JSON."""
    return len(content.model_dump_json())


def _of_the_whole(content: MenuContent) -> Found:
    yield from _twice("languages", content.languages)
    size = size_of(content)
    if size > LARGEST:
        yield Problem(path="menu", code=Code.TOO_LARGE, what=f"{size} > {LARGEST}")


def _of_ids(content: MenuContent) -> Found:
    """Dishes and options share one space of ids: what is sold out is named by its id alone."""
    options = [
        (f"modifier_groups.{group.id}.options.{option.id}", option.id)
        for group in content.modifier_groups
        for option in group.options
    ]
    for named in (
        [(f"categories.{one.id}", one.id) for one in content.categories],
        [(f"modifier_groups.{one.id}", one.id) for one in content.modifier_groups],
        [*options, *((f"dishes.{one.id}", one.id) for one in content.dishes)],
        [(f"pricing.tax_classes.{one.id}", one.id) for one in content.pricing.tax_classes],
        [(f"pricing.promotions.{one.code}", one.code) for one in content.pricing.promotions],
    ):
        known: set[str] = set()
        for path, entry_id in named:
            if entry_id in known:
                yield Problem(path=f"{path}.id", code=Code.DOUBLE_ID, what=entry_id)
            known.add(entry_id)


def _of_categories(content: MenuContent) -> Found:
    for category in content.categories:
        path = f"categories.{category.id}"
        yield from _untranslated(f"{path}.name", category.name, content)
        yield from _never_open(f"{path}.hours", category.hours)


def _of_groups(content: MenuContent) -> Found:
    used = content.groups_of(content.dishes)
    nested = {
        group_id for group in content.modifier_groups for one in group.options for group_id in one.modifier_groups
    }
    for group in content.modifier_groups:
        path = f"modifier_groups.{group.id}"
        yield from _untranslated(f"{path}.name", group.name, content)
        yield from _of_bounds(path, group)
        yield from _of_defaults(path, group)
        for option in group.options:
            yield from _of_option(f"{path}.options.{option.id}", option, content, is_nested=group.id in nested)
        if group.id not in used:
            yield Problem(path=path, code=Code.UNUSED_GROUP)


def _of_bounds(path: str, group: ModifierGroup) -> Found:
    least, most, there = group.min_select, group.max_select, len(group.options)
    if not there:
        yield Problem(path=f"{path}.options", code=Code.NO_OPTIONS)
    if least > most:
        yield Problem(path=f"{path}.min_select", code=Code.MIN_ABOVE_MAX, what=f"{least} > {most}")
    if most > there > 0:
        yield Problem(path=f"{path}.max_select", code=Code.MAX_ABOVE_OPTIONS, what=f"{most} > {there}")


def _of_defaults(path: str, group: ModifierGroup) -> Found:
    offered = {option.id for option in group.options}
    for entry_id in group.defaults:
        if entry_id not in offered:
            yield Problem(path=f"{path}.defaults", code=Code.UNKNOWN_DEFAULT, what=entry_id)
    yield from _twice(f"{path}.defaults", group.defaults)
    count, least, most = len(group.defaults), group.min_select, group.max_select
    if count and not least <= count <= most:
        what = f"{count}; {least}–{most}"
        yield Problem(path=f"{path}.defaults", code=Code.WRONG_NUMBER_OF_DEFAULTS, what=what)


def _of_option(path: str, option: Option, content: MenuContent, *, is_nested: bool) -> Found:
    yield from _untranslated(f"{path}.name", option.name, content)
    yield from _of_references(f"{path}.modifier_groups", option.modifier_groups, content)
    if is_nested and option.modifier_groups:
        what = ", ".join(option.modifier_groups)
        yield Problem(path=f"{path}.modifier_groups", code=Code.NESTED_TWICE, what=what)


def _of_references(path: str, group_ids: tuple[str, ...], content: MenuContent) -> Found:
    for group_id in group_ids:
        if group_id not in content.groups_by_id:
            yield Problem(path=path, code=Code.UNKNOWN_GROUP, what=group_id)
    yield from _twice(path, group_ids)


def _of_dish(dish: Dish, content: MenuContent) -> Found:
    path = f"dishes.{dish.id}"
    if all(category.id != dish.category_id for category in content.categories):
        yield Problem(path=f"{path}.category", code=Code.UNKNOWN_CATEGORY, what=dish.category_id)
    yield from _untranslated(f"{path}.name", dish.name, content)
    if dish.description:
        yield from _untranslated(f"{path}.description", dish.description, content)
    if not dish.stations:
        yield Problem(path=f"{path}.stations", code=Code.NO_STATION)
    yield from _twice(f"{path}.stations", dish.stations)
    yield from _of_references(f"{path}.modifier_groups", dish.modifier_groups, content)
    yield from _of_dining(path, dish)
    yield from _never_open(f"{path}.hours", dish.hours or ())
    yield from _of_tax_class(f"{path}.tax_class", dish.tax_class, content, is_needed=True)
    if dish.picture is not None and not _is_https(dish.picture):
        yield Problem(path=f"{path}.picture", code=Code.BAD_PICTURE)


def _of_dining(path: str, dish: Dish) -> Found:
    if not dish.dining_options:
        yield Problem(path=f"{path}.dining_options", code=Code.NO_DINING_OPTION)
    yield from _twice(f"{path}.dining_options", dish.dining_options)
    for option in dish.prices:
        if option not in dish.dining_options:
            yield Problem(path=f"{path}.prices", code=Code.NOT_OFFERED, what=option)


def _of_tax_class(path: str, class_id: str | None, content: MenuContent, *, is_needed: bool) -> Found:
    classes = {one.id for one in content.pricing.tax_classes}
    if class_id is not None and class_id not in classes:
        yield Problem(path=path, code=Code.UNKNOWN_TAX_CLASS, what=class_id)
    elif class_id is None and classes and is_needed:
        yield Problem(path=path, code=Code.NO_TAX_CLASS)


def _of_pricing(content: MenuContent) -> Found:
    pricing = content.pricing
    for tax_class in pricing.tax_classes:
        yield from _untranslated(f"pricing.tax_classes.{tax_class.id}.name", tax_class.name, content)
    for promotion in pricing.promotions:
        yield from _untranslated(f"pricing.promotions.{promotion.code}.name", promotion.name, content)
    for name in ("service_charge", "delivery_fee"):
        fee = getattr(pricing, name)
        if fee is not None:
            yield from _of_tax_class(f"pricing.{name}.tax_class", fee.tax_class, content, is_needed=False)


def _of_premises(content: MenuContent, premises: Premises) -> Found:
    if content.currency != premises.currency:
        yield Problem(path="currency", code=Code.WRONG_CURRENCY, what=content.currency)
    missing = [one for one in premises.languages if one not in content.languages]
    if missing:
        yield Problem(path="languages", code=Code.MISSING_LANGUAGE, what=", ".join(missing))
    for dish in content.dishes:
        for code in dish.stations:
            kind = premises.stations.get(code)
            if kind is not StationKind.PREP:
                wrong = Code.UNKNOWN_STATION if kind is None else Code.STATION_COOKS_NOTHING
                yield Problem(path=f"dishes.{dish.id}.stations", code=wrong, what=code)


def _untranslated(path: str, text: Mapping[str, str], content: MenuContent) -> Found:
    missing = [code for code in content.languages if not text.get(code)]
    if missing:
        yield Problem(path=path, code=Code.MISSING_TRANSLATION, what=", ".join(missing))


def _never_open(path: str, hours: Hours) -> Found:
    for position, window in enumerate(hours):
        if not window.ever_opens:
            yield Problem(path=f"{path}.{position}", code=Code.NEVER_OPEN)


def _twice(path: str, names: Iterable[str]) -> Found:
    known: set[str] = set()
    for name in names:
        if name in known:
            yield Problem(path=path, code=Code.TWICE, what=name)
        known.add(name)


def _is_https(url: str) -> bool:
    if not url.startswith("https://") or not url.isprintable() or any(mark in url for mark in " \"'<>\\"):
        return False
    try:
        parts = Url(url)
    except ValueError:
        return False
    return bool(parts.host) and parts.username is None
