"""Which screens of the kitchen are connected to this process, kept in the database for everyone to see.

The count of a house is written whole, a moment after it changed, and until it is in: what is in memory here is right,
whatever the database missed. Connecting and leaving never wait for it.
"""

import asyncio
from typing import Protocol

import structlog

from handlers.registry import KITCHEN
from handlers.screens import Connected, count_screens
from models.errors import Refusal
from models.principal import KITCHEN as COOKS
from models.principal import Principal, Screen, StaffMember, the_house
from server.dispatch import Dispatcher

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 0.02
"""Changes of one house within this time are written once."""

RETRY_SECONDS = 0.5

LOOK_SECONDS = 3.0
"""Time between two looks whether the database has what it should: others take out a process that they believe dead."""

STOP_SECONDS = 2.0
"""How long a process that stops tries to take its screens out; if it cannot, the others do."""


class Place(Protocol):
    """A connection, as far as it is looked at here."""

    namespace: str


class Screens:
    """Counts the screens of one process: each connection once, whoever it is."""

    def __init__(self, dispatcher: Dispatcher, process_id: str) -> None:
        self._dispatcher = dispatcher
        self._process_id = process_id
        self._connected: dict[Place, tuple[str, frozenset[str] | None]] = {}
        """The house and the stations of each; None: all."""
        self._unwritten: set[str] = set()
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._is_stopping = False

    def follow(self, connection: Place, principal: Principal) -> None:
        """Count a connection as what it is by now: a screen of some stations, or none at all."""
        place: tuple[str, frozenset[str] | None] | None = None
        if connection.namespace == KITCHEN and isinstance(principal, Screen | StaffMember) and principal.roles & COOKS:
            place = principal.restaurant_id, principal.served_stations
        self._replace(connection, place)

    def leave(self, connection: Place) -> None:
        """A connection is gone, or no screen any more."""
        self._replace(connection, None)

    async def watch(self) -> None:
        """Look now and then whether the database has what it should."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Write again what the database does not have, for every house with a screen here."""
        for house in {house for house, _ in self._connected.values()}:
            self._touch(house)

    async def stop(self) -> None:
        """Take one's screens out, as far as the database answers in time, and count nothing any more."""
        for connection in list(self._connected):
            self.leave(connection)
        self._is_stopping = True
        running = set(self._writing.values())
        if running:
            _, running = await asyncio.wait(running, timeout=STOP_SECONDS)
        for task in running:
            task.cancel()

    def _replace(self, connection: Place, place: tuple[str, frozenset[str] | None] | None) -> None:
        former = self._connected.pop(connection, None)
        if place is not None and not self._is_stopping:
            self._connected[connection] = place
        if former != place:
            for house in {one[0] for one in (former, place) if one is not None}:
                self._touch(house)

    def _touch(self, house: str) -> None:
        if self._is_stopping:
            return
        self._unwritten.add(house)
        if house not in self._writing:
            self._writing[house] = asyncio.get_running_loop().create_task(self._write(house), name=f"screens {house}")

    async def _write(self, house: str) -> None:
        """Write the count of a house until the database has the newest."""
        try:
            while house in self._unwritten:
                await asyncio.sleep(SETTLE_SECONDS)
                self._unwritten.discard(house)
                if not await self._is_written(house):
                    self._unwritten.add(house)
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            del self._writing[house]

    async def _is_written(self, house: str) -> bool:
        screens = tuple(stations for of_house, stations in self._connected.values() if of_house == house)
        try:
            await self._dispatcher.perform(the_house(house), count_screens, Connected(self._process_id, screens))
        except Refusal as refusal:
            log.warning("the count of screens waits for the database", code=refusal.code)
            return False
        except Exception:
            log.exception("the count of screens was not written")
            return False
        return True
