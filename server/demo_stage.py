"""The people of the demo: their connections, what each of them knows, and how long it took until the last of them knew.

An act is one command of one person; it ends when everyone who should see it on a screen has it. The time between is
what is measured, so nothing is drawn during an act.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from comanda_client import Connection, Refused, State

from server.clock import Clock

SEEN_SECONDS = 10.0
"""Longest wait for a screen; on a healthy machine it is some milliseconds."""

T = TypeVar("T")

Sight = tuple["Person", Callable[[State], bool]]
"""Someone, and what must stand on their screen."""


@dataclass(eq=False)
class Person:
    """Someone with a device."""

    name: str
    device: str
    connection: Connection
    messages: int = 0
    is_away: bool = False

    @property
    def state(self) -> State:
        """What stands on their screen."""
        return self.connection.state


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; `millis` is the time from the act to the last screen."""

    at: float
    who: str
    what: str
    millis: float | None = None
    is_refusal: bool = False


@dataclass
class Stage:
    """Everything that the screen shows."""

    url: str
    pace: float
    show: Callable[["Stage"], None]
    clock: Clock = field(default_factory=Clock)
    people: dict[str, Person] = field(default_factory=dict)
    log: list[Entry] = field(default_factory=list)
    scene: str = "The house opens"
    table: str = ""
    is_acting: bool = False
    began: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.clock.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return self.clock.monotonic() - self.began

    @property
    def latencies(self) -> list[float]:
        """All measured times in milliseconds."""
        return [entry.millis for entry in self.log if entry.millis is not None]

    async def enter(self, name: str, device: str, namespace: str, auth: dict[str, Any] | None = None) -> Person:
        """Connect someone's device."""

        def log(kind: str, what: str, data: Any) -> None:
            person.messages += kind == "heard"

        person = Person(name, device, Connection(self.url, namespace, auth, log=log))
        await person.connection.open()
        self.people[name] = person
        return person

    def begin(self, scene: str) -> None:
        """Name what follows."""
        self.scene = scene
        self.show(self)

    def tell(self, who: str, what: str, *, is_refusal: bool = False) -> None:
        """Write a line that has no time to measure."""
        self.log.append(Entry(self.seconds, who, what, is_refusal=is_refusal))
        self.show(self)

    async def pause(self, seconds: float) -> None:
        """Leave time to read."""
        self.show(self)
        await asyncio.sleep(seconds * self.pace)

    async def act(
        self,
        person: Person,
        command: str,
        data: dict[str, Any],
        what: str | Callable[[dict[str, Any]], str],
        seen_by: Callable[[dict[str, Any]], Sequence[Sight]],
    ) -> dict[str, Any]:
        """Let someone do something and wait until all who should have it on their screens; returns the answer."""

        async def carry_out() -> dict[str, Any]:
            answer = await person.connection.send(command, data)
            await _seen(seen_by(answer))
            return answer

        answer, millis = await self.measure(carry_out())
        text = what if isinstance(what, str) else what(answer)
        self.log.append(Entry(self.seconds, person.name, text, millis))
        await self.pause(1.1)
        return answer

    async def refuse(self, person: Person, command: str, data: dict[str, Any], code: str, what: str) -> None:
        """Let someone try what must be refused; raises `AssertionError` when it is not."""
        try:
            await person.connection.send(command, data)
        except Refused as refused:
            if refused.code != code:
                raise
            self.tell(person.name, what, is_refusal=True)
            await self.pause(1.4)
            return
        raise AssertionError(f"{command} was not refused with {code}")

    async def measure(self, doing: Awaitable[T]) -> tuple[T, float]:
        """Return what an act gave and its milliseconds."""
        self.is_acting = True
        started = self.clock.monotonic()
        try:
            result = await doing
            return result, (self.clock.monotonic() - started) * 1000
        finally:
            self.is_acting = False

    async def leave(self) -> None:
        """Let everyone go."""
        await asyncio.gather(*(person.connection.close() for person in self.people.values()))


def knows(kind: str, answer: dict[str, Any]) -> Callable[[State], bool]:
    """Say that a screen shows the aggregate of an answer, at its version or a newer one."""
    body = answer[kind]

    def is_known(state: State) -> bool:
        known = state.snapshots.get(body["id"])
        return known is not None and known.version >= body["version"]

    return is_known


def all_know(people: Sequence[Person], is_known: Callable[[State], bool]) -> list[Sight]:
    """Say the same of several people's screens."""
    return [(person, is_known) for person in people]


async def _seen(sights: Sequence[Sight]) -> None:
    await asyncio.gather(*(person.connection.until(is_seen, SEEN_SECONDS) for person, is_seen in sights))
