"""The types of the protocol for TypeScript and for `tsc --checkJs`, from the outlines of the published documents.

`python -m server.typescript` prints `web/client/protocol.d.ts`: an interface for each schema, for each namespace its
commands (request and reply), its messages, and the snapshots that they bring, and the commands over HTTP.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from handlers.registry import Command, Registry
from server import rest_schema
from server.asyncapi import document
from server.commands import REST_MODULES
from server.routes import Route, commands_of
from server.schema import PLACE, Schema

PREFACE = "// The types of the protocol. Generated from the code by `make protocol`: do not edit.\n"

_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def declarations() -> str:
    """Return the text of `web/client/protocol.d.ts`."""
    published = document()
    schemas: dict[str, Schema] = published["components"]["schemas"]
    parts = [
        PREFACE,
        _union("ErrorCode", sorted(published["x-errors"]), "What is wrong, for programs."),
        *(_declared(name, schema) for name, schema in schemas.items()),
        *(_namespace(key, channel, published) for key, channel in published["channels"].items()),
        _namespaces(published["channels"]),
        *(_declared(name, schema) for name, schema in rest_schema.components().items() if name not in schemas),
        _interface("RestCommands", map(_rest, commands_of(Registry(REST_MODULES))), "What may be asked over HTTP."),
    ]
    return "\n".join(parts)


# ── schemas ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _declared(name: str, schema: Schema) -> str:
    text = schema.get("description", "")
    if "enum" in schema:
        return _union(name, schema["enum"], text)
    if "oneOf" in schema:
        return f"{_said(text)}export type {name} = {_type(schema)};\n"
    fields = (_field(field, shape, field in schema.get("required", ())) for field, shape in _fields(schema))
    return _interface(name, fields, text)


def _interface(name: str, fields: Iterable[str], text: str = "") -> str:
    lines = "".join(f"{field}\n" for field in fields)
    return f"{_said(text)}export interface {name} {{\n{lines}}}\n"


def _union(name: str, values: list[Any], text: str) -> str:
    return f"{_said(text)}export type {name} =\n" + "\n".join(f"  | {_literal(one)}" for one in values) + ";\n"


def _field(name: str, shape: Schema, is_there: bool) -> str:
    return f"{_said(shape.get('description', ''), '  ')}  {_key(name)}{'' if is_there else '?'}: {_type(shape)};"


def _fields(schema: Schema) -> Iterator[tuple[str, Schema]]:
    yield from schema.get("properties", {}).items()


def _type(shape: Schema) -> str:
    """Return a schema as a type. Raises `ValueError` for what none of ours says: it must not become `any` unnoticed."""
    if "$ref" in shape:
        return str(shape["$ref"]).removeprefix(PLACE)
    if "const" in shape:
        return _literal(shape["const"])
    if "enum" in shape:
        return "ErrorCode" if len(shape["enum"]) > 1 and "INTERNAL" in shape["enum"] else _either(shape["enum"])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in shape:
            return " | ".join(dict.fromkeys(_type(one) for one in shape[key]))
    if shape.get("type") == "array":
        inner = _type(shape["items"])
        return f"({inner})[]" if " | " in inner else f"{inner}[]"
    if shape.get("type") == "object":
        return _object(shape)
    if shape.get("type") in _PLAIN:
        return _PLAIN[shape["type"]]
    raise ValueError(f"no type for {shape}")


def _object(shape: Schema) -> str:
    if "properties" in shape:
        required = shape.get("required", ())
        fields = (f"{_key(name)}{'' if name in required else '?'}: {_type(one)}" for name, one in _fields(shape))
        return f"{{ {'; '.join(fields)} }}"
    values = list(shape.get("patternProperties", {}).values())
    if isinstance(shape.get("additionalProperties"), dict):
        values.append(shape["additionalProperties"])
    return f"Record<string, {' | '.join(dict.fromkeys(map(_type, values))) or 'any'}>"


# ── namespaces ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _namespace(key: str, channel: dict[str, Any], published: dict[str, Any]) -> str:
    messages, title = channel["messages"], key.title()
    own = [one for one in published["operations"].values() if one["channel"]["$ref"] == f"#/channels/{key}"]
    asked = [one for one in own if one["action"] == "receive"]
    told = [one["title"] for one in own if one["action"] == "send"]
    commands = (
        f"{_said(one['summary'], '  ')}  {_literal(one['title'])}: "
        f"{{ request: {_payload(messages, one['title'])}; reply: {_payload(messages, one['title'], '.ack')} }};"
        for one in asked
    )
    heard = (
        f"{_said(messages[_dotted(name)]['summary'], '  ')}  {_literal(name)}: {_payload(messages, name)};"
        for name in told
    )
    schemas = published["components"]["schemas"]
    # An SMS phone is given messages to send, and follows nothing.
    followed = schemas.get(f"{title}SyncMessage", {"oneOf": []})["oneOf"]
    brought = (_payload(messages, one["properties"]["event"]["const"]) for one in followed)
    kinds = {name: _type(shape) for payload in brought for name, shape in list(_fields(schemas[payload]))[:1]}
    return "\n".join(
        [
            _interface(f"{title}Commands", commands, f"What may be asked in `{channel['address']}`."),
            _interface(f"{title}Messages", heard, f"What is told in `{channel['address']}`."),
            _interface(
                f"{title}Snapshots",
                (f"  {_key(name)}: {kind};" for name, kind in kinds.items()),
                f"What a client of `{channel['address']}` holds, by the name that it has in messages.",
            ),
        ]
    )


def _namespaces(channels: dict[str, Any]) -> str:
    fields = (
        f"  {_literal(channel['address'])}: {{ auth: {_type(channel['x-connect']['auth'])}; "
        f"commands: {key.title()}Commands; messages: {key.title()}Messages; snapshots: {key.title()}Snapshots }};"
        for key, channel in channels.items()
    )
    return _interface("Namespaces", fields, "All namespaces, by their path.")


def _payload(messages: dict[str, Any], name: str, suffix: str = "") -> str:
    return _type(messages[_dotted(name) + suffix]["payload"])


def _dotted(name: str) -> str:
    return name.replace(":", ".")


def _rest(one: tuple[Route, Command]) -> str:
    """Return a command over HTTP, whose request has what stands in its path and what stands in its body."""
    route, command = one
    parts = [f"{{ {name}: string }}" for name in route.fields]
    parts += [command.request.__name__] if route.has_body else []
    request, reply = " & ".join(parts) or "Record<string, never>", command.reply.__name__
    return f"{_said(command.summary, '  ')}  {_literal(command.name)}: {{ request: {request}; reply: {reply} }};"


# ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _either(values: list[Any]) -> str:
    return " | ".join(map(_literal, values))


def _literal(value: Any) -> str:
    return (
        f'"{value}"' if isinstance(value, str) else {True: "true", False: "false", None: "null"}.get(value, str(value))
    )


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else _literal(name)


def _said(text: str, indent: str = "") -> str:
    text = " ".join(text.replace("*/", "* /").split())
    return f"{indent}/** {text} */\n" if text else ""


if __name__ == "__main__":
    sys.stdout.write(declarations())
