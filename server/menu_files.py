"""Menu files, opened and put together: what they say as YAML, before anything is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.menu_check import Premises
from models.problem import Problem, ProblemCode
from models.station import StationKind
from server import menu_yaml

Raw = dict[str, Any]

LISTS = ("stations", "modifier_groups", "categories", "dishes")
PARTS = (*LISTS, "currency", "languages", "pricing")
OF_A_HOUSE = ("restaurant", "zones", "staff", "delivery")
"""What else may stand in the files of a whole house."""


@dataclass(slots=True)
class MenuFiles:
    """What some files say, read as YAML and put together."""

    parts: Raw = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def premises(self) -> Premises | None:
        """What the files themselves say of the house; None if they leave out its stations, currency or languages."""
        stations = self.parts.get("stations")
        currency, languages = self.said("currency"), self.said("languages")
        if not isinstance(stations, list) or not isinstance(currency, str) or not isinstance(languages, list):
            return None
        known = [one for one in stations if isinstance(one, dict)]
        kinds = {str(one.get("code")): StationKind(one.get("kind", StationKind.PREP)) for one in known}
        return Premises(stations=kinds, currency=currency, languages=tuple(languages))

    def said(self, name: str) -> Any:
        """Return what the files say of the house itself, None if they do not."""
        house = self.parts.get("restaurant")
        return self.parts.get(name) or (house.get(name) if isinstance(house, dict) else None)


def open_files(files: Sequence[Path]) -> MenuFiles:
    """Read files as YAML and put them together: lists are joined, everything else may stand in one of them only."""
    found = MenuFiles()
    for file in files:
        try:
            content = menu_yaml.read(file)
        except menu_yaml.FileUnreadable as error:
            path, _, what = str(error).partition(": ")
            found.problems.append(unreadable(path, what))
            continue
        for name, part in content.items():
            is_list = name in LISTS and isinstance(part, list)
            if name not in PARTS and name not in OF_A_HOUSE:
                found.problems.append(unreadable(name, f"there is nothing of this name in a menu ({file.name})"))
            elif name in LISTS and not is_list:
                found.problems.append(unreadable(name, f"it has to be a list ({file.name})"))
            elif name not in found.parts:
                found.parts[name] = list(part) if is_list else part
            elif is_list:
                found.parts[name] += part
            else:
                found.problems.append(unreadable(name, f"it stands in another file already ({file.name})"))
    _check_stations(found)
    return found


def unreadable(path: str, what: str) -> Problem:
    """Return a mistake for which there is no code of its own."""
    return Problem(path=path, code=ProblemCode.UNREADABLE, what=what)


def _check_stations(files: MenuFiles) -> None:
    for position, one in enumerate(files.parts.get("stations", [])):
        code, kind = (one.get("code"), one.get("kind", StationKind.PREP)) if isinstance(one, dict) else (None, None)
        if not isinstance(code, str) or kind not in tuple(StationKind):
            files.problems.append(unreadable(f"stations.{position}", "a station has a code and may have a kind"))
            files.parts["stations"] = []
            return
