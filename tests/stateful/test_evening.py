"""Promise G9: whatever people do in a house, in whatever order and at the same moment, no invariant breaks.

An evening is a list of numbers, each of which decides everything about one step; zero does nothing. They are drawn here
and not by Hypothesis, which repeats parts of what it has drawn, so that half of the evenings would be known already.
An evening that breaks an invariant is shortened as Hypothesis does it: by what can be left out. `FAULT_SEED` replays a
run, `EVENING` one evening of it.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from fault.driver import new_seed
from stateful import dining, serving, sharing, staffing
from stateful.evening import Evening, Picks, Rule
from stateful.ledger import Broken, Ledger
from stateful.servers import Servers
from stateful.truth import Truth

PROVE = bool(os.environ.get("PROVE"))
EVENINGS, STEPS = (5_000 if PROVE else 200), 50
LOOK_EVERY = 1 if PROVE else 3
"""How many moments go by from one look into the database to the next; the answers are judged at every one."""

AT_A_TIME = 4
"""Evenings in different houses at once: while one waits for the database, another goes on."""

SHORTENINGS = 60
"""How often a broken evening is tried with less in it."""

SEED = new_seed()
RULES: tuple[Rule, ...] = (
    *[dining.join] * 2,
    *[dining.add] * 6,
    *[dining.change] * 2,
    *[dining.place] * 5,
    *[dining.repeat] * 5,
    *[serving.cook] * 4,
    *[serving.decide] * 3,
    serving.cancel,
    dining.open_table,
    dining.hold,
    dining.guess,
    dining.leave,
    dining.wait,
    serving.serve,
    serving.move,
    *[serving.merge] * 2,
    serving.ask,
    staffing.come,
    staffing.refresh,
    staffing.change,
    staffing.revoke,
    serving.manage,
    serving.eject,
    *[serving.take_off] * 2,
    *[serving.pay] * 2,
    serving.refund,
    serving.close,
    *[sharing.claim] * 3,
    sharing.divide,
)
ACTS = frozenset(
    {
        "session-opened",
        "session-joined",
        "session-left",
        "session-moved",
        "session-move-undone",
        "session-closed",
        "session-merged",
        "session-unmerged",
        "session-admitted",
        "pin-rotated",
        "participant-ejected",
        "covers-set",
        "staff-changed",
        "staff-revoked",
        "login-refreshed",
        "token-reused",
        "order-placed",
        "order-approved",
        "order-cancelled",
        "line-voided",
        "line-comped",
        "discount-applied",
        "payment-recorded",
        "payment-refunded",
        "line-claimed",
        "line-unclaimed",
        "check-divided",
    }
)
pytestmark = pytest.mark.timeout(0 if PROVE else 400)


@pytest.fixture(scope="module")
async def answered(mongo_url: str) -> AsyncIterator[Counter[str]]:
    """Spend all evenings, once for all tests of this module; returns what was answered how often.

    Fails with the shortest history that still breaks an invariant.
    """
    servers, answers = Servers(), Counter[str]()
    await servers.start(mongo_url, "evenings", limits={"first_order_gate": True})
    print(f"\nFAULT_SEED={SEED}")
    numbers = iter([int(os.environ["EVENING"])] if "EVENING" in os.environ else range(EVENINGS))

    async def spend_some() -> None:
        for number in numbers:
            steps = drawn(number)
            try:
                answers.update(await spend(servers, steps))
            except Broken as broken:
                shortest = await shortened(servers, steps, broken)
                pytest.fail(f"FAULT_SEED={SEED} EVENING={number}\n{shortest}", pytrace=False)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(spend_some())
        yield answers
    finally:
        await servers.stop()


def drawn(number: int) -> list[int]:
    """Return the steps of an evening of this run."""
    chance = random.Random(f"{SEED} {number}")
    return [chance.randrange(1, 2**40) for _ in range(STEPS)]


async def spend(servers: Servers, steps: list[int]) -> Counter[str]:
    """Spend one evening in a new house: some steps alone, some two or three at once. Raises `Broken`."""
    house = await servers.new_house()
    evening = Evening(servers, house, Ledger(), Truth(servers.apps[1], house.id, ACTS))
    moments = list(moments_of(steps))
    for number, together in enumerate(moments, start=1):
        await evening.together(together, then_look=number % LOOK_EVERY == 0 or number == len(moments))
    return evening.answers


def moments_of(steps: list[int]) -> Iterator[list[tuple[Rule, Picks]]]:
    """Divide steps into those that happen at the same moment: one, two or three."""
    together: list[tuple[Rule, Picks]] = []
    for picks in [Picks(number) for number in steps if number]:
        is_with_next = picks.below(3) == 2
        together.append((picks.one_of(RULES), picks))
        if not is_with_next or len(together) == 3:
            yield together
            together = []
    if together:
        yield together


async def shortened(servers: Servers, steps: list[int], broken: Broken) -> Broken:
    """Leave out of an evening whatever it does not need to break; what happens at once may not break every time."""
    size, tries = len(steps) // 2, 0
    while size and tries < SHORTENINGS:
        for first in range(0, len(steps), size):
            less = [*steps[:first], *steps[first + size :]]
            tries += 1
            try:
                await spend(servers, less)
            except Broken as again:
                steps, broken = less, again
                break
        else:
            size //= 2
    return broken


async def test_no_invariant_breaks_in_any_evening(answered: Counter[str]) -> None:
    assert answered.total() >= EVENINGS * STEPS * 0.95 or "EVENING" in os.environ


async def test_the_evenings_were_full(answered: Counter[str]) -> None:
    """An evening in which everything is refused proves nothing. The bounds are far below what is usual."""
    print("\n" + "\n".join(f"{count:6d} {what}" for what, count in sorted(answered.items())))
    for name in ("session:join", "cart:add", "order:place", "order:approve", "line:set-status", "payment:record"):
        assert answered[f"{name} ok"] > EVENINGS / 4, name
    rare = ("session:move", "session:merge", "session:unmerge", "session:close", "participant:eject", "service:request")
    for name in (
        *rare,
        "line:void",
        "payment:refund",
        "check:claim",
        "check:unclaim",
        "check:split",
        "check:unsplit",
        "ticket:bump",
        "order:cancel",
        "staff:refresh",
        "staff:revoke",
    ):
        assert answered[f"{name} ok"] > EVENINGS / 40, name
