"""The menu of a house as it is published: one versioned document, edited as a draft (`models.menu_draft`).

A menu in which anything is wrong (a dish without a station, a modifier group whose minimum exceeds its options) cannot
be constructed: `models.menu_check` has all the rules, and names every mistake.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Self

from pydantic import model_validator

from models.base import Actor, Aggregate, Change, Text
from models.dining import DiningOption
from models.dish import Dish, Option, Selection
from models.errors import ModifiersInvalid, UnknownItem
from models.hours import Hours, is_open, next_change
from models.menu_check import problems
from models.menu_content import MenuContent
from models.money import Money

NAMED_PROBLEMS = 20


class Menu(MenuContent, Aggregate):
    """All that a house offers."""

    @model_validator(mode="after")
    def _can_be_published(self) -> Self:
        found = problems(self)
        if found:
            raise ValueError("; ".join(f"{one.path}: {one.message('en')}" for one in found[:NAMED_PROBLEMS]))
        return self

    @property
    def content(self) -> MenuContent:
        """What it says, without identity: where a draft begins."""
        return MenuContent.model_construct(**{name: getattr(self, name) for name in MenuContent.model_fields})

    def published(self, content: MenuContent, by: Actor, now: datetime) -> Self:
        """Put other content in its place; raises pydantic's `ValidationError` when anything in it is wrong."""
        fields = {name: getattr(content, name) for name in MenuContent.model_fields}
        return self.with_(**fields, change=Change(kind="published", by=by, at=now))

    # ── choosing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def select(
        self, item_id: str, modifiers: tuple[str, ...], dining_option: DiningOption = DiningOption.DINE_IN
    ) -> Selection:
        """Check a choice and price one portion of it.

        `modifiers` are option ids in any order, those of groups that an option opens among them. Whether the dish is
        served, and for that dining option, is not asked here. Raises `UnknownItem` or `ModifiersInvalid`.
        """
        dish = self.dishes_by_id.get(item_id)
        if dish is None:
            raise UnknownItem(item_id=item_id)
        wanted = set(modifiers)
        chosen = tuple(self._chosen(dish, dish.modifier_groups, wanted, set()))
        if len(chosen) != len(modifiers):  # one that is none of the dish's, or that stands twice
            raise ModifiersInvalid(item_id=item_id)
        price = dish.price_for(dining_option) + sum(option.price for option in chosen)
        return Selection(dish=dish, modifiers=chosen, unit_price=Money(amount=price, currency=self.currency))

    def _chosen(self, dish: Dish, group_ids: tuple[str, ...], wanted: set[str], asked: set[str]) -> Iterator[Option]:
        """Give what was chosen from some groups, each with what it opened behind it. No group is asked twice."""
        for group_id in group_ids:
            if group_id in asked:
                continue
            asked.add(group_id)
            group = self.groups_by_id[group_id]
            picked = [option for option in group.options if option.id in wanted]
            if not group.min_select <= len(picked) <= group.max_select:
                raise ModifiersInvalid(item_id=dish.id, group_id=group_id)
            for option in picked:
                yield option
                yield from self._chosen(dish, option.modifier_groups, wanted, asked)

    # ── when ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def hours_of(self, dish: Dish) -> Hours:
        """Return a dish's own hours, else those of its category; none: always."""
        return dish.hours if dish.hours is not None else self._hours_by_category.get(dish.category_id, ())

    def is_served(self, dish: Dish, at: datetime, time_zone: str) -> bool:
        """Whether a dish is within its hours at a moment (UTC), in the time zone of the house (an IANA name)."""
        return is_open(self.hours_of(dish), at, time_zone)

    def not_served(self, at: datetime, time_zone: str) -> tuple[str, ...]:
        """Return the ids of the dishes that are out of their hours at a moment."""
        closed = {hours for hours in self._all_hours if not is_open(hours, at, time_zone)}
        return tuple(dish.id for dish in self.dishes if self.hours_of(dish) in closed)

    def next_change(self, at: datetime, time_zone: str) -> datetime | None:
        """Return when another dish is served or one is not any more (UTC); None if that never changes."""
        moments = (next_change(hours, at, time_zone) for hours in self._all_hours)
        return min((moment for moment in moments if moment is not None), default=None)

    def name_of(self, item_id: str) -> Text:
        """Return what a dish or option is called, nothing for what is not on the menu."""
        if item_id in self.dishes_by_id:
            return self.dishes_by_id[item_id].name
        options = (option for group in self.modifier_groups for option in group.options if option.id == item_id)
        return next((option.name for option in options), {})

    @cached_property
    def _hours_by_category(self) -> Mapping[str, Hours]:
        return {category.id: category.hours for category in self.categories}

    @cached_property
    def _all_hours(self) -> frozenset[Hours]:
        return frozenset(hours for dish in self.dishes if (hours := self.hours_of(dish)))
