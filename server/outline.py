"""The AsyncAPI document as a text for people: headings, paragraphs and tables, before any markup.

A page and a Markdown file are written from the same outline. Texts use a little of Markdown: `code`, **strong** and
[links](#anchor).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from models.base import Id
from server.schema import PLACE, Schema

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part; `anchor` is where links to it lead."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `kind` tells asides from text."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, each a text; `anchors`, if there are any, are those of the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    anchors: tuple[str, ...] = ()


Block = Heading | Paragraph | Table

_ID = TypeAdapter(Id).json_schema()

FIELDS = ("Field", "Type", "Meaning")


def outline(document: Document) -> Iterator[Block]:
    """Yield the whole reference in reading order."""
    yield Heading(2, "basics", "Basics")
    for text in document["info"]["description"].split("\n\n"):
        yield Paragraph(" ".join(text.split()))
    shown: set[str] = set()
    for key, channel in document["channels"].items():
        yield from _namespace(document, key, channel, shown)
    yield Heading(2, "types", "Types")
    yield Paragraph("What the fields above are made of. Fields of what the server writes are always present.")
    for name, schema in document["components"]["schemas"].items():
        if name not in shown:
            yield Heading(3, _type_anchor(name), name)
            yield from _type(name, schema)
    yield from _errors(document)


def _namespace(document: Document, key: str, channel: Document, shown: set[str]) -> Iterator[Block]:
    schemas, operations = document["components"]["schemas"], document["operations"]
    here = {name: one for name, one in operations.items() if name.split(".", 1)[0] == key}
    commands = {name: one for name, one in here.items() if one["action"] == "receive"}
    messages = {name: one for name, one in here.items() if one["action"] == "send"}
    yield Heading(2, key, f"{channel['address']}: {channel['title'].lower()}")
    yield Paragraph(channel["summary"])
    yield Paragraph(f"**Commands:** {_links(commands)}", "list")
    yield Paragraph(f"**Messages:** {_links(messages)}", "list")
    connect = channel["x-connect"]
    auth = _name(connect["auth"])
    shown.update((auth, "Refused", "ConnectError"))
    yield Heading(3, f"{key}.connect", f"Connecting to {channel['address']}")
    yield Paragraph(channel["description"])
    yield from _fields(schemas[auth], "`auth` in the CONNECT packet")
    refused = ", ".join(_code(code) for code in connect["errors"])
    yield Paragraph(f"A refused connection gets `connect_error` with `data.code`: {refused}.")
    for name, one in commands.items():
        yield from _command(document, name, one, shown)
    for name, one in messages.items():
        yield from _message(document, name, one, shown)


def _command(document: Document, name: str, operation: Document, shown: set[str]) -> Iterator[Block]:
    schemas = document["components"]["schemas"]
    request = _payload(document, operation["messages"][0])
    reply = _payload(document, operation["reply"]["messages"][0])
    shown.update((request, reply))
    limit = operation["x-limit"]
    common = {code for code, one in document["x-errors"].items() if one["isCommon"]}
    own = [_code(code) for code in operation["x-errors"] if code not in common]
    yield Heading(3, name, operation["title"])
    yield Paragraph(operation["summary"])
    roles = ", ".join(operation["x-roles"])
    yield Paragraph(f"For {roles} · at most {limit['count']} in {limit['perSeconds']:g} seconds", "aside")
    yield from _fields(schemas[request], "Request")
    yield from _fields(schemas[reply], "Ack")
    yield Paragraph(f"**Refused with** {', '.join([*own, '[what every command can answer](#errors.common)'])}.", "list")


def _message(document: Document, name: str, operation: Document, shown: set[str]) -> Iterator[Block]:
    payload = _payload(document, operation["messages"][0])
    shown.add(payload)
    yield Heading(3, name, operation["title"])
    yield Paragraph(operation["summary"])
    yield Paragraph("From the server", "aside")
    yield from _fields(document["components"]["schemas"][payload], "Payload")


def _errors(document: Document) -> Iterator[Block]:
    yield Heading(2, "errors", "Errors")
    yield Paragraph("What is not done is acknowledged with this.")
    yield from _fields(document["components"]["schemas"]["Refused"], "Refused")
    yield Paragraph("A connection that is refused gets this as the data of `connect_error`.")
    yield from _fields(document["components"]["schemas"]["ConnectError"], "Refused connection")
    for title, is_common in (("What every command can answer", True), ("What some can answer", False)):
        yield Heading(3, f"errors.{'common' if is_common else 'own'}", title)
        found = {code: one for code, one in document["x-errors"].items() if one["isCommon"] is is_common}
        rows = tuple(
            (f"`{code}`", str(one["status"]), one["when"], one["text"]["en"], one["text"]["ro"])
            for code, one in found.items()
        )
        yield Table(("Code", "Status", "When", "English", "Romanian"), rows, tuple(f"error.{code}" for code in found))


def _type(name: str, schema: Schema) -> Iterator[Block]:
    if schema.get("description"):
        yield Paragraph(schema["description"])
    if "enum" in schema:
        yield Paragraph("One of " + ", ".join(f"`{one}`" for one in schema["enum"]) + ".")
    elif "oneOf" in schema:
        space = name.removesuffix("SyncMessage").lower()
        events = [one["properties"]["event"]["const"] for one in schema["oneOf"]]
        links = ", ".join(f"[{event}](#{space}.{event.replace(':', '.')})" for event in events)
        yield Paragraph(f"`event` and `payload` are those of one of {links}.")
    else:
        yield from _fields(schema, "")


def _fields(schema: Schema, title: str) -> Iterator[Block]:
    rows = tuple(_rows(schema, ""))
    if rows:
        yield Table((title or FIELDS[0], *FIELDS[1:]), rows)
    else:
        yield Paragraph(f"**{title}** `{{}}`" if title else "`{}`", "list")


def _rows(schema: Schema, path: str) -> Iterator[tuple[str, ...]]:
    """Yield the fields of an object; a nested object that has no name is shown with its path."""
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        mark = "" if name in required else " optional"
        yield f"`{path}{name}`{mark}", _kind(field), field.get("description", "")
        if "properties" in field:
            yield from _rows(field, f"{path}{name}.")


def _kind(schema: Schema) -> str:
    """Say in a few words which values a schema takes."""
    target = schema.get("allOf", [schema])[0].get("$ref")
    if target:
        name = _name({"$ref": target})
        return f"[{name}](#{_type_anchor(name)})"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(_kind(one) for one in schema[union])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return "one of [the codes](#errors)"
    default = schema.get("default")
    return _plain_kind(schema) + (f"; {default} if left out" if default else "")


def _plain_kind(schema: Schema) -> str:
    match schema.get("type"):
        case "array":
            return f"list of {_kind(schema['items'])}{_span(schema, 'Items')}"
        case "object":
            keys = next(iter(schema.get("patternProperties", {}).values()), None)
            values = schema.get("additionalProperties") or keys
            return f"map of {_kind(values)}{_span(schema, 'Properties')}" if values else "object"
        case "string":
            return _text_kind(schema)
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            end = "" if high is None else f" to {high}"
            return "integer" if low is None else f"integer from {low}{end}"
        case kind:
            return str(kind or "anything")


def _text_kind(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return "time"
    if schema.get("pattern") == _ID["pattern"]:
        return "id"
    # In a character class the hyphen at the end needs no escape, and people read it more easily without.
    pattern = f" like `{schema['pattern'].replace(chr(92) + '-', '-')}`" if "pattern" in schema else ""
    span = _span(schema, "Length", " of ")
    return f"text{span}{' characters' if span else ''}{pattern}"


def _span(schema: Schema, what: str, joint: str = ", ") -> str:
    low, high = schema.get(f"min{what}", 0), schema.get(f"max{what}")
    if high is None:
        return f"{joint}at least {low}" if low else ""
    return f"{joint}{low} to {high}" if low else f"{joint}at most {high}"


def _payload(document: Document, message: Document) -> str:
    _, _, channel, _, name = message["$ref"].split("/")
    return _name(document["channels"][channel]["messages"][name]["payload"])


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).removeprefix(PLACE)


def _links(operations: dict[str, Document]) -> str:
    return " · ".join(f"[{one['title']}](#{name})" for name, one in operations.items())


def _code(code: str) -> str:
    return f"[`{code}`](#error.{code})"


def _type_anchor(name: str) -> str:
    return f"type.{name}"
