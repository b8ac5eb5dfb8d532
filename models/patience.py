"""Telling guests how long a round takes, and warning them before they send to a station that has too much to cook."""

from collections.abc import Iterable, Mapping

from models.errors import KitchenBusy
from models.station import Station


def minutes_of(stations: Mapping[str, Station], codes: Iterable[str]) -> dict[str, int]:
    """Return the typical wait in minutes at each of some stations that there is an estimate of."""
    found = ((code, stations[code].wait) for code in codes if code in stations)
    return {code: wait.minutes for code, wait in found if wait}


def warning(stations: Mapping[str, Station], codes: Iterable[str], accepted: int | None) -> KitchenBusy | None:
    """Return what a guest is told before a round is sent to these stations, None when there is nothing to be told: none
    of them is busy, or the guest has accepted (minutes) as long a wait as nine of ten dishes have at the slowest.

    A busy station without an estimate is none to be warned of: there is nothing that could be said.
    """
    cooking = [(stations[code], stations[code].wait) for code in codes if code in stations]
    long_minutes = {station.code: wait.long_minutes for station, wait in cooking if wait}
    busy = {station.code: long_minutes[station.code] for station, wait in cooking if wait and station.is_busy}
    longest = max(long_minutes.values(), default=0)
    if not busy or (accepted is not None and accepted >= longest):
        return None
    return KitchenBusy(minutes=longest, stations=busy)
