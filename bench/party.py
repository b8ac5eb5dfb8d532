"""Parties at tables: four phones each, that fill one cart and send it, on our server and on the usual one alike."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.load import Lane
from bench.phone import Phone

PHONES = 4
ADDS = 8
"""Lines in a cart before it is cleared: what a table of four orders in a round."""
LINES_OF_AN_ORDER = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """A dish as it is ordered."""

    item_id: str
    modifiers: tuple[str, ...]


class Party:
    """The phones of one table, with a lane for each command that the load sends."""

    def __init__(self, phones: list[Phone], choices: Sequence[Choice]) -> None:
        self.phones = phones
        self._choices = choices
        self.add = Lane(phones, self._numbered(self._add), "cart:changed", len(phones))
        self.clear = Lane(
            phones, self._numbered(lambda op, _: ("cart:clear", {"opId": op})), "cart:changed", len(phones)
        )
        self.place = Lane(phones, self._numbered(self._place), "order:changed", len(phones))

    def close(self) -> None:
        """Hang up all phones."""
        for phone in self.phones:
            phone.close()

    def _numbered(self, make: Callable[[str, int], tuple[str, Mapping[str, Any]]]) -> Callable[[int, Phone], bytes]:
        prefix = str(uuid.uuid4())[:24]
        return lambda turn, phone: phone.packet(*make(f"{prefix}{turn:012d}", turn))

    def _add(self, op_id: str, turn: int) -> tuple[str, Mapping[str, Any]]:
        choice = self._choices[turn % len(self._choices)]
        return "cart:add", {
            "itemId": choice.item_id,
            "quantity": 1 + turn % 2,
            "modifiers": choice.modifiers,
            "note": "fără usturoi, vă rog" if turn % 4 == 0 else "",
            "opId": op_id,
        }

    def _place(self, key: str, turn: int) -> tuple[str, Mapping[str, Any]]:
        text = self.add.last_ack
        cart = json.loads(text[text.index(b"[") :])[0]["cart"]
        # Nobody cooks here: the guests wait gladly.
        return "order:place", {"idempotencyKey": key, "cartVersion": cart["version"], "acceptWait": 1_000_000}


def choose(menu: Mapping[str, Any], count: int = 3) -> list[Choice]:
    """Return dishes of different stations from a menu as `menu:get` answers it, with the modifiers they must have."""
    groups = {group["id"]: group for group in menu["modifierGroups"]}
    chosen: dict[str, Choice] = {}
    for dish in menu["dishes"]:
        needed = [groups[name] for name in dish["modifierGroups"]]
        modifiers = [option["id"] for group in needed for option in group["options"][: max(1, group["minSelect"])]]
        if modifiers:
            chosen.setdefault(dish["stations"][0], Choice(dish["id"], tuple(modifiers)))
    return list(chosen.values())[:count]
