"""The HTTP side of the engine: who may open a socket, how fast, and on what it is carried.

A subclass of python-engineio's server. Its own request handling is reached only for long-polling, when that is on.
"""

import logging
from typing import TYPE_CHECKING, Any

from aiohttp import web
from engineio import AsyncServer

from server.engine.handshake import is_origin_acceptable, read_handshake
from server.engine.pace import Pace
from server.engine.socket import Socket
from server.engine.takeover import is_upgrade, take_over

if TYPE_CHECKING:
    from server.engine.hub import Hub

logger = logging.getLogger(__name__)


class Reception(AsyncServer):  # type: ignore[misc]  # python-engineio has no types
    """See the module. `sockets` holds every session of this process by its id."""

    hub: "Hub"
    sockets: dict[str, Socket]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.is_draining = False
        self._pace: Pace | None = None
        self._turned_away = 0

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to the engine's path."""
        settings = self.hub.settings
        if not is_origin_acceptable(request.headers.getall("Origin", []), settings):
            return self._refuse(403, "origins_refused")
        query = request.query
        transport = query.getall("transport", [])
        sids = query.getall("sid", [])
        if len(transport) != 1 or len(sids) > 1 or query.getall("EIO", []) != ["4"] or "j" in query:
            return self._refuse(400, "requests_malformed")
        if transport[0] == "websocket":
            return self._upgrade(request, sids[0]) if sids else self._open(request)
        if transport[0] != "polling" or not settings.polling:
            return self._refuse(400, "requests_malformed")
        if not sids and request.method == "GET" and (refusal := self._turn_away()):
            return refusal
        return await super().handle_request(request)  # type: ignore[no-any-return]

    def _open(self, request: web.Request) -> web.StreamResponse:
        if not is_upgrade(request):
            return self._refuse(400, "requests_malformed")
        if refusal := self._turn_away():
            return refusal
        handshake = read_handshake(request, self.hub.settings)
        headers = self.hub.door.greet(handshake)
        socket = Socket(self.hub, self.generate_id(), handshake, polls=False)
        self.sockets[socket.sid] = socket
        return self._hand_over(request, socket, headers)

    def _upgrade(self, request: web.Request, sid: str) -> web.StreamResponse:
        socket = self.sockets.get(sid)
        if socket is None or socket.closing or socket.backlog is None or socket.ws is not None:
            return self._refuse(400, "requests_malformed")
        if not is_upgrade(request):
            return self._refuse(400, "requests_malformed")
        return self._hand_over(request, socket, {})

    def _hand_over(self, request: web.Request, socket: Socket, headers: Any) -> web.StreamResponse:
        try:
            return take_over(request, socket, headers)
        except (OSError, RuntimeError):
            # The client went while it was being let in.
            if socket.backlog is None:
                socket.end("transport close")
                socket.gone()
            return web.Response(status=400)

    def _turn_away(self) -> web.Response | None:
        settings = self.hub.settings
        if self._pace is None:
            self._pace = Pace(settings.connects_per_second, settings.connect_burst)
        if not self.is_draining and self._pace.admit(self.hub.heartbeat.monotonic()):
            return None
        # Taking turns spreads a storm more evenly over the seconds than chance would.
        self._turned_away += 1
        seconds = self._turned_away % settings.retry_after + 1
        return self._refuse(503, "connects_turned_away", {"Retry-After": str(seconds)})

    def _refuse(self, status: int, counter: str, headers: Any = None) -> web.Response:
        self.hub.count(counter)
        return web.Response(status=status, headers=headers)

    # What python-engineio's request handling calls, for long-polling.

    async def _handle_connect(self, environ: dict[str, Any], transport: str, jsonp_index: Any = None) -> Any:
        request: web.Request = environ["aiohttp.request"]
        handshake = read_handshake(request, self.hub.settings)
        headers = self.hub.door.greet(handshake)
        socket = Socket(self.hub, self.generate_id(), handshake, polls=True)
        self.sockets[socket.sid] = socket
        socket.write(self.hub.open_text(socket.sid, '["websocket"]'))
        return self._ok(await socket.poll(), headers=list(headers.items()))

    def _log_error_once(self, message: str, message_key: str) -> None:
        # The message quotes the client; a number says as much and cannot be written by anybody.
        self.hub.count("requests_malformed")
