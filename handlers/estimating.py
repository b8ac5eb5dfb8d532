"""What the house does by itself about waiting times: it shows how much a station has to cook, and how long its dishes
take.
"""

from dataclasses import dataclass

from handlers.context import Context, Done
from models.station import Station, Wait, is_said


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of a station."""

    station_id: str
    open_portions: int
    wait: Wait | None


async def show_wait(ctx: Context, found: Measured) -> Done:
    """Show it, where it differs from what is shown in more than the moment of measuring."""
    station = await ctx.store.get(Station, found.station_id)
    if station is None or is_shown(station.open_portions, station.wait, found):
        return Done()
    ctx.store.save(station.measured(found.open_portions, found.wait, ctx.now))
    return Done()


def is_shown(open_portions: int, wait: Wait | None, found: Measured) -> bool:
    """Whether what is shown of a station says the same to people as what was found."""
    return open_portions == found.open_portions and is_said(found.wait, wait)
