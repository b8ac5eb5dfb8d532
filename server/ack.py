"""The one shape that every refusal has on the wire."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from models.errors import Refusal


def refusal_text(refusal: Refusal, language: str) -> str:
    """Return the ack of a refusal as JSON text."""
    return error_text(refusal.code, refusal.message(language), refusal.details)


def error_text(code: str, message: str, details: Mapping[str, Any]) -> str:
    """Return the one shape that every error has on the wire."""
    error = {"code": code, "message": message, "details": dict(details)}
    return to_json({"success": False, "error": error}, inf_nan_mode="null").decode()
