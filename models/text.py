"""The JSON text of messages, made once for a version instead of once for every client that comes back for it."""

from collections.abc import Callable

from models.base import Aggregate
from models.message import Message

REMEMBERED_CHARACTERS = 16 * 1024 * 1024
"""Of all texts together: the floors of a dozen large houses."""


class Texts:
    """A bounded memory of texts, the newest version of each message of an aggregate; what was asked for least lately
    goes first.
    """

    def __init__(self, limit: int = REMEMBERED_CHARACTERS) -> None:
        self._limit = limit
        self._size = 0
        self._texts: dict[tuple[str, ...], tuple[int, str]] = {}

    def of(self, aggregate: Aggregate, message: Message) -> str:
        """Return the message about an aggregate, as `sync:get` answers with it: its event and its payload."""

        def make() -> str:
            return f'{{"event":"{message.event}","payload":{message.payload().model_dump_json(by_alias=True)}}}'

        return self.once((message.namespace, message.event, aggregate.id), aggregate.version, make)

    def once(self, key: tuple[str, ...], version: int, make: Callable[[], str]) -> str:
        """Return the text of a version of something, made when nobody has asked for that version yet."""
        known = self._texts.pop(key, None)
        if known is not None and known[0] == version:
            self._texts[key] = known
            return known[1]
        text = make()
        self._texts[key] = (version, text)
        self._size += len(text) - (len(known[1]) if known else 0)
        while self._size > self._limit:
            self._size -= len(self._texts.pop(next(iter(self._texts)))[1])
        return text
