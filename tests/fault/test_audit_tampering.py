"""Promise G20: every random edit, deletion, reordering and truncation of the audit log is found, on real documents."""

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fault.driver import new_seed
from fault.tamper import TAMPERS, Expected, Tamperer

from models.chain import Anchor, Fault
from models.store import client as mongodb
from models.store.codec import DOCUMENTS
from models.store.index import ensure_indexes
from models.store.lease import Lease
from models.store.ledger import Ledger
from server.anchor import AnchorFile, read_anchors
from server.audit_command import verify_house
from server.clock import Clock
from server.sealer import Sealer
from server.telemetry import Metrics

PROVE = bool(os.environ.get("PROVE"))
ROUNDS = 1_000 if PROVE else 100
ENTRIES, PORTION = 45, 10
ANCHORED = 40
HOUSE, NEIGHBOUR = "house-a", "house-b"
KEYS = {"a2": b"2" * 32, "a1": b"1" * 32}

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


def entry(house: str, number: int, chance: random.Random) -> dict[str, Any]:
    """One of the kinds of entries that there are; some are as older versions wrote them."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2) + timedelta(seconds=number)
    facts = {"status": chance.choice(["OPEN", "CLOSED", None]), "amount": chance.randint(1, 10_000), "reason": "că așa"}
    document = {
        "_id": f"{number:04}-{house}",
        "restaurant_id": house,
        "version": 1,
        "change": None,
        "at": at,
        "act": chance.choice(["login", "order-placed", "line-voided", "pin-failed"]),
        "actor": {"kind": "STAFF", "id": f"s{chance.randint(1, 3)}", "name": "Ana"},
        "session_id": chance.choice([None, "session-1"]),
        "subject": chance.choice([None, "subject-1"]),
        "address": "203.0.113.0/24",
        "device": "",
        "before": facts,
        "after": facts | {"status": "CLOSED"},
        "details": facts | {"new_one": chance.random() < 0.5},
    }
    return document if number % 3 else document | {"seal": None}


@dataclass
class Evidence:
    """Two sealed houses, and what has to be put back after each tamper."""

    database: Any
    ledger: Ledger
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    heads: list[dict[str, Any]] = field(default_factory=list)
    anchors: dict[str, list[Anchor]] = field(default_factory=dict)

    async def verify(self, house: str) -> Fault | None:
        anchors = self.anchors.get(house, [])
        return (await verify_house(self.ledger, house, KEYS, anchors, datetime.now(UTC)))[1]

    async def tamper(self, name: str, chance: random.Random) -> tuple[Expected, Fault | None]:
        """Do one thing to one house, say what is found, and put everything back."""
        tamperer = Tamperer(self.database, HOUSE, self.entries[HOUSE], ANCHORED, chance)
        expected = await TAMPERS[name](tamperer)
        fault = await self.verify(HOUSE)
        await self.put_back()
        return expected, fault

    async def put_back(self) -> None:
        for name, documents in (
            ("audit", [*self.entries[HOUSE], *self.entries[NEIGHBOUR]]),
            ("audit_chains", self.heads),
        ):
            await self.database[name].delete_many({})
            await self.database[name].insert_many(documents)


@pytest.fixture(scope="module")
async def evidence(mongo_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evidence]:
    """Write and seal the entries of two houses as servers do, in portions, with an anchor after each but the last."""
    # What is at stake is what is read: nothing here has to survive a crash, as a server's writes have to.
    client = mongodb.connect(mongo_url, w=1, journal=False, readConcernLevel="local")
    database = client["tampering"]
    await client.drop_database("tampering")
    await ensure_indexes(database)
    path = tmp_path_factory.mktemp("anchors") / "anchors.jsonl"
    lease = Lease(database, "sealer", "one", 60)
    found = Evidence(database.with_options(codec_options=DOCUMENTS), Ledger(database))
    chance = random.Random(1)
    for first in range(1, ENTRIES + 1, PORTION):
        # Every portion is sealed by another process under another choice of keys, the last one by the newest.
        keys = dict(list(KEYS.items())[1:]) if first < ENTRIES / 2 else KEYS
        sealer = Sealer(lease, found.ledger, keys, AnchorFile(path), Clock(), Metrics())
        for house in (HOUSE, NEIGHBOUR):
            await database["audit"].insert_many(
                [entry(house, number, chance) for number in range(first, min(first + PORTION, ENTRIES + 1))]
            )
        await sealer.seal()
        if first < ANCHORED:
            await sealer.anchor()
    found.anchors = read_anchors([path], KEYS)
    for house in (HOUSE, NEIGHBOUR):
        found.entries[house] = (
            await found.database["audit"].find({"restaurant_id": house}).sort("seal.number").to_list()
        )
    found.heads = await found.database["audit_chains"].find({}).to_list()
    # Whoever can write can also drop the index that keeps numbers apart: what is found must not rest on it.
    await database["audit"].drop_index("chain")
    yield found
    await client.drop_database("tampering")
    await client.close()


async def test_untouched_chains_are_right(evidence: Evidence) -> None:
    assert [len(evidence.entries[house]) for house in (HOUSE, NEIGHBOUR)] == [ENTRIES, ENTRIES]
    assert {one["seal"]["key"] for one in evidence.entries[HOUSE]} == set(KEYS)
    assert [one.number for one in evidence.anchors[HOUSE]] == list(range(PORTION, ANCHORED + 1, PORTION))
    assert [await evidence.verify(house) for house in (HOUSE, NEIGHBOUR)] == [None, None]


async def test_every_random_tamper_is_found_and_the_first_bad_entry_named(evidence: Evidence) -> None:
    seed = new_seed()
    print(f"\nFAULT_SEED={seed}")
    names = sorted(TAMPERS)
    done: Counter[str] = Counter()
    for number in range(ROUNDS):
        chance = random.Random(f"{seed} {number}")
        name = names[number % len(names)]
        expected, fault = await evidence.tamper(name, chance)
        said = f"FAULT_SEED={seed}, tamper {number}, {name}: expected {expected}, found {fault}"
        assert fault is not None, said
        assert fault.wrong in expected.wrong, said
        assert expected.number in (None, fault.number), said
        assert fault.id == expected.id, said
        done[name] += 1
    print(f"seed {seed}: {sum(done.values())} tampers of {len(done)} kinds found")
    assert sum(done.values()) >= ROUNDS
    assert set(done) == set(TAMPERS)


async def test_what_is_done_to_one_house_is_not_said_of_another(evidence: Evidence) -> None:
    tamperer = Tamperer(evidence.database, HOUSE, evidence.entries[HOUSE], ANCHORED, random.Random(7))
    await tamperer.delete_one()
    assert await evidence.verify(HOUSE) is not None
    assert await evidence.verify(NEIGHBOUR) is None
    await evidence.put_back()


async def test_after_all_tampers_the_same_entries_put_back_are_right(evidence: Evidence) -> None:
    assert [await evidence.verify(house) for house in (HOUSE, NEIGHBOUR)] == [None, None]
