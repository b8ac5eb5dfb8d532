"""What clients see of the menu, and managers of its draft."""

from collections.abc import Mapping
from datetime import datetime

from models.base import Actor, Text, Value
from models.dining import DiningOption
from models.dish import Category, Dish, ModifierGroup
from models.menu import Menu
from models.menu_content import MenuContent
from models.menu_draft import MenuDraft
from models.pricing import Pricing
from models.problem import Problem, ProblemCode

NAMED_PROBLEMS = 100


class MenuView(Value):
    """The menu with all its languages, or with one; of all dining options, or of one."""

    id: str
    version: int
    currency: str
    languages: tuple[str, ...]
    categories: tuple[Category, ...]
    modifier_groups: tuple[ModifierGroup, ...]
    dishes: tuple[Dish, ...]


class ProblemView(Value):
    """One mistake in a draft."""

    path: str
    code: ProblemCode
    message: str


class DraftView(Value):
    """What is being prepared, in all languages, with what is still wrong in it.

    Without a draft it is the menu as it is published.
    """

    version: int
    menu_version: int
    based_on: int
    edited_by: Actor | None
    edited_at: datetime | None
    currency: str
    languages: tuple[str, ...]
    categories: tuple[Category, ...]
    modifier_groups: tuple[ModifierGroup, ...]
    dishes: tuple[Dish, ...]
    pricing: Pricing
    problems: tuple[ProblemView, ...]
    problem_count: int


def menu_view(menu: Menu, language: str | None = None, dining_option: DiningOption | None = None) -> MenuView:
    """Show the menu in all its languages or in one, with the house's fallbacks; whole, or what is offered for a dining
    option at its prices.
    """
    dishes = menu.dishes if dining_option is None else tuple(_offered(menu, dining_option))
    headings = {dish.category_id for dish in dishes}
    groups = menu.groups_of(dishes)

    def spoken(text: Text) -> Text:
        if language is None or not text:
            return text
        fallback = next((code for code in (language, *menu.languages, *text) if text.get(code)), language)
        return {language: text.get(fallback, "")}

    return MenuView.model_construct(
        id=menu.id,
        version=menu.version,
        currency=menu.currency,
        languages=menu.languages if language is None else (language,),
        categories=tuple(
            one.with_(name=spoken(one.name)) for one in menu.categories if dining_option is None or one.id in headings
        ),
        modifier_groups=tuple(
            group.with_(
                name=spoken(group.name),
                options=tuple(option.with_(name=spoken(option.name)) for option in group.options),
            )
            for group in menu.modifier_groups
            if group.id in groups
        ),
        dishes=tuple(dish.with_(name=spoken(dish.name), description=spoken(dish.description)) for dish in dishes),
    )


def draft_view(draft: MenuDraft | None, menu: Menu, found: list[Problem], language: str) -> DraftView:
    """Show a draft to the managers, or where one would begin; `language` is that of the sentences about mistakes."""
    content: MenuContent = menu
    if draft is not None and draft.content is not None:
        content = draft.content
    has_begun = content is not menu
    return DraftView.model_construct(
        version=draft.version if draft else 0,
        menu_version=menu.version,
        based_on=draft.based_on if draft and has_begun else menu.version,
        edited_by=draft.edited_by if draft and has_begun else None,
        edited_at=draft.edited_at if draft and has_begun else None,
        problems=problem_views(found, language),
        problem_count=len(found),
        **{name: getattr(content, name) for name in MenuContent.model_fields},
    )


def problem_views(found: list[Problem], language: str) -> tuple[ProblemView, ...]:
    """Show mistakes, the first hundred of them; their paths name fields as they are on the wire."""
    return tuple(
        ProblemView.model_construct(path=_on_the_wire(one.path), code=one.code, message=one.message(language))
        for one in found[:NAMED_PROBLEMS]
    )


def _offered(menu: Menu, dining_option: DiningOption) -> list[Dish]:
    return [
        dish.with_(price=dish.price_for(dining_option), prices={})
        for dish in menu.dishes
        if dining_option in dish.dining_options
    ]


_FIELDS: Mapping[str, str] = {
    name: field.alias
    for model in (MenuContent, Dish, ModifierGroup, Pricing)
    for name, field in model.model_fields.items()
    if field.alias and field.alias != name
} | {"category": "categoryId"}


def _on_the_wire(path: str) -> str:
    return ".".join(_FIELDS.get(step, step) for step in path.split("."))
