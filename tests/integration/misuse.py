"""Everything that a client can get wrong in one command, made from its declaration: a new command is attacked the day
it is registered.

Whether a value is wrong is asked of the published JSON Schema, not of the code that judges it; what no schema says (no
text that hides itself, no operators, no number that is none) is listed here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from handlers.registry import Command
from models.base import Request

OPERATORS = {
    "operator $ne": '{"$ne":1}',
    "operator $gt": '{"$gt":""}',
    "operator $where": '{"$where":"sleep(1000)"}',
    "operator $regex": '{"$regex":".*"}',
    "operators in a list": '[{"$ne":1}]',
    "operators in an object": '{"id":{"$ne":1}}',
}
NO_NUMBERS = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "1e999": "1e999",
    "-1E+999": "-1E+999",
    "NaN in a list": "[NaN]",
}
NO_TEXTS = {
    "high surrogate alone": r'"\ud800"',
    "low surrogate alone": r'"a\udfffb"',
    "surrogate as a key": r'{"\ud800":1}',
}
HIDDEN = {
    "control NUL": r'"abcdefgh\u0000"',
    "control BEL": r'"abcd\u0007efgh"',
    "bidi override": r'"\u202eabcdefgh"',
    "zero width": r'"abcd\u200befgh"',
    "private use": r'"abcdefgh\ue000"',
}
"""Long enough for every field, so that it is the hidden character that is refused."""

ANY = {
    "null": "null",
    "true": "true",
    "zero": "0",
    "negative": "-1",
    "fraction": "1.5",
    "beyond 64 bit": str(10**30),
    "4,000 digits": "9" * 4_000,
    "5,000 digits": "9" * 5_000,
    "empty text": '""',
    "blank": '"  "',
    "text": '"text"',
    "number as text": '"1"',
    "10,000 letters": json.dumps("x" * 10_000),
    "script": '"<script>alert(1)</script>"',
    "operator as text": '"$where"',
    "path": '"../../etc/passwd"',
    "empty list": "[]",
    "list of texts": '["x","y"]',
    "list of lists": '[["x"]]',
    "list of 300": json.dumps(["x"] * 300),
    "empty object": "{}",
    "object": '{"x":1}',
    "prototype": '{"__proto__":{"x":1}}',
}

MAY_HIDE = {"password", "newPassword", "refreshToken"}
"""Texts that are shown to nobody."""

EXTRA_FIELDS = (
    "$where",
    "__proto__",
    "restaurant_id",
    "role",
    "roles",
    "isAdmin",
    "version",
    "x" * 500,
    "",
    "участник",
)

NOT_ONE_OBJECT: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "null": ("null",),
    "a list": ("[]",),
    "a text": ('"{}"',),
    "a number": ("1",),
    "two objects": ("{}", "{}"),
    "an object and more": ("{}", "1"),
    "an attachment": ('{"_placeholder":true,"num":0}',),
    "nine levels": ('{"a":' * 9 + "1" + "}" * 9,),
    "201 keys": (json.dumps({f"k{n}": n for n in range(201)}),),
    "NaN": ('{"a":NaN}',),
    "1e999": ('{"a":1e999}',),
    "a lone surrogate": (r'{"a":"\ud800"}',),
}


@dataclass(frozen=True, slots=True)
class Misuse:
    """One wrong payload, as JSON text, and what is wrong with it."""

    what: str
    payload: str


def fields(command: Command, namespace: str) -> dict[str, bool]:
    """Return the fields of a request as they are on the wire, and whether each is required."""
    model = command.request_in(namespace)
    return {field.alias or name: field.is_required() for name, field in model.model_fields.items()}


def wrong_values(command: Command, namespace: str, example: Mapping[str, Any]) -> Iterator[Misuse]:
    """Return the example with one wrong value in one field, for every field."""
    for name in fields(command, namespace):
        for what, raw in (ANY | OPERATORS | NO_NUMBERS | NO_TEXTS | HIDDEN).items():
            payload = text(example, {name: raw})
            if _is_wrong(command, namespace, name, what, payload):
                yield Misuse(f"{name}: {what}", payload)


def odd_values(command: Command, namespace: str, example: Mapping[str, Any]) -> Iterator[Misuse]:
    """Return what is strange and yet allowed by the schema: it may succeed or be refused, and nothing else."""
    for name in fields(command, namespace):
        for what, raw in (ANY | HIDDEN).items():
            payload = text(example, {name: raw})
            if not _is_wrong(command, namespace, name, what, payload):
                yield Misuse(f"{name}: {what}", payload)


def missing_fields(command: Command, namespace: str, example: Mapping[str, Any]) -> Iterator[Misuse]:
    """Return the example without each of its required fields."""
    for name, is_required in fields(command, namespace).items():
        if is_required:
            yield Misuse(f"without {name}", json.dumps({key: one for key, one in example.items() if key != name}))


def extra_fields(
    command: Command, namespace: str, example: Mapping[str, Any], more: Mapping[str, str]
) -> Iterator[Misuse]:
    """Return the example with one field too many; fields under their Python names are too many as well."""
    for name in EXTRA_FIELDS:
        yield Misuse(f"with {name[:20]!r}", text(example, {name: '"x"'}))
    for name, value in more.items():
        if name not in fields(command, namespace):
            yield Misuse(f"with {name}", text(example, {name: json.dumps(value)}))
    for name, field in command.request_in(namespace).model_fields.items():
        if field.alias not in (None, name):
            renamed = {name if key == field.alias else key: one for key, one in example.items()}
            yield Misuse(f"with {name} for {field.alias}", json.dumps(renamed))


def text(example: Mapping[str, Any], raw: Mapping[str, str]) -> str:
    """Return the example as JSON text with some fields given as they are, valid JSON or not."""
    pairs = {json.dumps(key): json.dumps(one) for key, one in example.items() if key not in raw}
    pairs |= {json.dumps(key): one for key, one in raw.items()}
    return "{" + ",".join(f"{key}:{one}" for key, one in pairs.items()) + "}"


def _is_wrong(command: Command, namespace: str, name: str, what: str, payload: str) -> bool:
    if what in OPERATORS or what in NO_NUMBERS or what in NO_TEXTS or (what in HIDDEN and name not in MAY_HIDE):
        return True
    if what == "5,000 digits":
        return True
    return not _schema(command.request_in(namespace)).is_valid(json.loads(payload))


@cache
def _schema(model: type[Request]) -> Draft202012Validator:
    return Draft202012Validator(model.model_json_schema(by_alias=True))
