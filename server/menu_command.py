"""`comanda menu check`, `import` and `export`: the menu of a house as a file that a person can read and edit.

They may run beside a server, which hears of what is published as of any other change.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import typer

from models.house import Restaurant
from models.menu import Menu
from models.menu_check import Premises
from models.menu_content import MenuContent
from models.menu_difference import differences
from models.menu_draft import MenuDraft
from models.problem import Problem
from models.station import Station
from models.store.outcome import Conflict
from models.store.work import Store, Work
from server.beside import BY, begin, house_of, open_store, record
from server.clock import Clock
from server.config import Settings
from server.delivery_reading import read_plan
from server.menu_files import MenuFiles
from server.menu_reading import read
from server.menu_writing import menu_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _House:
    """One house of a database, with a unit of work in it."""

    restaurant: Restaurant
    menu: Menu
    draft: MenuDraft | None
    premises: Premises
    work: Work


def check(files: MenuFiles, premises: Premises | None) -> bool:
    """Print every mistake in some files, or that there is none; returns whether there is none."""
    content, mistakes = _read(files, premises)
    plan = read_plan(files)
    _print(plan.problems)
    found = [*mistakes, *plan.problems]
    if content is not None and not found:
        dishes, headings, groups = len(content.dishes), len(content.categories), len(content.modifier_groups)
        typer.echo(f"Nothing is wrong: {dishes} dishes under {headings} headings, {groups} modifier groups.")
    return not found


async def premises_of(settings: Settings, restaurant_id: str | None) -> Premises:
    """Return what a menu has to fit in a house of the database; raises `DatabaseRefused`."""
    return (await _in_house(settings, restaurant_id, _only_read)).premises


async def import_menu(
    settings: Settings, restaurant_id: str | None, files: MenuFiles, *, publish: bool, replace: bool
) -> bool:
    """Make files the draft of a house, or publish them; returns whether that was done.

    What is wrong is printed, and then nothing is written. Raises `DatabaseRefused`.
    """

    async def act(house: _House) -> bool:
        content, found = _read(files, house.premises)
        if content is None or found:
            return False
        if publish:
            return await _publish(house, content)
        return await _draft(house, content, replace=replace)

    return await _in_house(settings, restaurant_id, act)


async def export_menu(settings: Settings, restaurant_id: str | None, *, draft: bool) -> str | None:
    """Return the published menu of a house as the text of a file, or its draft, None when there is none.

    Raises `DatabaseRefused`.
    """
    house = await _in_house(settings, restaurant_id, _only_read)
    content: MenuContent | None = house.menu
    title = f"Menu of {house.restaurant.name}, version {house.menu.version}."
    if draft:
        content = house.draft.content if house.draft else None
        title = f"Draft of the menu of {house.restaurant.name}, begun at version {house.menu.version}."
    return None if content is None else menu_text(content, title)


def _read(files: MenuFiles, premises: Premises | None) -> tuple[MenuContent | None, Sequence[Problem]]:
    reading = read(files, premises)
    _print(reading.problems)
    return reading.content, reading.problems


def _print(found: Sequence[Problem]) -> None:
    for one in found:
        typer.echo(f"{one.path}: {one.message('en')}")


async def _publish(house: _House, content: MenuContent) -> bool:
    if content == house.menu.content:
        typer.echo(f"This is the menu of {house.restaurant.name} already; nothing was changed.")
        return True
    clock, work = Clock(), house.work
    published = work.save(house.menu.published(content, BY, clock.now()))
    changes, version = differences(house.menu.content, content), published.version
    record(work, clock, "menu-published", {"version": version}, published.id, changes=changes)
    await work.commit()
    typer.echo(f"Published as version {published.version} of the menu of {house.restaurant.name}.")
    return True


async def _draft(house: _House, content: MenuContent, *, replace: bool) -> bool:
    clock, work, draft = Clock(), house.work, house.draft
    if draft is not None and draft.content is not None and not replace:
        who = draft.edited_by.name if draft.edited_by else "Somebody"
        typer.echo(f"{who} has begun a draft. Publish or discard it first, or replace it with --replace.")
        return False
    before = draft.content if draft and draft.content else house.menu.content
    known = draft or MenuDraft(id=clock.new_id(), restaurant_id=house.restaurant.id)
    edited = known.replaced(content, house.menu, BY, clock.now(), clock.new_id())
    stored = work.save(edited) if draft else work.add(edited)
    changes = differences(before, content)
    record(work, clock, "menu-draft-edited", {"version": stored.version}, "file", changes=changes)
    await work.commit()
    typer.echo(f"This is the draft of the menu of {house.restaurant.name} now; publish it when it is looked through.")
    return True


async def _only_read(house: _House) -> _House:
    return house


async def _in_house(settings: Settings, restaurant_id: str | None, act: Callable[[_House], Awaitable[T]]) -> T:
    """Do something in a house; again, on fresh reads, if somebody else was quicker."""
    async with open_store(settings) as store:
        while True:
            try:
                return await act(await _house(store, await house_of(store, restaurant_id)))
            except Conflict:
                continue


async def _house(store: Store, restaurant: Restaurant) -> _House:
    """Read what a house has of menus."""
    work = begin(store, restaurant.id)
    menus = await work.every(Menu, restaurant_id=restaurant.id)
    drafts = await work.every(MenuDraft, restaurant_id=restaurant.id)
    stations = await work.every(Station, restaurant_id=restaurant.id)
    premises = Premises(
        stations={one.code: one.kind for one in stations}, currency=restaurant.currency, languages=restaurant.languages
    )
    return _House(restaurant, menus[0], drafts[0] if drafts else None, premises, work)
