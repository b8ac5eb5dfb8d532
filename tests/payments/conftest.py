"""A house whose guests pay online, with a simulator of Stripe of its own."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from integration.house import House, Installation, housed, start_installation
from payments.table import Table, seat
from simulators.simulated_stripe import KEYS, SimulatedStripe, simulated_stripe

PATH = "/webhooks/stripe"
PROVE = bool(os.environ.get("PROVE"))


@pytest.fixture(scope="session")
async def running_stripe() -> AsyncIterator[SimulatedStripe]:
    """The simulator, kept for the whole run."""
    async with simulated_stripe() as simulated:
        yield simulated


@pytest.fixture
async def stripe(running_stripe: SimulatedStripe) -> SimulatedStripe:
    """The simulator without the faults of the test before."""
    await running_stripe.reset()
    return running_stripe


@pytest.fixture(scope="session")
async def paying_installation_of_one(
    mongo_url: str, redis_url: str, running_stripe: SimulatedStripe
) -> AsyncIterator[Installation]:
    """One server that takes payments."""
    payments = {"stripe": KEYS, "stripe_url": running_stripe.address}
    installation = await start_installation(mongo_url, redis_url, servers=1, database="pays1", payments=payments)
    yield installation
    await installation.stop()


@pytest.fixture(scope="session")
async def paying_installation_of_two(
    mongo_url: str, redis_url: str, running_stripe: SimulatedStripe
) -> AsyncIterator[Installation]:
    """Two servers that take payments."""
    payments = {"stripe": KEYS, "stripe_url": running_stripe.address}
    installation = await start_installation(mongo_url, redis_url, servers=2, database="pays2", payments=payments)
    yield installation
    await installation.stop()


@asynccontextmanager
async def paying(installation: Installation, stripe: SimulatedStripe) -> AsyncIterator[House]:
    """Have a new house; webhooks reach its first server. Its clients are compared with the truth at the end."""
    await stripe.webhooks(url=installation.addresses[0] + PATH, mode="normal")
    async with housed(installation) as house:
        yield house


@pytest.fixture(params=["one server", "two servers"] if PROVE else ["two servers"])
def paying_installation(request: pytest.FixtureRequest) -> Installation:
    """One server or two."""
    number = "one" if request.param == "one server" else "two"
    found: Installation = request.getfixturevalue(f"paying_installation_of_{number}")
    return found


@pytest.fixture
async def table(paying_installation: Installation, stripe: SimulatedStripe) -> AsyncIterator[Table]:
    """A party that has eaten and now pays from two phones."""
    async with paying(paying_installation, stripe) as house:
        yield await seat(house, stripe)


@pytest.fixture
async def table_of_one_server(
    paying_installation_of_one: Installation, stripe: SimulatedStripe
) -> AsyncIterator[Table]:
    """A party that pays in a house of which no other server carries on what one has missed."""
    async with paying(paying_installation_of_one, stripe) as house:
        yield await seat(house, stripe)
