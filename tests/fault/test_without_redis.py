"""Promise G12: Redis killed, frozen or emptied: everyone goes on ordering, nobody waits, and messages stay live."""

import asyncio
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from comanda_client import Connection, Refused, Unreachable
from fault.driver import new_seed
from fault.installation import Installation, running
from fault.premises import Party, Premises, furnish
from redis.asyncio import Redis

PROVE = bool(os.environ.get("PROVE"))
SECONDS = 200.0 if PROVE else 4.0
"""How long each state of Redis lasts."""

TABLES = 8
ADDED_BY_REDIS = 0.5
"""The most that a command may take longer than the longest one with a healthy Redis, in seconds."""

LAG_SECONDS = 2.0
STATES = ("healthy", "killed", "frozen", "emptied")

VISITS = 2

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


@dataclass
class Measured:
    """What guests experienced in one state of Redis, in seconds."""

    waits: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    returns: list[float] = field(default_factory=list)
    orders: int = 0
    failures: list[str] = field(default_factory=list)
    longest_waits: list[float] = field(default_factory=list)
    longest_returns: list[float] = field(default_factory=list)
    """The longest of each visit: who waits for Redis waits at every visit, a hiccup of the machine comes once."""

    def take(self, visit: "Measured") -> None:
        """Add what was measured in one visit to a state."""
        self.waits += visit.waits
        self.lags += visit.lags
        self.returns += visit.returns
        self.orders += visit.orders
        self.failures += visit.failures
        self.longest_waits.append(max(visit.waits))
        self.longest_returns.append(max(visit.returns))

    def summary(self) -> str:
        command, lag, back = (round(max(seconds) * 1000) for seconds in (self.waits, self.lags, self.returns))
        return (
            f"{len(self.waits)} commands, {self.orders} orders, {len(self.failures)} failed; "
            f"longest command {command} ms, lag {lag} ms, return {back} ms"
        )


@pytest.fixture(scope="module")
async def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """Order through all states of Redis, once for all tests of this module."""
    seed, found = new_seed(), {state: Measured() for state in STATES}
    async with running(tmp_path_factory.mktemp("without-redis")) as installation:
        premises = await furnish(installation.mongod.url, installation.addresses)
        parties = [party for party in await premises.open_tables(TABLES * 2) if party.mode == "FAMILY"]
        pairs = [await _sit(premises, party) for party in parties]
        chances = [random.Random(f"{seed} {number}") for number in range(TABLES)]
        await _dine(premises, pairs, chances, time.monotonic() + 1, Measured())  # what is slow only the first time
        for state in STATES * VISITS:
            visit = Measured()
            async with _in(state, installation):
                await _dine(premises, pairs, chances, time.monotonic() + SECONDS / VISITS, visit)
            found[state].take(visit)
        await asyncio.gather(*(phone.close() for pair in pairs for phone in pair))
    print("".join(f"\nredis {state}: {one.summary()}" for state, one in found.items()))
    return found


class _in:  # noqa: N801  (reads as a sentence)
    """Redis in one of its states while the context lasts."""

    def __init__(self, state: str, installation: Installation) -> None:
        self._state, self._redis = state, installation.redis
        self._emptying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        if self._state == "killed":
            self._redis.kill()
        elif self._state == "frozen":
            self._redis.freeze()
        elif self._state == "emptied":
            self._emptying = asyncio.create_task(_empty(self._redis.url))

    async def __aexit__(self, *_: object) -> None:
        if self._state == "killed":
            await self._redis.start()
        elif self._state == "frozen":
            self._redis.thaw()
        elif self._emptying:
            self._emptying.cancel()
            await asyncio.gather(self._emptying, return_exceptions=True)


async def _empty(url: str) -> None:
    async with Redis.from_url(url) as redis:
        while True:
            await redis.flushall()
            await asyncio.sleep(0.2)


async def _sit(premises: Premises, party: Party) -> tuple[Connection, Connection]:
    """Seat two guests of one party, on different servers."""
    return await premises.join(party, "Ana", 0), await premises.join(party, "Ion", 1)


async def _dine(
    premises: Premises,
    pairs: list[tuple[Connection, Connection]],
    chances: list[random.Random],
    end: float,
    measured: Measured,
) -> None:
    await asyncio.gather(
        *(_share(premises, *pair, chance, end, measured) for pair, chance in zip(pairs, chances, strict=True))
    )


async def _share(
    premises: Premises, one: Connection, other: Connection, chance: random.Random, end: float, measured: Measured
) -> None:
    """One guest adds, the other sees it and sends; then one of them goes out and comes back."""
    while time.monotonic() < end:
        try:
            with _timed(measured):
                added = await one.operate("cart:add", premises.choose(chance), within=10)
            cart = added["cart"]
            await _seen(other, cart["id"], cart["version"], measured)
            request = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
            with _timed(measured):
                placed = await one.operate("order:place", request, within=10)
            measured.orders += 1
            await _seen(other, placed["order"]["id"], 1, measured)
            await _come_back(other, measured)
        except (Refused, Unreachable, TimeoutError) as error:
            measured.failures.append(repr(error))
        one, other = other, one
        await asyncio.sleep(chance.uniform(0.2, 0.6))


@contextmanager
def _timed(measured: Measured) -> Iterator[None]:
    started = time.monotonic()
    yield
    measured.waits.append(time.monotonic() - started)


async def _seen(client: Connection, entry_id: str, version: int, measured: Measured) -> None:
    """Measure how much later than the answer the other phone, on the other server, has it."""
    answered = time.monotonic()
    await client.until(lambda state: entry_id in state.snapshots and state.snapshots[entry_id].version >= version, 10)
    measured.lags.append(time.monotonic() - answered)


async def _come_back(client: Connection, measured: Measured) -> None:
    await client.drop()
    client._turn += 1  # the same server again, so that the two stay apart
    started = time.monotonic()
    await client.open()
    measured.returns.append(time.monotonic() - started)


@pytest.fixture(params=STATES[1:])
def state(request: pytest.FixtureRequest) -> str:
    """One of the faults of Redis."""
    return str(request.param)


async def test_every_order_goes_through_without_redis(measured: dict[str, Measured], state: str) -> None:
    assert measured[state].failures == []
    assert measured[state].orders >= measured["healthy"].orders / 2 > 0


async def test_no_command_waits_for_redis(measured: dict[str, Measured], state: str) -> None:
    assert min(measured[state].longest_waits) <= max(measured["healthy"].waits) + ADDED_BY_REDIS


async def test_no_connect_waits_for_redis(measured: dict[str, Measured], state: str) -> None:
    assert min(measured[state].longest_returns) <= max(measured["healthy"].returns) + ADDED_BY_REDIS


async def test_messages_stay_live_across_servers_without_redis(measured: dict[str, Measured], state: str) -> None:
    assert max(measured[state].lags) <= LAG_SECONDS
