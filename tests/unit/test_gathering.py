"""Commands that come together are carried out together, and each is answered: whatever becomes of the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from handlers.context import Context, Reply
from handlers.registry import UNLIMITED, Asked, Command
from models.base import Request
from models.errors import Refusal, Unavailable
from models.principal import the_house
from server.gathering import MOST, Gathering

SOMEBODY = the_house("h")


class Word(Request):
    """What somebody says."""

    text: str


class Heard(Reply):
    """What was heard, and with how many others."""

    said: str
    beside: int


async def _run(_: Context, __: Any) -> Reply:
    raise AssertionError("a line carries nothing out by itself")


SAY = Command("say", (), frozenset(), UNLIMITED, (), False, False, _run)


class Hall:
    """Carries words out, in as many turns as it is asked to; `refuses` is what the next turns do."""

    def __init__(self) -> None:
        self.turns: list[tuple[str, list[str], float]] = []
        self.alone: list[str] = []
        self.refuses: list[Exception | None] = []
        self.leaves: set[str] = set()
        self.began = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.line = Gathering[str](self._together, self._by_itself)

    async def _together(
        self, house: str, _: Command, asked: Sequence[Asked[Any]], deadline: float
    ) -> Sequence[Reply | None]:
        words = [one.request.text for one in asked]
        self.turns.append((house, words, deadline))
        self.began.set()
        await self.gate.wait()
        refusal = self.refuses.pop(0) if self.refuses else None
        if refusal is not None:
            raise refusal
        return [None if word in self.leaves else Heard(said=word, beside=len(words)) for word in words]

    async def _by_itself(self, client: str, _: Command, request: Any, deadline: float) -> Reply:
        self.alone.append(request.text)
        if request.text == "bad":
            raise Unavailable(retry_after=1)
        return Heard(said=f"{client}: {request.text}", beside=0)

    def say(self, text: str, deadline: float = 5, house: str = "h") -> "asyncio.Task[Reply]":
        """Have something said, by a client of the same name."""
        by = replace(SOMEBODY, restaurant_id=house)
        return asyncio.create_task(self.line.carry_out(text, SAY, Asked(by, Word(text=text)), deadline))

    async def hold(self) -> "asyncio.Task[Reply]":
        """Begin a turn that does not end before the gate is opened."""
        self.gate.clear()
        first = self.say("first")
        await self.began.wait()
        return first


@pytest.fixture
async def hall() -> Hall:
    return Hall()


async def test_the_first_does_not_wait_and_the_rest_go_together(hall: Hall) -> None:
    first = await hall.hold()
    others = [hall.say(f"w{n}") for n in range(5)]
    elsewhere = hall.say("there", house="other")
    await asyncio.sleep(0)
    hall.gate.set()
    assert await first == Heard(said="first", beside=1)
    assert await elsewhere == Heard(said="there", beside=1)
    assert [await one for one in others] == [Heard(said=f"w{n}", beside=5) for n in range(5)]
    assert [words for house, words, _ in hall.turns if house == "h"] == [["first"], [f"w{n}" for n in range(5)]]


async def test_no_more_go_together_than_there_is_room_and_nobody_is_left_behind(hall: Hall) -> None:
    first = await hall.hold()
    others = [hall.say(str(n)) for n in range(MOST + 3)]
    await asyncio.sleep(0)
    hall.gate.set()
    await asyncio.gather(first, *others)
    assert [len(words) for _, words, _ in hall.turns] == [1, MOST, 3]


async def test_what_cannot_be_answered_with_the_others_is_heard_alone(hall: Hall) -> None:
    hall.leaves = {"odd", "bad"}
    first = await hall.hold()
    plain, odd, bad = hall.say("plain"), hall.say("odd"), hall.say("bad")
    await asyncio.sleep(0)
    hall.gate.set()
    await first
    assert await plain == Heard(said="plain", beside=3)
    assert await odd == Heard(said="odd: odd", beside=0)
    with pytest.raises(Unavailable):
        await bad


async def test_a_fault_of_the_turn_is_nobodys_fault(hall: Hall) -> None:
    hall.refuses = [None, ValueError("broken")]
    first = await hall.hold()
    others = [hall.say("a"), hall.say("b")]
    await asyncio.sleep(0)
    hall.gate.set()
    await first
    assert [await one for one in others] == [Heard(said="a: a", beside=0), Heard(said="b: b", beside=0)]


async def test_who_came_later_is_not_refused_because_the_time_of_another_is_over(hall: Hall) -> None:
    hall.refuses = [None, Unavailable(retry_after=1)]
    first = await hall.hold()
    old, young = hall.say("old", deadline=2), hall.say("young", deadline=4)
    await asyncio.sleep(0)
    hall.gate.set()
    await first
    with pytest.raises(Refusal):
        await old
    assert await young == Heard(said="young: young", beside=0)
    assert hall.turns[1] == ("h", ["old", "young"], 2)
    assert hall.alone == ["young"]


async def test_one_who_does_not_wait_any_more_holds_up_nobody(hall: Hall) -> None:
    first = await hall.hold()
    gone, there = hall.say("gone"), hall.say("there")
    await asyncio.sleep(0)
    gone.cancel()
    hall.gate.set()
    await first
    assert (await there) == Heard(said="there", beside=2)
    assert gone.cancelled() or isinstance(
        (await asyncio.gather(gone, return_exceptions=True))[0], asyncio.CancelledError
    )
    assert await hall.say("next") == Heard(said="next", beside=1)
