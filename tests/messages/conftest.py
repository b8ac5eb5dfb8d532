"""Houses whose messages go out through a provider, each on two servers with a simulator of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from integration.house import Installation, start_installation
from messages import twilio_simulator, webhook_simulator
from messages.sending import Sending
from messages.simulated import Simulated, simulated

from sms_gateway.providers.exchange import LONGEST_PAUSE

PUBLIC = "http://order.example.com"
"""Where providers report to; the real servers are behind it, as behind a proxy."""

SERVER = {"origins": ["https://order.example.com"], "public_url": PUBLIC}

TWILIO = {
    "account_sid": twilio_simulator.ACCOUNT,
    "auth_tokens": [twilio_simulator.TOKEN, twilio_simulator.FORMER_TOKEN],
    "sender": twilio_simulator.SENDER,
}


@pytest.fixture(scope="session")
async def running_twilio() -> AsyncIterator[Simulated]:
    """The simulator of Twilio, kept for the whole run."""
    async with simulated("messages.twilio_simulator") as provider:
        yield provider


@pytest.fixture(scope="session")
async def running_service() -> AsyncIterator[Simulated]:
    """The simulator of a service of the house, kept for the whole run."""
    async with simulated("messages.webhook_simulator") as provider:
        yield provider


@pytest.fixture
async def twilio(running_twilio: Simulated) -> Simulated:
    """The simulator of Twilio without the faults of the test before."""
    await running_twilio.reset()
    return running_twilio


@pytest.fixture
async def service(running_service: Simulated) -> Simulated:
    """The simulator of a service without the faults of the test before."""
    await running_service.reset()
    return running_service


@pytest.fixture(scope="module")
async def twilio_installation(mongo_url: str, redis_url: str, running_twilio: Simulated) -> AsyncIterator[Installation]:
    """Two servers that send through Twilio."""
    messages = {"provider": "twilio", "twilio_url": running_twilio.address, "twilio": TWILIO}
    async with _installation(mongo_url, redis_url, "twilio", messages) as installation:
        yield installation


@pytest.fixture(scope="module")
async def service_installation(
    mongo_url: str, redis_url: str, running_service: Simulated
) -> AsyncIterator[Installation]:
    """Two servers that send through a service of the house."""
    secrets = [webhook_simulator.SECRET, webhook_simulator.FORMER_SECRET]
    messages = {"provider": "webhook", "webhook": {"url": f"{running_service.address}/outgoing", "secrets": secrets}}
    async with _installation(mongo_url, redis_url, "service", messages) as installation:
        yield installation


@pytest.fixture
async def by_twilio(twilio_installation: Installation, twilio: Simulated) -> AsyncIterator[Sending]:
    """A new house that sends through Twilio."""
    async with _sending(twilio_installation, twilio) as sending:
        yield sending


@pytest.fixture
async def by_service(service_installation: Installation, service: Simulated) -> AsyncIterator[Sending]:
    """A new house that sends through a service of its own."""
    async with _sending(service_installation, service) as sending:
        yield sending


@pytest.fixture(params=["by_twilio", "by_service"])
def sending(request: pytest.FixtureRequest) -> Sending:
    """A new house that sends through either."""
    found: Sending = request.getfixturevalue(request.param)
    return found


@asynccontextmanager
async def _installation(mongo_url: str, redis_url: str, name: str, messages: Any) -> AsyncIterator[Installation]:
    installation = await start_installation(
        mongo_url, redis_url, servers=2, database=f"by-{name}", messages=messages, server=SERVER
    )
    yield installation
    await installation.stop()


@asynccontextmanager
async def _sending(installation: Installation, provider: Simulated) -> AsyncIterator[Sending]:
    await provider.reports(reaches=installation.addresses)
    house = await installation.new_house()
    sending = Sending(house, provider)
    # What paused in the test before goes on.
    await sending.advance(seconds=LONGEST_PAUSE)
    yield sending
    await house.close()
    await installation.clear()
