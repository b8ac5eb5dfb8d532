"""What all values of the domain share: immutability, names on the wire, identity and version of an aggregate.

A value is a frozen pydantic model. In Python and in MongoDB its fields are snake_case, on the wire camelCase. An
aggregate is the unit of change: one document, replaced whole where the version is still the one that was read.
"""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

Id = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_\-]+$")]
"""An opaque identifier."""

OperationId = Annotated[str, StringConstraints(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9\-]+$")]
"""`opId` and `idempotencyKey`: a UUID made by the client."""

Text = dict[str, str]
"""A text for people by language code: `{"en": "Soup", "ro": "Supă"}`."""


def plain(text: str) -> str:
    """Refuse what no person types: control, format (bidi) and unassigned characters; compose the rest (NFC)."""
    composed = unicodedata.normalize("NFC", text).strip()
    if not composed.isprintable() and any(
        unicodedata.category(mark) in ("Cc", "Cf", "Cn", "Co", "Cs") and mark != "\n" for mark in composed
    ):
        raise ValueError("contains characters that cannot be shown")
    return composed


PersonName = Annotated[str, StringConstraints(max_length=40), AfterValidator(plain)]
"""A guest's name as shown to the others at the table."""

LONGEST_NOTE = 200

Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE), AfterValidator(plain)]
"""Free text of a person, shown to people and never interpreted."""

Reason = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_NOTE, strip_whitespace=True), AfterValidator(plain)
]
"""A note that must not be missing: why something was done."""


def in_language(text: Text, language: str) -> str:
    """Return the text in a language, else in English, else in whatever language there is."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


class Value(BaseModel):
    """A part of the domain: immutable, equal by content."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=False,
        revalidate_instances="never",
        # What is wrong may be a person's: it does not belong into a traceback.
        hide_input_in_errors=True,
    )

    def with_(self, **changes: Any) -> Self:
        """Return a copy with some fields replaced."""
        return self.model_copy(update=changes)


class Request(Value):
    """What a client asks: strict types, no unknown field."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False)


class Nothing(Request):
    """A command without arguments: `{}`."""


class Actor(Value):
    """Who did something: `kind` is GUEST, STAFF, SCREEN, CUSTOMER or HOUSE; `id` is opaque; `name` is for people."""

    kind: str
    id: str
    name: str = ""


class Change(Value):
    """What happened to an aggregate in its newest version, for animation: never needed to be right."""

    kind: str
    by: Actor | None = None
    line_id: str | None = None
    at: datetime


class Aggregate(Value):
    """A document with identity. `version` is the version that was read; storing it makes `version + 1`."""

    id: str
    restaurant_id: str
    version: int = Field(default=0, ge=0)
    change: Change | None = None
