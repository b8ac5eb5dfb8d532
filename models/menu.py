"""The menu of a house: dishes in categories, modifier groups with prices, allergens, stations and courses.

One versioned document per house. A menu that could not be cooked (a dish without a station) or not be chosen from (a
modifier group whose minimum exceeds its options) cannot be constructed.
"""

from enum import StrEnum
from functools import cached_property
from typing import Any, Self

from pydantic import Field, model_validator

from models.base import Aggregate, Id, Text, Value
from models.errors import ItemUnavailable, ModifiersInvalid, UnknownItem
from models.money import Money
from models.pricing import Pricing


class Allergen(StrEnum):
    """The fourteen of Regulation (EU) No 1169/2011, Annex II."""

    GLUTEN = "GLUTEN"
    CRUSTACEANS = "CRUSTACEANS"
    EGGS = "EGGS"
    FISH = "FISH"
    PEANUTS = "PEANUTS"
    SOYBEANS = "SOYBEANS"
    MILK = "MILK"
    NUTS = "NUTS"
    CELERY = "CELERY"
    MUSTARD = "MUSTARD"
    SESAME = "SESAME"
    SULPHITES = "SULPHITES"
    LUPIN = "LUPIN"
    MOLLUSCS = "MOLLUSCS"


class Diet(StrEnum):
    """What a dish suits."""

    VEGETARIAN = "VEGETARIAN"
    VEGAN = "VEGAN"
    HALAL = "HALAL"


class Course(StrEnum):
    """Serving step of a dish, in the order of a dinner."""

    DRINKS = "DRINKS"
    STARTERS = "STARTERS"
    MAINS = "MAINS"
    DESSERTS = "DESSERTS"


class Option(Value):
    """One choice of a modifier group. `price` is added to the dish's, in minor units, never negative."""

    id: Id
    name: Text
    price: int = Field(default=0, ge=0)


class ModifierGroup(Value):
    """Choices that belong together: at least `min_select` and at most `max_select` of them."""

    id: Id
    name: Text
    min_select: int = Field(default=0, ge=0)
    max_select: int = Field(default=1, ge=1)
    options: tuple[Option, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_chosen_from(self) -> Self:
        if not self.min_select <= self.max_select <= len(self.options):
            raise ValueError(f"modifier group {self.id}: min ≤ max ≤ number of options does not hold")
        return self


class Category(Value):
    """A heading of the menu."""

    id: Id
    name: Text


class Dish(Value):
    """What can be ordered. `price` in minor units of the menu's currency; every station in `stations` gets a ticket."""

    id: Id
    category_id: Id
    name: Text
    description: Text = Field(default_factory=dict)
    price: int = Field(ge=0)
    stations: tuple[Id, ...] = Field(min_length=1)
    course: Course
    modifier_groups: tuple[Id, ...] = ()
    allergens: tuple[Allergen, ...] = ()
    diets: tuple[Diet, ...] = ()
    prep_minutes: int = Field(default=10, ge=0, le=240)
    tax_class: Id | None = None
    is_available: bool = True


class Selection(Value):
    """A dish with its modifiers, checked and priced: what one portion costs and how the kitchen reads it."""

    dish: Dish
    modifiers: tuple[Option, ...]
    unit_price: Money


class Menu(Aggregate):
    """All that a house offers, in one currency."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    languages: tuple[str, ...] = Field(min_length=1)
    categories: tuple[Category, ...]
    modifier_groups: tuple[ModifierGroup, ...] = ()
    dishes: tuple[Dish, ...]
    pricing: Pricing = Pricing()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for kind, parts in (
            ("category", self.categories),
            ("modifier group", self.modifier_groups),
            ("dish", self.dishes),
            ("option", [option for group in self.modifier_groups for option in group.options]),
        ):
            ids = [part.id for part in parts]
            if len(set(ids)) != len(ids):
                raise ValueError(f"a {kind} id stands twice")
        categories = {category.id for category in self.categories}
        for dish in self.dishes:
            if dish.category_id not in categories:
                raise ValueError(f"dish {dish.id}: unknown category {dish.category_id}")
            for group in dish.modifier_groups:
                if group not in self._groups:
                    raise ValueError(f"dish {dish.id}: unknown modifier group {group}")
        named: tuple[Category | ModifierGroup | Dish, ...] = (*self.categories, *self.modifier_groups, *self.dishes)
        for part in named:
            missing = set(self.languages) - set(part.name)
            if missing:
                raise ValueError(f"{part.id}: no name in {', '.join(sorted(missing))}")
        return self

    @cached_property
    def _dishes(self) -> dict[str, Dish]:
        return {dish.id: dish for dish in self.dishes}

    @cached_property
    def _groups(self) -> dict[str, ModifierGroup]:
        return {group.id: group for group in self.modifier_groups}

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced, checked anew: what was looked up in the old one is not carried
        over.
        """
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    def select(self, item_id: str, modifiers: tuple[str, ...]) -> Selection:
        """Check a choice and price one portion of it.

        Raises `UnknownItem`, `ItemUnavailable` or `ModifiersInvalid`; `modifiers` are option ids in any order.
        """
        dish = self._dishes.get(item_id)
        if dish is None:
            raise UnknownItem(item_id=item_id)
        if not dish.is_available:
            raise ItemUnavailable(item_id=item_id)
        wanted = set(modifiers)
        if len(wanted) != len(modifiers):
            raise ModifiersInvalid(item_id=item_id)
        chosen: list[Option] = []
        for group_id in dish.modifier_groups:
            group = self._groups[group_id]
            picked = [option for option in group.options if option.id in wanted]
            if not group.min_select <= len(picked) <= group.max_select:
                raise ModifiersInvalid(item_id=item_id, group_id=group_id)
            chosen += picked
        if len(chosen) != len(modifiers):
            raise ModifiersInvalid(item_id=item_id)
        price = dish.price + sum(option.price for option in chosen)
        return Selection(dish=dish, modifiers=tuple(chosen), unit_price=Money(amount=price, currency=self.currency))
