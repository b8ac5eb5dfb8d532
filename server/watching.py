"""The duties about what must not be overlooked in a kitchen: see `handlers.unseen` and `handlers.screens` for what is
done, `models.store.watching` for how it is found.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.screens import forget_processes, notice_dark
from handlers.unseen import notice_unseen
from models.store.watching import connected_processes, dark_stations, phone_processes, unseen_tickets
from models.store.work import Work
from server.duties import Due, Duty
from server.pulse import Pulse
from sms_gateway.attendance import forget_phones

SECONDS = 1.0
PROCESS_SECONDS = 2.0


async def find_unseen(work: Work, before: datetime) -> Sequence[Due]:
    """Find tickets that no screen of their station shows."""
    return [Due(house, ticket) for house, ticket in await unseen_tickets(work, before)]


async def find_dark(work: Work, before: datetime) -> Sequence[Due]:
    """Find stations without a screen."""
    return [Due(house, station) for house, station in await dark_stations(work, before)]


UNSEEN = Duty(
    "unseen-tickets",
    SECONDS,
    find_unseen,
    notice_unseen,
    age=lambda rules: timedelta(seconds=rules.unseen_seconds),
)
DARK = Duty("dark-stations", SECONDS, find_dark, notice_dark, age=lambda rules: timedelta(seconds=rules.dark_seconds))


def dead_processes(pulse: Pulse) -> Duty:
    """Return the duty that takes out the screens of processes that have died: they cannot do it themselves."""

    async def find(work: Work, now: datetime) -> Sequence[Due]:
        houses = await connected_processes(work)
        dead = pulse.dead(set().union(*houses.values()))
        return [Due(house, dead & processes) for house, processes in houses.items() if dead & processes]

    return Duty("dead-processes", PROCESS_SECONDS, find, forget_processes)


def lost_phones(pulse: Pulse) -> Duty:
    """Return the duty that takes out the SMS phones of processes that have died."""

    async def find(work: Work, now: datetime) -> Sequence[Due]:
        houses = await phone_processes(work)
        dead = pulse.dead(set().union(*houses.values()))
        return [Due(house, dead & processes) for house, processes in houses.items() if dead & processes]

    return Duty("lost-phones", PROCESS_SECONDS, find, forget_phones)
