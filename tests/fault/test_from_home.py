"""Promises G1, G2 and G5 for orders from home: under random kills of every process, and with each key sent many times.

What was sold is counted in five places (orders, tickets, stock, the room of slots, the customer), and all must agree.
"""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from comanda_client import Connection, Refused, Unreachable
from fault.driver import Driver, new_seed
from fault.homes import LEFT, Home, Suburb, settle_suburb
from fault.installation import DATABASE, Installation, running
from fault.premises import furnish
from fault.screen import Screen
from pymongo import MongoClient

PROVE = bool(os.environ.get("PROVE"))
HOMES = 12
ORDERS = 2_000 if PROVE else 60
KEYS = 5_000 if PROVE else 60
SOCKETS, COPIES = 4, (3, 10)
THINKING = (0.2, 4.0)
KILLS = ("kill server", "kill mongod", "kill redis")
SETTLED_SECONDS = 20.0

pytestmark = pytest.mark.timeout(0 if PROVE else 240)

Documents = list[dict[str, Any]]


@dataclass
class Evening:
    """What people at home were answered, and what is stored and shown at the end."""

    driver: Driver
    answered: dict[str, str] = field(default_factory=dict)
    """Order ids by key."""
    stormy: int = 0
    """How many were ordered while processes died."""
    wrong: list[str] = field(default_factory=list)
    others_refused: int = 0
    stored: dict[str, Documents] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    counted: str = ""
    surprises: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Order through faults, then with every key sent many times at once: once for all tests of this module."""
    seed, folder, started = new_seed(), tmp_path_factory.mktemp("from-home"), time.monotonic()
    print(f"\nFAULT_SEED={seed}")
    async with running(folder) as installation:
        url = installation.mongod.url
        suburb = await settle_suburb(url, await furnish(url, installation.addresses), HOMES)
        evening = Evening(Driver(installation, random.Random(seed)), counted=suburb.counted.id)
        screen = await _screen(suburb, folder)
        await _order_through_faults(suburb, evening, seed)
        evening.stormy = len(evening.answered)
        await _send_each_many_times(suburb, evening, seed)
        await _settle(installation, suburb, evening, screen)
        await screen.close()
        evening.surprises = [line for server in installation.servers for line in server.surprises]
    print(
        f"seed {seed}, {time.monotonic() - started:.0f} s: {evening.stormy} orders under {dict(evening.driver.fired)}, "
        f"{len(evening.answered) - evening.stormy} with each key sent many times"
    )
    return evening


async def _screen(suburb: Suburb, folder: Path) -> Screen:
    return Screen(suburb.premises.addresses, await suburb.premises.token("CHEF"), folder / "screen.log")


async def _order_through_faults(suburb: Suburb, evening: Evening, seed: int) -> None:
    ended, left = asyncio.Event(), iter(range(ORDERS))
    phones = [await home.connect(suburb.premises.addresses, turn) for turn, home in enumerate(suburb.homes)]
    hitting = asyncio.create_task(evening.driver.run(ended))

    def goes_on() -> bool:
        fired = " ".join(evening.driver.fired)
        return next(left, None) is not None or any(name not in fired for name in KILLS)

    async def live(home: Home, phone: Connection, chance: random.Random) -> None:
        await phone.drop()
        await phone.keep_open()
        while goes_on():
            await asyncio.sleep(chance.uniform(*THINKING))
            key = str(UUID(int=chance.getrandbits(128), version=4))
            try:
                answer = await phone.operate("order:place", suburb.order(home, chance, key))
                evening.answered[key] = answer["order"]["id"]
            except (Refused, Unreachable) as error:
                evening.wrong.append(f"key {key}: {error!r}")
        await phone.close()

    people = enumerate(zip(suburb.homes, phones, strict=True))
    await asyncio.gather(*(live(home, phone, random.Random(f"{seed} {at}")) for at, (home, phone) in people))
    ended.set()
    await hitting


async def _send_each_many_times(suburb: Suburb, evening: Evening, seed: int) -> None:
    left = iter(range(KEYS))

    async def live(home: Home, chance: random.Random) -> None:
        phones = [await home.connect(suburb.premises.addresses, turn) for turn in range(SOCKETS)]
        for _ in left:
            request = suburb.order(home, chance, str(UUID(int=chance.getrandbits(128), version=4)))
            senders = [chance.choice(phones) for _ in range(chance.randint(*COPIES))]
            answers = await asyncio.gather(*(_send(sender, request) for sender in senders))
            _judge(request["idempotencyKey"], answers, evening)
            other = await _send(chance.choice(phones), request | {"items": request["items"][:1] * 2})
            evening.others_refused += other["code"] == "IDEMPOTENCY_KEY_REUSED"
        await asyncio.gather(*(phone.close() for phone in phones))

    await asyncio.gather(*(live(home, random.Random(f"{seed} many {at}")) for at, home in enumerate(suburb.homes)))


async def _send(phone: Connection, request: dict[str, Any]) -> dict[str, Any]:
    """Send until the answer is about the order, as every client must; return the answer with its code."""
    while True:
        try:
            return {"code": "OK", **await phone.send("order:place", request, seconds=30)}
        except Refused as refused:
            if refused.code not in {"RATE_LIMITED", "ORDER_IN_PROGRESS", "OUTCOME_UNKNOWN", "UNAVAILABLE"}:
                return {"code": refused.code}
            await asyncio.sleep(random.uniform(0.1, 1) * float(refused.details.get("retryAfter", 1)))


def _judge(key: str, answers: Documents, evening: Evening) -> None:
    codes = Counter(answer["code"] for answer in answers)
    if set(codes) != {"OK"}:
        evening.wrong.append(f"key {key}: answered {dict(codes)}")
        return
    ids = {answer["order"]["id"] for answer in answers}
    first = sum(not answer.get("replayed") for answer in answers)
    if len(ids) != 1 or first > 1:
        evening.wrong.append(f"key {key}: {len(ids)} orders, {first} answers claim to be the first")
    evening.answered[key] = ids.pop()


async def _settle(installation: Installation, suburb: Suburb, evening: Evening, screen: Screen) -> None:
    """Give the kitchen time to be shown all of it, then read what there is."""
    with MongoClient[dict[str, Any]](installation.mongod.url, readConcernLevel="majority", tz_aware=True) as client:
        database, house = client[DATABASE], {"restaurant_id": suburb.premises.id}
        evening.stored = {
            name: list(database[name].find(house)) for name in ("orders", "tickets", "items", "slot_loads", "customers")
        }
    deadline = time.monotonic() + SETTLED_SECONDS
    stored = {one["_id"] for one in evening.stored["tickets"]}
    while stored - screen.tickets.keys() and time.monotonic() < deadline:  # noqa: ASYNC110  (it has no events)
        await asyncio.sleep(0.1)
    evening.shown = list(screen.tickets.values())


def _portions(order: dict[str, Any]) -> int:
    return sum(line["quantity"] for line in order["lines"])


async def test_processes_died_and_everything_was_ordered(evening: Evening) -> None:
    fired = " ".join(evening.driver.fired)
    assert [name for name in KILLS if name not in fired] == []
    assert evening.stormy >= ORDERS
    assert len(evening.answered) == evening.stormy + KEYS


async def test_each_key_is_one_order_and_one_answer(evening: Evening) -> None:
    assert evening.wrong == []
    assert evening.others_refused == KEYS


async def test_no_order_from_home_is_lost_or_doubled(evening: Evening) -> None:
    stored = [(one["idempotency_key"], one["_id"]) for one in evening.stored["orders"]]
    assert sorted(stored) == sorted(evening.answered.items())


async def test_stock_is_what_was_not_sold(evening: Evening) -> None:
    lines = [line for order in evening.stored["orders"] for line in order["lines"]]
    sold = sum(line["quantity"] for line in lines if line["item_id"] == evening.counted)
    assert [one["left"] for one in evening.stored["items"]] == [LEFT - sold]


async def test_the_room_of_slots_is_what_was_sold_into_them(evening: Evening) -> None:
    sold: Counter[Any] = Counter()
    for order in evening.stored["orders"]:
        sold[order["delivery"]["room"]] += _portions(order)
    assert {one["begins_at"]: one["dishes"] for one in evening.stored["slot_loads"]} == dict(sold)


async def test_customers_and_their_addresses_count_what_they_ordered(evening: Evening) -> None:
    orders, spent = Counter[str](), Counter[str]()
    for order in evening.stored["orders"]:
        orders[order["customer_id"]] += 1
        dishes = sum(line["unit_price"]["amount"] * line["quantity"] for line in order["lines"])
        spent[order["customer_id"]] += dishes + order["delivery"]["fee"]["amount"]
    for customer in evening.stored["customers"]:
        (address,) = customer["addresses"]
        known = (customer["orders"], customer["spent"], address["uses"])
        assert known == (orders[customer["_id"]], spent[customer["_id"]], orders[customer["_id"]])


async def test_the_kitchen_has_each_order_once_at_every_station_that_cooks_it(evening: Evening) -> None:
    orders = evening.stored["orders"]
    wanted = sorted(
        (one["_id"], station) for one in orders for station in {s for x in one["lines"] for s in x["stations"]}
    )
    assert sorted((one["order_id"], one["station"]) for one in evening.stored["tickets"]) == wanted
    assert sorted((one["orderId"], one["station"]) for one in evening.shown) == wanted


async def test_no_server_ends_by_itself_or_is_surprised(evening: Evening) -> None:
    assert (evening.driver.ended_alone, evening.surprises) == ([], [])
