"""What listens for HTTP: aiohttp's server, but for what it answers itself, before any handler of ours is asked.

Its own answers to a head that cannot be read repeat the head, with the cookies and tokens in it, and so do the lines
that it writes to the log. Ours have the shape that every error has, and say nothing of what was sent.
"""

import asyncio
import socket
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from models.errors import Internal, Refusal, Unavailable, ValidationFailed
from server.ack import refusal_text
from server.clock import Clock
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

HEAD_SECONDS = 15.0
"""How long a new connection may take until it has asked for something: whoever opens many and says nothing on them must
not keep others from being let in.
"""

IDLE_SECONDS = 75.0
"""How long a connection may then be silent between two requests: longer than proxies keep one that they do not use."""


class Listener(web.AppRunner):
    """Serves an application's routes."""

    def __init__(self, site: web.Application, clock: Clock, metrics: Metrics, **options: Any) -> None:
        super().__init__(site, keepalive_timeout=IDLE_SECONDS, **options)
        self.clock = clock
        self.metrics = metrics

    async def _make_server(self) -> web.Server:
        return _Server(self, await super()._make_server(), self._kwargs)


class _Server(web.Server):
    """Makes the handler of each connection."""

    def __init__(self, listener: Listener, made: web.Server, options: dict[str, Any]) -> None:
        super().__init__(self._answer, request_factory=made.request_factory, **options)
        self._asked = made.request_handler
        self.listener = listener

    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=self._loop, **self._kwargs)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Ask our handlers. What they raise has its shape there: what comes as far as here is of a header that aiohttp
        looks at by itself (`Expect`).
        """
        if isinstance(request.protocol, _Connection):
            request.protocol.has_asked = True
        try:
            return await self._asked(request)
        except web.HTTPException as error:
            return self.refused(error.status)

    def refused(self, status: int, fault: BaseException | None = None) -> web.Response:
        """Say that a call was not as HTTP has it, or that we failed."""
        refusal: Refusal = ValidationFailed(problem="http")
        if status == 504:
            refusal = Unavailable(retry_after=1)
        elif status >= 500:
            refusal = Internal(reference=self.listener.clock.new_id())
            log.error("request failed", exc_info=fault, **refusal.details)
        else:
            self.listener.metrics.refused("requests_unreadable")
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        text = refusal_text(refusal, "en")
        return web.Response(status=status, text=text, content_type="application/json", headers=headers)


class _Connection(RequestHandler):
    """Answers what cannot be read."""

    __slots__ = ("_deadline", "_server", "has_asked")

    def __init__(self, server: _Server, **options: Any) -> None:
        super().__init__(server, **options)
        self._server = server
        self.has_asked = False
        """Whether the head of a request has come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give a client time to say what it wants."""
        super().connection_made(transport)
        self._deadline = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._require_request)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget it: it is gone, or has become a WebSocket."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def _require_request(self) -> None:
        if not self.has_asked:
            self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer an error of the call itself and end the connection; raises ConnectionError in the midst of another
        answer.
        """
        if request.writer.output_size > 0:
            raise ConnectionError
        response = self._server.refused(status, exc)
        response.force_close()
        return response


def listen(host: str, port: int, *, shared: bool) -> socket.socket:
    """Take a port; `shared` with the other processes of this server."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    sock.bind((host, port))
    return sock
