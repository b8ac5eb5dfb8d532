"""What tests about the stations of a kitchen share: their screens, what is ordered for them, and how they are shown."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from comanda_client import Connection, State
from integration import people
from integration.house import House

from models.alarm import Alarm, AlarmKind
from models.station import Station

AT_ONCE = 1.0
"""In this time the floor shows that a station has no screen."""


async def screen(house: House, boss: Connection, *stations: str, name: str = "Screen") -> Connection:
    """Pair a screen of some stations, of all if none is named; it can come back by its token."""
    connection, answer = await people.enrol(house, boss, "/kitchen", name=name, stations=list(stations))
    connection.auth["deviceToken"] = answer["deviceToken"]
    return connection


async def send_round(house: House, phone: Connection, *item_ids: str) -> dict[str, Any]:
    """Order one portion each; returns the order."""
    for item_id in item_ids:
        added = await phone.operate("cart:add", {"itemId": item_id, "quantity": 1, "modifiers": chosen(house, item_id)})
    placing = {"idempotencyKey": str(uuid4()), "cartVersion": added["cart"]["version"]}
    return dict((await phone.operate("order:place", placing))["order"])


def chosen(house: House, item_id: str) -> list[str]:
    """Return what has to be chosen with a dish."""
    groups = {group.id: group for group in house.menu.modifier_groups}
    dish = house.menu.dishes_by_id[item_id]
    return [option.id for one in dish.modifier_groups for option in groups[one].options[: groups[one].min_select]]


def of_two_stations(house: House) -> str:
    """Return a dish that two stations cook."""
    return next(dish.id for dish in house.menu.dishes if len(dish.stations) == 2)


def station(state: State, code: str) -> dict[str, Any]:
    """Return a station as a client knows it."""
    return next(one for one in state.of("station") if one["code"] == code)


def has_screens(**counts: int) -> Callable[[State], bool]:
    """Return the condition that stations are shown with so many screens."""

    def is_shown(state: State) -> bool:
        shown = {one["code"]: (one["screens"], one["isLive"]) for one in state.of("station")}
        return all(shown.get(code) == (count, count > 0) for code, count in counts.items())

    return is_shown


def has_alarms(*kinds: AlarmKind) -> Callable[[State], bool]:
    """Return the condition that exactly these alarms are open."""

    def is_shown(state: State) -> bool:
        return sorted(one["kind"] for one in state.of("alarm") if one["status"] == "OPEN") == sorted(kinds)

    return is_shown


async def alarms(house: House, kind: AlarmKind) -> list[dict[str, Any]]:
    """Return all alarms of a kind, open or resolved, as the database has them."""
    return await people.stored(house, Alarm, kind=kind.value)


async def stored_station(house: House, code: str) -> dict[str, Any]:
    """Return a station as the database has it."""
    (found,) = await people.stored(house, Station, code=code)
    return found


def tickets(state: State, order: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the tickets of an order that a client knows, by station."""
    return {one["station"]: one for one in state.of("ticket") if one["orderId"] == order["id"]}


def has_tickets(order: dict[str, Any], stations: Iterable[str]) -> Callable[[State], bool]:
    """Return the condition that a client knows the tickets of an order at these stations."""
    wanted = set(stations)
    return lambda state: set(tickets(state, order)) >= wanted
