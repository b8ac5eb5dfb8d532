"""Every refusal a client can get: one class per code, with its data and its text per language.

A class says when to raise it. `details` on the wire are the instance's data fields, in camelCase. Only `Remembered`
errors leave a trace: what the command saved before raising one is committed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic.alias_generators import to_camel

LANGUAGES = ("en", "ro")

REGISTRY: dict[str, type["Refusal"]] = {}
"""All error classes by code."""


class Refusal(Exception):  # noqa: N818  (habits: errors name the situation)
    """Base of all refusals. Subclasses set `code`, `status` (for HTTP) and `text`."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 400
    is_remembered: ClassVar[bool] = False
    is_about_state: ClassVar[bool] = False
    """Decided by what is stored: before it is told, it is decided once more on what the database has now."""
    text: ClassVar[Mapping[str, str]] = {"en": "Something went wrong.", "ro": "Ceva nu a mers bine."}

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details: dict[str, Any] = {to_camel(name): value for name, value in details.items() if value is not None}

    def __init_subclass__(cls) -> None:
        if "code" in cls.__dict__:
            if cls.code in REGISTRY:
                raise TypeError(f"two error classes for {cls.code}")
            REGISTRY[cls.code] = cls

    def message(self, language: str) -> str:
        """Return the sentence for people, in their language or in English."""
        return self.text.get(language) or self.text["en"]


class Remembered(Refusal):
    """A refusal that must leave its trace (a wrong PIN counts): what was saved is committed, then it is refused."""

    is_remembered = True


class Internal(Refusal):
    """An unexpected fault of the server; `reference` names the entry of its log that has the cause."""

    code = "INTERNAL"
    status = 500
    text: ClassVar[Mapping[str, str]] = {"en": "Something went wrong on our side.", "ro": "Ceva nu a mers bine la noi."}


class ValidationFailed(Refusal):
    """A field is missing, unknown, of the wrong type or out of range. Not for a rule that depends on stored state."""

    code = "VALIDATION_FAILED"
    text: ClassVar[Mapping[str, str]] = {"en": "The request is not valid.", "ro": "Cererea nu este validă."}


class UnknownCommand(Refusal):
    """No command of this name in this namespace."""

    code = "UNKNOWN_COMMAND"
    status = 404
    text: ClassVar[Mapping[str, str]] = {
        "en": "This command does not exist here.",
        "ro": "Această comandă nu există aici.",
    }


class RateLimited(Refusal):
    """Too many commands in too short a time; `retry_after` in seconds."""

    code = "RATE_LIMITED"
    status = 429
    text: ClassVar[Mapping[str, str]] = {
        "en": "Too many requests. Please wait a moment.",
        "ro": "Prea multe cereri. Așteptați puțin.",
    }


class Unauthenticated(Refusal):
    """It is not known who this is. When it is known and not enough, raise `Forbidden`."""

    code = "UNAUTHENTICATED"
    status = 401
    text: ClassVar[Mapping[str, str]] = {
        "en": "Please join or log in first.",
        "ro": "Mai întâi intrați la masă sau autentificați-vă.",
    }


class Forbidden(Refusal):
    """Who this is may not do that. For another table's or house's things raise `NotFound`: their existence is not
    told.
    """

    code = "FORBIDDEN"
    status = 403
    text: ClassVar[Mapping[str, str]] = {
        "en": "You are not allowed to do this.",
        "ro": "Nu aveți dreptul să faceți aceasta.",
    }


class NotFound(Refusal):
    """There is no such thing, or none that this principal may know of."""

    code = "NOT_FOUND"
    is_about_state = True
    status = 404
    text: ClassVar[Mapping[str, str]] = {"en": "This was not found.", "ro": "Nu a fost găsit."}


class Unavailable(Refusal):
    """The database cannot be reached in time and surely nothing was written; `retry_after` in seconds."""

    code = "UNAVAILABLE"
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "We cannot do this right now. Please try again.",
        "ro": "Nu putem face aceasta acum. Încercați din nou.",
    }


class OutcomeUnknown(Refusal):
    """The time is up and it is not known whether it was written; the retry with the same key finds the truth."""

    code = "OUTCOME_UNKNOWN"
    status = 503
    text: ClassVar[Mapping[str, str]] = {
        "en": "We do not know yet whether this went through. Please try again.",
        "ro": "Nu știm încă dacă a reușit. Încercați din nou.",
    }


def seconds_until(moment: datetime, now: datetime) -> int:
    """Return the whole seconds until a moment, rounded up, never below one: for `retryAfter`."""
    remaining = moment - now
    return max(1, remaining.days * 86_400 + remaining.seconds + (1 if remaining.microseconds else 0))
