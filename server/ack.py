"""The one shape that every refusal has on the wire."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, to_json

from models.errors import Refusal

SHOWN_PROBLEMS = 10
"""How many fields of an invalid request are named in its refusal."""

FIELD_NAME = re.compile(r"[A-Za-z_]{1,40}")
"""An unknown field is named when its name is one that a programmer gives: what has digits, spaces or more may be the
phone number, the code or the address that was to stand beside it.
"""


def refusal_text(refusal: Refusal, language: str) -> str:
    """Return the ack of a refusal as JSON text."""
    return error_text(refusal.code, refusal.message(language), refusal.details)


def error_text(code: str, message: str, details: Mapping[str, Any]) -> str:
    """Return the one shape that every error has on the wire."""
    error = {"code": code, "message": message, "details": dict(details)}
    return to_json({"success": False, "error": error}, inf_nan_mode="null").decode()


def problems(error: ValidationError) -> list[dict[str, str]]:
    """Name the fields that are wrong and what is wrong with them, without repeating what was sent."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        {"field": ".".join(str(part) for part in _shown(one))[:100], "problem": one["type"]}
        for one in found[:SHOWN_PROBLEMS]
    ]


def _shown(problem: ErrorDetails) -> tuple[int | str, ...]:
    """Return where a problem is, without a name that only the client has for it."""
    *path, last = problem["loc"] or ("",)
    if problem["type"] == "extra_forbidden" and not FIELD_NAME.fullmatch(str(last)):
        last = "?"
    return (*path, last)
