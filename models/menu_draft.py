"""The draft of a menu: one for a house, shared by its managers, edited entry by entry until it is published.

It may be wrong while somebody works on it. Whoever edits it says which version they saw: of two who edit at the same
time, one has to look again.
"""

from datetime import datetime
from enum import StrEnum
from typing import Self, TypeVar

from models.base import Actor, Aggregate, Change, Value
from models.dish import MOST_OPTIONS, Category, Dish, ModifierGroup, Option
from models.errors import DraftChanged, MenuMovedOn, MenuTooLarge, NoDraft, NotFound
from models.menu import Menu
from models.menu_check import LARGEST, size_of
from models.menu_content import MOST_CATEGORIES, MOST_DISHES, MOST_GROUPS, MenuContent
from models.pricing import Pricing, Promotion

V = TypeVar("V", bound=Value)

MOST_PROMOTIONS = 200
REMEMBERED_OPERATIONS = 32


class EntryKind(StrEnum):
    """What can be taken out of a menu."""

    CATEGORY = "CATEGORY"
    GROUP = "GROUP"
    OPTION = "OPTION"
    DISH = "DISH"
    PROMOTION = "PROMOTION"


class MenuDraft(Aggregate):
    """What the managers have changed since the menu of version `based_on` was published; no `content`: nothing."""

    content: MenuContent | None = None
    based_on: int = 0
    edited_by: Actor | None = None
    edited_at: datetime | None = None
    operations: tuple[str, ...] = ()

    def has_done(self, operation_id: str) -> bool:
        """Whether an operation was carried out already."""
        return operation_id in self.operations

    def require(self, version: int) -> None:
        """Raise `DraftChanged` unless it is the version that somebody has seen (0: none yet)."""
        if self.version != version:
            raise DraftChanged(
                draft_version=self.version, edited_by=self.edited_by.model_dump() if self.edited_by else None
            )

    def edited(self, content: MenuContent, menu: Menu, by: Actor, now: datetime, operation_id: str) -> Self:
        """Put other content in it; the first edit begins at the menu that is published then.

        Raises `MenuTooLarge`.
        """
        if size_of(content) > LARGEST:
            raise MenuTooLarge(what="characters", limit=LARGEST)
        based_on = menu.version if self.content is None else self.based_on
        return self._done("edited", by, now, operation_id).with_(content=content, based_on=based_on)

    def replaced(self, content: MenuContent, menu: Menu, by: Actor, now: datetime, operation_id: str) -> Self:
        """Begin it anew with other content, made for the menu that is published now."""
        return self._done("replaced", by, now, operation_id).with_(content=content, based_on=menu.version)

    def discarded(self, by: Actor, now: datetime, operation_id: str) -> Self:
        """Forget what was changed; raises `NoDraft`."""
        if self.content is None:
            raise NoDraft
        return self._done("discarded", by, now, operation_id).with_(content=None)

    def published(self, by: Actor, now: datetime, operation_id: str) -> Self:
        """Let it go: it is the menu now."""
        return self._done("published", by, now, operation_id).with_(content=None)

    def to_publish(self, menu: Menu, seen: int | None) -> MenuContent:
        """Return its content. `seen` is the version of the published menu that the manager knows; without it, the one
        from which the draft began. Raises `NoDraft`, and `MenuMovedOn` for a menu that they do not know.
        """
        if self.content is None:
            raise NoDraft
        if menu.version != (self.based_on if seen is None else seen):
            raise MenuMovedOn(menu_version=menu.version, based_on=self.based_on)
        return self.content

    def _done(self, kind: str, by: Actor, now: datetime, operation_id: str) -> Self:
        operations = (*self.operations, operation_id)[-REMEMBERED_OPERATIONS:]
        change = Change(kind=kind, by=by, at=now)
        return self.with_(edited_by=by, edited_at=now, operations=operations, change=change)


# ── editing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
# `position` counts from 0; None keeps the place of what is there and puts what is new at the end.


def with_category(content: MenuContent, category: Category, position: int | None) -> MenuContent:
    """Put a category in; raises `MenuTooLarge`."""
    return arranged(content, categories=_put(content.categories, category, "id", position, MOST_CATEGORIES))


def with_group(content: MenuContent, group: ModifierGroup, position: int | None) -> MenuContent:
    """Put a modifier group in; raises `MenuTooLarge`."""
    return content.with_(modifier_groups=_put(content.modifier_groups, group, "id", position, MOST_GROUPS))


def with_option(content: MenuContent, group_id: str, option: Option, position: int | None) -> MenuContent:
    """Put an option into a group; raises `NotFound` without the group, `MenuTooLarge`."""
    group = content.groups_by_id.get(group_id)
    if group is None:
        raise NotFound(group_id=group_id)
    options = _put(group.options, option, "id", position, MOST_OPTIONS)
    return with_group(content, group.with_(options=options), None)


def with_dish(content: MenuContent, dish: Dish, position: int | None) -> MenuContent:
    """Put a dish in; `position` counts the dishes of its category. Raises `MenuTooLarge`."""
    there = [one for one in content.dishes if one.category_id == dish.category_id and one.id != dish.id]
    if position is not None:
        there.insert(position, dish)
        others = [one for one in content.dishes if one.category_id != dish.category_id and one.id != dish.id]
        dishes = _bounded((*others, *there), "dishes", MOST_DISHES)
    else:
        dishes = _put(content.dishes, dish, "id", None, MOST_DISHES)
    return arranged(content, dishes=dishes)


def with_promotion(content: MenuContent, promotion: Promotion) -> MenuContent:
    """Put a promotion in; raises `MenuTooLarge`."""
    pricing = content.pricing
    promotions = _put(pricing.promotions, promotion, "code", None, MOST_PROMOTIONS)
    return content.with_(pricing=pricing.with_(promotions=promotions))


def with_pricing(content: MenuContent, pricing: Pricing) -> MenuContent:
    """Replace tax classes and fees; the promotions stay."""
    return content.with_(pricing=pricing.with_(promotions=content.pricing.promotions))


def without(content: MenuContent, kind: EntryKind, entry_id: str) -> MenuContent:
    """Take an entry out; what names it stays, and is wrong from then on. Raises `NotFound`."""
    match kind:
        case EntryKind.CATEGORY:
            return arranged(content, categories=_drop(content.categories, "id", entry_id))
        case EntryKind.GROUP:
            return content.with_(modifier_groups=_drop(content.modifier_groups, "id", entry_id))
        case EntryKind.DISH:
            return content.with_(dishes=_drop(content.dishes, "id", entry_id))
        case EntryKind.PROMOTION:
            promotions = _drop(content.pricing.promotions, "code", entry_id)
            return content.with_(pricing=content.pricing.with_(promotions=promotions))
        case EntryKind.OPTION:
            owners = [one for one in content.modifier_groups if any(option.id == entry_id for option in one.options)]
            if not owners:
                raise NotFound(id=entry_id)
            return with_group(content, owners[0].with_(options=_drop(owners[0].options, "id", entry_id)), None)


def arranged(content: MenuContent, **changes: object) -> MenuContent:
    """Return content with its dishes in the order of their categories, those without one at the end."""
    changed = content.with_(**changes)
    places = {category.id: place for place, category in enumerate(changed.categories)}
    dishes = sorted(changed.dishes, key=lambda dish: places.get(dish.category_id, len(places)))
    return changed if tuple(dishes) == changed.dishes else changed.with_(dishes=tuple(dishes))


def _put(entries: tuple[V, ...], entry: V, key: str, position: int | None, most: int) -> tuple[V, ...]:
    """Replace the entry of the same key, or put a new one in."""
    name = getattr(entry, key)
    places = [place for place, one in enumerate(entries) if getattr(one, key) == name]
    left = [one for one in entries if getattr(one, key) != name]
    left.insert(position if position is not None else places[0] if places else len(left), entry)
    return _bounded(tuple(left), type(entry).__name__, most)


def _bounded(entries: tuple[V, ...], what: str, most: int) -> tuple[V, ...]:
    if len(entries) > most:
        raise MenuTooLarge(what=what, limit=most)
    return entries


def _drop(entries: tuple[V, ...], key: str, entry_id: str) -> tuple[V, ...]:
    left = tuple(one for one in entries if getattr(one, key) != entry_id)
    if len(left) == len(entries):
        raise NotFound(id=entry_id)
    return left
