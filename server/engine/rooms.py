"""Who is in which room of this process, and broadcasts that are encoded once.

Takes the place of python-socketio's manager: a connection knows its rooms, so leaving costs what it was in and not
what exists, and a broadcast is one buffer handed to every transport instead of a task for each recipient.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from picows import WSMsgType
from socketio import AsyncManager
from socketio.packet import EVENT

from server.engine.connection import Presence
from server.engine.packet import HEADER_ROOM, event_text, frame_of

if TYPE_CHECKING:
    from server.engine.hub import Hub

_TEXT = WSMsgType.TEXT
_NOBODY: dict[str, Presence] = {}


class Rooms(AsyncManager):  # type: ignore[misc]  # python-socketio has no types
    """`rooms[namespace][room][sid]` is a connection; the room None holds the open connections of the namespace."""

    server: "Hub"
    rooms: dict[str, dict[str | None, dict[str, Presence]]]

    def add(self, presence: Presence, room: str | None) -> None:
        """Put a connection into a room; raises ValueError for a room that is named like another connection."""
        rooms = self.rooms.setdefault(presence.namespace, {})
        if room != presence.sid and room in rooms.get(None, _NOBODY):
            raise ValueError("a room cannot be named like a connection")
        rooms.setdefault(room, {})[presence.sid] = presence

    def remove(self, presence: Presence, room: str | None) -> None:
        """Take a connection out of a room; the last one out takes the room with it."""
        rooms = self.rooms.get(presence.namespace, {})
        members = rooms.get(room)
        if members is not None and members.pop(presence.sid, None) is not None and not members:
            del rooms[room]
            if not rooms:
                del self.rooms[presence.namespace]

    def of(self, namespace: str, room: str | None) -> dict[str, Presence]:
        """Return the connections of a room; not to be changed."""
        return self.rooms.get(namespace, {}).get(room, _NOBODY)

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        """Send one event to everyone in any of the rooms, once each; returns how many connections were addressed.

        Raises ValueError for text that is no Unicode, before anything is sent.
        """
        members = self._union(namespace, rooms)
        if members:
            self._send_all(members.values(), event_text(namespace, event, payload))
        return len(members)

    def _union(self, namespace: str, rooms: Iterable[str]) -> dict[str, Presence]:
        here = self.rooms.get(namespace)
        if here is None:
            return _NOBODY
        found = [members for room in rooms if (members := here.get(room))]
        if len(found) <= 1:
            return found[0] if found else _NOBODY
        union: dict[str, Presence] = {}
        for members in found:
            union.update(members)
        return union

    def _send_all(self, members: Iterable[Presence], text: str) -> None:
        # Nothing in this loop closes a socket or calls the door (see Socket.doom), so the room cannot change under it.
        frame = frame_of(text)
        for presence in members:
            transport = presence.socket.direct
            if transport is not None and presence.held is None:
                transport.send_reuse_external_bytearray(_TEXT, frame, HEADER_ROOM)
            else:
                presence.deliver(text)

    # What python-socketio's own calls (emit, enter_room, rooms …) reach, on the same membership.

    async def emit(
        self,
        event: str,
        data: Any,
        namespace: str,
        room: Any = None,
        skip_sid: Any = None,
        callback: Any = None,
        to: Any = None,
        **_: Any,
    ) -> None:
        """Encode an event once and send it to a room, a list of rooms, or the namespace."""
        if callback is not None:
            raise ValueError("clients are not asked for acknowledgements")
        arguments = list(data) if isinstance(data, tuple) else [] if data is None else [data]
        packet = self.server.packet_class(EVENT, namespace=namespace, data=[event, *arguments])
        skipped = set(skip_sid) if isinstance(skip_sid, list) else {skip_sid}
        recipients = [presence for sid, presence in self.get_participants(namespace, to or room) if sid not in skipped]
        self._send_all(recipients, "4" + packet.encode())

    def get_participants(self, namespace: str, room: Any) -> Iterator[tuple[str, Presence]]:
        """Yield session id and connection of everyone in a room, in any of a list of rooms, or of one session id."""
        everyone = self.of(namespace, None)
        for name in room if isinstance(room, list | tuple) else [room]:
            yield from ([(name, everyone[name])] if name in everyone else list(self.of(namespace, name).items()))

    def is_connected(self, sid: str, namespace: str) -> bool:
        """Say whether this session id is open in the namespace."""
        return sid in self.of(namespace, None)

    def eio_sid_from_sid(self, sid: str, namespace: str) -> str | None:
        """Return the id of the socket below a connection."""
        presence = self.of(namespace, None).get(sid)
        return presence.socket.sid if presence else None

    def sid_from_eio_sid(self, eio_sid: str, namespace: str) -> str | None:
        """Return the session id that a socket has in a namespace."""
        socket = self.server.eio.sockets.get(eio_sid)
        presence = socket.presences.get(namespace) if socket else None
        return presence.sid if presence and presence.is_open else None

    def basic_enter_room(self, sid: str, namespace: str, room: str, eio_sid: str | None = None) -> None:
        """Let a connection enter a room; raises ValueError if it is not connected."""
        presence = self.of(namespace, None).get(sid)
        if presence is None:
            raise ValueError("sid is not connected to requested namespace")
        presence.enter(room)

    def basic_leave_room(self, sid: str, namespace: str, room: str) -> None:
        """Let a connection leave a room."""
        presence = self.of(namespace, None).get(sid)
        if presence is not None:
            presence.leave(room)

    def basic_close_room(self, room: str, namespace: str) -> None:
        """Let everyone leave a room."""
        for presence in list(self.of(namespace, room).values()):
            presence.leave(room)

    def get_rooms(self, sid: str, namespace: str) -> list[str]:
        """Return the rooms of a connection."""
        presence = self.of(namespace, None).get(sid)
        return list(presence.rooms) if presence else []
