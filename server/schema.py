"""JSON Schemas of what goes over the wire, made from the same models that check and write it.

Requests are described as they are checked, replies and messages as they are written: there a field with a default is
always present. Every field carries its meaning from the vocabulary.
"""

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from models.errors import REGISTRY
from server.vocabulary import meaning

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

PLACE = "#/components/schemas/"

_CODES = {refusal.__name__: code for code, refusal in REGISTRY.items()}


class _WireSchema(GenerateJsonSchema):
    """What pydantic makes, as the wire has it."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Leave out titles: they only repeat the name."""
        return False

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """Say of what the server writes that it is always there: replies are written whole, defaults included."""
        return True if self.mode == "serialization" else super().field_is_required(field, total)

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        """Leave out defaults of what the server writes, and those that say no more than that a field may be missing."""
        if self.mode == "serialization" or schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def schemas(models: Iterable[tuple[type[BaseModel], Mode]]) -> dict[str, Schema]:
    """Return the schemas of some models and of all they are made of, by the name of their class."""
    wanted = sorted(set(models), key=lambda one: (one[0].__name__, one[1]))
    _, made = models_json_schema(wanted, by_alias=True, ref_template=PLACE + "{model}", schema_generator=_WireSchema)
    names = {name: one["enum"] for name, one in made["$defs"].items() if "enum" in one}
    return {name: _explained(name, schema, names) for name, schema in sorted(made["$defs"].items())}


def ref(name: str) -> Schema:
    """Point at a schema."""
    return {"$ref": PLACE + name}


def described(schema: Schema, text: str | None) -> Schema:
    """Say what a schema is for. Beside a `$ref` nothing else counts, so a reference is wrapped."""
    whole = {"allOf": [{"$ref": schema["$ref"]}]} if "$ref" in schema else schema
    rest = {key: value for key, value in schema.items() if key != "$ref"} if "$ref" in schema else {}
    return {**whole, **rest, **({"description": text} if text else {})} if text or rest else schema


def closed(properties: dict[str, Schema], owner: str = "", text: str | None = None) -> Schema:
    """Return an object with exactly these fields, all of them required."""
    fields = {name: described(schema, meaning(owner, name)) for name, schema in properties.items()}
    shape = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return described(shape, text)


def wire_text(text: str | None) -> str:
    """Return a docstring as a client reads it: names as on the wire, codes for classes, one paragraph."""
    flat = " ".join((text or "").split())

    def named(found: re.Match[str]) -> str:
        word = found[1]
        return f"`{_CODES.get(word) or (to_camel(word) if word.islower() else word)}`"

    return re.sub(r"`(\w+)`", named, flat)


def _explained(name: str, schema: Schema, names: dict[str, list[str]]) -> Schema:
    """Give a schema and its fields their meaning, and close what the keys of a mapping leave open."""
    fields = {
        field: described(_closed_keys(shape, names), shape.get("description") or meaning(name, field))
        for field, shape in schema.get("properties", {}).items()
    }
    text = wire_text(schema.get("description"))
    return {
        **{key: value for key, value in schema.items() if key != "title"},
        **({"description": text} if text else {}),
        **({"properties": fields} if "properties" in schema else {}),
    }


def _closed_keys(shape: Schema, names: dict[str, list[str]]) -> Schema:
    """Say which keys a mapping can have: those of a pattern, or the `names` of an enumeration."""
    if "patternProperties" in shape:
        return {**shape, "additionalProperties": False}
    keys = names.get(shape.get("propertyNames", {}).get("$ref", "").removeprefix(PLACE))
    if keys is None:
        return shape
    rest = {key: one for key, one in shape.items() if key not in ("propertyNames", "additionalProperties")}
    fields = {key: described(shape["additionalProperties"], meaning("", key)) for key in keys}
    return {**rest, "properties": fields, "additionalProperties": False}
