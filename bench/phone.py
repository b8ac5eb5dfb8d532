"""A compact client: Socket.IO protocol 5 over one WebSocket, text frames only, too cheap to be the bottleneck.

It knows what the server sends a well-behaved client, no more. The official clients prove conformance elsewhere; this
one has only to ask and to count.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

ANSWER_SECONDS = 30.0


class Gone(Exception):  # noqa: N818
    """The server refused the connection, closed it, or said something that is not Socket.IO."""


class Ear(Protocol):
    """Who wants to know of every ack and event of a phone while a load runs."""

    def acked(self, packet: bytes) -> None:
        """Take one ack: the whole frame."""

    def heard(self, packet: bytes) -> None:
        """Take one event: the whole frame."""

    def lost(self, fault: Gone) -> None:
        """Hear that the socket is of no use any more."""


class Phone(WSListener):
    """One socket in one namespace."""

    def __init__(self, namespace: str, auth: Mapping[str, Any]) -> None:
        self.namespace = namespace
        self.auth = dict(auth)
        self.ear: Ear | None = None
        self.transport: WSTransport | None = None
        prefix = "" if namespace == "/" else f"{namespace},"
        self.event_prefix = f"42{prefix}".encode()
        self._ack_prefix = f"43{prefix}".encode()
        self._connect = f"40{prefix}{json.dumps(auth)}".encode()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Remember the way out."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take a packet; the two kinds that a load consists of come first."""
        packet = frame.get_payload_as_bytes()
        if packet.startswith(self._ack_prefix):
            if self._answers:
                self._answer(packet)
            elif self.ear is not None:
                self.ear.acked(packet)
        elif packet.startswith(self.event_prefix):
            if self.ear is not None:
                self.ear.heard(packet)
        elif packet == b"2":
            transport.send(WSMsgType.TEXT, b"3")
        elif packet.startswith(b"0"):
            transport.send(WSMsgType.TEXT, self._connect)
        elif packet.startswith(b"40"):
            if not self._ready.done():
                self._ready.set_result(None)
        elif frame.msg_type is not WSMsgType.PONG:
            self._fail(Gone(f"{self.namespace}: {packet[:300]!r}"))

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Let nobody wait for an answer that cannot come."""
        self._fail(Gone(f"{self.namespace}: the server closed the socket"))

    def send(self, packet: bytes) -> None:
        """Send one packet as it is."""
        assert self.transport is not None
        self.transport.send(WSMsgType.TEXT, packet)

    def packet(self, name: str, request: Mapping[str, Any], ack: int = 0) -> bytes:
        """Return the packet of a command, asking for an ack."""
        text = json.dumps(request, separators=(",", ":"))
        return self.event_prefix + f'{ack}["{name}",{text}]'.encode()

    async def ask(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a command and return its ack, whatever it says. Raises `Gone` or `TimeoutError`."""
        self._asked += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._asked] = answer
        self.send(self.packet(name, request, self._asked))
        try:
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        finally:
            self._answers.pop(self._asked, None)

    async def done(self, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a command that must succeed and return its ack. Raises `Gone` if it does not."""
        answer = await self.ask(name, request)
        if answer.get("success") is not True:
            raise Gone(f"{name} was refused: {json.dumps(answer)[:300]}")
        return answer

    def close(self) -> None:
        """End the socket."""
        if self.transport is not None:
            self.transport.disconnect(graceful=False)

    async def ready(self) -> None:
        """Wait until the namespace is connected. Raises `Gone`."""
        await asyncio.wait_for(self._ready, ANSWER_SECONDS)

    def _answer(self, packet: bytes) -> None:
        number, _, arguments = packet[len(self._ack_prefix) :].partition(b"[")
        waiting = self._answers.get(int(number))
        if waiting is not None and not waiting.done():
            waiting.set_result(json.loads(b"[" + arguments)[0])

    def _fail(self, fault: Gone) -> None:
        unanswered: list[asyncio.Future[Any]] = [self._ready, *self._answers.values()]
        for waiting in unanswered:
            if not waiting.done():
                waiting.set_exception(fault)
                waiting.exception()
        if self.ear is not None:
            self.ear.lost(fault)


P = TypeVar("P", bound=Phone)


async def connect(port: int, namespace: str = "/table", auth: Mapping[str, Any] | None = None) -> Phone:
    """Open a socket to this machine and join one namespace. Raises `Gone`."""
    return await connect_as(Phone, port, namespace, auth or {})


async def connect_as(kind: type[P], port: int, namespace: str, auth: Mapping[str, Any]) -> P:
    """Open a socket of a kind. Raises `Gone`."""
    url = f"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"
    _, phone = await ws_connect(lambda: kind(namespace, auth), url, websocket_handshake_timeout=ANSWER_SECONDS)
    assert isinstance(phone, kind)
    await phone.ready()
    return phone


async def connect_many(port: int, auths: Sequence[Mapping[str, Any]], namespace: str = "/table") -> list[Phone]:
    """Open one socket for each `auth`, at most 32 at a time, in order."""
    gate = asyncio.Semaphore(32)

    async def one(auth: Mapping[str, Any]) -> Phone:
        async with gate:
            return await connect(port, namespace, auth)

    return list(await asyncio.gather(*(one(auth) for auth in auths)))
