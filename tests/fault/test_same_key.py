"""Promise G5: one key sent 3 to 20 times at once, from several sockets on both servers, is one order and one answer."""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from comanda_client import Connection, Refused
from fault.driver import new_seed
from fault.installation import Installation, running
from fault.judge import read_truth
from fault.premises import Party, Premises, furnish

PROVE = bool(os.environ.get("PROVE"))
KEYS = 100_000 if PROVE else 2_000
WAVE = 2_000
HOUSES, TABLES, SOCKETS = 4, 20, 6
COPIES = (3, 20)
RETRIED = {"RATE_LIMITED", "ORDER_IN_PROGRESS", "OUTCOME_UNKNOWN", "UNAVAILABLE"}

pytestmark = pytest.mark.timeout(0 if PROVE else 240)


@dataclass
class Tally:
    """What happened to the keys of a run; every difference from the promise is a sentence in `wrong`."""

    keys: int = 0
    sendings: int = 0
    others_refused: int = 0
    orders: dict[str, str] = field(default_factory=dict)
    """Order ids by key, as they were answered."""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0


@pytest.fixture(scope="module")
async def tally(tmp_path_factory: pytest.TempPathFactory) -> Tally:
    """Send all keys, once for all tests of this module."""
    seed, tally, started = new_seed(), Tally(), time.monotonic()
    print(f"\nFAULT_SEED={seed}")
    async with running(tmp_path_factory.mktemp("same-key")) as installation:
        for wave in range(KEYS // WAVE):
            await _play(installation, seed + wave, tally)
    tally.seconds = time.monotonic() - started
    print(f"seed {seed}, {tally.seconds:.0f} s: {tally.keys} keys, {tally.sendings} sendings, {len(tally.wrong)} wrong")
    return tally


async def _play(installation: Installation, seed: int, tally: Tally) -> None:
    houses = [await furnish(installation.mongod.url, installation.addresses) for _ in range(HOUSES)]
    tables = [table for house in await asyncio.gather(*(_seat(house) for house in houses)) for table in house]
    left = iter(range(WAVE))
    chances = [random.Random(f"{seed} {number}") for number in range(len(tables))]
    await asyncio.gather(*(_order(table, chance, left, tally) for table, chance in zip(tables, chances, strict=True)))
    for house in houses:
        _compare(house, installation, tally)
    await asyncio.gather(*(phone.close() for table in tables for phone in table.phones))


@dataclass
class Seated:
    """A table with several sockets of one party, on both servers."""

    premises: Premises
    phones: list[Connection]


async def _seat(premises: Premises) -> list[Seated]:
    return [await _sit(premises, party) for party in await premises.open_tables(TABLES)]


async def _sit(premises: Premises, party: Party) -> Seated:
    """Two guests, each with sockets to both servers; in an INDIVIDUAL session one guest with all of them."""
    guests = [await premises.join(party, f"guest {n}", n) for n in range(2 if party.mode == "FAMILY" else 1)]
    phones = list(guests)
    for number in range(len(guests), SOCKETS):
        again = guests[number % len(guests)]
        turn = number // len(guests) % 2
        addresses = again.addresses[turn:] + again.addresses[:turn]
        phones.append(await Connection(addresses, "/table", again.auth).open())
    return Seated(premises, phones)


async def _order(table: Seated, chance: random.Random, left: Any, tally: Tally) -> None:
    for _ in left:
        tally.keys += 1
        phone = chance.choice(table.phones)
        added = await phone.operate("cart:add", table.premises.choose(chance, 1))
        key = str(UUID(int=chance.getrandbits(128), version=4))
        request = {"idempotencyKey": key, "cartVersion": added["cart"]["version"]}
        senders = [chance.choice(table.phones) for _ in range(min(chance.randint(*COPIES), chance.randint(*COPIES)))]
        answers = await asyncio.gather(*(_send(sender, request, tally) for sender in senders))
        _judge(key, answers, tally)
        other = await _send(chance.choice(table.phones), request | {"cartVersion": request["cartVersion"] + 1}, tally)
        if other["code"] == "IDEMPOTENCY_KEY_REUSED":
            tally.others_refused += 1
        else:
            tally.wrong.append(f"key {key} with other content: {other['code']}")


async def _send(phone: Connection, request: dict[str, Any], tally: Tally) -> dict[str, Any]:
    """Send until the answer is about the order, as every client must; return the answer with its code."""
    while True:
        tally.sendings += 1
        try:
            return {"code": "OK", **await phone.send("order:place", request, seconds=30)}
        except Refused as refused:
            if refused.code not in RETRIED:
                return {"code": refused.code}
            await asyncio.sleep(random.uniform(0.1, 1) * float(refused.details.get("retryAfter", 1)))


def _judge(key: str, answers: list[dict[str, Any]], tally: Tally) -> None:
    codes = Counter(answer["code"] for answer in answers)
    if set(codes) != {"OK"}:
        tally.wrong.append(f"key {key}: answered {dict(codes)}")
    orders = [answer["order"] for answer in answers if "order" in answer]
    if any(order != orders[0] for order in orders):
        tally.wrong.append(f"key {key}: {len({order['id'] for order in orders})} different orders in the answers")
    first = sum(1 for answer in answers if answer["code"] == "OK" and not answer.get("replayed"))
    if first > 1:
        tally.wrong.append(f"key {key}: {first} answers claim to be the first")
    if orders:
        tally.orders[key] = orders[0]["id"]


def _compare(premises: Premises, installation: Installation, tally: Tally) -> None:
    for order in read_truth(installation.mongod.url, premises.id).orders:
        if tally.orders.pop(order["idempotency_key"], None) != order["_id"]:
            tally.wrong.append(f"key {order['idempotency_key']}: order {order['_id']} is stored and was not answered")


async def test_nearly_every_key_was_sent(tally: Tally) -> None:
    assert tally.keys >= 0.95 * KEYS
    assert tally.sendings >= COPIES[0] * tally.keys


async def test_a_key_sent_many_times_at_once_is_one_order_and_one_answer(tally: Tally) -> None:
    assert tally.wrong == []


async def test_every_order_that_was_answered_is_stored(tally: Tally) -> None:
    assert tally.orders == {}


async def test_a_key_with_other_content_is_refused(tally: Tally) -> None:
    assert tally.others_refused == tally.keys
