"""Hand an upgraded connection from aiohttp to picows, which parses and writes WebSocket frames in C.

aiohttp has parsed the request; picows answers it, because the two must agree on the byte at which frames begin. picows
is given a request of our own making that holds only what we have checked, so only one parser ever reads the client's.
"""

import asyncio
import base64
import binascii
import logging
import socket as sockets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web
from multidict import CIMultiDict
from picows import WSAutoPingStrategy, WSCloseCode, WSTransport, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined]  # not in its stubs; the version is pinned

if TYPE_CHECKING:
    from server.engine.socket import Socket

_READ_BUFFER = 2048
_NO_HEADERS: CIMultiDict[str] = CIMultiDict()


class TakenOver(web.StreamResponse):
    """Tells aiohttp that the request was answered by somebody else."""

    def __init__(self) -> None:
        super().__init__(status=101)

    async def prepare(self, request: web.BaseRequest) -> None:
        """Write nothing: the answer is on the wire."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""


class _Tail:
    """Collects what the client sent behind its request, in aiohttp's public way of handing over a connection."""

    def __init__(self) -> None:
        self.data = b""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        self.data += data
        return False, b""

    def feed_eof(self) -> None:
        pass


class _Voice:
    """picows says only to its logger that it met a broken frame; this one is no logger but tells the socket."""

    __slots__ = ("_socket",)

    def __init__(self, socket: "Socket") -> None:
        self._socket = socket

    def isEnabledFor(self, level: int) -> bool:  # noqa: N802  (picows calls the name of logging.Logger)
        return level >= logging.ERROR

    def error(self, _: str, *arguments: Any) -> None:
        # A broken frame comes with the arguments of its WSProtocolError, the first of which is the code to close with.
        is_told = arguments and isinstance(arguments[0], tuple) and isinstance(arguments[0][0], WSCloseCode)
        self._socket.broken_below(arguments[0][0] if is_told else WSCloseCode.PROTOCOL_ERROR)

    exception = error

    def debug(self, *_: Any) -> None:
        pass

    log = info = warning = debug


def is_upgrade(request: web.Request) -> bool:
    """Say whether the request asks for a WebSocket as RFC 6455 wants it, each header once."""
    headers = request.headers
    keys = headers.getall("Sec-WebSocket-Key", [])
    tokens = [token.strip().lower() for value in headers.getall("Connection", []) for token in value.split(",")]
    if (
        request.method != "GET"
        or "upgrade" not in tokens
        or [value.lower() for value in headers.getall("Upgrade", [])] != ["websocket"]
        or headers.getall("Sec-WebSocket-Version", []) != ["13"]
        or len(keys) != 1
    ):
        return False
    try:
        return len(base64.b64decode(keys[0], validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def take_over(request: web.Request, socket: "Socket", headers: Mapping[str, str]) -> TakenOver:
    """Answer the upgrade with `headers` added and let `socket` hear the frames; no extension is ever negotiated.

    Raises ConnectionResetError if the client has gone.
    """
    transport, http = request.transport, request.protocol
    if transport is None or transport.is_closing():
        raise ConnectionResetError
    tail = _Tail()
    http.set_parser(tail)  # type: ignore[arg-type]  # aiohttp asks only for what _Tail has
    # aiohttp forgets the connection here: it must neither write to it nor close it nor count it any more.
    http.transport = None
    http.connection_lost(None)
    frames = WSProtocol(
        None,
        None,
        False,
        lambda _: WSUpgradeResponseWithListener(WSUpgradeResponse.create_101_response(headers), socket),
        _Voice(socket),
        True,
        None,
        False,
        0,
        0,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        # A pong for each ping would grow without bound for a client that does not read: the socket answers itself.
        False,
        socket.hub.settings.max_payload,
        None,
        _READ_BUFFER,
    )
    # The loop chooses how it reads when reading starts, so a protocol with a buffer of its own is put in between.
    transport.pause_reading()
    transport.set_protocol(frames)
    # With no room above zero the transport says at once that the kernel takes no more, and again when it does.
    transport.set_write_buffer_limits(high=0)
    transport.get_extra_info("socket").setsockopt(
        sockets.SOL_SOCKET, sockets.SO_SNDBUF, socket.hub.settings.kernel_buffer
    )
    frames.connection_made(transport)
    _feed(frames, _request_of(request.headers["Sec-WebSocket-Key"]))
    frames.transport.request.headers = _NO_HEADERS
    frames.transport.response.headers = _NO_HEADERS
    _feed(frames, tail.data)
    transport.resume_reading()
    return TakenOver()


class _Deaf(asyncio.Protocol):
    """Reads and forgets, so that what a client still sends does not turn our CLOSE into a reset before it is read."""

    def __init__(self, socket: "Socket", ws: WSTransport) -> None:
        self._socket = socket
        self._ws = ws

    def connection_lost(self, exc: Exception | None) -> None:
        self._socket.on_ws_disconnected(self._ws)


def stop_hearing(socket: "Socket") -> None:
    """Let no frame of this socket be parsed any more; what it has been sent still leaves."""
    ws = socket.ws
    if ws is not None and not ws.underlying_transport.is_closing():
        transport = ws.underlying_transport
        transport.pause_reading()
        transport.set_protocol(_Deaf(socket, ws))
        transport.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()


def _request_of(key: str) -> bytes:
    return (
        "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    ).encode("ascii")


def _feed(frames: Any, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        buffer = frames.get_buffer(-1)
        size = min(len(buffer), len(rest))
        buffer[:size] = rest[:size]
        frames.buffer_updated(size)
        rest = rest[size:]
