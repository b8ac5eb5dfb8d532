"""A listener at the server's driver: no operator that a client could have smuggled in comes as far."""

from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from models.store.schema import LEASES

HOSTILE_OPERATORS = frozenset({"$ne", "$gt", "$gte", "$lt", "$where", "$regex", "$function", "$expr"})
"""None of them is in any command of ours once the server runs."""


class Watch(CommandListener):
    """Looks at every command that the server's driver sends."""

    def __init__(self) -> None:
        self.hostile: list[str] = []
        self.count = 0

    def started(self, event: CommandStartedEvent) -> None:
        self.count += 1
        is_lease = LEASES in event.command.values()  # taken by the database's own time; no client has a word in it
        is_lease |= "comment" in event.command  # made by us of what is no text of a client's
        if event.command_name != "createIndexes" and not is_lease and _has_operator(event.command):
            self.hostile.append(str(event.command)[:500])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to see."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to see."""


def _has_operator(value: Any) -> bool:
    if isinstance(value, dict) or hasattr(value, "items"):
        return any(key in HOSTILE_OPERATORS or _has_operator(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return any(_has_operator(one) for one in value)
    return False
