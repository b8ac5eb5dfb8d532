"""Reading what came with an HTTP call: one JSON object, small, plain, in time; else a status says what is wrong."""

import asyncio
import json
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

from models.errors import ValidationFailed
from server.engine.guard import is_bounded

BODY_BYTES = 64 * 1024

BODY_SECONDS = 10.0
"""Time for all of it: whoever sends a byte now and then keeps nothing open."""


UNREAD = frozenset({408, 413})
"""Answers after which the rest of a body is not read: the connection is closed."""


class Unacceptable(Exception):  # noqa: N818  (habits: errors name the situation)
    """The call itself is not as HTTP has it here: its status, and headers that belong to it.

    `problem` is one word for programs.
    """

    def __init__(self, status: int, problem: str, **headers: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem
        self.headers = headers


async def read_object(request: web.Request, *, max_depth: int, max_keys: int) -> dict[str, Any]:
    """Return the object in a body; raises `Unacceptable` (408, 413, 415) or `ValidationFailed`."""
    _require_plain_json(request)
    body = await read_all(request)
    try:
        text = body.decode()
        if not is_bounded(text, max_depth, max_keys):
            raise ValidationFailed(problem="bounds")
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ValidationFailed(problem="json") from None
    if not isinstance(found, dict):
        raise ValidationFailed(problem="object")
    return found


def require_no_body(request: web.Request) -> None:
    """Raise `ValidationFailed` for a body where there is nothing to say."""
    if request.body_exists and request.content_length != 0:
        raise ValidationFailed(problem="body")


def _require_plain_json(request: web.Request) -> None:
    """Refuse a body by its headers, before any of it is read."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Unacceptable(415, "encoding", **{"Accept-Encoding": "identity"})
    charset = (request.charset or "utf-8").lower()
    if request.content_type != "application/json" or charset not in ("utf-8", "utf8"):
        raise Unacceptable(415, "type", Accept="application/json")
    if (request.content_length or 0) > BODY_BYTES:
        raise Unacceptable(413, "size")


async def read_all(request: web.Request) -> bytes:
    """Return the whole body, which may be longer than it said; raises `Unacceptable` (400, 408, 413)."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                body += part
                if len(body) > BODY_BYTES:
                    raise Unacceptable(413, "size")
    except TimeoutError:
        raise Unacceptable(408, "slow") from None
    except (ConnectionError, HttpProcessingError):
        raise Unacceptable(400, "body") from None
    return bytes(body)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
