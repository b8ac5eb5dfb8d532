"""What the engine and the rest of the server say to each other.

The engine knows sockets, frames, rooms and rooms' members. It knows nothing of restaurants: who may connect, what a
command does and how a refusal reads in Romanian are asked through the `Door`. Payloads cross this line as JSON text, so
that a message is parsed once, by the model that validates it, and encoded once, for all who receive it.
"""

from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Handshake:
    """The HTTP request that opened a socket. `address` is the client's, found behind trusted proxies only."""

    address: str
    origin: str | None
    is_listed_origin: bool
    cookies: Mapping[str, str]
    user_agent: str
    languages: str


class Refusal(StrEnum):
    """What the guard itself refuses, before any command runs."""

    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    RATE_LIMITED = "RATE_LIMITED"


class Refused(Exception):  # noqa: N818  (an answer, not a fault)
    """Raised by `Door.connect`: the client gets CONNECT_ERROR with `data` as its JSON object and hears nothing else."""

    def __init__(self, data: str) -> None:
        super().__init__(data)
        self.data = data


class Connection(Protocol):
    """One socket's presence in one namespace. Implemented by the engine."""

    sid: str
    namespace: str
    handshake: Handshake
    auth: Mapping[str, Any]
    principal: Any

    @property
    def rooms(self) -> frozenset[str]: ...

    @property
    def is_open(self) -> bool: ...

    def enter(self, room: str) -> None:
        """Join a room; from the next broadcast on, this connection receives it."""

    def leave(self, room: str) -> None:
        """Leave a room; leaving one that was never entered is nothing."""

    def send(self, event: str, payload: str) -> None:
        """Queue one event for this connection; `payload` is the JSON text of its only argument. Never blocks."""

    def close(self, reason: str) -> None:
        """Leave: DISCONNECT to the client, `Door.disconnected` once; the socket ends with its last connection."""


class Door(Protocol):
    """What the server gives the engine."""

    namespaces: frozenset[str]

    def greet(self, handshake: Handshake) -> Mapping[str, str]:
        """Headers to add to the answer of the handshake (the device cookie)."""

    def is_command(self, namespace: str, name: str) -> bool:
        """Whether `name` may be sent in `namespace`: the allow-list."""

    async def connect(self, connection: Connection) -> None:
        """Prove who this is; raise `Refused` if it is nobody."""

    def connected(self, connection: Connection) -> None:
        """The client has its CONNECT packet: say hello."""

    def run(self, connection: Connection, name: str, payload: str) -> Coroutine[Any, Any, str]:
        """The coroutine that carries out a command; returns its ack as JSON text, raises only on cancellation."""

    def refuse(self, connection: Connection, name: str, refusal: Refusal, details: Mapping[str, Any]) -> str:
        """The ack of a command that the guard refused, as JSON text."""

    def disconnected(self, connection: Connection, reason: str) -> None:
        """The connection is gone, or went before its `connect` was through; once for each `connect` that succeeded."""

    def count(self, what: str, amount: int = 1) -> None:
        """Add to the counter of things the engine refused or did (`frames_malformed`, `slow_reader_closed` …)."""


class Broadcaster(Protocol):
    """What the relay needs of the engine."""

    def broadcast(self, namespace: str, rooms: Iterable[str], event: str, payload: str) -> int:
        """Send one event to everyone in any of the rooms, once each; returns how many connections were addressed."""

    def members(self, namespace: str, room: str) -> Iterable[Connection]:
        """The connections of this process in a room."""

    def has_members(self, namespace: str, room: str) -> bool:
        """Whether anyone in this process would hear it."""
