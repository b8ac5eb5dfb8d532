"""What a manager sets a station up for."""

from typing import Any
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused
from integration import people
from integration.brigade import station, stored_station
from integration.house import House


async def change(boss: Connection, code: str, **fields: Any) -> dict[str, Any]:
    """Set a station up; returns it as the manager is told."""
    asked = {"stationId": station(boss.state, code)["id"], **fields}
    return dict((await boss.operate("station:change", asked))["station"])


async def test_a_manager_sets_a_station_up_and_everyone_in_the_house_hears_it(house: House) -> None:
    boss, waiter, cook = await people.manager(house), await house.waiter(), await house.cook()
    ages = {"MAINS": {"amber": 12, "red": 18}}
    changed = await change(boss, "grill", backup="pizza", busyPortions=25, ages=ages)
    assert (changed["backup"], changed["busyPortions"]) == ("pizza", 25)
    assert changed["ages"] == {
        "DRINKS": {"amber": 4, "red": 8},
        "STARTERS": {"amber": 10, "red": 15},
        "MAINS": {"amber": 12, "red": 18},
        "DESSERTS": {"amber": 8, "red": 15},
    }
    for client in (waiter, cook):
        await client.until(lambda state: station(state, "grill")["backup"] == "pizza")
    (entry,) = await people.entries(house, "station-changed")
    assert entry["subject"] == changed["id"]
    assert (entry["before"]["backup"], entry["after"]["backup"]) == ("cold", "pizza")
    assert (entry["before"]["busy_portions"], entry["after"]["busy_portions"]) == (None, 25)
    assert (entry["before"]["ages.MAINS"], entry["after"]["ages.MAINS"]) == ("15/25", "12/18")


async def test_what_is_left_out_stays_and_null_clears(house: House) -> None:
    boss = await people.manager(house)
    await change(boss, "pizza", ages={"DRINKS": {"amber": 2, "red": 3}})
    kept = await change(boss, "pizza", busyPortions=5)
    assert (kept["backup"], kept["busyPortions"], kept["ages"]["DRINKS"]) == ("grill", 5, {"amber": 2, "red": 3})
    assert kept["ages"]["MAINS"] == {"amber": 12, "red": 20}
    cleared = await change(boss, "pizza", backup=None, busyPortions=None, ages={"MAINS": None})
    assert (cleared["backup"], cleared["busyPortions"]) == (None, None)
    assert cleared["ages"]["MAINS"] == {"amber": 15, "red": 25}
    assert cleared["ages"]["DRINKS"] == {"amber": 2, "red": 3}


async def test_an_operation_is_carried_out_once(house: House) -> None:
    boss = await people.manager(house)
    operation = {"stationId": station(boss.state, "bar")["id"], "busyPortions": 7, "opId": str(uuid4())}
    first = await boss.send("station:change", operation)
    await change(boss, "bar", busyPortions=9)
    again = await boss.send("station:change", operation)
    assert (first["station"]["busyPortions"], again["station"]["busyPortions"]) == (7, 9)
    assert len(await people.entries(house, "station-changed")) == 2


@pytest.mark.parametrize(
    ("code", "fields", "refusal"),
    [
        ("grill", {"backup": "nowhere"}, "NOT_FOUND"),
        ("grill", {"backup": "grill"}, "VALIDATION_FAILED"),
        ("grill", {"backup": "expo"}, "VALIDATION_FAILED"),
        ("expo", {"backup": "grill"}, "VALIDATION_FAILED"),
        ("grill", {"busyPortions": 0}, "VALIDATION_FAILED"),
        ("grill", {"ages": {"MAINS": {"amber": 10, "red": 9}}}, "VALIDATION_FAILED"),
        ("grill", {"ages": {"MAINS": {"amber": "10", "red": 12}}}, "VALIDATION_FAILED"),
        ("grill", {"ages": {"BREAKFAST": {"amber": 10, "red": 12}}}, "VALIDATION_FAILED"),
    ],
)
async def test_what_no_station_can_be_set_up_for_is_refused(
    house: House, code: str, fields: dict[str, Any], refusal: str
) -> None:
    boss = await people.manager(house)
    before = await stored_station(house, code)
    with pytest.raises(Refused, match=refusal):
        await change(boss, code, **fields)
    assert await stored_station(house, code) == before


async def test_a_station_of_another_house_is_not_found(house: House) -> None:
    boss, other = await people.manager(house), await house.installation.new_house()
    with pytest.raises(Refused, match="NOT_FOUND"):
        await boss.operate("station:change", {"stationId": (await stored_station(other, "grill"))["_id"]})
