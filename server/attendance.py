"""Which SMS phones are connected to this process: kept in the database for everyone to see, and asked now and then
whether their app still lives, which the pings of the transport do not tell.

Who has registered is in the database already. Here it is kept that a phone has gone, and, should the others have taken
this process for dead, that its phones are still here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from handlers.context import Context, Done
from models.errors import Refusal
from models.principal import PairedPhone, Principal, the_house
from models.room import device_room
from models.sms_phone import SmsPhone, phone_id
from models.store.cache import Cache
from server.clock import Clock
from server.dispatch import Dispatcher
from sms_gateway.attendance import Seen, phone_gone, phone_here, phone_taken_over

log = structlog.get_logger(__name__)

PONG = "sms:pong"
"""How a phone answers `sms:ping`."""

LOOK_SECONDS = 1.0
RETRY_SECONDS = 0.5
ANSWER_SECONDS = 1.0
"""How long a socket that was replaced stays, to show whether somebody is still behind it."""

STOP_SECONDS = 2.0
"""How long a process that stops tries to say that its phones are gone; if it cannot, the others do."""


class Place(Protocol):
    """A connection, as far as it is looked at here."""

    def send(self, event: str, payload: str) -> None: ...
    def leave(self, room: str) -> None: ...
    def close(self, reason: str) -> None: ...


@dataclass(slots=True)
class Presence:
    """A phone that is here: when something was heard of it, and when it was asked; and whether a newer socket of it
    counts, and somebody has answered here since.
    """

    phone: PairedPhone
    heard_at: float
    asked_at: float
    is_replaced: bool = False
    is_answered: bool = False


class Attendance:
    """The phones of one process."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        cache: Cache,
        clock: Clock,
        process_id: str,
        ping_seconds: float,
        silent_seconds: float,
        count: Callable[[int], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._cache = cache
        self._clock = clock
        self._process_id = process_id
        self._ping_seconds = ping_seconds
        self._silent_seconds = silent_seconds
        self._count = count
        """Told how many sockets of phones there are, whenever that changes."""
        self._here: dict[Place, Presence] = {}
        self._writing: dict[tuple[Seen, str], asyncio.Task[None]] = {}
        """What is being written, so that a database that is away for long is not asked by ever more."""
        self._is_stopping = False

    def follow(self, connection: Place, principal: Principal) -> None:
        """Watch a connection that has become a phone."""
        if isinstance(principal, PairedPhone):
            now = self._clock.monotonic()
            self._here[connection] = Presence(principal, now, now)
            self._count(len(self._here))

    def hear(self, connection: Place, command: str) -> None:
        """A command of a connection has come: its app lives."""
        here = self._here.get(connection)
        if here is None:
            return
        here.heard_at = self._clock.monotonic()
        if here.is_replaced and not here.is_answered and command == PONG and not self._is_stopping:
            here.is_answered = True
            self._keep(here.phone, phone_taken_over)

    def replace(self, connection: Place) -> None:
        """A newer socket of a phone counts. This one is given nothing more, is asked whether somebody is still behind
        it, and goes: of a phone that has changed its network nobody is; another device that has its secret answers.
        """
        here = self._here.get(connection)
        if here is None:
            connection.close("replaced")
        elif not here.is_replaced:
            here.is_replaced = True
            connection.leave(device_room(here.phone.device_id))
            connection.send("sms:ping", "{}")
            asyncio.get_running_loop().call_later(ANSWER_SECONDS, connection.close, "replaced")

    def leave(self, connection: Place) -> None:
        """A connection is gone."""
        here = self._here.pop(connection, None)
        if here is not None:
            self._count(len(self._here))
            self.miss(here.phone)

    def miss(self, principal: Principal) -> None:
        """A phone is gone; or has registered on a connection that was gone before its answer came."""
        if isinstance(principal, PairedPhone) and not self._is_stopping:
            self._keep(principal, phone_gone)

    async def watch(self) -> None:
        """Ask the phones whether they live, and look whether the database knows that they are here."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look()

    def look(self) -> None:
        """Ping whom it is time to ping, close who has been silent for too long, and put right what others believed."""
        now = self._clock.monotonic()
        for connection, here in list(self._here.items()):
            if now - here.heard_at >= self._silent_seconds:
                connection.close("silent")
            elif now - max(here.heard_at, here.asked_at) >= self._ping_seconds:
                here.asked_at = now
                connection.send("sms:ping", "{}")
            known = self._cache.get(SmsPhone, phone_id(here.phone.device_id))
            if known is not None and known.epoch == here.phone.epoch and known.process != self._process_id:
                self._keep(here.phone, phone_here)

    async def stop(self) -> None:
        """Say that one's phones are gone, as far as the database answers in time."""
        for connection in list(self._here):
            self.leave(connection)
        self._is_stopping = True
        running = set(self._writing.values())
        if running:
            _, running = await asyncio.wait(running, timeout=STOP_SECONDS)
        for task in running:
            task.cancel()

    def _keep(self, phone: PairedPhone, act: Callable[[Context, Seen], Awaitable[Done]]) -> None:
        seen = Seen(phone_id(phone.device_id), phone.epoch, self._process_id)
        key = seen, act.__name__
        if key not in self._writing:
            # That it is gone must not be overtaken by that it is here: nobody would ever take it out again.
            before = [task for (of, _), task in self._writing.items() if of == seen]
            task = asyncio.get_running_loop().create_task(self._write(phone.restaurant_id, act, seen, before))
            self._writing[key] = task
            task.add_done_callback(lambda _: self._writing.pop(key, None))

    async def _write(
        self,
        house: str,
        act: Callable[[Context, Seen], Awaitable[Done]],
        seen: Seen,
        before: Sequence[asyncio.Task[None]],
    ) -> None:
        """Write it, once what comes `before` is in, until it is in."""
        if before:
            await asyncio.wait(before)
        someone = the_house(house)
        while True:
            try:
                await self._dispatcher.perform(someone, act, seen)
            except Refusal as refusal:
                log.warning("where a phone is waits for the database", code=refusal.code)
            except Exception:
                log.exception("it was not written where a phone is")
                return
            else:
                return
            await asyncio.sleep(RETRY_SECONDS)
