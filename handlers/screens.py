"""What the house keeps of its screens: how many of each station are connected, through which process of the server, and
that the floor is alarmed about a station that has none.
"""

from dataclasses import dataclass
from datetime import timedelta

from handlers import access
from handlers.alarms import end_alarm, raise_alarm
from handlers.context import Context, Done
from models.alarm import AlarmKind
from models.session import TableSession
from models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Connected:
    """The screens of a house that are connected to one process: the stations of each, None for all of them."""

    process: str
    screens: tuple[frozenset[str] | None, ...]

    def count(self, station: str) -> int:
        """Return how many of them are of a station."""
        return sum(1 for stations in self.screens if stations is None or station in stations)


async def count_screens(ctx: Context, connected: Connected) -> Done:
    """Keep how many screens of each station are connected to a process; an alarm about one that had none is over."""
    for station in (await access.stations(ctx)).values():
        counted = station.with_screens(connected.process, connected.count(station.code), ctx.now)
        if counted is not station:
            ctx.store.save(counted)
            if station.alarmed_at is not None and counted.is_live:
                await end_alarm(ctx, AlarmKind.STATION_DARK, station.code)
    return Done()


async def forget_processes(ctx: Context, dead: frozenset[str]) -> Done:
    """Keep that processes are gone, and the screens that were connected to them."""
    for station in (await access.stations(ctx)).values():
        left = station.without_processes(dead, ctx.now)
        if left is not station:
            ctx.store.save(left)
    return Done()


async def notice_dark(ctx: Context, code: str) -> Done:
    """Raise the alarm about a station without a screen, once: it has something to cook, or it had a screen and there
    are guests.
    """
    station = (await access.stations(ctx)).get(code)
    before = ctx.now - timedelta(seconds=ctx.rules.dark_seconds)
    if station is None or not station.is_overdue(before):
        return Done()
    house = ctx.store.restaurant_id
    shown = await ctx.store.members(Ticket, "shown", house)
    waiting = [one for one in shown if one.station == code and one.unfinished and one.placed_at <= before]
    sessions = await ctx.store.members(TableSession, "open", house) if station.dark_since else []
    if waiting or any(one.is_at_table for one in sessions):
        ctx.store.save(station.alarmed(ctx.now))
        raised = await raise_alarm(ctx, AlarmKind.STATION_DARK, code, tickets=len(waiting))
        ctx.record("station-dark", subject=code, alarm=raised.id if raised else None, tickets=len(waiting))
    return Done()
