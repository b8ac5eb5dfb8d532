"""Aggregates to documents and back: `id` is `_id`, field names as in Python, times aware and in UTC."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, TypeVar

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from models.base import Aggregate

A = TypeVar("A", bound=Aggregate)

DOCUMENTS: CodecOptions[Mapping[str, Any]] = CodecOptions(document_class=dict, tz_aware=True, tzinfo=UTC)
RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument, tz_aware=True, tzinfo=UTC)


def to_document(aggregate: Aggregate) -> dict[str, Any]:
    """Encode an aggregate for MongoDB. What is computed from its fields is for clients and is not stored."""
    document = aggregate.model_dump(exclude_computed_fields=True)
    document["_id"] = document.pop("id")
    return document


def from_document(model: type[A], document: Mapping[str, Any]) -> A:
    """Decode a document. Top-level fields that this version of the code does not know are ignored, so that an older
    process can read what a newer one wrote; what it then saves is without them.

    Raises pydantic's `ValidationError` for a document that no version wrote.
    """
    fields = {name: value for name, value in document.items() if name in model.model_fields}
    fields["id"] = document["_id"]
    return model.model_validate(fields)
