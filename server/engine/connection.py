"""One socket's presence in one namespace: what the rest of the server sees of a client."""

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from server.engine.contract import Handshake
from server.engine.packet import event_text, prefix_of

if TYPE_CHECKING:
    from server.engine.hub import Hub
    from server.engine.socket import Socket


class Stage(IntEnum):
    """How far a connection is; it only moves forward."""

    ASKED = 0
    OPEN = 1
    CLOSED = 2


class Presence:
    """Implements `contract.Connection`. Until the client has its CONNECT packet, what it is sent is held back."""

    __slots__ = (
        "_hub",
        "_rooms",
        "ack_prefix",
        "auth",
        "handshake",
        "held",
        "namespace",
        "principal",
        "sid",
        "socket",
        "stage",
    )

    def __init__(self, hub: "Hub", socket: "Socket", namespace: str, sid: str, auth: Mapping[str, Any]) -> None:
        self._hub = hub
        self._rooms: set[str] = set()
        self.ack_prefix = "43" + prefix_of(namespace)
        self.auth = auth
        self.handshake: Handshake = socket.handshake
        self.held: list[str] | None = []
        self.namespace = namespace
        self.principal: Any = None
        self.sid = sid
        self.socket = socket
        self.stage = Stage.ASKED

    def __repr__(self) -> str:
        return f"<Presence {self.namespace} {self.stage.name}>"

    @property
    def rooms(self) -> frozenset[str]:
        """The names of the rooms that this connection is in."""
        return frozenset(self._rooms)

    @property
    def is_open(self) -> bool:
        """Whether the client has its CONNECT packet and has not left."""
        return self.stage is Stage.OPEN

    def enter(self, room: str) -> None:
        """Join a room; from the next broadcast on, this connection receives it. A closed one joins nothing."""
        if self.stage is not Stage.CLOSED and room not in self._rooms:
            self._hub.manager.add(self, room)
            self._rooms.add(room)

    def leave(self, room: str) -> None:
        """Leave a room; leaving one that was never entered is nothing."""
        if room in self._rooms:
            self._rooms.discard(room)
            self._hub.manager.remove(self, room)

    def send(self, event: str, payload: str) -> None:
        """Queue one event for this connection; `payload` is the JSON text of its only argument. Never blocks."""
        self.deliver(event_text(self.namespace, event, payload))

    def deliver(self, text: str) -> None:
        """Send a packet's text, or hold it back until the client has its CONNECT packet."""
        if self.stage is Stage.OPEN:
            self.socket.write(text)
        elif self.held is not None:
            self.held.append(text)
            if len(self.held) > self._hub.settings.queue_packets:
                self.socket.doom("slow_reader_closed", "too much was sent before the client was in")

    def release(self) -> None:
        """Send what was held back, in order."""
        held, self.held = self.held, None
        for text in held or ():
            self.socket.write(text)

    def forget_rooms(self) -> None:
        """Leave all rooms, at the cost of these rooms only."""
        for room in self._rooms:
            self._hub.manager.remove(self, room)
        self._rooms.clear()

    def close(self, reason: str) -> None:
        """Leave this namespace with a DISCONNECT to the client; the socket ends when this was its last."""
        self._hub.dismiss(self, reason)
