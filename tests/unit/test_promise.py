"""When an order from outside will be there: the slowest dish, packing and the way; nothing where nobody knows."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from models.promise import minutes_until_there, promised
from models.slot import Slot
from models.station import Station, Wait, WaitBasis

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Dish:
    stations: tuple[str, ...]
    prep_minutes: int = 10


def station(code: str, minutes: int | None) -> Station:
    wait = None
    if minutes is not None:
        wait = Wait(minutes=minutes, long_minutes=2 * minutes, basis=WaitBasis.MEASURED, measured_at=NOW)
    return Station(id=code, restaurant_id="r1", code=code, name={"en": code}, wait=wait)


STATIONS = {"grill": station("grill", 25), "cold": station("cold", 5), "pizza": station("pizza", None)}


@pytest.mark.parametrize(
    ("dishes", "minutes"),
    [
        pytest.param([Dish(("cold",), 5)], 5, id="one dish"),
        pytest.param([Dish(("cold",), 5), Dish(("grill",))], 25, id="the slower of two dishes"),
        pytest.param([Dish(("cold", "grill"))], 25, id="the slower of two stations"),
        pytest.param([Dish(("grill",), 40)], 40, id="no less than the menu says"),
        pytest.param([], 0, id="nothing to cook"),
    ],
)
def test_the_slowest_dish_decides(dishes: list[Dish], minutes: int) -> None:
    assert minutes_until_there(dishes, STATIONS, pack_minutes=5, travel_minutes=30) == minutes + 35
    assert minutes_until_there(dishes, STATIONS, pack_minutes=0) == minutes


@pytest.mark.parametrize("code", ["pizza", "nowhere"])
def test_nothing_is_said_where_a_station_has_no_estimate(code: str) -> None:
    assert minutes_until_there([Dish(("grill",)), Dish((code,))], STATIONS, pack_minutes=5) is None


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


SLOT = Slot(begins_at=minutes(60), ends_at=minutes(90))


@pytest.mark.parametrize(
    ("known", "slot", "moment"),
    [
        pytest.param(45, None, minutes(45), id="as soon as possible"),
        pytest.param(45, SLOT, minutes(90), id="by the end of the slot"),
        pytest.param(100, SLOT, minutes(100), id="later than the slot where that is too soon"),
        pytest.param(None, SLOT, minutes(90), id="the slot alone"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
def test_an_order_is_promised_by_what_is_known(known: int | None, slot: Slot | None, moment: datetime | None) -> None:
    assert promised(NOW, known, slot) == moment
