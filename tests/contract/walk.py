"""Walking through a published document: what a schema reaches, and what an operation says."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def resolve(document: Document, pointer: str) -> Any:
    """Return what a `$ref` inside the document points at; raises `KeyError` when there is nothing."""
    found: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object inside a part of the document, itself included."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(inner)


def reachable(document: Document, part: Any) -> dict[str, Any]:
    """Return every schema, by name, that a part of the document leads to."""
    found: dict[str, Any] = {}
    waiting = [part]
    while waiting:
        for node in nodes(waiting.pop()):
            name = str(node.get("$ref", "")).rpartition("#/components/schemas/")[2]
            if name and name not in found:
                found[name] = resolve(document, node["$ref"])
                waiting.append(found[name])
    return found


def payload(document: Document, message: dict[str, Any]) -> str:
    """Return the name of the schema of a message that an operation points at."""
    return str(resolve(document, message["$ref"])["payload"]["$ref"]).rpartition("/")[2]


def operations(document: Document, channel: str, action: str) -> dict[str, dict[str, Any]]:
    """Return the operations of a channel by the name of their command or message."""
    pointer = {"$ref": f"#/channels/{channel}"}
    return {
        one["title"]: one
        for one in document["operations"].values()
        if one["channel"] == pointer and one["action"] == action
    }
