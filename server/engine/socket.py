"""What a WebSocket adds to a client's session: frames, fragments, the upgrade from polling, and the kernel's refusals.

It is picows' listener itself. A frame that breaks the protocol closes the socket and is reported at once.
"""

import logging

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport

from server.engine.outbox import Unsent
from server.engine.packet import NOOP
from server.engine.takeover import stop_hearing
from server.engine.wire import CLIENT_GONE, MALFORMED, Wire

logger = logging.getLogger(__name__)

_TEXT = WSMsgType.TEXT


class Socket(WSListener, Wire):
    """One client, however it is connected."""

    __slots__ = (
        "_fragments",
        "_next_ping",
        "_pinged_at",
        "_unproven_since",
        "backlog",
        "closed",
        "closing",
        "commands_at",
        "connected",
        "direct",
        "flood_at",
        "handshake",
        "hub",
        "is_doomed",
        "presences",
        "probed_at",
        "running",
        "runs",
        "runs_name",
        "sid",
        "slot",
        "unsent",
        "upgraded",
        "upgrading",
        "waiting",
        "ws",
    )

    def __init__(self, *arguments: object, **options: object) -> None:
        Wire.__init__(self, *arguments, **options)  # type: ignore[arg-type]  # passed on as they are
        self._fragments: list[bytes] | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Greet a new session; a session that polls waits for the probe instead."""
        self.ws = transport
        if self.backlog is None:
            self.upgraded = True
            self.direct = transport
            self.write(self.hub.open_text(self.sid, "[]"))
        else:
            self.probed_at = self.hub.heartbeat.monotonic()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame."""
        try:
            if (
                frame.msg_type == _TEXT
                and frame.fin
                and self.upgraded
                and self._fragments is None
                and not (self.closing or frame.rsv1 or frame.rsv2 or frame.rsv3)
            ):
                self.receive(frame.get_payload_as_utf8_text())
            else:
                self._on_other_frame(transport, frame)
        except UnicodeDecodeError:
            self.malformed("frames_malformed", WSCloseCode.INVALID_TEXT)
        except Exception:
            logger.exception("a frame was met with a fault of ours; its socket is closed")
            self.malformed("frames_failed", WSCloseCode.INTERNAL_ERROR)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """Note that the connection is gone, whoever ended it."""
        if transport is not self.ws:
            return
        self.ws = None
        self._fragments = None
        if self.backlog is not None and not self.closing:
            # Only the probe of an upgrade is lost; the session goes on polling.
            self.upgrading = False
            self.probed_at = None
            return
        self.end(CLIENT_GONE)
        self.gone()

    def pause_writing(self) -> None:
        """Count from now on: the kernel takes no more."""
        self.direct = None
        if self.ws is not None:
            kept = self.ws.underlying_transport.get_write_buffer_size()
            self.unsent = Unsent(kept, self.hub.heartbeat.monotonic())
            self.hub.heartbeat.stalled.add(self)

    def resume_writing(self) -> None:
        """Write at once again: everything has left."""
        self.unsent = None
        self.hub.heartbeat.stalled.discard(self)
        if self.upgraded and not (self.closing or self.is_doomed):
            self.direct = self.ws

    def broken_below(self, code: WSCloseCode) -> None:
        """End a session whose frames picows could not read."""
        self.hub.count("frames_malformed")
        if self.upgraded:
            self.end(MALFORMED, code)

    def stop_hearing(self) -> None:
        """Take no more frames, but let what was written leave."""
        stop_hearing(self)

    def _on_other_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
            if self.upgraded:
                self.end(CLIENT_GONE)
        elif self.closing or self.is_flooding(self.hub.heartbeat.monotonic()):
            pass
        elif frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.malformed("frames_malformed")
        elif kind == WSMsgType.PING:
            payload = frame.get_payload_as_bytes()
            transport.send_pong(payload)
            self.count_unsent(len(payload))
        elif kind == WSMsgType.BINARY:
            self.malformed("frames_binary", WSCloseCode.UNSUPPORTED_DATA)
        elif kind != WSMsgType.PONG:
            self._on_text_part(transport, frame)

    def _on_text_part(self, transport: WSTransport, frame: WSFrame) -> None:
        if (frame.msg_type == _TEXT) is not (self._fragments is None):
            self.malformed("frames_malformed")
            return
        parts = [*(self._fragments or ()), frame.get_payload_as_bytes()]
        if sum(map(len, parts)) > self.hub.settings.max_payload:
            self.malformed("frames_too_large", WSCloseCode.MESSAGE_TOO_BIG)
        elif not frame.fin:
            self._fragments = parts
        else:
            self._fragments = None
            text = b"".join(parts).decode()
            if self.upgraded:
                self.receive(text)
            else:
                self._probe(transport, text)

    def _probe(self, transport: WSTransport, text: str) -> None:
        backlog = self.backlog
        if backlog is None or self.closing:
            transport.disconnect(False)
        elif text == "2probe" and not self.upgrading:
            self.upgrading = True
            transport.send(_TEXT, "3probe")
            if backlog.is_asked:
                backlog.add(NOOP)
        elif text == "5" and self.upgrading:
            self.upgrading = False
            self.upgraded = True
            self.backlog = None
            self.probed_at = None
            self.direct = transport if self.unsent is None else None
            if backlog.is_asked:
                backlog.release()
            for waited in backlog.take_now(len(backlog.packets)):
                self.write(waited)
        else:
            self.hub.count("frames_malformed")
            transport.disconnect(False)
