"""The file of a house's deliveries: what a person writes becomes a plan, with every mistake named by its path.

It stands beside the files of the menu and is written like them: a price names its currency, a place is degrees of
latitude and longitude. The format is described in docs/menu.md.
"""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import Field, ValidationError

from models.delivery_plan import MOST_ZONES, PlanContent
from models.menu_form import EXACT
from models.plan_check import problems
from models.plan_form import PlanForm, ZoneForm, content_of
from models.problem import Problem
from server.menu_entry import FilePrice
from server.menu_files import MenuFiles, unreadable
from server.menu_reading import kind_of, steps

PART = "delivery"


class ZoneEntry(ZoneForm):
    """A zone, with prices as people write them."""

    model_config = EXACT

    fee: FilePrice
    free_from: FilePrice | None = None
    minimum: FilePrice = 0


class PlanEntry(PlanForm):
    """All of the file."""

    model_config = EXACT

    zones: tuple[ZoneEntry, ...] = Field(default=(), max_length=MOST_ZONES)


@dataclass(frozen=True, slots=True)
class PlanReading:
    """The plan of some files, None without one or where it is wrong; and what is wrong with it."""

    content: PlanContent | None
    problems: list[Problem]


def read_plan(files: MenuFiles) -> PlanReading:
    """Read the plan of a house's files; what it has to fit (currency, languages) is what the files say of the house."""
    house = files.premises
    if PART not in files.parts:
        return PlanReading(None, [])
    if house is None:
        missing = unreadable(PART, "currency, languages and stations of its house are not said")
        return PlanReading(None, [] if files.problems else [missing])
    raw = files.parts[PART]
    if not isinstance(raw, dict):
        return PlanReading(None, [unreadable(PART, "it has to name zones, slots or what else there is")])
    try:
        context = {"currency": house.currency}
        entry = PlanEntry.model_validate_json(json.dumps(raw), by_alias=False, by_name=True, context=context)
    except ValidationError as error:
        return PlanReading(None, _mistakes(error, raw))
    content = content_of(entry)
    found = [one.with_(path=f"{PART}.{one.path}") for one in problems(content, house.languages)]
    return PlanReading(None if found else content, found)


def _mistakes(error: ValidationError, raw: Any) -> list[Problem]:
    found = []
    for one in error.errors(include_url=False):
        code, what = kind_of(one)
        found.append(Problem(path=".".join([PART, *steps(one["loc"], raw)]), code=code, what=what))
    return found
