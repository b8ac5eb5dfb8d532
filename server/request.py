"""What a client asks, read; and what is wrong with it, without a word of what was sent."""

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from models.base import Request
from models.errors import ValidationFailed

SHOWN_PROBLEMS = 10
"""How many fields of an invalid request are named in its refusal."""

FIELD_NAME = re.compile(r"[A-Za-z_]{1,40}")
"""An unknown field is named when its name is one that a programmer gives: what has digits, spaces or more may be the
phone number, the code or the address that was to stand beside it.
"""


def parsed(model: type[Request], payload: str) -> Request:
    """Read what a client asks; raises `ValidationFailed`. Only here is a validation error the client's mistake."""
    try:
        return model.model_validate_json(payload, by_alias=True, by_name=False)
    except ValidationError as error:
        raise ValidationFailed(fields=problems(error)) from None


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
