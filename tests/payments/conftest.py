"""A house whose guests pay online, with a simulator of Stripe of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from integration.house import House, Installation, start_installation
from payments.table import Table, seat
from simulators.simulated_stripe import KEYS, SimulatedStripe, simulated_stripe

PATH = "/webhooks/stripe"


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
    house = await installation.new_house()
    yield house
    try:
        await house.require_all_know_the_truth()
    finally:
        await house.close()


@pytest.fixture(params=["one server", "two servers"])
async def table(
    request: pytest.FixtureRequest,
    paying_installation_of_one: Installation,
    paying_installation_of_two: Installation,
    stripe: SimulatedStripe,
) -> AsyncIterator[Table]:
    """A party that has eaten and now pays from two phones."""
    is_one = request.param == "one server"
    async with paying(paying_installation_of_one if is_one else paying_installation_of_two, stripe) as house:
        yield await seat(house, stripe)
