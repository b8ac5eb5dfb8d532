"""The sealer beside running servers: every entry gets its place in one chain of its house, whoever seals, and the heads
are noted outside of the database.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from integration.house import AUDIT_KEY, House

from models.audit import AuditEntry
from models.chain import Fault
from models.store.lease import Lease
from models.store.ledger import Ledger
from server.anchor import AnchorFile
from server.audit_command import verify_house
from server.sealer import Sealer
from server.telemetry import Metrics

KEYS = {"a1": AUDIT_KEY.encode()}


def ledger_of(house: House) -> Ledger:
    return Ledger(house.apps[0].database)


async def stored(house: House) -> list[dict[str, Any]]:
    """The entries of the house in the order of the chain; those without a seal first."""
    collection = house.apps[0].store.collection(AuditEntry)
    return await collection.find({"restaurant_id": house.restaurant.id}).sort("seal.number").to_list()


async def all_sealed(house: House) -> list[dict[str, Any]]:
    async with asyncio.timeout(5):
        while True:
            entries = await stored(house)
            if entries and all(entry.get("seal") for entry in entries):
                return entries
            await asyncio.sleep(0.05)


async def verified(house: House) -> tuple[int, Fault | None]:
    return await verify_house(ledger_of(house), house.restaurant.id, KEYS, (), house.clock.now())


async def evening(house: House, table: int = 0) -> None:
    """Something to write down."""
    waiter = await house.waiter()
    party = await house.party(waiter, table)
    phone = await house.phone(party)
    await phone.send("session:leave", {})


@pytest.fixture
async def apart(house: House, tmp_path: Path) -> AsyncIterator[list[Sealer]]:
    """Four sealers who all believe that they hold the lease, on a database where nobody else seals."""
    app = house.apps[0]
    database = app.client[f"apart_{house.restaurant.id}"]
    leases = [Lease(database, f"sealer {n}", f"process {n}", 10) for n in range(4)]
    anchors = AnchorFile(tmp_path / "anchors.jsonl")
    yield [Sealer(lease, Ledger(database), KEYS, anchors, house.clock, Metrics()) for lease in leases]
    await app.client.drop_database(database)


def old_entry(house: str, number: int) -> dict[str, Any]:
    """As an older version wrote it: nothing in it tells of a seal."""
    return {
        "_id": f"{number:06}-{house}",
        "restaurant_id": house,
        "version": 1,
        "act": "login",
        "details": {"n": number},
    }


async def test_every_entry_is_in_the_chain_soon_after_its_act(house: House) -> None:
    await evening(house)
    entries = await all_sealed(house)
    assert [entry["seal"]["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert {entry["act"] for entry in entries} == {"login", "session-opened", "session-joined", "session-left"}
    assert await verified(house) == (len(entries), None)


async def test_a_chain_goes_on_where_it_was(house: House) -> None:
    await evening(house)
    before = await all_sealed(house)
    await evening(house, table=1)
    after = await all_sealed(house)
    assert after[: len(before)] == before
    assert await verified(house) == (len(after), None)
    assert len(after) > len(before)
