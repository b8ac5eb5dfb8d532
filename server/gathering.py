"""Commands of one house that write the same documents, as acknowledgements of its phones do: the first is carried out
at once, and those that come meanwhile are carried out together after it, in one transaction.

Each has its own answer. One that cannot be answered with the others is carried out alone, as any command is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import structlog

from handlers.context import Reply
from handlers.registry import Asked, Command
from models.errors import Refusal

log = structlog.get_logger(__name__)

MOST = 64
"""Commands in one transaction: what is written within a few milliseconds."""

C = TypeVar("C")

TogetherBy = Callable[[str, Command, Sequence[Asked[Any]], float], Awaitable[Sequence[Reply | None]]]
"""Carries out commands of a house together, until a deadline on the monotonic clock."""

AloneBy = Callable[[C, Command, Any, float], Awaitable[Reply]]


@dataclass(slots=True)
class _Place(Generic[C]):
    """One command that waits: whose it is, what is asked, until when, and who waits for the answer."""

    client: C
    asked: Asked[Any]
    deadline: float
    answer: asyncio.Future[Reply]


@dataclass(slots=True)
class _Line(Generic[C]):
    """What waits of one command in one house."""

    places: list[_Place[C]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None


class Gathering(Generic[C]):
    """The lines of one process; `C` is a client as `alone` knows it."""

    def __init__(self, together: TogetherBy, alone: AloneBy[C]) -> None:
        self._together = together
        self._alone = alone
        self._lines: dict[tuple[str, str], _Line[C]] = {}

    async def carry_out(self, client: C, command: Command, asked: Asked[Any], deadline: float) -> Reply:
        """Carry out a command with those that wait beside it; raises its refusal."""
        loop = asyncio.get_running_loop()
        place = _Place(client, asked, deadline, loop.create_future())
        key = asked.by.restaurant_id, command.name
        line = self._lines.setdefault(key, _Line())
        line.places.append(place)
        if line.task is None:
            line.task = loop.create_task(self._work(key, command, line))
        return await place.answer

    async def _work(self, key: tuple[str, str], command: Command, line: _Line[C]) -> None:
        """Carry out what waits until nothing does."""
        try:
            while line.places:
                places, line.places = line.places[:MOST], line.places[MOST:]
                await self._answer(key[0], command, places)
        finally:
            del self._lines[key]

    async def _answer(self, house: str, command: Command, places: list[_Place[C]]) -> None:
        asked, deadline = [one.asked for one in places], min(one.deadline for one in places)
        try:
            replies = await self._together(house, command, asked, deadline)
        except Refusal as refusal:
            # The time of the oldest was over, or what refuses one refuses all. Who came later still has time.
            for one in places:
                if one.deadline > deadline:
                    await self._answer_alone(command, one)
                else:
                    _fail(one, refusal)
            return
        except Exception:
            log.exception("commands could not be carried out together", command=command.name, count=len(places))
            replies = [None] * len(places)
        for one, reply in zip(places, replies, strict=True):
            if reply is None:
                await self._answer_alone(command, one)
            elif not one.answer.done():
                one.answer.set_result(reply)

    async def _answer_alone(self, command: Command, place: _Place[C]) -> None:
        try:
            reply = await self._alone(place.client, command, place.asked.request, place.deadline)
        except Exception as fault:  # noqa: BLE001  (it is raised where the answer is waited for)
            _fail(place, fault)
        else:
            if not place.answer.done():
                place.answer.set_result(reply)


def _fail(place: _Place[Any], fault: Exception) -> None:
    if not place.answer.done():
        place.answer.set_exception(fault)
