"""Promise G10: whoever was away knows, after `sync:get`, exactly what a client that starts afresh is told."""

import asyncio
import os
import random
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from comanda_client import Connection, Refused
from fault.driver import new_seed
from fault.installation import Installation, running
from fault.premises import Premises, furnish
from integration.house import difference

PROVE = bool(os.environ.get("PROVE"))
DISCONNECTS = 100_000 if PROVE else 1_000
TABLES, PHONES = 12, 3
BURST_SECONDS = 0.5
"""How long things happen while clients are away; then all is quiet and everyone is compared."""

EQUAL_SECONDS = 5.0
ORDERS_OF_A_HOUSE = 150
"""After so many orders the evening goes on in a new house, so that a long run does not end in one endless board."""

pytestmark = pytest.mark.timeout(0 if PROVE else 240)


@dataclass
class Stay:
    """The people of one house, and what was wrong with what they knew."""

    premises: Premises
    guests: list[Connection] = field(default_factory=list)
    staff: list[Connection] = field(default_factory=list)
    orders: int = 0

    @property
    def everyone(self) -> list[Connection]:
        return [*self.guests, *self.staff]


@dataclass
class Report:
    """What a whole run came to."""

    disconnects: int = 0
    compared: int = 0
    changes: int = 0
    wrong: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
async def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Lose and find connections at random, once for all tests of this module."""
    seed, report, started = new_seed(), Report(), time.monotonic()
    chance = random.Random(seed)
    print(f"\nFAULT_SEED={seed}")
    folder: Path = tmp_path_factory.mktemp("return")
    async with running(folder) as installation:
        while report.disconnects < DISCONNECTS:
            await _stay_in_one_house(installation, chance, report)
    print(
        f"seed {seed}, {time.monotonic() - started:.0f} s: {report.disconnects} disconnects, {report.changes} changes, "
        f"{report.compared} comparisons, {len(report.wrong)} wrong"
    )
    return report


async def _stay_in_one_house(installation: Installation, chance: random.Random, report: Report) -> None:
    stay = await _arrive(await furnish(installation.mongod.url, installation.addresses))
    while report.disconnects < DISCONNECTS and stay.orders < ORDERS_OF_A_HOUSE:
        end = time.monotonic() + BURST_SECONDS
        away = [one for one in stay.everyone if chance.random() < 0.85]
        busy = [one for one in stay.everyone if one not in away] or stay.everyone[:1]
        await asyncio.gather(
            *(_lose(one, chance.uniform(0, BURST_SECONDS), is_abrupt=chance.random() < 0.5) for one in away),
            *(_act(one, stay, chance, end, report) for one in busy),
        )
        report.disconnects += len(away)
        await asyncio.gather(*(_compare(one, report) for one in stay.everyone))
    await asyncio.gather(*(one.close() for one in stay.everyone))


async def _arrive(premises: Premises) -> Stay:
    stay = Stay(premises)
    for number, party in enumerate(await premises.open_tables(TABLES)):
        for seat in range(PHONES):
            stay.guests.append(await premises.join(party, f"guest {number}.{seat}", number + seat))
    for role, namespace in (("WAITER", "/floor"), ("CHEF", "/kitchen"), ("MANAGER", "/floor"), ("MANAGER", "/kitchen")):
        token = {"accessToken": await premises.token(role)}
        stay.staff.append(Connection(premises.addresses, namespace, token, first_pause=0.05))
    for one in stay.everyone:
        await one.drop()
        await one.keep_open()
    await asyncio.gather(*(one.is_live.wait() for one in stay.everyone))
    return stay


async def _lose(client: Connection, after: float, *, is_abrupt: bool) -> None:
    """Lose a socket at some moment, politely or as a lift does it, and be there again."""
    await asyncio.sleep(after)
    socket = client._link and client._link._socket
    client.is_live.clear()
    if is_abrupt and socket is not None and socket.eio.ws is not None:
        socket.eio.ws._response.connection.transport.abort()
    else:
        await client.drop()
    async with asyncio.timeout(30):
        await client.is_live.wait()


async def _act(client: Connection, stay: Stay, chance: random.Random, end: float, report: Report) -> None:
    """Do what this client would do, until the time is up: guests order, cooks cook, waiters look on."""
    while time.monotonic() < end:
        try:
            if client.namespace == "/table":
                await _order(client, stay, chance)
            elif client.namespace == "/kitchen":
                await _cook(client, chance)
            report.changes += 1
        except Refused as refused:
            if refused.code in ("INTERNAL", "UNAUTHENTICATED", "NOT_JOINED"):
                report.wrong.append(f"{client.namespace}: {refused}")
        await asyncio.sleep(chance.uniform(0.02, 0.15))


async def _order(client: Connection, stay: Stay, chance: random.Random) -> None:
    answer = await client.operate("cart:add", stay.premises.choose(chance))
    cart = answer["cart"]
    if chance.random() < 0.3:
        line = chance.choice(cart["lines"])["id"]
        await client.operate("cart:remove", {"lineId": line})
    elif chance.random() < 0.3:
        key = f"key-{chance.getrandbits(64):016x}"
        await client.operate("order:place", {"idempotencyKey": key, "cartVersion": cart["version"]})
        stay.orders += 1


async def _cook(client: Connection, chance: random.Random) -> None:
    tickets: list[dict[str, Any]] = [one for one in client.state.of("ticket") if one["status"] == "OPEN"]
    if tickets:
        ticket = chance.choice(tickets)
        if chance.random() < 0.4:
            await client.operate("ticket:bump", {"ticketId": ticket["id"]})
        else:
            line, states = chance.choice(ticket["lines"]), cycle(("NEW", "IN_PROGRESS", "READY", "SERVED"))
            now = line["status"]
            while next(states) != now:
                pass
            step = {"ticketId": ticket["id"], "lineId": line["id"], "status": next(states), "expected": now}
            await client.send("line:set-status", step)


async def _compare(client: Connection, report: Report) -> None:
    """Compare once all is quiet; what is still on its way may take a moment."""
    deadline = time.monotonic() + EQUAL_SECONDS
    while True:
        fresh = await client.fresh()
        wrong = difference(client.state, fresh)
        if not wrong or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.1)
    report.compared += 1
    report.wrong += [f"{client.namespace}: {one[:300]}" for one in wrong]


async def test_clients_were_away_while_things_changed(report: Report) -> None:
    assert report.disconnects >= DISCONNECTS
    assert report.changes >= report.disconnects / 4


async def test_old_state_and_messages_are_the_fresh_state_after_every_return(report: Report) -> None:
    assert report.wrong == []
