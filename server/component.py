"""The schemas of the published document: what is asked, what is answered, what is told, in each namespace.

An ack is a reply with `success` in front. What `sync:get` brings differs by namespace, and is described so narrowly
that the kitchen's part reaches no type that has a price.
"""

from pydantic import BaseModel

from handlers.registry import Command
from handlers.sync import SyncReply
from models.errors import REGISTRY
from server.namespace import Namespace
from server.schema import Mode, Schema, closed, described, ref, schemas
from server.vocabulary import meaning


def reply_name(space: Namespace, command: Command) -> str:
    """Return what the ack of a command is called; one that brings what the namespace tells carries its name."""
    name = command.reply.__name__
    return f"{space.key.title()}{name}" if command.with_snapshot or command.reply is SyncReply else name


def components(spaces: list[tuple[Namespace, list[Command]]]) -> dict[str, Schema]:
    """Return every schema by its name: requests, acks, messages, and what they are made of."""
    models: list[tuple[type[BaseModel], Mode]] = []
    for space, commands in spaces:
        models += [(one.request_in(space.path), "validation") for one in commands]
        models += [(one.reply, "serialization") for one in commands if one.reply is not SyncReply]
        models += [(told.payload, "serialization") for told in space.told]
        models += [(space.auth, "validation")]
    made = schemas(models)
    for space, commands in spaces:
        made |= _snapshots(space)
        for one in commands:
            name = reply_name(space, one)
            plain = made[f"{space.key.title()}Snapshot" if one.reply is SyncReply else one.reply.__name__]
            made[name] = _acknowledged(plain, _snapshot_of(space) if one.with_snapshot else None)
    for space, commands in spaces:
        if not any(one.with_snapshot for one in commands):
            made.pop(f"{space.key.title()}Snapshot", None)
        for one in commands:
            if one.with_snapshot:
                made.pop(one.reply.__name__, None)
    return dict(sorted((made | refusals()).items()))


def _snapshots(space: Namespace) -> dict[str, Schema]:
    """What `sync:get` brings in one namespace, and nothing that only another one tells."""
    prefix = space.key.title()
    kinds = [
        closed({"event": {"const": told.event, "type": "string"}, "payload": ref(told.payload.__name__)})
        for told in space.told
        if told.is_snapshot
    ]
    message = f"{prefix}SyncMessage"
    if not kinds:
        return {}
    return {
        message: {"oneOf": kinds, "description": "One message as it would have been heard: its name and its payload."},
        f"{prefix}Snapshot": closed(
            {
                "messages": {"type": "array", "items": ref(message)},
                "gone": {"type": "array", "items": {"type": "string"}},
                "next": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
            text="What is newer than what the client has, and what of it is none of the client's any more.",
        ),
    }


def _snapshot_of(space: Namespace) -> Schema:
    return {"oneOf": [ref(f"{space.key.title()}Snapshot"), {"type": "null"}]}


def _acknowledged(reply: Schema, snapshot: Schema | None) -> Schema:
    """Put `success` in front of a reply, and after it the snapshot that some acks bring."""
    added = {"success": {"const": True, "type": "boolean", "description": meaning("", "success")}}
    after = {"snapshot": described(snapshot, meaning("", "snapshot"))} if snapshot else {}
    fields = {**added, **{name: one for name, one in reply["properties"].items() if name != "success"}, **after}
    return {**reply, "properties": fields, "required": list(fields)}


def refusals() -> dict[str, Schema]:
    """Return the one shape of every error, in an ack, on HTTP and in a refused connection."""
    code = {"type": "string", "enum": sorted(REGISTRY)}
    anything = {"type": "object"}
    return {
        "Refused": closed(
            {"success": {"const": False, "type": "boolean"}, "error": ref("Error")},
            text="The ack of what was not done.",
        ),
        "Error": closed(
            {"code": code, "message": {"type": "string"}, "details": anything}, text="Why it was not done."
        ),
        "ConnectError": closed(
            {
                "message": {"type": "string"},
                "data": closed({"code": code, "details": anything}, text="The code, and what belongs to it."),
            },
            text="The data of CONNECT_ERROR: the connection was refused.",
        ),
    }
