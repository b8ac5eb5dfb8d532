"""The door for HTTP: what operators poll, what developers read, and where a phone's browser lands. Everything live
is on sockets.
"""

from collections.abc import Awaitable, Callable
from html import escape
from importlib.metadata import version
from typing import Any

from aiohttp import web
from pydantic_core import to_json

from models.errors import Internal, NotFound, Refusal
from server.ack import refusal_text
from server.clock import Clock
from server.telemetry import Metrics

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
    ),
}

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Comanda</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/docs/style.css"></head>
<body><main><h1>Comanda</h1><p>{text}</p>
<ul><li><a href="/floor">The floor</a></li><li><a href="/kitchen">The kitchen display</a></li>
<li><a href="/order">Orders from home</a></li><li><a href="/docs">The protocol, to read</a></li>
<li><a href="/asyncapi.json">asyncapi.json</a>: sockets</li>
<li><a href="/openapi.json">openapi.json</a>: HTTP</li><li><a href="/healthz">healthz</a>, <a href="/readyz">readyz</a>,
<a href="/metrics">metrics</a></li></ul></main></body></html>"""


class Web:
    """The HTTP routes of one process. `readiness` names what is missing, if anything."""

    def __init__(
        self,
        clock: Clock,
        metrics: Metrics,
        readiness: Callable[[], Awaitable[list[str]]],
        documents: dict[str, Callable[[], Any]],
        pages: dict[str, Callable[[], tuple[str, str]]],
    ) -> None:
        self._clock = clock
        self._metrics = metrics
        self._readiness = readiness
        self._documents = documents
        self._pages = pages
        self._built: dict[str, bytes] = {}

    def attach(self, app: web.Application) -> None:
        """Add the routes and what holds for all of them."""
        app.middlewares.append(self._guard)
        app.router.add_get("/", self._home)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._show_metrics)
        for path in self._documents:
            app.router.add_get(path, self._document)
        for path in self._pages:
            app.router.add_get(path, self._page)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Give every answer its headers and every error its shape; a fault shows its reference and nothing else."""
        try:
            response = await handler(request)
        except web.HTTPNotFound:
            response = _refused(NotFound())
        except web.HTTPException as error:
            response = web.json_response({"success": False, "error": _http_error(error)}, status=error.status)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
        except Exception:
            reference = self._clock.new_id()
            request.app.logger.exception("request failed, reference %s", reference)
            response = _refused(Internal(reference=reference))
        if not response.prepared:
            for name, value in SECURITY.items():
                response.headers.setdefault(name, value)
        return response

    async def _home(self, request: web.Request) -> web.Response:
        return _html(
            PAGE.format(text=f"A real-time ordering server for restaurants, version {escape(version('comanda'))}.")
        )

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, request: web.Request) -> web.Response:
        missing = await self._readiness()
        return web.json_response({"ready": not missing, "missing": missing}, status=503 if missing else 200)

    async def _show_metrics(self, request: web.Request) -> web.Response:
        return web.Response(
            body=self._metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def _document(self, request: web.Request) -> web.Response:
        """Documents are generated from the code once, when someone first asks."""
        path = request.path
        if path not in self._built:
            self._built[path] = to_json(self._documents[path](), indent=2)
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        return web.Response(body=self._built[path], content_type="application/json", headers=headers)

    async def _page(self, request: web.Request) -> web.Response:
        kind, text = self._pages[request.path]()
        return web.Response(text=text, content_type=kind, charset="utf-8")


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html", charset="utf-8")


def _refused(refusal: Refusal) -> web.Response:
    """Answer with a refusal that nobody keeps: what is not found here may be on the next server, or a moment later."""
    response = web.Response(text=refusal_text(refusal, "en"), status=refusal.status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _http_error(error: web.HTTPException) -> dict[str, Any]:
    code = "NOT_FOUND" if error.status == 404 else "VALIDATION_FAILED"
    return {"code": code, "message": error.reason, "details": {}}
