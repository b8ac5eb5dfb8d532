"""What a house offers, published or not: headings, choices, dishes and pricing.

It may be wrong: see `models.menu_check`.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import Field

from models.base import Value
from models.dish import Category, Dish, LanguageCode, ModifierGroup
from models.money import Currency
from models.pricing import Pricing

MOST_CATEGORIES = 60
MOST_GROUPS = 200
MOST_DISHES = 500
MOST_LANGUAGES = 10


class MenuContent(Value):
    """All that a house offers, in one currency. Dishes stand in the order of their headings."""

    currency: Currency
    languages: tuple[LanguageCode, ...] = Field(min_length=1, max_length=MOST_LANGUAGES)
    """In the order in which a text falls back to another language."""
    categories: tuple[Category, ...] = Field(default=(), max_length=MOST_CATEGORIES)
    modifier_groups: tuple[ModifierGroup, ...] = Field(default=(), max_length=MOST_GROUPS)
    dishes: tuple[Dish, ...] = Field(default=(), max_length=MOST_DISHES)
    pricing: Pricing = Pricing()

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced, checked anew: what was looked up in the old one is not carried
        over.
        """
        return type(self)(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    @cached_property
    def dishes_by_id(self) -> Mapping[str, Dish]:
        """Its dishes by their ids."""
        return {dish.id: dish for dish in self.dishes}

    def dishes_with_option(self, option_id: str) -> list[Dish]:
        """Return the dishes that an option can be chosen with."""
        return [
            dish
            for dish in self.dishes
            if any(
                option.id == option_id
                for group_id in self.groups_of([dish])
                for option in self.groups_by_id[group_id].options
            )
        ]

    @cached_property
    def groups_by_id(self) -> Mapping[str, ModifierGroup]:
        """Its modifier groups by their ids."""
        return {group.id: group for group in self.modifier_groups}

    def groups_of(self, dishes: Iterable[Dish]) -> frozenset[str]:
        """Return the ids of the modifier groups of some dishes, and of those that their options open."""
        direct = {group_id for dish in dishes for group_id in dish.modifier_groups}
        groups = (self.groups_by_id[group_id] for group_id in direct if group_id in self.groups_by_id)
        opened = {group_id for group in groups for option in group.options for group_id in option.modifier_groups}
        return frozenset(direct | opened)
