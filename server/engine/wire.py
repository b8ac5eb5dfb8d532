"""One client's Engine.IO session: its packets, its pace, its pings, what it has not taken, and its one end.

What carries it is a WebSocket (see `socket`) or, while it polls, a backlog. What Socket.IO makes of the text is the
hub's business. No task, no queue and no request is kept for a client that is connected by WebSocket.
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import web
from engineio.async_socket import AsyncSocket
from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from picows import WSCloseCode, WSTransport

from server.engine.contract import Handshake
from server.engine.outbox import Backlog, Unsent
from server.engine.packet import CLOSE, NOOP, PING, send_text

if TYPE_CHECKING:
    from server.engine.connection import Presence
    from server.engine.hub import Hub

_PROBE_SECONDS = 10.0
_MAX_PACKETS = 16
_FRIENDLY = (WSCloseCode.OK, WSCloseCode.GOING_AWAY, WSCloseCode.SERVICE_RESTART)

CLIENT_GONE = "transport close"
CLIENT_LEFT = "client disconnect"
PING_TIMEOUT = "ping timeout"
MALFORMED = "malformed frame"


class Wire(AsyncSocket):  # type: ignore[misc]  # python-engineio has no types
    """See the module. `direct` is the transport while it takes packets at once; while it is None, `write` looks on."""

    # Its slots are declared by Socket: beside a class written in C only the last one may have any.

    def __init__(self, hub: "Hub", sid: str, handshake: Handshake, *, polls: bool) -> None:
        now = hub.heartbeat.monotonic()
        self.hub = hub
        self.sid = sid
        self.handshake = handshake
        self.presences: dict[str, Presence] = {}
        self.ws: WSTransport | None = None
        self.direct: WSTransport | None = None
        self.backlog: Backlog | None = Backlog() if polls else None
        self.unsent: Unsent | None = None
        self.slot = -1
        self.flood_at = self.commands_at = now
        self.is_doomed = False
        self.running = 0
        self.runs: Presence | None = None
        self.runs_name = ""
        self.waiting: deque[tuple[Presence, str, str, str]] | None = None
        # The names from here on are python-engineio's.
        self.connected = True
        self.upgraded = self.upgrading = self.closing = self.closed = False
        self.probed_at: float | None = None
        self._pinged_at: float | None = None
        self._next_ping = now + hub.settings.ping_interval
        self._unproven_since: float | None = now
        hub.heartbeat.put(self, min(self._next_ping, now + hub.settings.prove_seconds))

    # In

    def receive(self, text: str) -> None:
        """Take one Engine.IO packet."""
        now = self.hub.heartbeat.monotonic()
        if self.is_flooding(now):
            return
        if text.startswith("42"):
            self.hub.commands.take(self, text, now)
        elif text == "3":
            self._on_pong(now)
        elif text.startswith("4"):
            self.hub.packet(self, text)
        elif text == CLOSE:
            self.end(CLIENT_LEFT)
        elif text != "6":
            self.malformed("frames_malformed")

    def is_flooding(self, now: float) -> bool:
        """Count a frame; close the socket and say so when there were far too many."""
        hub = self.hub
        full_at = (max(now, self.flood_at)) + hub.flood_step
        if full_at - now > hub.flood_room:
            hub.count("floods_closed")
            self.end("flood", WSCloseCode.POLICY_VIOLATION)
            return True
        self.flood_at = full_at
        return False

    def _on_pong(self, now: float) -> None:
        # A pong that nobody asked for starts nothing.
        if self._pinged_at is not None:
            self._pinged_at = None
            self._next_ping = now + self._ping_pace()[0]

    # Out

    def write(self, text: str) -> None:
        """Send one packet, or keep it within the bounds; on a socket that is ending it is dropped."""
        direct = self.direct
        if direct is not None:
            send_text(direct, text)
        else:
            self._write_bounded(text)

    def _write_bounded(self, text: str) -> None:
        if self.closing or self.is_doomed:
            return
        settings = self.hub.settings
        if self.backlog is not None:
            backlog = self.backlog
            backlog.add(text)
            is_too_much = backlog.size > settings.queue_bytes and backlog.besides_largest() > settings.queue_bytes
            if is_too_much or len(backlog.packets) > settings.queue_packets:
                self.doom("slow_reader_closed", "slow reader")
        elif self.ws is not None:
            send_text(self.ws, text)
            self.count_unsent(len(text))

    def count_unsent(self, size: int) -> None:
        """Note that a packet was written while the kernel takes no more; cut the reader off at the bounds."""
        if self.unsent is None or self.ws is None:
            return
        self.unsent.add(size, self.hub.heartbeat.monotonic())
        kept, most = self.ws.underlying_transport.get_write_buffer_size(), self.hub.settings.queue_bytes
        packets = self.unsent.shrink(kept)
        # The answer to a `sync:get` of a large house may be larger than the bound: who is sent one is not slow yet.
        is_too_much = kept > most and self.unsent.besides_largest(kept) > most
        if is_too_much or packets > self.hub.settings.queue_packets:
            self.doom("slow_reader_closed", "slow reader")

    def check_unsent(self, now: float) -> None:
        """Cut off a reader whose oldest packet has waited too long."""
        if self.unsent is None or self.ws is None or self.is_doomed:
            return
        self.unsent.shrink(self.ws.underlying_transport.get_write_buffer_size())
        oldest = self.unsent.oldest()
        if oldest is not None and now - oldest > self.hub.settings.unsent_seconds:
            self.doom("slow_reader_closed", "slow reader")

    # Time

    def entered(self, namespace: str) -> None:
        """It has come into a namespace: in a watched one it is pinged sooner from now on."""
        settings = self.hub.settings
        if namespace in settings.watched:
            now = self.hub.heartbeat.monotonic()
            self._next_ping = min(self._next_ping, now + settings.watched_ping_interval)
            self.hub.heartbeat.put(self, now)

    def _ping_pace(self) -> tuple[float, float]:
        """Return how long it may be silent before a ping, and how long it may take to answer one."""
        settings = self.hub.settings
        if settings.watched.isdisjoint(self.presences):
            return settings.ping_interval, settings.ping_timeout
        return settings.watched_ping_interval, settings.watched_ping_timeout

    def due(self, now: float) -> float | None:
        """Do what is due and return the next moment at which something may be."""
        if self.closing:
            return None
        settings = self.hub.settings
        if self.probed_at is not None and now - self.probed_at >= _PROBE_SECONDS and self.ws is not None:
            self.ws.disconnect(False)
        if any(presence.principal is not None for presence in self.presences.values()):
            self._unproven_since = None
        elif self._unproven_since is None:
            self._unproven_since = now
        elif now - self._unproven_since >= settings.prove_seconds:
            self.hub.count("unproven_closed")
            self.end("not proven", WSCloseCode.POLICY_VIOLATION)
            return None
        ping_timeout = self._ping_pace()[1]
        if self._pinged_at is not None:
            if now - self._pinged_at >= ping_timeout:
                self.hub.count("ping_timeouts")
                # CLOSE first and only then the cut: a client that merely slept learns that it has to come back.
                self.end(PING_TIMEOUT)
                return None
            following = self._pinged_at + ping_timeout
        elif now >= self._next_ping:
            self._pinged_at = now
            self.write(PING)
            following = now + ping_timeout
        else:
            following = self._next_ping
        if self._unproven_since is not None:
            following = min(following, self._unproven_since + settings.prove_seconds)
        return following

    # End

    def malformed(self, counter: str, code: WSCloseCode = WSCloseCode.PROTOCOL_ERROR) -> None:
        """Close the socket of a client that sent what no honest client sends."""
        if not self.closing:
            self.hub.count(counter)
            self.end(MALFORMED, code)

    def doom(self, counter: str, reason: str) -> None:
        """Cut the socket off as soon as the code that runs now has returned: it may be in the middle of a broadcast."""
        if not (self.is_doomed or self.closing):
            self.is_doomed = True
            self.direct = None
            self.hub.count(counter)
            asyncio.get_running_loop().call_soon(self._end_doomed, reason)

    def _end_doomed(self, reason: str) -> None:
        self.end(reason)
        self.cut()

    def end(self, reason: str, code: WSCloseCode = WSCloseCode.OK) -> None:
        """End the session once: `Door.disconnected` at once, the transport when it has sent the rest."""
        if self.closing:
            return
        self.closing = True
        self.direct = None
        self.waiting = None
        heartbeat = self.hub.heartbeat
        heartbeat.drop(self)
        self.hub.lost(self, reason)
        if self.ws is None and self.backlog is None:
            self.gone()
            return
        heartbeat.lingering[self] = heartbeat.monotonic() + self.hub.settings.linger_seconds
        if self.ws is not None:
            self.ws.send_close(code)
            if code not in _FRIENDLY:
                # Not now: this may be called while the loop hands a frame over.
                asyncio.get_running_loop().call_soon(self.stop_hearing)
        if self.backlog is not None:
            is_asked = self.backlog.is_asked
            self.backlog.add(CLOSE)
            self.closed = is_asked

    def stop_hearing(self) -> None:
        """Listen no more to a client that is being closed for what it sent; carried out by what carries the session."""

    def cut(self) -> None:
        """Drop the transport with whatever it has not sent."""
        if self.ws is not None:
            self.ws.disconnect(False)
        self.gone()

    def gone(self) -> None:
        """Let nothing refer to the session any more."""
        self.closed = True
        self.hub.heartbeat.lingering.pop(self, None)
        self.hub.heartbeat.stalled.discard(self)
        self.hub.eio.sockets.pop(self.sid, None)

    async def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the session in python-engineio's way of asking for it."""
        self.end(reason or "server disconnect")

    async def send(self, pkt: object) -> None:
        """Send a packet of python-engineio's own making."""
        self.write(pkt.encode())  # type: ignore[attr-defined]  # python-engineio has no types

    # Long-polling, as python-engineio's request handling asks for it.

    async def poll(self) -> list[Packet]:
        """Wait for packets for a request that waits."""
        backlog = self.backlog
        texts = [NOOP] if backlog is None else await backlog.take(_MAX_PACKETS)
        if self.closing:
            self.gone()
        return [Packet(int(text[0]), text[1:]) for text in texts or [NOOP]]

    async def handle_get_request(self, environ: dict[str, Any]) -> list[Packet]:
        """Answer a request for packets; raises if another one is already waiting."""
        if self.backlog is None or self.upgrading:
            return [Packet(int(NOOP))]
        if self.backlog.is_asked:
            self.malformed("frames_malformed")
            raise EngineIOError("two requests wait for packets at once")
        return await self.poll()

    async def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Take the packets of a request; raises if they are too many, too large, too slow, binary, or no text."""
        texts = await self._read_packets(environ["aiohttp.request"])
        if self.sid not in self.hub.eio.sockets:
            # python-engineio has no answer for a session that went while its request was read.
            return
        if texts is None:
            self.malformed("frames_malformed")
        for text in texts or ():
            if not self.closing:
                self.receive(text)
        if self.closing and CLOSE not in (texts or ()):
            raise EngineIOError("closed")

    async def _read_packets(self, request: web.Request) -> list[str] | None:
        settings = self.hub.settings
        body = bytearray()
        try:
            async with asyncio.timeout(settings.ping_timeout):
                async for chunk in request.content.iter_any():
                    body += chunk
                    if len(body) > settings.max_payload:
                        self.malformed("frames_too_large")
                        return None
            texts = body.decode().split("\x1e")
        except (OSError, TimeoutError, UnicodeDecodeError):
            return None
        return texts if len(texts) <= _MAX_PACKETS else None
