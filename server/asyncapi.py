"""The AsyncAPI 3.0 document of the sockets, generated from the registry of commands and the types of all messages.

Names in it: schemas are called like their class, and what differs by namespace has the namespace in front
(`KitchenSyncReply`); requests are described as they are checked, all else as it is written.
"""

import re
from importlib.metadata import version
from typing import Any

from handlers.registry import Command, Registry
from models.errors import (
    REGISTRY,
    Forbidden,
    Internal,
    NotFound,
    OrderInProgress,
    OutcomeUnknown,
    RateLimited,
    Refusal,
    SessionExpired,
    Unauthenticated,
    Unavailable,
    ValidationFailed,
)
from models.principal import STAFF
from server.commands import COMMAND_MODULES
from server.component import components, reply_name
from server.engine.settings import EngineSettings
from server.namespace import NAMESPACES, Namespace
from server.schema import ref, wire_text

COMMON: tuple[type[Refusal], ...] = (
    ValidationFailed,
    RateLimited,
    Unauthenticated,
    SessionExpired,
    Forbidden,
    NotFound,
    OrderInProgress,
    Unavailable,
    OutcomeUnknown,
    Internal,
)
"""What every command can answer; declarations do not repeat it."""

_GUARD = EngineSettings()

DESCRIPTION = f"""\
Socket.IO protocol 5 over WebSocket, at the path `/socket.io/`; JSON text frames only. The official clients of Socket.IO
work as they are. A connection names one namespace and proves in the CONNECT packet who it is.

**Commands.** The client emits a name and one JSON object, and gets exactly one ack, always:
`{{"success": true, ...}}` or `{{"success": false, "error": {{"code", "message", "details"}}}}`. `code` is for programs,
`message` for people in the client's language. Commands of one connection are carried out one after another.

**Repeats.** A change carries `opId`, a UUID made by the client: repeating it changes nothing and answers with the
present state. `order:place` and payments carry `idempotencyKey`: the same key and content is the same order or payment,
with `replayed`.

**Messages.** Every `*:changed` holds one whole snapshot with `id` and `version`. Keep the highest version of each id
and drop the rest. After every connect send `sync:get` with the versions held. Nothing else is needed to be right.

**Values.** Fields are camelCase, times RFC 3339 in UTC, money an integer of minor units with an ISO 4217 currency. Ids
are opaque: 1 to 64 letters, digits, `_` and `-`. A text that the house wrote is a map from language code to text. Later
versions may add fields to acks and messages: do not refuse what you do not know.

**Limits.** A command has at most {_GUARD.max_payload} bytes, {_GUARD.max_keys} keys and a depth of {_GUARD.max_depth}.
A connection may send {_GUARD.commands_per_second:g} commands a second, {_GUARD.command_burst} at once; each command has
its own limit besides. An operator can change these figures."""

SECURITY_SCHEMES = {
    "deviceCookie": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": "__Host-comanda_device",
        "description": "Set by the handshake, HttpOnly; counts with a listed Origin only. Its name is `comanda_device` "
        "where the server's address is not https.",
    },
    "checkoutCookie": {
        "type": "httpApiKey",
        "in": "cookie",
        "name": "__Host-comanda_checkout",
        "description": "Set by `POST /api/checkout/phone/verify-code`; counts with a listed Origin only. Its name is "
        "`comanda_checkout` where the server's address is not https.",
    },
    "checkoutToken": {"type": "apiKey", "in": "user", "description": "`auth.token` in the CONNECT packet."},
    "tableToken": {"type": "apiKey", "in": "user", "description": "`auth.table` in the CONNECT packet."},
    "sessionToken": {"type": "apiKey", "in": "password", "description": "`auth.sessionToken` in the CONNECT packet."},
    "accessToken": {"type": "apiKey", "in": "password", "description": "`auth.accessToken` in the CONNECT packet."},
    "deviceToken": {"type": "apiKey", "in": "password", "description": "`auth.deviceToken` in the CONNECT packet."},
}


def document() -> dict[str, Any]:
    """Return the document, made from the code as it is."""
    registry = Registry(COMMAND_MODULES)
    subjects = [module.__name__ for module in COMMAND_MODULES]
    ordered = sorted(registry.all(), key=lambda entry: subjects.index(entry[1].run.__module__))
    spaces = [(space, [one for path, one in ordered if path == space.path]) for space in NAMESPACES]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Comanda",
            "version": version("comanda"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "comanda": {
                "host": "{host}",
                "pathname": "/socket.io/",
                "protocol": "ws",
                "description": "Any process of the installation; behind TLS the protocol is wss.",
                "variables": {"host": {"default": "localhost:8080", "description": "Where the server answers."}},
            }
        },
        "channels": {space.key: _channel(space, commands) for space, commands in spaces},
        "operations": dict(
            entry
            for space, commands in spaces
            for entry in (*(_received(space, one) for one in commands), *_sent(space))
        ),
        "components": {"schemas": components(spaces), "securitySchemes": SECURITY_SCHEMES},
        "x-errors": {code: _error(refusal) for code, refusal in sorted(REGISTRY.items())},
    }


# ── channels and operations ───────────────────────────────────────────────────────────────────────────────────────────


def _key(name: str) -> str:
    return name.replace(":", ".")


def _channel(space: Namespace, commands: list[Command]) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for one in commands:
        request, reply = one.request_in(space.path).__name__, reply_name(space, one)
        messages[_key(one.name)] = {
            "name": one.name,
            "title": one.name,
            "summary": one.summary,
            "payload": ref(request),
        }
        messages[f"{_key(one.name)}.ack"] = {
            "name": one.name,
            "title": f"Ack of {one.name}",
            "summary": "It was done.",
            "payload": ref(reply),
        }
    for told in space.told:
        payload = ref(told.payload.__name__)
        messages[_key(told.event)] = {
            "name": told.event,
            "title": told.event,
            "summary": told.summary,
            "payload": payload,
        }
    messages["refusal"] = {
        "name": "refusal",
        "title": "Ack of a refused command",
        "summary": "It was not done.",
        "payload": ref("Refused"),
    }
    return {
        "address": space.path,
        "title": space.title,
        "summary": space.summary,
        "description": space.proof,
        "servers": [{"$ref": "#/servers/comanda"}],
        "messages": messages,
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {"EIO": {"const": "4"}, "transport": {"const": "websocket"}},
                    "required": ["EIO", "transport"],
                },
                "bindingVersion": "0.1.0",
            }
        },
        "x-connect": {
            "auth": ref(space.auth.__name__),
            "error": ref("ConnectError"),
            "errors": [refusal.code for refusal in space.refusals],
        },
    }


def _received(space: Namespace, command: Command) -> tuple[str, dict[str, Any]]:
    channel = {"$ref": f"#/channels/{space.key}"}
    message = f"#/channels/{space.key}/messages/{_key(command.name)}"
    errors = command.errors_in(space.path)
    own = [refusal.code for refusal in errors]
    is_staff = bool(space.roles & STAFF)
    common = [one.code for one in COMMON if one.code not in own and (is_staff or one is not SessionExpired)]
    roles = [role.value for role in space.roles if role in command.roles]
    limit = command.limit
    said = [wire_text(command.request.__doc__), wire_text(command.reply.__doc__)]
    refused = [f"- `{refusal.code}` ({refusal.status}): {refusal.text['en']}" for refusal in errors]
    description = "\n".join(
        [
            f"Asks: {said[0]}\n\nAnswers: {said[1]}\n",
            f"For {', '.join(sorted(roles))}; at most {limit.count} in {limit.per:g} seconds.",
            *(["", "Can be refused with:", *refused] if refused else []),
        ]
    )
    return f"{space.key}.{_key(command.name)}", {
        "action": "receive",
        "channel": channel,
        "title": command.name,
        "summary": command.summary,
        "description": description,
        "tags": [{"name": command.name.split(":", 1)[0]}],
        "security": [{"$ref": f"#/components/securitySchemes/{proof}"} for proof in space.proofs],
        "messages": [{"$ref": message}],
        "reply": {
            "channel": channel,
            "messages": [{"$ref": f"{message}.ack"}, {"$ref": f"#/channels/{space.key}/messages/refusal"}],
        },
        "x-roles": sorted(roles),
        "x-limit": {"count": limit.count, "perSeconds": limit.per},
        "x-errors": [*own, *common],
    }


def _sent(space: Namespace) -> list[tuple[str, dict[str, Any]]]:
    return [
        (
            f"{space.key}.{_key(told.event)}",
            {
                "action": "send",
                "channel": {"$ref": f"#/channels/{space.key}"},
                "title": told.event,
                "summary": told.summary,
                "tags": [{"name": told.event.split(":", 1)[0]}],
                "messages": [{"$ref": f"#/channels/{space.key}/messages/{_key(told.event)}"}],
            },
        )
        for told in space.told
    ]


def _error(refusal: type[Refusal]) -> dict[str, Any]:
    # What the docstring says to those who raise it means nothing to those who receive it.
    sentences = re.split(r"(?<=[.]) (?=[A-Z])", wire_text(refusal.__doc__))
    when = " ".join(one for one in sentences if " raise " not in one and not one.startswith("Not for "))
    return {"status": refusal.status, "when": when, "text": dict(refusal.text), "isCommon": refusal in COMMON}
