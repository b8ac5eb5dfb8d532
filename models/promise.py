"""When an order from outside will be there: what customers are told before they order, and what an order keeps.

A station's wait is how long a dish that is sent now takes there, behind all that it has to cook and with its own
cooking (`models.estimate`); so nothing is added for that, only packing and the way.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from models.patience import minutes_of
from models.slot import Slot
from models.station import Station


class Cooked(Protocol):
    """A dish, as far as it takes time: `prep_minutes` as the menu says, at each of its stations."""

    @property
    def stations(self) -> tuple[str, ...]: ...
    @property
    def prep_minutes(self) -> int: ...


def minutes_until_there(
    dishes: Iterable[Cooked], stations: Mapping[str, Station], pack_minutes: int, travel_minutes: int = 0
) -> int | None:
    """Return in how many minutes what is ordered now will be there, as half of such orders are.

    The slowest dish decides: it takes what its slowest station takes now, and no less than the menu says. None where a
    station has no estimate: nothing could be said that is true.
    """
    slowest = 0
    for dish in dishes:
        waits = minutes_of(stations, dish.stations)
        if not set(dish.stations) <= set(waits):
            return None
        slowest = max(slowest, dish.prep_minutes, *waits.values())
    return slowest + pack_minutes + travel_minutes


def promised(now: datetime, minutes: int | None, slot: Slot | None = None) -> datetime | None:
    """Return by when an order is said to be there: `minutes` from now, or at the end of the slot that was chosen,
    unless even that is too soon. None where neither is known.
    """
    soonest = None if minutes is None else now + timedelta(minutes=minutes)
    if slot is None or soonest is None:
        return slot.ends_at if slot else soonest
    return max(slot.ends_at, soonest)
