"""Socket.IO on top of the wires: namespaces, commands in order, acks, and who is told when somebody leaves.

A subclass of python-socketio's server, so that its calls and its clients keep working, with everything between a frame
and the door replaced: no event of a client can reach python-socketio's own handlers, whatever it is called.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from socketio import AsyncServer

from server.engine import guard, packet
from server.engine.commands import Commands
from server.engine.connection import Presence, Stage
from server.engine.contract import Door, Refused
from server.engine.heartbeat import Heartbeat
from server.engine.http import Reception
from server.engine.rooms import Rooms
from server.engine.settings import EngineSettings

if TYPE_CHECKING:
    from server.engine.wire import Wire

logger = logging.getLogger(__name__)

_UNABLE = '{"message":"Unable to connect"}'
_NO_NAMESPACE = '{"message":"Invalid namespace"}'


class Hub(AsyncServer):  # type: ignore[misc]  # python-socketio has no types
    """See the module. `eio` is the reception, `manager` the membership."""

    eio: Reception
    manager: Rooms

    def __init__(self, door: Door, settings: EngineSettings, monotonic: Callable[[], float]) -> None:
        self.door = door
        self.settings = settings
        self.heartbeat = Heartbeat(monotonic)
        self.tasks: set[asyncio.Task[Any]] = set()
        self.flood_step = 1 / (settings.commands_per_second * settings.flood_factor)
        self.flood_room = settings.command_burst * settings.flood_factor * self.flood_step + 1e-9
        self.commands = Commands(self)
        super().__init__(
            client_manager=Rooms(),
            logger=logger,
            serializer=packet.TextPacket,
            async_handlers=False,
            namespaces=sorted(door.namespaces),
            engineio_logger=logger,
            async_mode="aiohttp",
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            max_http_buffer_size=settings.max_payload,
            http_compression=False,
            cors_allowed_origins=sorted(settings.origins),
            monitor_clients=False,
            transports=["polling", "websocket"] if settings.polling else ["websocket"],
        )
        self.eio.hub = self

    def _engineio_server_class(self) -> type[Reception]:
        return Reception

    def attach(self, app: Any, socketio_path: str = "") -> None:
        """Add the engine's route to the application."""
        for method in ("GET", "POST", "OPTIONS"):
            app.router.add_route(method, self.settings.path, self.eio.handle_request)

    def open_text(self, sid: str, upgrades: str) -> str:
        """Return the first packet of a session."""
        settings = self.settings
        return packet.open_text(sid, upgrades, settings.ping_interval, settings.ping_timeout, settings.max_payload)

    def count(self, what: str) -> None:
        """Count something that was refused or done."""
        self._tell(self.door.count, what)

    async def disconnect(self, sid: str, namespace: str | None = None, ignore_queue: bool = False) -> None:
        """Close a connection in python-socketio's way of asking for it."""
        presence = self.manager.of(namespace or "/", None).get(sid)
        if presence is not None:
            presence.close("server disconnect")

    def _tell(self, what: Callable[..., None], *arguments: Any) -> None:
        # The engine is in the middle of its own bookkeeping: a fault of the listener must not leave it half done.
        try:
            what(*arguments)
        except Exception:
            logger.exception("the door failed when it was told something")

    # Packets

    def packet(self, wire: "Wire", text: str) -> None:
        """Take a Socket.IO packet that is no event."""
        kind = text[1:2]
        if kind == "0" and (cut := guard.cut_connect(text)):
            self._on_connect(wire, cut[1] or "/", cut[2])
        elif kind == "1" and (cut := guard.cut_disconnect(text)):
            presence = wire.presences.get(cut[1] or "/")
            if presence is not None:
                self._part(presence, "client disconnect")
        elif kind == "3":
            # We never ask for an ack, so nothing can be acknowledged.
            self.count("acks_ignored")
        else:
            wire.malformed("frames_binary" if kind in ("5", "6") else "frames_malformed")

    def _on_connect(self, wire: "Wire", namespace: str, auth: str) -> None:
        if namespace not in self.door.namespaces:
            wire.write(packet.connect_error_text(namespace, _NO_NAMESPACE))
            return
        if namespace in wire.presences:
            self.count("connects_repeated")
            return
        try:
            proof = guard.read_object(auth, self.settings.max_depth, self.settings.max_keys) if auth else {}
        except guard.Malformed:
            wire.malformed("frames_malformed")
            return
        presence = Presence(self, wire, namespace, self.eio.generate_id(), proof)
        wire.presences[namespace] = presence
        wire.entered(namespace)
        self.keep(asyncio.get_running_loop().create_task(self._admit(presence)))

    async def _admit(self, presence: Presence) -> None:
        answer, was_admitted = _UNABLE, False
        try:
            await self.door.connect(presence)
        except Refused as refused:
            answer = refused.data
        except Exception:
            logger.exception("a connect failed; the client is refused")
        else:
            if presence.stage is Stage.ASKED:
                self._welcome(presence)
                return
            was_admitted = True
        wire, namespace = presence.socket, presence.namespace
        was_known = was_admitted or presence.principal is not None
        self._remove(presence)
        wire.write(packet.connect_error_text(namespace, answer))
        if was_known:
            self._tell(self.door.disconnected, presence, "refused")

    def _welcome(self, presence: Presence) -> None:
        presence.stage = Stage.OPEN
        self.manager.add(presence, None)
        presence.socket.write(packet.connect_text(presence.namespace, presence.sid))
        presence.release()
        self._tell(self.door.connected, presence)

    # Ends

    def dismiss(self, presence: Presence, reason: str) -> None:
        """Let a connection leave at our wish; the socket ends with its last connection."""
        if presence.stage is Stage.CLOSED:
            return
        wire = presence.socket
        if presence.stage is Stage.OPEN:
            wire.write(packet.disconnect_text(presence.namespace))
            self._part(presence, reason)
            if not wire.presences:
                wire.end(reason)
        else:
            # Its connect still runs and will find that it is not wanted any more.
            self._part(presence, reason)

    def lost(self, wire: "Wire", reason: str) -> None:
        """Let all connections of a socket that has ended leave."""
        for presence in list(wire.presences.values()):
            self._part(presence, reason)

    def _part(self, presence: Presence, reason: str) -> None:
        if presence.stage is Stage.OPEN:
            self._remove(presence)
            self._tell(self.door.disconnected, presence, reason)
        else:
            # `_admit` answers and cleans up when the door has made up its mind.
            presence.stage = Stage.CLOSED

    def _remove(self, presence: Presence) -> None:
        was_open = presence.stage is Stage.OPEN
        presence.stage = Stage.CLOSED
        presence.held = None
        if was_open:
            self.manager.remove(presence, None)
        presence.forget_rooms()
        if presence.socket.presences.get(presence.namespace) is presence:
            del presence.socket.presences[presence.namespace]

    def keep(self, task: "asyncio.Task[Any]") -> None:
        """Hold a task until it is done: the loop itself holds tasks only weakly."""
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
