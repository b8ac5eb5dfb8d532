"""Promise G6: hostile frames and commands against a whole server process, beside guests who order meanwhile.

50,000 inputs in continuous integration, 2,000,000 with PROVE=1. `FUZZ_SEED` plays a run again.
"""

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from comanda_client import Connection
from fault.installation import Server, running
from fault.premises import PASSWORD, Premises, furnish
from fuzz.siege import Attack, Bystanders, Siege, metrics, seat, sockets

from handlers.registry import FLOOR, KITCHEN, TABLE

PROVE = bool(os.environ.get("PROVE"))
INPUTS = 2_000_000 if PROVE else 50_000
WARM_UP = INPUTS // 5
"""After these the caches, the counters and the interpreter's arenas have the size that they keep."""

GROWTH = 1.10
GHOST_SECONDS = 40.0
"""Longer than a ping and its answer: by then a socket that nobody holds is gone."""

pytestmark = pytest.mark.timeout(0 if PROVE else 240)


@dataclass
class Outcome:
    """What the siege left behind."""

    siege: Siege
    bystanders: Bystanders
    orders: list[dict[str, Any]]
    tickets: set[str]
    sockets_before: dict[str, float]
    sockets_after: dict[str, float]
    counted: dict[str, float]
    memory: tuple[int, int]
    surprises: list[str]
    exits: list[int]
    is_same_process: bool


@pytest.fixture(scope="module")
async def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Besiege a server once for all tests of this module."""
    seed = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"\nFUZZ_SEED={seed}")
    folder, started = tmp_path_factory.mktemp("siege"), time.monotonic()
    async with running(folder, servers=1) as installation:
        (server,) = installation.servers
        outcome = await _besiege(installation.mongod.url, server, folder, random.Random(seed))
    siege = outcome.siege
    print(
        f"{dict(siege.sent)} in {time.monotonic() - started:.0f} s, {siege.cut_off} cut off; codes {dict(siege.codes)}"
    )
    before, after = outcome.memory
    print(f"memory {before >> 20} to {after >> 20} MB; bystanders placed {len(outcome.bystanders.placed)} rounds")
    return outcome


async def _besiege(mongo_url: str, server: Server, folder: Path, chance: random.Random) -> Outcome:
    theirs, ours = await furnish(mongo_url, [server.address]), await furnish(mongo_url, [server.address])
    (party,) = await ours.open_tables(1)
    bystanders = await seat(ours, party, chance)
    siege = Siege(server.port, chance, *await _arm(theirs))
    before, process = sockets(await metrics(server)), psutil.Process(server._process.pid)  # type: ignore[union-attr]
    dining = asyncio.create_task(bystanders.dine())
    await siege.run(WARM_UP)
    warm = process.memory_info().rss
    await siege.run(INPUTS - WARM_UP)
    memory = (warm, process.memory_info().rss)
    bystanders.is_over = True
    await dining
    after = await _without_ghosts(server, before)
    fresh = await bystanders.phones[0].fresh()
    screen = await bystanders.cook.fresh()
    result = Outcome(
        siege=siege,
        bystanders=bystanders,
        orders=list(fresh.of("order")),
        tickets={ticket["orderId"] for ticket in screen.of("ticket")},
        sockets_before=before,
        sockets_after=after,
        counted=await metrics(server),
        memory=memory,
        surprises=server.surprises,
        exits=server.exits,
        is_same_process=process.is_running() and server.is_up,
    )
    await asyncio.gather(*(one.close() for one in (*bystanders.phones, bystanders.cook)))
    return result


async def _arm(premises: Premises) -> tuple[list[Attack], dict[str, Any]]:
    """Give the attackers every way in that there is, in a house of their own, and the ids of real things."""
    (party,) = await premises.open_tables(1)
    phone = await premises.join(party, "Mallory")
    dish = premises.choose(random.Random(1))
    version = (await phone.operate("cart:add", dish))["cart"]["version"]
    sending = {"idempotencyKey": "the-first-order", "cartVersion": version}
    order = (await phone.operate("order:place", sending))["order"]
    line = (await phone.operate("cart:add", dish))["cart"]["lines"][0]["id"]
    guest = {"table": party.token, "sessionToken": phone.auth["sessionToken"]}
    await phone.close()
    waiter, chef = await premises.token("WAITER"), await premises.token("CHEF")
    cook = await Connection(premises.addresses, KITCHEN, {"accessToken": chef}).open()
    ticket = (await cook.send("board:get", {}))["tickets"][0]["id"]
    await cook.close()
    ways = [
        Attack(TABLE, json.dumps(guest)),
        Attack(TABLE, json.dumps({"table": party.token})),
        Attack(FLOOR, json.dumps({"accessToken": waiter})),
        Attack(FLOOR, "{}"),
        Attack(KITCHEN, json.dumps({"accessToken": chef})),
        Attack(KITCHEN, "{}"),
    ]
    examples = {
        "sessionId": party.session_id,
        "tableId": premises.tables[3].id,
        "restaurantId": premises.id,
        "itemId": dish["itemId"],
        "modifiers": dish["modifiers"],
        "lineId": line,
        "ticketId": ticket,
        "ticketIds": [ticket],
        "cartVersion": version,
        "pin": "0000",
        "name": "Mallory",
        "mode": "FAMILY",
        "covers": 2,
        "login": premises.logins["CASHIER"],
        "password": PASSWORD + "?",
        "quantity": 1,
        "note": "",
        "reason": "",
        "language": "ro",
        "station": "grill",
        "status": "IN_PROGRESS",
        "expected": "NEW",
        "have": {},
        "paymentMethod": "CASH",
        "opId": "an-operation",
        "idempotencyKey": "the-first-order",
        "orderId": order["id"],
        "participantId": order["placedBy"]["id"],
        "keepPin": True,
        "resume": True,
        "fence": 1,
        "kind": "WATER",
        "method": "CASH",
        "amount": 100,
        "percent": None,
        "approval": {"login": premises.logins["MANAGER"], "pin": "0000"},
        "refreshToken": "none",
        "code": "ABCD-2345",
        "from": party.session_id,
        "into": party.session_id,
    }
    return ways, examples


async def _without_ghosts(server: Server, before: dict[str, float]) -> dict[str, float]:
    """Return the live connections once they are as many as before, or when that took too long."""
    after = sockets(await metrics(server))
    with_deadline = time.monotonic() + GHOST_SECONDS
    while after != before and time.monotonic() < with_deadline:
        await asyncio.sleep(0.2)
        after = sockets(await metrics(server))
    return after


async def test_the_siege_was_one(outcome: Outcome) -> None:
    assert outcome.siege.sent.total() >= INPUTS
    assert min(outcome.siege.sent.values()) > INPUTS // 10
    assert {"VALIDATION_FAILED", "UNKNOWN_COMMAND", "UNAUTHENTICATED", "NOT_FOUND"} <= outcome.siege.codes.keys()


async def test_no_input_makes_the_server_fail(outcome: Outcome) -> None:
    assert outcome.surprises == []
    assert "INTERNAL" not in outcome.siege.codes
    assert [name for name in outcome.counted if 'outcome="INTERNAL"' in name] == []


async def test_no_input_ends_the_process(outcome: Outcome) -> None:
    assert outcome.exits == []
    assert outcome.is_same_process


async def test_every_command_is_answered_once(outcome: Outcome) -> None:
    assert outcome.siege.answered_twice == []
    assert outcome.siege.unanswered == 0


async def test_no_ghost_stays(outcome: Outcome) -> None:
    assert outcome.sockets_after == outcome.sockets_before


async def test_the_memory_stays_within_a_tenth(outcome: Outcome) -> None:
    warm, after = outcome.memory
    assert after <= warm * GROWTH


async def test_bystanders_order_as_if_nothing_happened(outcome: Outcome) -> None:
    placed = outcome.bystanders.placed
    assert len(placed) >= 20
    stored = {order["id"]: [(one["itemId"], one["quantity"]) for one in order["lines"]] for order in outcome.orders}
    assert stored == placed


async def test_the_kitchen_has_every_order_of_the_bystanders(outcome: Outcome) -> None:
    assert outcome.tickets == set(outcome.bystanders.placed)
