"""The part of the OpenAPI document that customers' programs need: made from the routes, the commands and their models,
so that it cannot say anything else than what the door does.
"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from handlers.registry import Command, Registry
from models.errors import (
    CsrfFailed,
    Internal,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refusal,
    SessionExpired,
    Unavailable,
    ValidationFailed,
)
from server.bodies import BODY_BYTES
from server.calls import SAFE
from server.commands import REST_MODULES
from server.csrf import HEADER
from server.customer_proof import checkout_cookie
from server.routes import Route, commands_of
from server.schema import Mode, Schema, ref, schemas, wire_text
from server.vocabulary import meaning

TAG = {"name": "checkout", "description": "Customers at home: the proof of their phone number, and their addresses."}

SECURITY: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "`token` from `verify-code` or from a refresh. It counts before the cookie.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": checkout_cookie(is_secure=False),
        "description": f"What browsers have instead; over https its name is `{checkout_cookie(is_secure=True)}`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": HEADER,
        "description": "The value of the cookie `comanda_csrf` (over https `__Host-comanda_csrf`), which scripts can "
        "read: for calls with the cookie that change something.",
    },
}

BODY_STATUSES = {"408": "The body came too slowly.", "413": f"More than {BODY_BYTES} bytes.", "415": "No plain JSON."}

LINKS: dict[str, dict[str, Any]] = {
    "address:add": {
        name: {"operationId": operation, "parameters": {"id": "$response.body#/address/id"}}
        for name, operation in (("change", "addressChange"), ("remove", "addressRemove"))
    },
}
"""What the answer of one call gives the next one."""


def paths() -> dict[str, Any]:
    """Return every path with its operations."""
    found: dict[str, Any] = {}
    for route, command in commands_of(Registry(REST_MODULES)):
        found.setdefault(route.path, {})[route.method.lower()] = _operation(route, command)
    return found


def components() -> dict[str, Schema]:
    """Return the schemas of bodies and answers, and of what they are made of."""
    models: list[tuple[type[BaseModel], Mode]] = []
    for route, command in commands_of(Registry(REST_MODULES)):
        models += [(command.request, "validation")] if route.has_body else []
        models.append((command.reply, "serialization"))
    made = schemas(models)
    for route, command in commands_of(Registry(REST_MODULES)):
        if route.has_body:
            made[command.request.__name__] = _without(made[command.request.__name__], route.fields)
    return made


def _operation(route: Route, command: Command) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _name(command),
        "tags": [TAG["name"]],
        "summary": command.summary,
        "security": _security(route),
        "parameters": [_in_path(command, name) for name in route.fields] + [HOUSE],
        "responses": _responses(route, command),
    }
    if route.has_body:
        content = {"application/json": {"schema": ref(command.request.__name__)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


HOUSE = {
    "name": "restaurantId",
    "in": "query",
    "description": "Which house; it may be left out where there is one, and with a token, which has it.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": r"^[A-Za-z0-9_\-]+$"},
}


def _security(route: Route) -> list[dict[str, Any]]:
    """Say what proves who asks; a cookie alone proves nothing where something changes."""
    if not route.is_proved:
        return []
    return [{"token": []}, {"cookie": []} if route.method in SAFE else {"cookie": [], "csrf": []}]


def _in_path(command: Command, name: str) -> dict[str, Any]:
    """Return a parameter that stands in the path: a field of the request."""
    field = schemas([(command.request, "validation")])[command.request.__name__]["properties"][name]
    shape = {key: value for key, value in field.items() if key != "description"}
    text = field.get("description") or meaning(command.request.__name__, name)
    return {"name": name, "in": "path", "required": True, "description": text, "schema": shape}


def _responses(route: Route, command: Command) -> dict[str, Any]:
    """Return what can come back, by status: refusals with the codes that they can have."""
    answered: dict[str, Any] = {
        "description": wire_text(command.reply.__doc__),
        "content": {"application/json": {"schema": ref(command.reply.__name__)}},
    }
    if route.gives_token or route.ends_token or not route.is_proved:
        text = "The cookies that go with it: the token, the one for scripts, the browser's own."
        answered["headers"] = {"Set-Cookie": {"description": text, "schema": {"type": "string"}}}
    if command.name in LINKS:
        answered["links"] = LINKS[command.name]
    refused = {status: _refused(classes) for status, classes in _by_status(_refusals(route, command)).items()}
    bodies = {status: _of_body(text) for status, text in BODY_STATUSES.items()} if route.has_body else {}
    return dict(sorted({str(route.status): answered, **refused, **bodies}.items()))


def _refusals(route: Route, command: Command) -> set[type[Refusal]]:
    """Return the refusals of a command, and those of the door."""
    found = {*command.errors, ValidationFailed, RateLimited, Internal, Unavailable, OutcomeUnknown}
    found.add(SessionExpired if route.is_proved else NotFound)
    if route.method not in SAFE:
        found.add(CsrfFailed)
    return found


def _by_status(classes: Iterable[type[Refusal]]) -> dict[str, list[type[Refusal]]]:
    found: dict[str, list[type[Refusal]]] = {}
    for one in sorted(classes, key=lambda one: one.code):
        found.setdefault(str(one.status), []).append(one)
    return found


def _refused(classes: list[type[Refusal]]) -> dict[str, Any]:
    """Return one status with the codes that it can have."""
    response = {
        "description": " ".join(f"`{one.code}`: {wire_text(one.__doc__)}" for one in classes),
        "content": {"application/json": {"schema": _with_codes([one.code for one in classes])}},
    }
    status = classes[0].status
    if status in (429, 503):
        seconds = {"description": "In how many seconds to try again.", "schema": {"type": "string"}}
        return response | {"headers": {"Retry-After": seconds}}
    if status == 401:
        return response | {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}}
    return response


def _of_body(text: str) -> dict[str, Any]:
    schema = _with_codes([ValidationFailed.code])
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _with_codes(codes: list[str]) -> Schema:
    codes_only = {"properties": {"error": {"properties": {"code": {"enum": codes, "description": "One of these."}}}}}
    return {"allOf": [ref("Refused"), codes_only]}


def _without(schema: Schema, names: tuple[str, ...]) -> Schema:
    """Take what stands in the path out of what stands in the body."""
    fields = {name: one for name, one in schema["properties"].items() if name not in names}
    required = [name for name in schema.get("required", []) if name not in names]
    return {**schema, "properties": fields, "required": required}


def _name(command: Command) -> str:
    subject, _, verb = command.name.partition(":")
    return subject + verb.title().replace("-", "")
