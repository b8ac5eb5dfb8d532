"""Menu files: what a person writes becomes the content of a menu, with every mistake named by its path.

A mistake in one entry hides no other: an entry is read without the fields that are wrong, and what only follows from a
mistake is not told again. The format is described in docs/menu.md.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from models.base import Value
from models.dish import Category, Dish, ModifierGroup
from models.menu_check import Premises, problems
from models.menu_content import MenuContent
from models.menu_draft import arranged
from models.menu_form import entry_of
from models.money import is_currency
from models.pricing import DeliveryFee, Pricing, Promotion, ServiceCharge, TaxClass
from models.problem import Problem, ProblemCode
from server.menu_entry import (
    INHERITED,
    CategoryEntry,
    DeliveryFeeEntry,
    DishEntry,
    GroupEntry,
    PromotionEntry,
    ServiceChargeEntry,
    TaxClassEntry,
)
from server.menu_files import MenuFiles, Raw, unreadable

V = TypeVar("V", bound=Value)
LONGEST_INPUT = 40
_REFERENCES = {
    ProblemCode.UNKNOWN_CATEGORY: "categories",
    ProblemCode.UNKNOWN_GROUP: "modifier_groups",
    ProblemCode.UNKNOWN_TAX_CLASS: "pricing.tax_classes",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The content of a menu, and what is wrong with it; no content if nothing can be made of the files."""

    content: MenuContent | None
    problems: list[Problem]


def read(files: MenuFiles, house: Premises | None) -> Reading:
    """Make the content of a menu of them, for a house; what the files do not say of themselves is the house's."""
    currency = files.said("currency") or (house.currency if house else None)
    languages = files.said("languages") or (list(house.languages) if house else None)
    missing = [
        unreadable(name, "it is not said, and there is no house to ask")
        for name, value in (("currency", currency), ("languages", languages))
        if not value
    ]
    if currency and (not isinstance(currency, str) or not is_currency(currency)):
        missing.append(unreadable("currency", f"{str(currency)[:LONGEST_INPUT]} is no currency of ISO 4217"))
    if missing or not isinstance(currency, str):
        return Reading(None, [*files.problems, *missing])
    return _Reader(currency, files.problems).read(files.parts, languages, house)


class _Reader:
    """Reads the entries of one menu."""

    def __init__(self, currency: str, found: Sequence[Problem]) -> None:
        self._currency = currency
        self._problems = list(found)
        self._follow: set[str] = set()
        """Paths at which a mistake would only follow from another one."""
        self._lost: set[str] = set()
        """Paths of entries of which nothing could be made."""

    def read(self, parts: Raw, languages: Any, house: Premises | None) -> Reading:
        """Read everything there is; see `Reading`."""
        groups = self._entries(ModifierGroup, GroupEntry, parts.get("modifier_groups", []), "modifier_groups")
        categories, dishes = self._headings(parts.get("categories", []))
        dishes += self._dishes([_with_category(one) for one in parts.get("dishes", [])], "dishes")
        pricing = self._pricing(parts.get("pricing") or {})
        try:
            content = MenuContent(
                currency=self._currency,
                languages=languages,
                categories=tuple(categories),
                modifier_groups=tuple(groups),
                dishes=tuple(dishes),
                pricing=pricing,
            )
        except ValidationError as error:
            self._note(error, "", parts)
            return Reading(None, self._problems)
        content = arranged(content)
        is_whole = not self._problems
        return Reading(
            content, [*self._problems, *(one for one in problems(content, house) if is_whole or self._is_news(one))]
        )

    def _headings(self, raws: list[Any]) -> tuple[list[Category], list[Dish]]:
        categories: list[Category] = []
        dishes: list[Dish] = []
        for position, raw in enumerate(raws):
            path = _path("categories", raw, position)
            said = {name: one for name, one in raw.items() if name != "dishes"} if isinstance(raw, dict) else raw
            entry, wrong = self._form(CategoryEntry, said, path)
            if entry is not None:
                categories.append(Category.model_validate(entry.model_dump(include=set(Category.model_fields))))
            if isinstance(said, dict):
                inherited = {name: said[name] for name in INHERITED if name in said and name not in wrong}
                below = raw.get("dishes") or []
                if isinstance(below, list):
                    below = [self._inheriting(one, said, inherited, wrong) for one in below]
                dishes += self._dishes(below, f"{path}.dishes")
        return categories, dishes

    def _inheriting(self, raw: Any, category: Raw, inherited: Raw, wrong: set[str]) -> Any:
        """Return a dish with what its heading says for it; what the heading says wrongly is not asked of the dish."""
        if not isinstance(raw, dict):
            return raw
        left_out = {name for name in wrong & set(INHERITED) if name not in raw}
        self._follow |= {f"dishes.{raw.get('id')}.{name}" for name in left_out}
        stand_in = {"course": "MAINS"} if "course" in left_out else {}
        return inherited | stand_in | raw | {"category_id": category.get("id")}

    def _dishes(self, raws: Any, path: str) -> list[Dish]:
        return self._entries(Dish, DishEntry, raws, "dishes", path)

    def _pricing(self, raw: Any) -> Pricing:
        if not isinstance(raw, dict):
            self._problems.append(unreadable("pricing", "it has to name tax classes, fees or promotions"))
            return Pricing()
        known = ("tax_classes", "service_charge", "delivery_fee", "promotions")
        unknown = [unreadable(f"pricing.{name}", "there is nothing of this name") for name in raw if name not in known]
        self._problems += unknown
        return Pricing(
            tax_classes=tuple(
                self._entries(TaxClass, TaxClassEntry, raw.get("tax_classes") or [], "pricing.tax_classes")
            ),
            service_charge=self._fee(ServiceCharge, ServiceChargeEntry, raw, "service_charge"),
            delivery_fee=self._fee(DeliveryFee, DeliveryFeeEntry, raw, "delivery_fee"),
            promotions=tuple(
                self._entries(Promotion, PromotionEntry, raw.get("promotions") or [], "pricing.promotions")
            ),
        )

    def _fee(self, model: type[V], form: type[Value], raw: Raw, name: str) -> V | None:
        if raw.get(name) is None:
            return None
        entry, _ = self._form(form, raw[name], f"pricing.{name}")
        return None if entry is None else entry_of(model, entry)

    def _entries(self, model: type[V], form: type[Value], raws: Any, kind: str, place: str | None = None) -> list[V]:
        """Read the entries of a list; `place` is where those without an id are looked for."""
        if not isinstance(raws, list):
            self._problems.append(unreadable(place or kind, "it has to be a list"))
            return []
        entries: list[V] = []
        for position, raw in enumerate(raws):
            is_named = isinstance(raw, dict) and isinstance(raw.get("id", raw.get("code")), str)
            path = _path(kind if is_named else place or kind, raw, position)
            entry, _ = self._form(form, raw, path)
            if entry is not None:
                entries.append(entry_of(model, entry))
        return entries

    def _form(self, form: type[V], raw: Any, path: str) -> tuple[V | None, set[str]]:
        """Read an entry, without its wrong fields if that is possible; returns it and the names of those."""
        if not isinstance(raw, dict):
            self._problems.append(unreadable(path, "it has to name its fields, like `id:` and `name:`"))
            return None, set()
        try:
            return self._validated(form, raw), set()
        except ValidationError as error:
            wrong = self._note(error, path, raw)
        try:
            return self._validated(form, {name: one for name, one in raw.items() if name not in wrong}), wrong
        except ValidationError:
            self._lost.add(path)
            return None, wrong

    def _validated(self, form: type[V], raw: Raw) -> V:
        context = {"currency": self._currency}
        return form.model_validate_json(json.dumps(raw), by_alias=False, by_name=True, context=context)

    def _note(self, error: ValidationError, path: str, raw: Raw) -> set[str]:
        """Note what is wrong with an entry; returns the names of its wrong fields."""
        wrong: set[str] = set()
        for one in error.errors(include_url=False):
            taken = steps(one["loc"], raw)
            where = ".".join([path, *taken] if path else taken) or "menu"
            code, what = kind_of(one)
            self._problems.append(Problem(path=where.replace("category_id", "category"), code=code, what=what))
            self._follow.add(where)
            wrong |= {str(one["loc"][0])} if one["loc"] else set()
        return wrong

    def _is_news(self, problem: Problem) -> bool:
        """Whether a mistake is one of its own although others were found before."""
        if problem.code is ProblemCode.UNUSED_GROUP:
            return False
        kind = _REFERENCES.get(problem.code)
        if kind is not None and f"{kind}.{problem.what}" in self._lost:
            return False
        return not any(problem.path == one or problem.path.startswith(f"{one}.") for one in self._follow)


def _with_category(raw: Any) -> Any:
    """Return a dish that stands by itself and names its heading."""
    if not isinstance(raw, dict):
        return raw
    return {("category_id" if name == "category" else name): one for name, one in raw.items()}


def _path(kind: str, raw: Any, position: int) -> str:
    name = raw.get("id", raw.get("code")) if isinstance(raw, dict) else None
    return f"{kind}.{name if isinstance(name, str) else position}"


def steps(loc: tuple[int | str, ...], raw: Any) -> list[str]:
    """Return the steps to a field, with entries of a list by their ids where they have any."""
    taken: list[str] = []
    for step in loc:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            raw = None
        name = raw.get("id", raw.get("code")) if isinstance(step, int) and isinstance(raw, dict) else None
        taken.append(name if isinstance(name, str) else str(step))
    return taken


def kind_of(error: Mapping[str, Any]) -> tuple[ProblemCode, str]:
    """Return what kind of mistake an error of pydantic is, and what stands in its sentence."""
    kind, loc = error["type"], error["loc"]
    if kind == ProblemCode.WRONG_CURRENCY:
        return ProblemCode.WRONG_CURRENCY, str(error["ctx"]["what"])
    if kind == "enum" and "allergens" in loc:
        return ProblemCode.UNKNOWN_ALLERGEN, str(error["input"])[:LONGEST_INPUT]
    if kind == "extra_forbidden":
        return ProblemCode.UNREADABLE, "there is nothing of this name"
    if kind == "missing":
        return ProblemCode.UNREADABLE, "it is missing"
    return ProblemCode.UNREADABLE, str(error["msg"])
