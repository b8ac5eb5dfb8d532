"""A connection that takes its time between the proof and the rooms: what ends meanwhile is told to the rooms alone."""

import asyncio
from collections.abc import Mapping
from typing import Any

from server.app import App
from server.engine.contract import Handshake

NOBODY = Handshake(address="", origin=None, is_listed_origin=False, cookies={}, user_agent="", languages="")


class Arriving:
    """One that the engine does not know, so that nothing finds it by its rooms."""

    def __init__(self, namespace: str, auth: Mapping[str, Any]) -> None:
        self.sid = "arriving"
        self.namespace = namespace
        self.auth = auth
        self.handshake = NOBODY
        self.principal: Any = None
        self.is_open = True
        self.closed = asyncio.Event()
        self._rooms: set[str] = set()

    @property
    def rooms(self) -> frozenset[str]:
        return frozenset(self._rooms)

    def enter(self, room: str) -> None:
        self._rooms.add(room)

    def leave(self, room: str) -> None:
        self._rooms.discard(room)

    def send(self, event: str, payload: str) -> None:
        """It does not listen."""

    def close(self, reason: str) -> None:
        self.closed.set()

    async def enter_and_be_closed(self, app: App, seconds: float) -> None:
        """Go on with the handshake; raises `TimeoutError` when it may stay."""
        try:
            app.realtime.connected(self)
            await asyncio.wait_for(self.closed.wait(), seconds)
        finally:
            app.realtime.disconnected(self, "gone")
