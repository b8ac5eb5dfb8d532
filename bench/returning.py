"""What a return costs: one `sync:get` of a client that has nothing, and of one that has what it can name."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from comanda_client.state import State

from bench.child import Child, stopping
from bench.house import House
from bench.load import Lane, run
from bench.party import LINES_OF_AN_ORDER, Party
from bench.phone import connect, connect_many
from bench.rounds import Effort, Meter, interleave
from bench.table import Row, Target, compare
from server.embedded import Services

GUESTS, LINES, ROUNDS = 8, 60, 10
TABLES, ROUNDS_OF_A_TABLE, LINES_IN_A_CART = 200, 2, 2
AT_A_TIME = 8
SYNCS_PER_SOCKET = 10
"""`sync:get` is limited to this many in ten seconds for one socket, so each figure takes sockets of its own."""
SOCKETS = 5
PARTY_TARGET = Target(15, 15, of_ours=True)
FLOOR_TARGET = Target(50, 50, of_ours=True)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where someone comes back to: a namespace of a server, and the proof of who it is."""

    child: Child
    namespace: str
    auth: Mapping[str, Any]

    async def ask(self, have: Mapping[str, int]) -> list[Any]:
        """Return the messages that a `sync:get` brings."""
        phone = await connect(self.child.port, self.namespace, self.auth)
        answer = await phone.done("sync:get", {"have": have})
        phone.close()
        return list(answer["messages"])

    async def known(self) -> dict[str, int]:
        """Return what a client that has everything names, as the clients of the protocol do."""
        state = State()
        for message in await self.ask({}):
            state.merge(message["payload"])
        return state.ask().have

    async def round(self, sockets: int, have: Mapping[str, int]) -> float:
        """Return ms of CPU for one `sync:get`, by sockets that just came back."""
        phones = await connect_many(self.child.port, [self.auth] * sockets, self.namespace)
        meter = Meter(self.child)
        lanes = [Lane([phone], lambda _, phone: phone.packet("sync:get", {"have": have})) for phone in phones]
        await meter.run(lanes, turns_each=SYNCS_PER_SOCKET, at_a_time=1)
        for phone in phones:
            phone.close()
        return meter.microseconds / 1e3


class ReturningRows:
    """Measures the return of a guest and of a waiter to a server whose memory is warm."""

    def __init__(self, effort: Effort, services: Services, folder: Path) -> None:
        self.effort = effort
        self._services = services
        self._folder = folder

    async def sync(self) -> list[Row]:
        """`sync:get` of a guest of a large party, and of a waiter on a full floor."""
        async with self._party() as guest:
            party = await self._rows(guest, f"a party of {GUESTS}, {LINES} lines in {ROUNDS} rounds", PARTY_TARGET)
        tables = self.effort.count(TABLES, 20)
        async with self._floor(tables) as waiter:
            floor = await self._rows(waiter, f"a floor of {tables} tables", FLOOR_TARGET)
        return [*party, *floor]

    async def _rows(self, seat: Seat, whose: str, target: Target) -> list[Row]:
        known = await seat.known()
        rows = []
        for what, have in (("nothing", dict[str, int]()), ("everything", known)):
            told = await seat.ask(have)
            await seat.round(1, have)
            figures = await interleave(self.effort.rounds, {"ours": partial(seat.round, SOCKETS, have)})
            size = len(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()) / 1e3
            note = f"names {len(have)} versions, is told {len(told)} snapshots in {size:,.0f} KB"
            rows.append(compare(f"sync:get, {whose}, has {what}", "ms", figures, target=target, note=note))
        return rows

    @asynccontextmanager
    async def _party(self) -> AsyncIterator[Seat]:
        async with self._served("party", 2) as (house, child):
            [party] = await house.seat(child, 1, GUESTS)
            for _ in range(ROUNDS):
                await _order([party], LINES // ROUNDS)
            auth = party.phones[0].auth
            party.close()
            yield Seat(child, "/table", auth)

    @asynccontextmanager
    async def _floor(self, tables: int) -> AsyncIterator[Seat]:
        async with self._served("floor", tables + 1) as (house, child):
            parties = await house.seat(child, tables, 1)
            for _ in range(ROUNDS_OF_A_TABLE):
                await _order(parties, LINES_OF_AN_ORDER)
            await run([party.add for party in parties], turns_each=LINES_IN_A_CART, at_a_time=AT_A_TIME)
            yield Seat(child, "/floor", {"accessToken": await house.access_token(child)})
            for party in parties:
                party.close()

    @asynccontextmanager
    async def _served(self, name: str, tables: int) -> AsyncIterator[tuple[House, Child]]:
        house = House(self._services, name, self._folder / "server", tables)  # the first is the demonstration's
        await asyncio.to_thread(house.furnish)
        child = house.start()
        async with stopping(child):
            await child.ready()
            yield house, child


async def _order(parties: Sequence[Party], lines: int) -> None:
    await run([party.add for party in parties], turns_each=lines, at_a_time=AT_A_TIME)
    await run([party.place for party in parties], turns_each=1, at_a_time=AT_A_TIME)
