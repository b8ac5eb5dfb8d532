"""Two tablets at each table take money for the same shares, each payment sent by both, while servers and the database
are killed: each share is paid once, a key is one payment and one answer, and nothing that was acknowledged is lost.
"""

import asyncio
import os
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from comanda_client import Connection, Refused
from fault.driver import Driver, new_seed
from fault.installation import DATABASE, Installation, running
from fault.premises import Party, Premises, furnish
from pymongo import AsyncMongoClient

PROVE = bool(os.environ.get("PROVE"))
TABLES = 6
PARTS = 3
FAULTS = 100 if PROVE else 3
"""Tablets take money until so many have fired."""

ROUNDS = 160
"""Of one table at most: then its check is nearly full."""

THINKING = (0.0, 4.0 if PROVE else 1.0)
"""Seconds between two rounds of one table."""

pytestmark = pytest.mark.timeout(0 if PROVE else 120)


@dataclass
class Table:
    """A party with its phone, and two tablets at different servers."""

    party: Party
    phone: Connection
    tablets: list[Connection]


@dataclass
class Tally:
    """What was answered: tenders by their keys, and the two keys that were tried for each share."""

    answers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Ids of tenders, or codes of refusals, by the key."""
    shares: list[tuple[str, str]] = field(default_factory=list)
    amounts: dict[str, int] = field(default_factory=dict)
    """What was to be paid under a key."""

    def paid(self) -> dict[str, int]:
        """Return what was acknowledged as paid, by the key."""
        return {key: self.amounts[key] for key, answers in self.answers.items() if answers != {"PAYMENT_TOO_LARGE"}}


async def test_whatever_dies_every_share_is_paid_once_and_no_payment_is_lost(tmp_path: Path) -> None:
    seed, tally = new_seed(), Tally()
    print(f"\nFAULT_SEED={seed}")
    async with running(tmp_path) as installation:
        premises = await furnish(installation.mongod.url, installation.addresses)
        tables = await _seat(premises)
        done = asyncio.Event()
        driver = Driver(installation, random.Random(f"{seed} faults"))
        faults = asyncio.create_task(driver.run(done))
        chances = [random.Random(f"{seed} {number}") for number in range(TABLES)]
        paying = [_dine(table, premises, chance, driver, tally) for table, chance in zip(tables, chances, strict=True)]
        await asyncio.gather(*paying)
        done.set()
        await faults
        await asyncio.gather(*(one.close() for table in tables for one in (table.phone, *table.tablets)))
        print(f"{dict(driver.fired)}: {len(tally.shares)} shares, {len(tally.paid())} payments")
        assert sum(driver.fired.values()) >= FAULTS
        assert driver.ended_alone == []
        assert [line for server in installation.servers for line in server.surprises] == []
        await _judge(tally, installation)


async def _seat(premises: Premises) -> list[Table]:
    token = await premises.token("CASHIER")
    parties = [one for one in await premises.open_tables(TABLES * 2) if one.mode == "FAMILY"][:TABLES]
    tables = []
    for number, party in enumerate(parties):
        phone = await premises.join(party, "guest", number)
        await phone.drop()
        addresses = premises.addresses
        tablets = [
            await Connection(turned, "/floor", {"accessToken": token}, first_pause=0.05).keep_open()
            for turned in (addresses, addresses[::-1])
        ]
        tables.append(Table(party, await phone.keep_open(), tablets))
    return tables


async def _dine(table: Table, premises: Premises, chance: random.Random, driver: Driver, tally: Tally) -> None:
    """Eat, divide and pay, again and again."""
    for _ in range(ROUNDS):
        added = await table.phone.operate("cart:add", premises.choose(chance))
        request = {"idempotencyKey": _id(chance), "cartVersion": added["cart"]["version"]}
        await table.phone.operate("order:place", request)
        session = {"sessionId": table.party.session_id}
        division = {**session, "method": "EVEN", "count": PARTS, "opId": _id(chance)}
        check = (await chance.choice(table.tablets).operate("check:split", division))["check"]
        for share in check["shares"]:
            await _pay(table, session | {"shareId": share["id"]}, share["due"]["amount"], chance, tally)
        if sum(driver.fired.values()) >= FAULTS:
            return
        await asyncio.sleep(chance.uniform(*THINKING))


async def _pay(table: Table, share: dict[str, str], amount: int, chance: random.Random, tally: Tally) -> None:
    """Two payments of one share, by two keys, each from both tablets: one of them counts."""
    keys = (_id(chance), _id(chance))
    tally.shares.append(keys)
    request = {**share, "method": "CARD_TERMINAL", "amount": amount}
    sendings = [(tablet, key) for key in keys for tablet in table.tablets]
    chance.shuffle(sendings)
    for key in keys:
        tally.amounts[key] = amount
    await asyncio.gather(*(_send(tablet, {**request, "idempotencyKey": key}, tally) for tablet, key in sendings))


async def _send(tablet: Connection, request: dict[str, Any], tally: Tally) -> None:
    try:
        answer = (await tablet.operate("payment:record", request))["tender"]["id"]
    except Refused as refused:
        answer = refused.code
    tally.answers[request["idempotencyKey"]].add(answer)


async def _judge(tally: Tally, installation: Installation) -> None:
    """Compare what was answered with what is on the checks and in the audit."""
    async with AsyncMongoClient[dict[str, Any]](installation.mongod.url) as client:
        checks = await client[DATABASE]["checks"].find({"rounds": {"$ne": []}}).to_list()
        audited = await client[DATABASE]["audit"].find({"act": "payment-recorded"}).to_list()
    tenders = [tender for check in checks for tender in check["tenders"]]
    assert Counter(one["key"] for one in tenders).most_common(1)[0][1] == 1, "one payment for each key"
    assert [key for key, answers in tally.answers.items() if len(answers) > 1] == [], "one answer for each key"
    assert {one["key"]: one["amount"]["amount"] for one in tenders} == tally.paid()
    assert {one["key"]: {one["id"]} for one in tenders} == {key: tally.answers[key] for key in tally.paid()}
    assert [pair for pair in tally.shares if len(tally.paid().keys() & set(pair)) != 1] == [], "each share is paid once"
    assert [check["_id"] for check in checks if check["paid"] != check["total"]] == [], "what was divided is paid"
    assert sorted(one["subject"] for one in audited) == sorted(one["id"] for one in tenders)


def _id(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))
