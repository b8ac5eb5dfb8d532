"""The Socket.IO engine: guard, packets, encode-once broadcast and bounded queues.

Subclasses of python-socketio and python-engineio, with picows on the upgraded connection, so that official clients work
unmodified while a command costs a fraction. It knows no restaurant: see `contract` for what it asks of the server.
"""

import asyncio
from collections.abc import Callable, Iterable

from aiohttp import web
from picows import WSCloseCode

from server.engine.contract import Connection, Door
from server.engine.hub import Hub
from server.engine.settings import EngineSettings

__all__ = ["Engine", "EngineSettings"]

_STOP_SECONDS = 5.0


class Engine:
    """One process's sockets. Implements `contract.Broadcaster`; `monotonic` is the clock of every limit, in seconds."""

    def __init__(self, door: Door, settings: EngineSettings, *, monotonic: Callable[[], float]) -> None:
        self._hub = Hub(door, settings, monotonic)

    def attach(self, app: web.Application) -> None:
        """Answer at the settings' path of this application."""
        self._hub.attach(app)

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        """Send one event to everyone in any of the rooms, once each; returns how many connections were addressed.

        `payload` is the JSON text of the only argument. Raises ValueError, before anything is sent, for text that is
        no Unicode.
        """
        return self._hub.manager.broadcast(namespace, rooms, event, payload)

    def members(self, namespace: str, room: str) -> Iterable[Connection]:
        """Return the connections of this process in a room, as they are now."""
        return list(self._hub.manager.of(namespace, room).values())

    def has_members(self, namespace: str, room: str) -> bool:
        """Whether anyone in this process would hear it."""
        return bool(self._hub.manager.of(namespace, room))

    def connections(self, namespace: str) -> Iterable[Connection]:
        """Return the open connections of a namespace, as they are now."""
        return list(self._hub.manager.of(namespace, None).values())

    @property
    def socket_count(self) -> int:
        """How many sockets this process has, proven or not."""
        return len(self._hub.eio.sockets)

    def tick(self) -> None:
        """Do what is due by the clock now; called by the engine's own timer, and by tests that move the clock."""
        self._hub.heartbeat.tick()

    async def drain(self, seconds: float) -> None:
        """Admit nobody any more and close all sockets, spread over `seconds`, so that they come back elsewhere in turn.

        Clients see their connection end and no DISCONNECT, because after one they do not come back by themselves.
        """
        self._hub.eio.is_draining = True
        loop = asyncio.get_running_loop()
        sockets = list(self._hub.eio.sockets.values())
        begun = loop.time()
        for number, socket in enumerate(sockets, start=1):
            socket.end("server draining", WSCloseCode.SERVICE_RESTART)
            pause = begun + seconds * number / len(sockets) - loop.time()
            if pause > 0:
                await asyncio.sleep(pause)

    async def stop(self) -> None:
        """Close every socket, give running commands a moment to finish, and stop the timer."""
        hub = self._hub
        hub.eio.is_draining = True
        for socket in list(hub.eio.sockets.values()):
            socket.end("server stopping", WSCloseCode.GOING_AWAY)
        if hub.tasks:
            _, unfinished = await asyncio.wait(set(hub.tasks), timeout=_STOP_SECONDS)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)
        # One turn of the loop lets transports with nothing left to send go by themselves.
        await asyncio.sleep(0)
        for socket in list(hub.heartbeat.lingering):
            socket.cut()
        hub.heartbeat.stop()
