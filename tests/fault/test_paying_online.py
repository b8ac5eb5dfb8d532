"""Guests pay online while servers and the database are killed and Stripe stumbles: every payment comes to one end, and
all that Stripe took is on the check, once.
"""

import asyncio
import os
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from comanda_client import Connection
from fault.driver import Driver, new_seed
from fault.installation import DATABASE, Installation, running
from fault.premises import Premises, furnish
from pymongo import AsyncMongoClient
from simulators.simulated_stripe import KEYS, SimulatedStripe, simulated_stripe

PROVE = bool(os.environ.get("PROVE"))
TABLES = 8
FAULTS = 200 if PROVE else 3
"""Guests pay until so many have fired."""

SECONDS = 90.0
"""In which each payment comes to an end: the longest wait after a crash, several times."""

DECIDED = {"SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED"}
STUMBLES = ("lose", "fail", "busy", "conflict", "slow")
OPERATIONS = ("create", "retrieve", "cancel")

pytestmark = pytest.mark.timeout(0 if PROVE else 180)


@dataclass
class Paid:
    """One payment as its guest knows it at the end."""

    payment_id: str
    status: str
    client_secret: str


async def test_whatever_dies_every_payment_comes_to_one_end_and_what_was_taken_is_booked_once(tmp_path: Path) -> None:
    seed = new_seed()
    print(f"\nFAULT_SEED={seed}")
    async with simulated_stripe() as stripe:
        environment = {
            "COMANDA_PAYMENTS__STRIPE_URL": stripe.address,
            "COMANDA_PAYMENTS__STRIPE__SECRET_KEY": KEYS["secret_key"],
            "COMANDA_PAYMENTS__STRIPE__PUBLISHABLE_KEY": KEYS["publishable_key"],
            "COMANDA_PAYMENTS__STRIPE__WEBHOOK_SECRETS": ",".join(KEYS["webhook_secrets"]),
            "COMANDA_LOG__LEVEL": "debug",
        }
        async with running(tmp_path, environment=environment) as installation:
            await stripe.webhooks(url=f"{installation.addresses[0]}/webhooks/stripe", mode="double")
            premises = await furnish(installation.mongod.url, installation.addresses)
            phones = await _seat(premises, random.Random(seed))
            done = asyncio.Event()
            driver = Driver(installation, random.Random(f"{seed} faults"))
            # Also in the short run those are hit on which payments depend.
            first = {"kill server A", "kill server B", "kill mongod"}
            driver._bag = list({fault[0]: fault for fault in driver._faults() if fault[0] in first}.values())
            driver.random.shuffle(driver._bag)
            faults = asyncio.create_task(driver.run(done))
            enough = asyncio.create_task(_enough(driver, done))
            chances = [random.Random(f"{seed} {number}") for number in range(len(phones))]
            paid = await asyncio.gather(
                *(_pay(phone, stripe, chance, driver) for phone, chance in zip(phones, chances, strict=True))
            )
            await asyncio.gather(enough, faults)
            await asyncio.gather(*(phone.close() for phone in phones))
            print(f"{dict(driver.fired)}: {Counter(one.status for each in paid for one in each)}")
            await _judge([one for each in paid for one in each], installation, stripe)
            assert sum(driver.fired.values()) >= FAULTS
            assert driver.ended_alone == []
            assert [line for server in installation.servers for line in server.surprises] == []
            _require_no_secret([one for each in paid for one in each], installation)


async def _enough(driver: Driver, done: asyncio.Event) -> None:
    """End the faults when there were enough, so that what they have left behind is seen to its end."""
    while sum(driver.fired.values()) < FAULTS:  # noqa: ASYNC110  (nothing tells)
        await asyncio.sleep(0.1)
    done.set()


async def _seat(premises: Premises, chance: random.Random) -> list[Connection]:
    """Seat guests who have eaten for more than they will pay."""
    parties = [one for one in await premises.open_tables(TABLES * 2) if one.mode == "FAMILY"][:TABLES]
    phones = []
    for number, party in enumerate(parties):
        phone = await premises.join(party, f"guest {number}", number)
        for _ in range(2):
            added = await phone.operate("cart:add", premises.choose(chance) | {"quantity": 9})
            request = {"idempotencyKey": str(UUID(int=chance.getrandbits(128), version=4))}
            await phone.operate("order:place", request | {"cartVersion": added["cart"]["version"]})
        await phone.drop()
        phones.append(await phone.keep_open())
    return phones


async def _pay(phone: Connection, stripe: SimulatedStripe, chance: random.Random, driver: Driver) -> list[Paid]:
    """Pay again and again, as different guests do: at once, after a declined card, not at all."""
    paid: list[Paid] = []
    while sum(driver.fired.values()) < FAULTS or not paid:
        if chance.random() < 0.5:
            await stripe.fault(chance.choice(OPERATIONS), chance.choice(STUMBLES), seconds=1)
        asked = {"method": "ONLINE", "amount": chance.randint(200, 2_000), "tip": chance.choice((0, 100))}
        key = str(UUID(int=chance.getrandbits(128), version=4))
        answer = await phone.operate("payment:start", asked | {"idempotencyKey": key})
        payment_id = str(answer["payment"]["id"])
        ready = await _known(phone, payment_id, lambda one: one["clientSecret"] or one["status"] in DECIDED)
        secret = str(ready["clientSecret"] or "")
        if secret and chance.random() < 0.3:
            await stripe.confirm(secret, "pm_card_visa_chargeDeclined")
        if secret and chance.random() < 0.8:
            await stripe.confirm(secret)
        elif ready["status"] not in DECIDED:
            await phone.operate("payment:cancel", {"paymentId": payment_id})
        ended = await _known(phone, payment_id, lambda one: one["status"] in DECIDED)
        paid.append(Paid(payment_id, ended["status"], secret))
        await asyncio.sleep(chance.uniform(0, 0.5))
    return paid


async def _known(phone: Connection, payment_id: str, holds: Any) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        return [one for one in phone.state.of("payment") if one["id"] == payment_id and holds(one)]

    await phone.until(lambda _: bool(found()), SECONDS)
    return found()[0]


async def _judge(paid: list[Paid], installation: Installation, stripe: SimulatedStripe) -> None:
    """Compare what the guests know, what Stripe took, and what is on the checks."""
    async with AsyncMongoClient[dict[str, Any]](installation.mongod.url) as client:
        checks = await client[DATABASE]["checks"].find().to_list()
        payments = await client[DATABASE]["payments"].find().to_list()
    intents = {one["id"]: one for one in (await stripe.everything())["intents"]}
    tenders = [tender for check in checks for tender in check["tenders"]]
    taken = {one["id"]: one["amount"] for one in intents.values() if one["status"] == "succeeded"}
    booked = {one["reference"]: one["amount"]["amount"] + one["tip"]["amount"] for one in tenders}
    assert booked == taken
    assert len(tenders) == len(taken) > 0
    assert {one.payment_id: one.status for one in paid} == {one["_id"]: one["status"] for one in payments}
    succeeded = {one["_id"] for one in payments if one["status"] == "SUCCEEDED"}
    assert succeeded == {one["payment_id"] for one in tenders}
    assert all(one["is_finished"] for one in payments)
    assert [check["pending"] for check in checks if check["pending"]] == []
    of_ours = [one["metadata"]["payment_id"] for one in intents.values()]
    assert len(of_ours) == len(set(of_ours)), "one charge for each payment"


def _require_no_secret(paid: list[Paid], installation: Installation) -> None:
    """Require that no log has a key, or what a phone needs to pay."""
    secrets = {KEYS["secret_key"], *KEYS["webhook_secrets"], *(one.client_secret for one in paid if one.client_secret)}
    parts = {secret.rpartition("_")[2] for secret in secrets}
    for server in installation.servers:
        assert [part for part in parts if part in server.said] == []
        assert "payment" in server.said, "nothing was logged"
