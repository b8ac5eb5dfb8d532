"""One simulator of Stripe for all tests of this folder."""

from collections.abc import AsyncIterator

import pytest
from simulators.simulated_stripe import SimulatedStripe, simulated_stripe


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
