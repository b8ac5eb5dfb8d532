"""Answers of the door for HTTP: refusals with their status, and the headers that all answers have."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from models.errors import Refusal, ValidationFailed
from server.ack import error_text, refusal_text
from server.bodies import UNREAD, Unacceptable
from server.calls import Call
from server.csrf import HEADER

PREFLIGHT_SECONDS = 600
"""How long a browser may remember what the page of another site may do."""


def preflight(call: Call, methods: Mapping[str, Any]) -> web.Response:
    """Answer a browser that asks whether the page of another site may call."""
    response = web.Response(status=204)
    if call.listed_origin:
        response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
        response.headers["Access-Control-Allow-Headers"] = f"Authorization, Content-Type, {HEADER}"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return response


def refused(refusal: Refusal, language: str) -> web.Response:
    """Say what was refused, and when to come back."""
    response = web.Response(
        text=refusal_text(refusal, language), status=refusal.status, content_type="application/json"
    )
    if "retryAfter" in refusal.details:
        response.headers["Retry-After"] = str(refusal.details["retryAfter"])
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def unacceptable(fault: Unacceptable, language: str) -> web.Response:
    """Say what is wrong with a call itself; the rest of a body that came too slowly or is too large is not read."""
    refusal = ValidationFailed(problem=fault.problem)
    text = error_text(refusal.code, refusal.message(language), refusal.details)
    response = web.Response(text=text, status=fault.status, content_type="application/json", headers=fault.headers)
    if fault.status in UNREAD:
        response.force_close()
    return response


def with_headers(response: web.Response, call: Call) -> web.Response:
    """Nothing is kept on its way, and only pages of listed sites may read it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Origin, Accept-Language"
    if call.listed_origin:
        response.headers["Access-Control-Allow-Origin"] = call.listed_origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return response
