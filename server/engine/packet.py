"""What the engine says to a client, as text frames: Engine.IO's digit, Socket.IO's digit, namespace, id, JSON.

The payload of an event and of an ack arrives as JSON text and is only joined; nothing is encoded twice.
"""

import json
from typing import Any

from picows import WSMsgType, WSTransport
from socketio.packet import Packet

_TEXT = WSMsgType.TEXT
PING = "2"
NOOP = "6"
CLOSE = "1"


class StrictJson:
    """The JSON of packets that python-socketio encodes itself: text that every client can parse, or an error here."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        """Encode; raises ValueError for NaN and infinities."""
        return json.dumps(value, **{**options, "allow_nan": False})

    @staticmethod
    def loads(text: str) -> Any:
        """Decode."""
        return json.loads(text)


class TextPacket(Packet):  # type: ignore[misc]  # python-socketio has no types
    """A Socket.IO packet without binary parts: bytes in its data are an error at encoding, never an attachment."""

    uses_binary_events = False
    json = StrictJson


def prefix_of(namespace: str) -> str:
    """Return what stands before id and data: nothing for the default namespace."""
    return "" if namespace == "/" else namespace + ","


def open_text(sid: str, upgrades: str, ping_interval: float, ping_timeout: float, max_payload: int) -> str:
    """Return the first packet of a session; `upgrades` is the JSON text of a list."""
    return (
        f'0{{"sid":"{sid}","upgrades":{upgrades},"pingInterval":{round(ping_interval * 1000)},'
        f'"pingTimeout":{round(ping_timeout * 1000)},"maxPayload":{max_payload}}}'
    )


def connect_text(namespace: str, sid: str) -> str:
    """Return the packet that tells a client that it is in."""
    return f'40{prefix_of(namespace)}{{"sid":"{sid}"}}'


def connect_error_text(namespace: str, data: str) -> str:
    """Return the packet that refuses a namespace; `data` is the JSON text of an object."""
    return f"44{prefix_of(namespace)}{data}"


def disconnect_text(namespace: str) -> str:
    """Return the packet that ends a namespace."""
    return f"41{prefix_of(namespace)}"


def event_text(namespace: str, event: str, payload: str) -> str:
    """Return an event; `payload` is the JSON text of its only argument."""
    return f'42{prefix_of(namespace)}["{event}",{payload}]'


HEADER_ROOM = 14
"""Bytes that picows wants free before a message that it sends without copying."""


def frame_of(text: str) -> bytearray:
    """Return the text as a buffer that any number of WebSockets can send without copying or encoding it again."""
    return bytearray(HEADER_ROOM) + text.encode()


_COPIED_CHARACTERS = 2048
"""Surely no more than 8 KiB in UTF-8."""


def send_text(ws: WSTransport, text: str) -> None:
    """Send one packet on one WebSocket.

    picows 2.3.1 copies up to 8 KiB. Of what is larger, and not taken by the kernel at once, it leaves the header in a
    buffer that the next packet overwrites, and the client reads a broken frame. So that one gets a buffer of its own.
    """
    if len(text) <= _COPIED_CHARACTERS:
        ws.send(_TEXT, text)
    else:
        ws.send_reuse_external_bytearray(_TEXT, frame_of(text), HEADER_ROOM)
